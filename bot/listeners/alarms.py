"""The buttons under an alert: somebody takes care of it, or wants silence for a while."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.audience import Audience
from bot.blocks import ids
from bot.blocks.alert import Alert
from bot.blocks.behind import behind_message
from bot.blocks.message import Message
from bot.channels import Channels
from bot.listeners.desk import Desk, place_of
from bot.showing import Showing
from bot.telling import Telling
from tracking.alarm import Alarm, acknowledge, snooze
from tracking.alarms import Alarms, Kept
from tracking.listing import troubled
from tracking.thumbs import Thumbs

Payload = dict[str, Any]

MOST = 10
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

    async def questions(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        """Shows whoever asks the questions behind the alert, as far as they may see them."""
        kept = await asyncio.to_thread(Alarms(self.desk.ledger).get, action["value"])
        channel, thread = place_of(body)
        if kept.face is None:
            await self.desk.whisper(channel, body["user"]["id"], OVER, thread)
        else:
            about = Alert.from_json(kept.face)
            message = await self._questions(about, body["user"]["id"])
            await self.desk.poster.whisper(channel, body["user"]["id"], message, thread)
        await ack()

    async def _questions(self, about: Alert, person: str) -> Message:
        since, now = datetime.fromisoformat(about.since), datetime.now(UTC)
        found = await asyncio.to_thread(troubled, self.desk.ledger, about.questions, since, now, about.approach or None)
        channels = Channels(self.desk.poster.client, self.desk.people)
        audience = Audience(channels, self.desk.people, self.desk.door) if self.desk.door else None
        shown = await Showing(channels, self.desk.people, audience).to_person(person, found, MOST)
        return behind_message(about.title, shown, len(found) - len(shown), self.desk.zone)

    async def _change(self, body: Payload, action: Payload, how: Callable[[Alarm], Alarm]) -> None:
        alarms = Alarms(self.desk.ledger)

        def changed(row: Kept) -> Kept:
            return replace(row, alarm=how(row.alarm)) if row.alarm.is_open else row

        kept = await asyncio.to_thread(alarms.change, action["value"], changed)
        await Telling(alarms, self.desk.poster.update, self.desk.zone).refresh(kept)
        if not kept.alarm.is_open:
            channel, thread = place_of(body)
            await self.desk.whisper(channel, body["user"]["id"], OVER, thread)


@dataclass(frozen=True, slots=True)
class DigestThumbs:
    """The thumbs under a digest: the last word of each person counts, and the next digest tells."""

    desk: Desk

    async def given(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        direction, _, key = action["value"].partition(":")
        await asyncio.to_thread(Thumbs(self.desk.ledger).give, key, body["user"]["id"], direction == "up")
        await ack()
