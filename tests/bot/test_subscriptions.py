"""Standing orders in a whole Slack: made by button and by words, sent, tested, paused, deleted, and what goes wrong."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bank.policy import Policy
from bot.blocks import ids
from bot.ordering import NO_ANSWER, firing
from emulator.human import Human, Sight, words
from tests.bot.conftest import Office, saying
from tracking.recurrence import Recurrence
from tracking.subscriptions import Subscription

ANNA, BEN = "U0ANNA0001", "U0BEN00001"
LENDING, RISK = "C0LENDING1", "C0RISK0001"
EVERYTHING: dict[str, Any] = {"tables": {"customer": {}}}
RULES: dict[str, Any] = {
    "roles": {
        "banker": {"tables": {"customer": {"rows": "branch = :branch", "says": "customers of your branch"}}},
        "analyst": EVERYTHING,
    },
    "people": [{"user": ANNA, "role": "banker", "attributes": {"branch": "Leeds"}}],
    "everybody_else": "analyst",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bank.db"


@pytest.fixture
def policy() -> Policy:
    return Policy.model_validate(RULES)


def alter(file: Path, sql: str) -> None:
    connection = sqlite3.connect(file)
    connection.execute(sql)
    connection.commit()
    connection.close()


def count(sight: Sight, channel: str, text: str) -> int:
    return sum(text in words(message) for message in sight.messages(channel))


async def asked(teller: Office, user: str, channel: str, text: str, answer: str) -> tuple[Human, str, dict[str, Any]]:
    person = await teller.person(user)
    ts = await person.says(channel, f"@Teller {text}")
    message = await person.until(saying(channel, answer))
    await done(teller, f"{channel}:{ts}")
    return person, ts, message


async def done(teller: Office, question_id: str) -> str:
    async with asyncio.timeout(5):
        while (entry := teller.ledger.entry(question_id)) is None or entry.state != "done":  # noqa: ASYNC110 - a file does not tell of its changes
            await asyncio.sleep(0.02)
    assert entry.result is not None
    return entry.result.outcome


def the_one(teller: Office, user: str) -> Subscription:
    (only,) = teller.ledger.subscriptions_of(user)
    return only


async def comes_due(teller: Office, wanted: Subscription, key: str) -> str:
    """What the job does when it comes due; the id of the question that it becomes."""
    made = firing(wanted, key, datetime.now(UTC))
    teller.ledger.receive(made)
    teller.wake.set()
    await done(teller, made.id)
    return made.id


async def test_the_button_opens_a_form_and_the_answer_comes_again(teller: Office) -> None:
    ben, _, answer = await asked(teller, BEN, RISK, "How many customers?", "The number of customers")
    await ben.clicks(RISK, answer["ts"], ids.SUBSCRIBE)
    view = await ben.until(lambda sight: sight.view)
    values = {"every": "week", "weekday": ["thursday"], "day": "first", "at": "08:30", "where": "here", "only": []}
    await ben.submits(view["id"], values)
    said = await ben.until(saying(RISK, "I send this every Thursday at 08:30, into the channel."))
    assert "each time over the newest figures" in words(said)
    wanted = the_one(teller, BEN)
    assert wanted.recurrence == Recurrence("week", "08:30", ("thursday",))
    await comes_due(teller, wanted, "one")
    sent = await ben.until(saying(RISK, "The number of customers", "Sent every Thursday at 08:30."))
    assert "30 June 2025" in words(sent)
    assert sent.get("thread_ts") is None


async def test_words_in_the_thread_make_one_for_who_says_them(teller: Office) -> None:
    cleared = RULES | {"channels": {LENDING: {"clearance": "analyst"}}}
    teller.answering.bank.rights.policy = Policy.model_validate(cleared)
    ben = await teller.person(BEN)
    ts = await ben.says(LENDING, "@Teller How many customers?")
    await done(teller, f"{LENDING}:{ts}")
    anna = await teller.person(ANNA)
    await anna.says(LENDING, "send me this every Monday at 9", ts)
    await anna.until(saying(LENDING, "I send this every Monday at 09:00, to you."))
    wanted = the_one(teller, ANNA)
    await comes_due(teller, wanted, "one")
    sent = await anna.until(saying(anna.direct, "Sent every Monday at 09:00."))
    assert "customers of your branch" in words(sent)  # her rights, not those of who asked
    assert teller.ledger.subscriptions_of(BEN) == []


async def test_an_answer_that_was_kept_from_the_channel_is_nobody_elses_to_order(teller: Office) -> None:
    """Its question in full and its reading may name what only its asker may know."""
    ben = await teller.person(BEN)
    ts = await ben.says(LENDING, "@Teller How many customers?")
    await ben.until(saying(ben.direct, "The number of customers"))
    await done(teller, f"{LENDING}:{ts}")
    anna = await teller.person(ANNA)
    await anna.says(LENDING, "send me this every Monday at 9", ts)
    await anna.until(saying(LENDING, NO_ANSWER))
    assert teller.ledger.subscriptions_of(ANNA) == []
    await ben.says(LENDING, "send me this every Monday at 9", ts)
    await ben.until(saying(LENDING, "I send this every Monday at 09:00, to you."))


async def test_an_order_that_names_a_question_has_it_answered_first(teller: Office) -> None:
    ben = await teller.person(BEN)
    teller.router.replies["how many customers"] = teller.router.replies["How many customers?"]
    await ben.says(RISK, "@Teller Send me how many customers every Monday at 9")
    await ben.until(saying(RISK, "The number of customers"))
    await ben.until(saying(RISK, "I send this every Monday at 09:00, to you."))
    assert the_one(teller, BEN).question == "how many customers"


async def test_what_is_unclear_is_said_and_nothing_is_made(teller: Office) -> None:
    ben, ts, _ = await asked(teller, BEN, RISK, "How many customers?", "The number of customers")
    await ben.says(RISK, "send me this daily at 5", ts)
    await ben.until(saying(RISK, "At 5 in the morning or in the afternoon?"))
    await ben.says(LENDING, "@Teller send me this daily")
    await ben.until(saying(LENDING, "I have no answer here that I could send you again."))
    assert teller.ledger.subscriptions_of(BEN) == []


async def test_the_same_firing_is_sent_once_however_often_it_comes(teller: Office) -> None:
    ben, ts, _ = await asked(teller, BEN, RISK, "How many customers?", "The number of customers")
    await ben.says(RISK, "post this here every Monday at 9", ts)
    await ben.until(saying(RISK, "I send this every Monday"))
    wanted = the_one(teller, BEN)
    await comes_due(teller, wanted, "one")
    await comes_due(teller, wanted, "one")
    await comes_due(teller, wanted, "two")
    assert count(await ben.looks(), RISK, "Sent every Monday") == 2


async def test_only_if_changed_and_only_if_there_is_something(teller: Office, file: Path) -> None:
    ben, ts, _ = await asked(teller, BEN, RISK, "List the customers", "All customers")
    await ben.says(RISK, "send me this daily, only if it changed", ts)
    await ben.until(saying(RISK, "only if it has changed"))
    wanted = the_one(teller, BEN)
    await comes_due(teller, wanted, "one")
    await comes_due(teller, wanted, "two")
    assert count(await ben.looks(), ben.direct, "Sent every day") == 1
    assert "nothing has changed" in the_one(teller, BEN).last
    alter(file, "UPDATE customer SET balance = 6 WHERE id = 4")
    await comes_due(teller, wanted, "three")
    assert count(await ben.looks(), ben.direct, "Sent every day") == 2
    teller.ledger.unsubscribe(wanted.id, BEN)
    await ben.says(RISK, "send me this daily, only if there is something", ts)
    await ben.until(saying(RISK, "to you, only if there is something"))
    alter(file, "DELETE FROM customer")
    await comes_due(teller, the_one(teller, BEN), "one")
    assert "there was nothing" in the_one(teller, BEN).last
    assert count(await ben.looks(), ben.direct, "Sent every day") == 2


async def test_where_not_everybody_may_see_it_only_the_owner_hears(teller: Office) -> None:
    ben = await teller.person(BEN)
    ts = await ben.says(LENDING, "@Teller List the customers")
    await ben.until(saying(ben.direct, "All customers"))
    await done(teller, f"{LENDING}:{ts}")
    await ben.says(LENDING, "post this here every Monday at 9", ts)
    await ben.until(saying(LENDING, "I send this every Monday"))
    before = len(await ben.sees(LENDING))
    await comes_due(teller, the_one(teller, BEN), "one")
    told = await ben.until(saying(ben.direct, "I may not post it there: not everybody in this channel may see it"))
    assert "I could not send you “List the customers”" in words(told)
    assert len(await ben.sees(LENDING)) == before
    for key in ("two", "three", "four", "five"):
        await comes_due(teller, the_one(teller, BEN), key)
    await ben.until(saying(ben.direct, "so I have paused it"))
    assert count(await ben.looks(), ben.direct, "I could not send you") == 2  # the first and the last time
    assert the_one(teller, BEN).state == "paused"


async def test_a_failure_is_told_to_the_owner_and_not_to_the_readers(teller: Office, file: Path) -> None:
    ben, ts, _ = await asked(teller, BEN, RISK, "List the customers", "All customers")
    await ben.says(RISK, "post this here every Monday at 9", ts)
    await ben.until(saying(RISK, "I send this every Monday"))
    before = len(await ben.sees(RISK))
    alter(file, "DROP TABLE customer")
    await comes_due(teller, the_one(teller, BEN), "one")
    await ben.until(saying(ben.direct, "I could not send you “List the customers”"))
    assert len(await ben.sees(RISK)) == before
    assert the_one(teller, BEN).failures == 1


async def test_a_question_that_is_read_otherwise_by_now_is_not_sent(teller: Office) -> None:
    ben, ts, _ = await asked(teller, BEN, RISK, "How many customers?", "The number of customers")
    await ben.says(RISK, "post this here every Monday at 9", ts)
    await ben.until(saying(RISK, "I send this every Monday"))
    teller.router.replies["How many customers?"] = teller.router.replies["and in Leeds?"]
    await comes_due(teller, the_one(teller, BEN), "one")
    await ben.until(saying(ben.direct, "no longer read as it was"))


async def test_listed_tested_paused_resumed_and_deleted(teller: Office) -> None:
    ben, ts, _ = await asked(teller, BEN, RISK, "How many customers?", "The number of customers")
    await ben.says(RISK, "post this here every Monday at 9", ts)
    message = await ben.until(saying(RISK, "I send this every Monday"))
    wanted = the_one(teller, BEN)
    await ben.commands("/ask", "subscriptions", RISK)
    await ben.until(saying(RISK, "How many customers?", "every Monday at 09:00, into the channel", "Pause"))
    await ben.clicks(RISK, message["ts"], ids.SUBSCRIPTION_TEST)
    await ben.until(saying(ben.direct, "This is a test: only you see it."))
    await ben.clicks(RISK, message["ts"], ids.SUBSCRIPTION_PAUSE)
    await ben.until(saying(RISK, "Paused."))
    await comes_due(teller, wanted, "one")
    assert count(await ben.looks(), RISK, "Sent every Monday") == 0
    assert not teller.ledger.unsubscribe(wanted.id, ANNA)
    teller.ledger.resume(wanted.id, BEN, datetime.now(UTC))
    await comes_due(teller, wanted, "two")
    await ben.until(saying(RISK, "Sent every Monday"))
    await ben.clicks(RISK, message["ts"], ids.SUBSCRIPTION_DELETE)
    await ben.until(saying(RISK, "Deleted."))
    await comes_due(teller, wanted, "three")
    assert count(await ben.looks(), RISK, "Sent every Monday") == 1


async def test_in_home_it_is_moved_to_another_time_and_home_shows_what_became_of_it(teller: Office) -> None:
    ben, ts, _ = await asked(teller, BEN, RISK, "How many customers?", "The number of customers")
    await ben.says(RISK, "post this here every Monday at 9", ts)
    await ben.until(saying(RISK, "I send this every Monday"))
    await ben.opens_home()
    home = await ben.until(lambda sight: sight.home)
    wanted = the_one(teller, BEN)
    await ben.clicks_in_view(home["id"], ids.SUBSCRIPTION_CHANGE, wanted.id, f"do_{wanted.id}")
    form = await ben.until(lambda sight: sight.view)
    none = {"every": "week", "weekday": [], "day": "first", "at": "08:30", "only": ["changed"]}
    assert "Pick at least one day." in str(await ben.submits(form["id"], none))
    await ben.submits(form["id"], none | {"weekday": ["tuesday", "friday"]})
    await ben.until(saying(ben.direct, "every Tuesday and Friday at 08:30, into the channel, only if it has changed."))
    assert the_one(teller, BEN).recurrence == Recurrence("week", "08:30", ("tuesday", "friday"))
    home = await ben.until(lambda sight: sight.home if "Tuesday and Friday" in str(sight.home) else None)
    await ben.clicks_in_view(home["id"], ids.SUBSCRIPTION_DELETE, wanted.id, f"do_{wanted.id}")
    await ben.until(lambda sight: "You have no subscriptions" in str(sight.home))


async def test_what_is_sent_by_itself_is_not_counted_but_can_be_rated(teller: Office) -> None:
    ben, ts, _ = await asked(teller, BEN, RISK, "How many customers?", "The number of customers")
    await ben.says(RISK, "post this here every Monday at 9", ts)
    await ben.until(saying(RISK, "I send this every Monday"))
    question_id = await comes_due(teller, the_one(teller, BEN), "one")
    sent = await ben.until(saying(RISK, "Sent every Monday"))
    await ben.clicks(RISK, sent["ts"], ids.FEEDBACK, f"up:{question_id}")
    assert [vote.up for vote in teller.ledger.votes(question_id)] == [True]
    entry = teller.ledger.entry(question_id)
    assert entry is not None
    assert entry.asked.test


async def test_a_message_without_words_is_still_answered(teller: Office) -> None:
    ben = await teller.person(BEN)
    ts = await ben.says(RISK, "@Teller")
    await done(teller, f"{RISK}:{ts}")
