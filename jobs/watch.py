"""Looks at what is watched, and says what the alarm makes of it: once, over replicas, restarts and buttons pressed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from slack_sdk.errors import SlackApiError

from bot.blocks.alert import Alert, alert_message, moved_message
from bot.blocks.message import Message
from bot.posting import GONE, refused
from bot.telling import Telling, fingerprint
from jobs.saying import Saying
from tracking.alarm import Limits, Seen, step
from tracking.alarms import Alarms, Kept

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at what is watched: the figure, and what is to be said of it."""

    seen: Seen
    alert: Alert


@dataclass(frozen=True, slots=True)
class Watch:
    """Something watched: Teller's success rate, a database, a figure of the bank. `name` is that of its alarm."""

    name: str
    channel: str
    limits: Limits
    look: Callable[[datetime], Awaitable[Sight]]


Aloud = Callable[[str, Message], Awaitable[None]]
"""Says something by another way too, such as mail: a key that tells it from everything else, and the message."""


class Watcher:
    """Steps alarms and keeps their messages. Only one `check` of a watch runs at a time: a job's lease sees to that."""

    def __init__(self, alarms: Alarms, saying: Saying, telling: Telling, aloud: Sequence[Aloud] = ()) -> None:
        self._alarms = alarms
        self._saying = saying
        self._telling = telling
        self._aloud = aloud

    async def check(self, watch: Watch, at: datetime) -> Kept:
        """Looks, steps the alarm and says what that gives. What an earlier check owes is said first."""
        await self._pay(await asyncio.to_thread(self._alarms.get, watch.name))
        sight = await watch.look(at)
        kept = await asyncio.to_thread(self._alarms.change, watch.name, lambda row: _stepped(row, watch, sight, at))
        return await self._pay(kept)

    async def check_all(self, watches: Iterable[Watch], at: datetime) -> None:
        """Checks one after the other; one that fails does not keep back the others, and is raised in the end."""
        failed: list[Exception] = []
        for watch in watches:
            try:
                await self.check(watch, at)
            except Exception as error:
                log.exception("The alarm %s could not be looked after; it is tried again", watch.name)
                failed.append(error)
        if failed:
            raise failed[0]

    async def _pay(self, kept: Kept) -> Kept:
        """Says what the row owes. Saying it again after a crash changes nothing: messages go by their episode."""
        if kept.owed == "nothing" or kept.face is None:
            return kept
        await self._say(kept)
        return await asyncio.to_thread(self._alarms.change, kept.name, lambda row: _paid(row, kept))

    async def _say(self, kept: Kept) -> None:
        alert = Alert.from_json(kept.face or {})
        key = f"alarm {kept.name} {kept.alarm.episode}"
        if kept.owed in ("open", "again"):
            if kept.owed == "again" and kept.ts:
                await self._move(kept, moved_message(alert))
            message = alert_message(kept.name, alert, kept.alarm, self._telling.zone)
            ts = await self._saying.once(key, kept.channel, message)
            shown = fingerprint(message)
            await asyncio.to_thread(self._alarms.change, kept.name, lambda row: replace(row, ts=ts, shown=shown))
        else:
            await self._telling.refresh(kept)
        if kept.owed in ("open", "again", "close") and (said := self._telling.message(kept)) is not None:
            for aloud in self._aloud:
                await aloud(f"{key} {kept.owed}", said)

    async def _move(self, kept: Kept, moved: Message) -> None:
        """The older message points to the new one, first of all: afterwards nobody would know of it."""
        try:
            await self._telling.update(kept.channel, kept.ts, moved.text, moved.blocks)
        except SlackApiError as error:
            if refused(error) not in GONE:
                raise


def _stepped(row: Kept, watch: Watch, sight: Sight, at: datetime) -> Kept:
    alarm, say = step(row.alarm, sight.seen, watch.limits, at)
    face = sight.alert.as_json() if say != "nothing" else row.face
    stepped = replace(row, alarm=alarm, owed=say, face=face)
    if say in ("open", "again") and row.channel != watch.channel:
        return replace(stepped, channel=watch.channel, ts="", shown="")
    return stepped


def _paid(row: Kept, paid: Kept) -> Kept:
    """What was owed is paid; a button pressed meanwhile stays."""
    return replace(row, owed="nothing") if row.owed == paid.owed else row
