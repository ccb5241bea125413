"""An answer that not everybody in the channel may see: told to the asker alone, shared when that changes."""

from dataclasses import replace
from typing import Any

import pytest

from bank.policy import Policy
from bot.audience import Audience
from bot.channels import Channels
from bot.people import People
from bot.sharing import ALREADY, NOT_YOURS, NOTHING, Sharing
from emulator.human import Human, Sight, words
from generators.contract import Approach, Choice, Clarification, Draft, NotUnderstood, Statement
from tests.bot.conftest import ROWS, Office, saying
from tests.bot.test_under_answers import content, done
from tests.bot.test_whole_way import eventually

ANNA, BEN = "U0ANNA0001", "U0BEN00001"
LENDING, RISK = "C0LENDING1", "C0RISK0001"
EVERYTHING: dict[str, Any] = {"tables": {"customer": {}}}
RULES: dict[str, Any] = {
    "roles": {
        "banker": {"tables": {"customer": {"rows": "branch = :branch", "says": "customers of your branch"}}},
        "analyst": EVERYTHING,
    },
    "people": [
        {"user": ANNA, "role": "banker", "attributes": {"branch": "Leeds"}},
        {"email": "chiara@alder-wharf.example", "role": "banker", "attributes": {"branch": "York"}},
    ],
    "everybody_else": "analyst",
}


@pytest.fixture
def policy() -> Policy:
    return Policy.model_validate(RULES)


async def asks_privately_answered(teller: Office) -> tuple[Human, str, dict[str, Any]]:
    ben = await teller.person(BEN)
    ts = await ben.says(LENDING, "@Teller List the customers")
    answer = await ben.until(saying(ben.direct, "All customers with their balance"))
    await eventually(lambda: done(teller, f"{LENDING}:{ts}"))
    return ben, f"{LENDING}:{ts}", answer


async def test_where_everybody_may_see_it_the_answer_is_in_the_channel(teller: Office) -> None:
    ben = await teller.person(BEN)
    await ben.says(RISK, "@Teller How many customers?")
    answer = await ben.until(saying(RISK, "The number of customers"))
    assert "Share here" not in words(answer)


async def test_where_not_everybody_may_the_asker_gets_it_and_the_channel_one_line(teller: Office) -> None:
    ben, question_id, answer = await asks_privately_answered(teller)
    assert "Ada <!channel> Ltd" in words(answer)
    assert "Share here" in words(answer)
    anna = await teller.person(ANNA)
    line = await anna.until(saying(LENDING, "in private: not everybody in this channel may see it."))
    assert BEN in str(line["blocks"])
    assert [message["ts"] for message in (await anna.looks()).messages(LENDING)] == [
        question_id.split(":")[1],
        line["ts"],
    ]
    assert not any("Ada" in words(message) for message in (await anna.looks()).messages(LENDING))
    entry = teller.ledger.entry(question_id)
    assert entry is not None
    assert (entry.message_channel, entry.message_ts, entry.state) == (ben.direct, answer["ts"], "done")


async def test_a_banker_sees_their_own_part_and_is_told_so(teller: Office) -> None:
    anna = await teller.person(ANNA)
    await anna.says(LENDING, "@Teller List the customers")
    answer = await anna.until(saying(anna.direct, "All customers with their balance"))
    assert "Brook & Sons" in words(answer)
    assert "Dune" not in words(answer)
    assert "By your rights you see only customers of your branch." in words(answer)


async def test_sharing_is_refused_while_somebody_may_not_see_it(teller: Office) -> None:
    ben, _, answer = await asks_privately_answered(teller)
    assert await ben.clicks(ben.direct, answer["ts"], "share")
    await ben.until(saying(ben.direct, "I cannot share it there: not everybody in this channel may see it."))
    assert not any("Ada" in words(message) for message in (await ben.looks()).messages(LENDING))


