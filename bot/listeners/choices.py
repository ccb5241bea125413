"""Buttons that go on with a question: a reading picked, one of the nearest questions asked."""

import asyncio
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.listeners.desk import Desk, place_of
from bot.listeners.failures import GONE
from bot.listeners.words import moment
from tracking.choices import StandingChoices
from tracking.records import Entry

Payload = dict[str, Any]

ASKED_ALREADY = "You have asked that here already; the answer is in this conversation."
CHOSEN_ALREADY = "That has been chosen already."
NOT_YET = "I am still writing this down. Please press again in a moment."
KEPT = "From now on I read it so whenever you ask. /ask forget lets me ask you again."
ONLY_THE_ASKER = "Only the person who asked can keep that reading."
NOT_YOURS = "Only the person who asked can choose here. Ask me the same question, and I will ask you."


@dataclass(frozen=True, slots=True)
class Choices:
    """A button carries the question's id; what it offers stands in the ledger, and survives a restart there."""

    desk: Desk

    async def choice(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        """One reading of the question is picked; the same question goes on. The first click wins."""
        person = body["user"]["id"]
        entry, key = await self._offered(action)
        if entry is None or key is None:
            await self.desk.tell(body, GONE)
        elif await asyncio.to_thread(self.desk.ledger.choose, entry.asked.id, key, person):
            self.desk.wake.set()
        else:
            await self.desk.tell(body, _why_not(entry, person))
        await ack()

    async def always(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        """The readings picked for this question become its asker's own defaults."""
        person = body["user"]["id"]
        entry = await asyncio.to_thread(self.desk.ledger.entry, action["value"])
        if entry is None or not entry.chosen:
            await self.desk.tell(body, GONE)
        elif entry.asked.person != person:
            await self.desk.tell(body, ONLY_THE_ASKER)
        else:
            await asyncio.to_thread(StandingChoices(self.desk.ledger).keep, person, entry.chosen)
            await self.desk.tell(body, KEPT)
        await ack()

    async def nearest(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        """A question Teller offered is asked by whoever pressed it; pressed twice, it is still one question."""
        person = body["user"]["id"]
        entry, text = await self._offered(action)
        if entry is None or text is None:
            await self.desk.tell(body, GONE)
        elif not await self._ask(entry, text, person, body, action):
            await self.desk.tell(body, ASKED_ALREADY)
        await ack()

    async def _ask(self, entry: Entry, text: str, person: str, body: Payload, action: Payload) -> bool:
        channel, thread = place_of(body)
        ts = body["container"]["message_ts"]
        return await self.desk.take(
            f"{channel}:{ts}:{action['action_id']}:{person}",
            text,
            person,
            channel,
            thread or ts,
            moment(action["action_ts"]),
            "button",
            approach=entry.asked.approach,
            private=entry.asked.private,
        )

    async def _offered(self, action: Payload) -> tuple[Entry | None, str | None]:
        entry = await asyncio.to_thread(self.desk.ledger.entry, action["value"])
        choices = entry.result.choices if entry and entry.result else ()
        place = int(action["action_id"].rpartition("_")[2])
        return entry, choices[place][1] if place < len(choices) else None


def _why_not(entry: Entry, person: str) -> str:
    if entry.asked.person != person:
        return NOT_YOURS
    return NOT_YET if entry.state == "claimed" and not entry.chosen else CHOSEN_ALREADY
