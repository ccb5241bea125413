"""Whoever has asked stops the work on it: by a button, Slack's or ours, by ❌, or by saying so."""

import asyncio
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.blocks.placeholder import stopped
from bot.listeners.desk import Desk
from tracking.records import Entry

Payload = dict[str, Any]

NOT_YOURS = "Only the person who asked can stop it."
TOO_LATE = "There is nothing to stop any more."
SIGNS = frozenset({"x", "negative_squared_cross_mark", "octagonal_sign", "stop_sign", "no_entry", "no_entry_sign"})
_WORDS = frozenset({"stop", "cancel", "abort", "halt", "never mind", "nevermind", "forget it"})


def asks_to_stop(text: str) -> bool:
    """ "stop", "cancel that please": nothing else is said."""
    words = [word for word in text.lower().strip(" .!?").split() if word not in {"please", "it", "that", "this", "now"}]
    return " ".join(words) in _WORDS or text.lower().strip(" .!?") in _WORDS


@dataclass(frozen=True, slots=True)
class Stopping:
    """Takes the question back; the worker that has it ends its model call and its query, on whichever replica it runs."""

    desk: Desk

    async def pressed(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        """The button under the placeholder."""
        question_id, person = action["value"], body["user"]["id"]
        entry = await asyncio.to_thread(self.desk.ledger.entry, question_id)
        if entry is not None and entry.asked.person != person:
            await self.desk.tell(body, NOT_YOURS)
        elif entry is None or not await self._stop(entry):
            await self.desk.tell(body, TOO_LATE)
        await ack()

    async def session_stopped(self, event: Payload) -> None:
        """Slack's own Stop button in a conversation."""
        channel, thread = event["channel"], event.get("thread_ts", "")
        if not await self._stop_all(event["user"], channel, thread):
            await self.desk.whisper(channel, event["user"], TOO_LATE, thread)
        elif thread:
            await self.desk.poster.at_work(channel, thread, False)

    async def reacted(self, event: Payload) -> None:
        """❌ on the question or on its placeholder; by others it is an emoji like any other."""
        item = event["item"]
        if item.get("type") != "message":
            return
        entry = await asyncio.to_thread(self._of_message, item["channel"], item["ts"])
        if entry is not None and entry.asked.person == event["user"]:
            await self._stop(entry)

    async def said(self, person: str, channel: str, thread: str) -> None:
        """ "stop": all that this person waits for there. A mention arrives twice, and is answered once."""
        if not await self._stop_all(person, channel, thread):
            there = await asyncio.to_thread(self.desk.ledger.thread, channel, thread) if thread else ()
            if not any(entry.state == "withdrawn" and entry.asked.person == person for entry in there):
                await self.desk.whisper(channel, person, TOO_LATE, thread)

    def _of_message(self, channel: str, ts: str) -> Entry | None:
        ledger = self.desk.ledger
        return ledger.entry(f"{channel}:{ts}") or ledger.by_message(channel, ts)

    async def _stop_all(self, person: str, channel: str, thread: str) -> bool:
        waiting = await asyncio.to_thread(self.desk.ledger.in_hand, person, channel, thread)
        return any([await self._stop(entry) for entry in waiting])

    async def _stop(self, entry: Entry) -> bool:
        """False if there was nothing to stop any more."""
        if not await asyncio.to_thread(self.desk.ledger.withdraw, entry.asked.id):
            return False
        self.desk.wake.set()
        now = await asyncio.to_thread(self.desk.ledger.entry, entry.asked.id)
        if now is not None and now.message_ts:
            message = stopped()
            await self.desk.poster.update(now.message_channel, now.message_ts, message.text, message.blocks)
        return True
