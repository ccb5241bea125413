"""From a person's words in Slack to the answer they see, over real HTTP and WebSocket."""

from collections.abc import Callable
from typing import Any

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
