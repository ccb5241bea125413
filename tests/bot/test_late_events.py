"""Events that Slack delivers in another order than they happened."""

import asyncio
import time
from inspect import signature
from typing import Any

from slack_bolt.async_app import AsyncBoltContext

from bot.listeners.desk import Desk
from bot.people import People
from bot.posting import Poster
from bot.slack_app import routes
from tests.fakes import FakeSlack
from tracking.ledger import Ledger

ANNA, TELLER, LENDING = "U0ANNA0001", "UTELLER", "C1"


def ears(ledger: Ledger) -> Any:
    slack = FakeSlack(users_info=[{"user": {"name": "anna", "profile": {}}}])
    heard = routes(Desk(ledger, Poster(slack), People(slack), asyncio.Event())).events

    async def hears(event: dict[str, Any]) -> None:
        listener = heard[event["type"]]
        given = {"event": event, "context": AsyncBoltContext({"bot_user_id": TELLER})}
        await listener(**{name: given[name] for name in signature(listener).parameters})

    return hears


def message(text: str, ts: str, kind: str = "message") -> dict[str, Any]:
    return {"type": kind, "channel": LENDING, "channel_type": "channel", "user": ANNA, "text": text, "ts": ts}


def hidden(subtype: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "subtype": subtype, "channel": LENDING, "channel_type": "channel", **more}


async def test_a_deletion_that_overtakes_its_question_keeps_it_from_being_asked(ledger: Ledger) -> None:
    hears, ts = ears(ledger), f"{time.time():.6f}"
    said = message(f"<@{TELLER}> How many customers?", ts, "app_mention")
    await hears(hidden("message_deleted", deleted_ts=ts, previous_message=said))
    await hears(said)
    assert ledger.entry(f"{LENDING}:{ts}") is None


async def test_an_edit_that_overtakes_its_question_is_what_is_asked(ledger: Ledger) -> None:
    hears, ts = ears(ledger), f"{time.time():.6f}"
    first = message(f"<@{TELLER}> How many custmers?", ts, "app_mention")
    then = message(f"<@{TELLER}> How many customers?", ts)
    await hears(hidden("message_changed", message=then, previous_message=first, ts=ts))
    await hears(first)
    entry = ledger.entry(f"{LENDING}:{ts}")
    assert entry is not None
    assert entry.asked.text == "How many customers?"


async def test_an_edit_that_says_nothing_to_teller_or_is_of_long_ago_asks_nothing(ledger: Ledger) -> None:
    hears, now, once = ears(ledger), f"{time.time():.6f}", f"{time.time() - 86_400:.6f}"
    for text, ts in (("Lunch at one?", now), (f"<@{TELLER}> How many customers?", once)):
        changed = message(text, ts)
        await hears(hidden("message_changed", message=changed, previous_message=message("Lunch?", ts), ts=ts))
        assert ledger.entry(f"{LENDING}:{ts}") is None


async def test_chatter_that_is_deleted_leaves_nothing_behind(ledger: Ledger) -> None:
    hears, ts = ears(ledger), f"{time.time():.6f}"
    await hears(hidden("message_deleted", deleted_ts=ts, previous_message=message("Lunch?", ts)))
    await hears(message(f"<@{TELLER}> How many customers?", ts, "app_mention"))
    assert ledger.entry(f"{LENDING}:{ts}") is not None


async def test_a_thumb_that_comes_after_it_was_taken_back_is_no_vote(ledger: Ledger) -> None:
    hears, now = ears(ledger), time.time()
    await hears(message(f"<@{TELLER}> How many customers?", f"{now:.6f}", "app_mention"))
    question = f"{LENDING}:{now:.6f}"
    ledger.placed(question, LENDING, "7.5")
    reaction = {"user": ANNA, "reaction": "+1", "item": {"type": "message", "channel": LENDING, "ts": "7.5"}}
    await hears({"type": "reaction_removed", "event_ts": f"{now + 2:.6f}", **reaction})
    await hears({"type": "reaction_added", "event_ts": f"{now + 1:.6f}", **reaction})
    assert ledger.votes(question) == ()
    await hears({"type": "reaction_added", "event_ts": f"{now + 3:.6f}", **reaction})
    assert [vote.up for vote in ledger.votes(question)] == [True]
