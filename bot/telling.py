"""Brings the message of an alarm up to date in Slack: the jobs after a look, the bot after a button was pressed."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError

from bot.blocks.alert import Alert, alert_message
from bot.blocks.message import Message
from bot.posting import GONE, refused
from tracking.alarms import Alarms, Kept

log = logging.getLogger(__name__)

Update = Callable[..., Awaitable[object]]
"""`bot.posting.Poster.update`: channel, ts, text, blocks."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a message shows is a function of the alarm's row: whoever changed the row calls `refresh`."""

    alarms: Alarms
    update: Update
    zone: ZoneInfo

    def message(self, kept: Kept) -> Message | None:
        """What the alarm's message is to show; None for one that has never said anything."""
        if kept.face is None:
            return None
        return alert_message(kept.name, Alert.from_json(kept.face), kept.alarm, self.zone)

    async def refresh(self, kept: Kept) -> None:
        """Updates the message in place, if that changes anything. One that was deleted is not said again."""
        message = self.message(kept)
        if message is None or not kept.ts or fingerprint(message) == kept.shown:
            return
        try:
            await self.update(kept.channel, kept.ts, message.text, message.blocks)
        except SlackApiError as error:
            if refused(error) not in GONE:
                raise
            log.info("The message of the alarm %s was deleted: it is not said again", kept.name)
        shown = fingerprint(message)
        await asyncio.to_thread(
            self.alarms.change, kept.name, lambda row: replace(row, shown=shown) if row.ts == kept.ts else row
        )


def fingerprint(message: Message) -> str:
    """What tells one content from another."""
    return hashlib.blake2b(repr((message.text, message.blocks)).encode(), digest_size=16).hexdigest()
