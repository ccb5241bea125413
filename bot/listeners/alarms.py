"""The buttons under an alert: somebody takes care of it, or wants silence for a while."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.blocks import ids
from bot.listeners.desk import Desk
from bot.listeners.failures import place_of
from bot.telling import Telling
from tracking.alarm import Alarm, acknowledge, snooze
from tracking.alarms import Alarms, Kept

Payload = dict[str, Any]

OVER = "This alert is over already."
LENGTHS = {f"{ids.SNOOZE}_1h": timedelta(hours=1), f"{ids.SNOOZE}_1d": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class AlarmButtons:
    """Changes the alarm's row, then its message; the jobs go on from the row."""

    desk: Desk

    async def acknowledged(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        name = await self.desk.people.name(body["user"]["id"])
        await self._change(body, action, lambda alarm: acknowledge(alarm, name, datetime.now(UTC)))
        await ack()

    async def snoozed(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        name = await self.desk.people.name(body["user"]["id"])
        until = datetime.now(UTC) + LENGTHS[action["action_id"]]
        await self._change(body, action, lambda alarm: snooze(alarm, name, until))
        await ack()

    async def _change(self, body: Payload, action: Payload, how: Callable[[Alarm], Alarm]) -> None:
        alarms = Alarms(self.desk.ledger)

        def changed(row: Kept) -> Kept:
            return replace(row, alarm=how(row.alarm)) if row.alarm.is_open else row

        kept = await asyncio.to_thread(alarms.change, action["value"], changed)
        await Telling(alarms, self.desk.poster.update, self.desk.zone).refresh(kept)
        if not kept.alarm.is_open:
            channel, thread = place_of(body)
            await self.desk.whisper(channel, body["user"]["id"], OVER, thread)
