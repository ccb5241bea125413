"""From a person's words in Slack to the answer they see, over real HTTP and WebSocket."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.blocks.actions import invite_comment
from bot.worker import ATTEMPTS
from emulator.human import Human, Sight, words
from tests.bot.conftest import Office

ANNA, BEN = "U0ANNA0001", "U0BEN00001"
LENDING = "C0LENDING1"
Seen = list[dict[str, Any]]


def reply_with(channel: str, thread: str, text: str) -> Callable[[Sight], Seen]:
    """Teller's messages in a thread once one of them says `text`."""
    return lambda sight: [message for message in sight.thread(channel, thread) if text in words(message)]


async def answer_of(anna: Human, channel: str, thread: str, text: str) -> dict[str, Any]:
    found = await anna.until(reply_with(channel, thread, text))
    assert len(found) == 1, "the answer stands there once"
    return found[0]


async def test_a_mention_is_answered_in_its_thread(teller: Office) -> None:
    anna = await teller.person(ANNA)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    answer = await answer_of(anna, LENDING, ts, "The number of customers")
    said = words(answer)
    assert "5" in said
    assert "As of 30 June 2025" in said
    assert "Every branch is counted." in said
    assert "SELECT COUNT(*)" in said
    assert len((await anna.looks()).thread(LENDING, ts)) == 1
    entry = teller.ledger.entry(f"{LENDING}:{ts}")
    assert entry is not None
    assert entry.asked.person_name == "Anna Kovář"
    assert entry.asked.text == "How many customers?"


async def test_a_direct_message_is_answered(teller: Office) -> None:
    anna = await teller.person(ANNA)
    ts = await anna.says(anna.direct, "List the customers")
    answer = await answer_of(anna, anna.direct, ts, "All customers with their balance")
    table = next(block for block in answer["blocks"] if block["type"] == "data_table")
    assert [cell["text"] for cell in table["rows"][0]] == ["name", "branch", "balance (EUR)"]
    assert [cell["text"] for cell in table["rows"][1]] == ["Ada <!channel> Ltd", "Leeds", "1,200.50"]
    assert table["rows"][5][0]["text"] == "–"
    entry = teller.ledger.entry(f"{anna.direct}:{ts}")
    assert entry is not None
    assert entry.asked.private


async def test_a_reply_in_the_thread_needs_no_mention_and_knows_what_was_asked_before(teller: Office) -> None:
    anna = await teller.person(ANNA)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    await answer_of(anna, LENDING, ts, "The number of customers")
    await anna.says(LENDING, "and in Leeds?", ts)
    await answer_of(anna, LENDING, ts, "customers in Leeds")
    question, _ = teller.router.asked[-1]
    assert [turn.text for turn in question.earlier] == ["How many customers?"]
    assert question.earlier[0].sql.startswith("SELECT COUNT(*)")


async def test_a_reply_to_a_colleague_and_a_thread_without_teller_are_left_alone(teller: Office) -> None:
    anna = await teller.person(ANNA)
    theirs = await anna.says(LENDING, "Lunch?")
    await anna.says(LENDING, "How many customers?", theirs)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    await answer_of(anna, LENDING, ts, "The number of customers")
    await anna.says(LENDING, "@Ben what do you think?", ts)
    last = await anna.says(LENDING, "@Teller and in Leeds?", ts)
    await answer_of(anna, LENDING, ts, "customers in Leeds")
    assert [question.text for question, _ in teller.router.asked] == ["How many customers?", "and in Leeds?"]
    assert teller.router.asked[-1][0].id == f"{LENDING}:{last}"


async def test_a_command_is_answered_in_the_channel_with_the_askers_name(teller: Office) -> None:
    anna = await teller.person(ANNA)
    assert await anna.commands("/ask", "pattern How many customers?", LENDING)
    answer = (await anna.until(lambda sight: _saying(sight, LENDING, "The number of customers")))[0]
    assert "asked: How many customers?" in words(answer)
    assert ANNA in str(answer["blocks"][0])
    ben = await teller.person(BEN)
    await ben.says(LENDING, "and in Leeds?", answer["ts"])
    await answer_of(ben, LENDING, answer["ts"], "customers in Leeds")


