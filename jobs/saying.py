"""A message said once, whatever dies between: the intent is on disk before Slack is asked, and Slack is asked again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.blocks.message import File, Message
from tracking.ledger import Ledger

SKEW = timedelta(minutes=2)  # by how much this machine's clock may be ahead of Slack's

PostOnce = Callable[[str, Message, str, datetime | None, str], Awaitable[str]]
"""`bot.posting.Poster.post_once`: channel, message, key, since, thread → the message's ts."""


AttachOnce = Callable[[str, str, File, datetime | None], Awaitable[str]]
"""`bot.posting.Poster.attach_once`: channel, thread, file, since → the file's id."""


async def _nothing(channel: str, thread_ts: str, file: File, since: datetime | None) -> str:
    return "-"


class Saying:
    """Says each key once, over replicas and restarts, for whoever holds the lease on what says it."""

    def __init__(self, ledger: Ledger, post_once: PostOnce, attach_once: AttachOnce = _nothing) -> None:
        self._ledger = ledger
        self._post_once = post_once
        self._attach_once = attach_once

    async def once(self, key: str, channel: str, message: Message, thread_ts: str = "") -> str:
        """The ts of the one message with this key in this channel."""
        key = f"{key} in {channel}"
        known = await asyncio.to_thread(self._ledger.said, key)
        if known is not None and known.ref:
            return known.ref
        if known is None:
            await asyncio.to_thread(self._ledger.begin_saying, key, channel, datetime.now(UTC))
        since = known.begun_at - SKEW if known is not None else None
        ts = await self._post_once(channel, message, key, since, thread_ts)
        await asyncio.to_thread(self._ledger.say, key, ts)
        return ts

    async def attach_once(self, key: str, channel: str, thread_ts: str, file: File) -> None:
        """Puts the one file with this key under a message that was said."""
        known = await asyncio.to_thread(self._ledger.said, key)
        if known is not None and known.ref:
            return
        if known is None:
            await asyncio.to_thread(self._ledger.begin_saying, key, channel, datetime.now(UTC))
        since = known.begun_at - SKEW if known is not None else None
        await asyncio.to_thread(self._ledger.say, key, await self._attach_once(channel, thread_ts, file, since))