async def test_sharing_shows_the_answer_in_its_thread_once_everybody_may_see_it(teller: Office) -> None:
    ben, question_id, answer = await asks_privately_answered(teller)
    cleared = RULES | {"channels": {LENDING: {"clearance": "analyst"}}}
    teller.answering.bank.rights.policy = Policy.model_validate(cleared)
    assert await ben.clicks(ben.direct, answer["ts"], "share")
    anna = await teller.person(ANNA)
    shared = await anna.until(saying(LENDING, "All customers with their balance"))
    assert shared["thread_ts"] == question_id.split(":")[1]
    assert "Ada <!channel> Ltd" in words(shared)
    assert "Share here" not in words(shared)
    await ben.until(saying(ben.direct, "Shared."))
    await ben.clicks(ben.direct, answer["ts"], "share")
    await ben.until(saying(ben.direct, ALREADY))
    assert len([m for m in (await anna.looks()).messages(LENDING) if "All customers" in words(m)]) == 1


async def test_only_the_asker_can_share_and_only_what_is_there(teller: Office) -> None:
    _, question_id, _ = await asks_privately_answered(teller)
    poster = teller.poster()
    people = People(poster.client)
    audience = Audience(Channels(poster.client, people), people, teller.answering.bank)
    sharing = Sharing(teller.ledger, poster, people, teller.answering, audience)
    assert await sharing.share(question_id, ANNA) == NOT_YOURS
    assert await sharing.share("C1:1.0", BEN) == NOTHING


async def test_a_private_question_is_not_announced_in_the_channel(teller: Office) -> None:
    ben = await teller.person(BEN)
    await ben.commands("/ask", "private List the customers", LENDING)
    answer = await ben.until(saying(ben.direct, "All customers with their balance"))
    assert "Share here" not in words(answer)
    anna = await teller.person(ANNA)
    assert (await anna.looks()).messages(LENDING) == []


async def test_a_follow_up_passes_the_same_gate(teller: Office) -> None:
    ben, question_id, _ = await asks_privately_answered(teller)
    ts = question_id.split(":")[1]
    await ben.says(LENDING, "and in Leeds?", ts)
    await ben.until(saying(ben.direct, "The number of customers in Leeds"))
    anna = await teller.person(ANNA)
    assert not any("customers in Leeds" in words(message) for message in (await anna.looks()).messages(LENDING))


async def test_a_follow_up_goes_on_with_somebody_elses_answer_only_where_all_can_read_it(teller: Office) -> None:
    """How a question was read may name what only its asker may know, and a follow-up is read with it."""
    _, question_id, _ = await asks_privately_answered(teller)
    ts = question_id.split(":")[1]
    anna = await teller.person(ANNA)
    await anna.says(LENDING, "and in Leeds?", ts)
    await anna.until(saying(anna.direct, "The number of customers in Leeds"))
    assert teller.router.asked[-1][0].person.id == ANNA
    assert teller.router.asked[-1][0].earlier == ()


async def test_no_words_beside_an_answer_name_what_not_everybody_may_know(teller: Office) -> None:
    one = Statement("SELECT 1 AS n", "The number one")
    told = {
        "One?": Draft(Approach.AI, (one,), follow_ups=("How big is Dune?",)),
        "One, read?": Draft(Approach.AI, (replace(one, reading="The number one, not Dune"),)),
        "One, labelled?": Draft(Approach.AI, (replace(one, sql='SELECT 1 AS "Dune"'),)),
        "One, noted?": Draft(Approach.AI, (replace(one, notes=("Duen is Dune.",)),)),
        "One, lost?": NotUnderstood(Approach.AI, "I do not know that.", (), ("How big is Dune?",)),
    }
    teller.router.replies |= told
    ben = await teller.person(BEN)
    for question in told:
        ts = await ben.says(LENDING, f"@Teller {question}")
        await ben.until(lambda sight, ts=ts: in_thread(sight, ts, "in private"))
    anna = await teller.person(ANNA)
    assert not any("Dune" in str(message) for message in (await anna.looks()).messages(LENDING))