async def test_a_private_command_is_answered_in_direct_messages(teller: Office) -> None:
    anna = await teller.person(ANNA)
    await anna.commands("/ask", "private How many customers?", LENDING)
    await anna.until(lambda sight: _saying(sight, anna.direct, "The number of customers"))
    ben = await teller.person(BEN)
    assert not await _quiet(ben, LENDING)


async def test_a_command_where_teller_may_not_write_is_answered_in_direct_messages(teller: Office) -> None:
    anna = await teller.person(ANNA)
    await anna.commands("/ask", "How many customers?", "C0TREASURY")
    await anna.until(lambda sight: _saying(sight, anna.direct, "The number of customers"))


async def test_help_is_said_to_the_asker_only(teller: Office) -> None:
    anna = await teller.person(ANNA)
    await anna.commands("/ask", "help", LENDING)
    message = (await anna.until(lambda sight: _saying(sight, LENDING, "Fern Bank")))[0]
    assert message["only_for"] == ANNA
    assert "How many customers?" in words(message)


async def test_two_people_vote_and_one_says_what_was_wrong(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    answer = await answer_of(anna, LENDING, ts, "The number of customers")
    question_id = f"{LENDING}:{ts}"
    assert await anna.clicks(LENDING, answer["ts"], "feedback", f"up:{question_id}")
    assert await ben.clicks(LENDING, answer["ts"], "feedback", f"down:{question_id}")
    form = await ben.until(lambda sight: sight.view)
    said = {"verdict": "down", "reason": "wrong_number", "comment": "I count six."}
    assert (await ben.submits(form["id"], said))["acknowledged"]
    await ben.until(lambda sight: _saying(sight, LENDING, "is noted"))
    votes = {vote.person: vote for vote in teller.ledger.votes(question_id)}
    assert votes[ANNA].up
    assert (votes[BEN].up, votes[BEN].reason, votes[BEN].comment) == (False, "wrong_number", "I count six.")


async def test_a_form_that_is_sent_twice_is_one_vote_and_one_thank_you(teller: Office) -> None:
    ben = await teller.person(BEN)
    ts = await ben.says(LENDING, "@Teller How many customers?")
    answer = await answer_of(ben, LENDING, ts, "The number of customers")
    await ben.clicks(LENDING, answer["ts"], "feedback", f"down:{LENDING}:{ts}")
    form = await ben.until(lambda sight: sight.view)
    said = {"verdict": "down", "reason": "wrong_number", "comment": "I count six."}
    sent = await asyncio.gather(*(ben.submits(form["id"], said) for _ in range(2)))
    assert [outcome["acknowledged"] for outcome in sent] == [True, True]
    await ben.says(ben.direct, "How many customers?")  # by the time this is answered, nothing else is to be said
    await ben.until(lambda sight: any("number of customers" in words(m) for m in sight.messages(ben.direct)))
    assert len(teller.ledger.votes(f"{LENDING}:{ts}")) == 1
    assert sum("is noted" in words(message) for message in (await ben.looks()).messages(LENDING)) == 1


async def test_a_form_that_arrives_after_a_newer_thumb_does_not_undo_it(teller: Office) -> None:
    ben = await teller.person(BEN)
    ts = await ben.says(LENDING, "@Teller How many customers?")
    answer = await answer_of(ben, LENDING, ts, "The number of customers")
    await ben.clicks(LENDING, answer["ts"], "feedback", f"down:{LENDING}:{ts}")
    form = await ben.until(lambda sight: sight.view)
    await ben.clicks(LENDING, answer["ts"], "feedback", f"up:{LENDING}:{ts}")
    assert (await ben.submits(form["id"], {"verdict": "down", "comment": "I count six."}))["acknowledged"]
    assert [vote.up for vote in teller.ledger.votes(f"{LENDING}:{ts}")] == [True]


async def test_a_thumb_up_may_carry_a_comment(teller: Office) -> None:
    anna = await teller.person(ANNA)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    answer = await answer_of(anna, LENDING, ts, "The number of customers")
    await anna.clicks(LENDING, answer["ts"], "comment")
    form = await anna.until(lambda sight: sight.view)
    await anna.submits(form["id"], {"verdict": "up", "comment": "Just what I needed."})
    (vote,) = teller.ledger.votes(f"{LENDING}:{ts}")
    assert (vote.up, vote.reason, vote.comment) == (True, "", "Just what I needed.")


async def test_an_emoji_is_a_vote_in_any_skin_tone_and_can_be_taken_back(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    answer = await answer_of(anna, LENDING, ts, "The number of customers")
    question_id = f"{LENDING}:{ts}"
    await anna.reacts(LENDING, answer["ts"], "+1::skin-tone-4")
    await ben.reacts(LENDING, answer["ts"], "thumbsdown")
    await ben.until(lambda sight: _saying(sight, LENDING, "What was wrong?"))
    await anna.reacts(LENDING, answer["ts"], "tada")
    await eventually(lambda: _votes(teller, question_id) == {ANNA: True, BEN: False})
    await ben.unreacts(LENDING, answer["ts"], "thumbsdown")
    await eventually(lambda: len(teller.ledger.votes(question_id)) == 1)


async def test_a_question_back_goes_on_with_the_reading_its_asker_picks(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    ts = await anna.says(LENDING, "@Teller How many are high risk?")
    back = await answer_of(anna, LENDING, ts, "Which rating do you mean?")
    await eventually(lambda: _state(teller, f"{LENDING}:{ts}") == "waiting")
    await ben.clicks(LENDING, back["ts"], "choice_0")
    await ben.until(lambda sight: _saying(sight, LENDING, "Only the person who asked"))
    await anna.clicks(LENDING, back["ts"], "choice_0")
    answer = await answer_of(anna, LENDING, ts, "customers in Leeds")
    assert answer["ts"] == back["ts"]


async def _picks(teller: Office, person: Human) -> tuple[str, str]:
    """A question back, and a reading picked: the thread, and the answer's message."""
    thread = await person.says(LENDING, "@Teller How many are high risk?")
    back = await answer_of(person, LENDING, thread, "Which rating do you mean?")
    await eventually(lambda: _state(teller, f"{LENDING}:{thread}") == "waiting")
    await person.clicks(LENDING, back["ts"], "choice_0")
    answer = await answer_of(person, LENDING, thread, "customers in Leeds")
    return thread, answer["ts"]


async def test_what_was_picked_holds_for_its_asker_in_the_thread(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    thread, _ = await _picks(teller, anna)
    await anna.says(LENDING, "and in Leeds?", thread)
    await eventually(lambda: len(teller.router.asked) == 3)
    await ben.says(LENDING, "@Teller and in Leeds?", thread)
    await eventually(lambda: len(teller.router.asked) == 4)
    await anna.says(LENDING, "@Teller List the customers")
    await eventually(lambda: len(teller.router.asked) == 5)
    assert [question.remembered for question, _ in teller.router.asked[2:]] == [("rating=r",), (), ()]


async def test_a_reading_is_kept_for_good_by_its_asker_alone_until_they_drop_it(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    _, answer = await _picks(teller, anna)
    await ben.clicks(LENDING, answer, "always")
    await ben.until(lambda sight: _saying(sight, LENDING, "Only the person who asked can keep"))
    await anna.clicks(LENDING, answer, "always")
    await anna.until(lambda sight: _saying(sight, LENDING, "From now on I read it so"))
    await anna.says(LENDING, "@Teller How many customers?")
    await eventually(lambda: len(teller.router.asked) == 3)
    await anna.commands("/ask", "forget", LENDING)
    await anna.until(lambda sight: _saying(sight, LENDING, "I have dropped what you wanted"))
    await anna.says(LENDING, "@Teller List the customers")
    await eventually(lambda: len(teller.router.asked) == 4)
    assert [question.remembered for question, _ in teller.router.asked[2:]] == [("rating=r",), ()]


async def test_a_nearest_question_is_asked_once_by_whoever_presses_it(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    ts = await anna.says(LENDING, "@Teller How many flurbs?")
    offer = await answer_of(anna, LENDING, ts, "I did not understand “flurbs”.")
    await eventually(lambda: _state(teller, f"{LENDING}:{ts}") == "done")
    await ben.clicks(LENDING, offer["ts"], "nearest_0")
    answer = await answer_of(ben, LENDING, ts, "The number of customers")
    assert BEN in str(answer["blocks"][0])
    await ben.clicks(LENDING, offer["ts"], "nearest_0")
    await ben.until(lambda sight: _saying(sight, LENDING, "asked that here already"))


async def test_a_click_on_an_answer_that_is_gone_is_told_so(teller: Office) -> None:
    anna = await teller.person(ANNA)
    message = invite_comment("C0LENDING1:1.0")
    ts = await teller.poster().post(LENDING, message.text, message.blocks)
    assert await anna.clicks(LENDING, ts, "comment")
    await anna.until(lambda sight: _saying(sight, LENDING, "I no longer know that answer"))


async def test_an_event_that_comes_twice_is_answered_once(teller: Office) -> None:
    anna = await teller.person(ANNA)
    await anna.troubles(twice=2)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    await answer_of(anna, LENDING, ts, "The number of customers")
    assert len(teller.router.asked) == 1
    assert len((await anna.looks()).thread(LENDING, ts)) == 1


async def test_a_question_edited_before_it_is_answered_is_answered_in_its_new_words(office: Office) -> None:
    anna = await office.person(ANNA)
    ts = await anna.says(LENDING, "@Teller List the customers")
    question_id = f"{LENDING}:{ts}"
    await eventually(lambda: _state(office, question_id) == "received")
    await anna.edits(LENDING, ts, "@Teller How many customers?")
    await eventually(lambda: _text(office, question_id) == "How many customers?")
    async with office.hires():
        await answer_of(anna, LENDING, ts, "The number of customers")
        await eventually(lambda: _state(office, question_id) == "done")
        await anna.edits(LENDING, ts, "@Teller List the customers")
        await anna.until(lambda sight: _saying(sight, LENDING, "before you changed it"))


async def test_a_question_deleted_before_it_is_answered_is_never_answered(office: Office) -> None:
    anna = await office.person(ANNA)
    gone = await anna.says(LENDING, "@Teller List the customers")
    await eventually(lambda: _state(office, f"{LENDING}:{gone}") == "received")
    await anna.deletes(LENDING, gone)
    await eventually(lambda: _state(office, f"{LENDING}:{gone}") == "withdrawn")
    async with office.hires():
        ts = await anna.says(LENDING, "@Teller How many customers?")
        await answer_of(anna, LENDING, ts, "The number of customers")
    assert [question.text for question, _ in office.router.asked] == ["How many customers?"]


async def test_deleting_a_question_that_was_asked_back_takes_the_buttons_away(teller: Office) -> None:
    anna = await teller.person(ANNA)
    ts = await anna.says(LENDING, "@Teller How many are high risk?")
    await answer_of(anna, LENDING, ts, "Which rating do you mean?")
    await eventually(lambda: _state(teller, f"{LENDING}:{ts}") == "waiting")
    await anna.deletes(LENDING, ts)
    await anna.until(lambda sight: not sight.thread(LENDING, ts))


async def test_a_question_of_five_thousand_characters_gets_a_sentence(teller: Office) -> None:
    anna = await teller.person(ANNA)
    ts = await anna.says(LENDING, "@Teller " + "how many " * 555)
    await answer_of(anna, LENDING, ts, "I only answer questions about the bank.")


async def test_when_slack_refuses_the_blocks_the_answer_comes_as_text_and_file(teller: Office) -> None:
    anna = await teller.person(ANNA)
    teller.router.gate.clear()
    ts = await anna.says(LENDING, "@Teller List the customers")
    await answer_of(anna, LENDING, ts, "Looking that up")
    await anna.troubles(fault={"method": "chat.update", "error": "invalid_blocks"})
    teller.router.gate.set()
    replies = await anna.until(lambda sight: _with_file(sight, LENDING, ts))
    answer, file = replies
    assert "1,200.50" in answer["text"]
    assert "Ada &lt;!channel&gt; Ltd" in answer["text"]
    assert not answer.get("blocks")
    assert file["files"][0]["name"] == "answer.csv"


async def test_an_error_of_the_bank_is_its_own_sentence_and_an_unknown_one_an_apology(teller: Office) -> None:
    anna = await teller.person(ANNA)
    teller.router.replies["Break"] = RuntimeError("secret-host:5432 refused")
    ts = await anna.says(LENDING, "@Teller Break")
    answer = await answer_of(anna, LENDING, ts, "Something went wrong on my side")
    assert f"{LENDING}:{ts}" in words(answer)
    assert "secret-host" not in words(answer)


async def test_home_says_what_to_ask_and_how_it_went(teller: Office) -> None:
    anna = await teller.person(ANNA)
    await anna.opens_home()
    home = await anna.until(lambda sight: sight.home)
    assert "Fern Bank" in words(home)
    assert "How many customers?" in words(home)


async def test_a_question_whose_worker_died_is_answered_once_by_another(office: Office) -> None:
    office.lease = timedelta(seconds=0.3)
    anna = await office.person(ANNA)
    office.router.gate.clear()
    async with office.hires():
        ts = await anna.says(LENDING, "@Teller How many customers?")
        await answer_of(anna, LENDING, ts, "Looking that up")
    office.router.gate.set()
    async with office.hires():
        await answer_of(anna, LENDING, ts, "The number of customers")
    assert len((await anna.looks()).thread(LENDING, ts)) == 1


@pytest.mark.parametrize("power_cut", [False, True])
async def test_a_placeholder_that_was_posted_but_not_noted_down_is_found_again(office: Office, power_cut: bool) -> None:
    """A power cut undoes the claim too: the question looks as if nobody had ever taken it."""
    anna = await office.person(ANNA)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    question_id = f"{LENDING}:{ts}"
    await eventually(lambda: _state(office, question_id) == "received")
    if not power_cut:
        office.ledger.claim("a worker that dies", timedelta(seconds=1), datetime(2020, 1, 1, tzinfo=UTC))
    metadata = {"event_type": "teller_question", "event_payload": {"question_id": question_id}}
    left = await office.poster().post(LENDING, "Looking that up …", (), ts, metadata)
    async with office.hires():
        answer = await answer_of(anna, LENDING, ts, "The number of customers")
    assert answer["ts"] == left


async def test_the_placeholder_of_a_private_question_is_found_again_in_direct_messages(office: Office) -> None:
    anna = await office.person(ANNA)
    await anna.commands("/ask", "private How many customers?", LENDING)
    entry = office.ledger.claim("a worker that dies", timedelta(seconds=1), datetime(2020, 1, 1, tzinfo=UTC))
    assert entry is not None
    metadata = {"event_type": "teller_question", "event_payload": {"question_id": entry.asked.id}}
    left = await office.poster().post(anna.direct, "Looking that up …", (), "", metadata)
    async with office.hires():
        (answer,) = await anna.until(lambda sight: _saying(sight, anna.direct, "The number of customers"))
    assert answer["ts"] == left


async def test_a_question_that_kills_every_worker_ends_with_a_sentence(office: Office) -> None:
    anna = await office.person(ANNA)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    question_id = f"{LENDING}:{ts}"
    await eventually(lambda: _state(office, question_id) == "received")
    for day in range(1, ATTEMPTS + 1):
        office.ledger.claim(f"worker {day}", timedelta(seconds=1), datetime(2020, 1, day, tzinfo=UTC))
    async with office.hires():
        await answer_of(anna, LENDING, ts, "Something went wrong on my side")
        await eventually(lambda: _state(office, question_id) == "done")
    assert office.router.asked == []


def _saying(sight: Sight, channel: str, text: str) -> Seen:
    return [message for message in sight.messages(channel) if text in words(message)]


async def _quiet(person: Human, channel: str) -> Seen:
    return [message for message in await person.sees(channel) if "customers" in words(message)]


def _with_file(sight: Sight, channel: str, ts: str) -> Seen:
    replies = sight.thread(channel, ts)
    return replies if len(replies) == 2 and replies[1].get("files") else []


def _state(office: Office, question_id: str) -> str:
    entry = office.ledger.entry(question_id)
    return entry.state if entry else ""


def _votes(office: Office, question_id: str) -> dict[str, bool]:
    return {vote.person: vote.up for vote in office.ledger.votes(question_id)}


def _text(office: Office, question_id: str) -> str:
    entry = office.ledger.entry(question_id)
    return entry.asked.text if entry else ""


async def eventually(check: Callable[[], bool], seconds: float = 5) -> None:
    """Waits until `check` holds; fails after `seconds`."""
    async with asyncio.timeout(seconds):
        while not check():  # noqa: ASYNC110  the ledger rings no bell
            await asyncio.sleep(0.01)
