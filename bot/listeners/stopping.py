"""The Stop button under a question that is being worked on."""

import asyncio
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.blocks.placeholder import stopped
from bot.listeners.desk import Desk
from bot.listeners.failures import place_of

Payload = dict[str, Any]

NOT_YOURS = "Only the person who asked can stop it."
TOO_LATE = "There is nothing to stop any more."


@dataclass(frozen=True, slots=True)
class Stopping:
    """Takes the question back; the worker that has it ends its query in the database, on whichever replica it runs."""

    desk: Desk

    async def pressed(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        question_id, person = action["value"], body["user"]["id"]
        entry = await asyncio.to_thread(self.desk.ledger.entry, question_id)
        if entry is not None and entry.asked.person != person:
            await self._tell(body, NOT_YOURS)
        elif entry is None or not await asyncio.to_thread(self.desk.ledger.withdraw, question_id):
            await self._tell(body, TOO_LATE)
        else:
            self.desk.wake.set()
            channel, ts = body["container"]["channel_id"], body["container"]["message_ts"]
            await self.desk.poster.update(channel, ts, stopped().text, stopped().blocks)
        await ack()

    async def _tell(self, body: Payload, sentence: str) -> None:
        channel, thread = place_of(body)
        await self.desk.whisper(channel, body["user"]["id"], sentence, thread)