def in_thread(sight: Sight, ts: str, text: str) -> dict[str, Any] | None:
    there = (message for message in sight.messages(LENDING) if message.get("thread_ts") == ts)
    return next((message for message in there if text in words(message)), None)


async def test_a_file_holds_what_who_wants_it_may_see_and_stays_private_where_not_all_may(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    thread = await ben.says(RISK, "@Teller List the customers")
    answer = await ben.until(saying(RISK, "All customers with their balance"))
    await ben.invites(RISK, ANNA)
    await ben.clicks(RISK, answer["ts"], "more", f"csv:{RISK}:{thread}")
    private = await ben.until(with_file(ben.direct))
    assert len((await content(teller, private)).splitlines()) == 1 + len(ROWS)
    assert with_file(RISK)(await ben.looks()) is None
    await anna.clicks(RISK, answer["ts"], "more", f"csv:{RISK}:{thread}")
    shown = (await content(teller, await anna.until(with_file(RISK)))).decode()
    assert "Leeds" in shown
    assert "York" not in shown


def with_file(channel: str) -> Any:
    def found(sight: Sight) -> dict[str, Any] | None:
        return next((file for message in sight.messages(channel) for file in message.get("files", [])), None)

    return found


async def test_who_runs_an_answer_again_or_has_it_explained_sees_it_by_their_own_rights(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    thread = await ben.says(RISK, "@Teller List the customers")
    answer = await ben.until(saying(RISK, "All customers with their balance"))
    await eventually(lambda: done(teller, f"{RISK}:{thread}"))
    await ben.invites(RISK, ANNA)
    await anna.clicks(RISK, answer["ts"], "more", f"explain:{RISK}:{thread}")
    explained = await anna.until(saying(RISK, "How it was worked out"))
    assert not any(name in str(explained) for _, name, _, _ in ROWS if name)
    await anna.clicks(RISK, answer["ts"], "more", f"rerun:{RISK}:{thread}")
    again = await anna.until(saying(RISK, "By your rights you see only customers of your branch."))
    assert "Brook & Sons" in words(again)
    assert "Dune" not in str(again)


async def asks_back(teller: Office, message: str, *labels: str) -> Human:
    """Ben, who sees every branch, asks in a channel where Anna sees one, and is asked back."""
    choices = tuple(Choice(label, f"which={label}") for label in labels)
    teller.router.replies["How big is Duen?"] = Clarification(Approach.PATTERN, message, choices)
    ben = await teller.person(BEN)
    await ben.says(LENDING, "@Teller How big is Duen?")
    return ben


async def test_a_question_back_that_names_what_not_everybody_may_know_is_asked_in_private(teller: Office) -> None:
    ben = await asks_back(teller, "Which one do you mean?", "Dune", "Brook & Sons")
    private = await ben.until(saying(ben.direct, "Which one do you mean?"))
    assert "Only you see this: not everybody in this channel may see it." in words(private)
    assert "Share here" not in words(private)
    anna = await teller.person(ANNA)
    await anna.until(saying(LENDING, "in private: not everybody in this channel may see it."))
    assert not any("Dune" in words(message) for message in (await anna.looks()).messages(LENDING))


async def test_a_question_back_that_names_nothing_they_may_not_know_is_asked_in_the_channel(teller: Office) -> None:
    ben = await asks_back(teller, "Which rating do you mean?", "the regulator's")
    assert "Only you see this" not in words(await ben.until(saying(LENDING, "Which rating do you mean?")))


async def test_what_was_looked_at_to_ask_back_counts_as_shown(teller: Office) -> None:
    teller.router.looks["How big is the desert?"] = "SELECT name FROM customer"
    teller.router.replies["How big is the desert?"] = NotUnderstood(Approach.AI, "I found nothing that fits.", ())
    ben = await teller.person(BEN)
    await ben.says(LENDING, "@Teller How big is the desert?")
    await ben.until(saying(ben.direct, "I found nothing that fits."))
