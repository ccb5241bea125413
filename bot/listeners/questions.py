"""Questions in messages: mentions, direct messages, replies in a thread; edited and deleted ones."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncBoltContext

from bot.listeners.desk import Desk
from bot.listeners.stopping import Stopping, asks_to_stop
from bot.listeners.subscriptions import Standing
from bot.listeners.words import MENTION, moment
from tracking.state import States

Event = dict[str, Any]

SPOKEN = (None, "file_share", "thread_broadcast")  # subtypes of messages in which a person says something
LATEST = timedelta(minutes=10)  # how late an event may come; Slack sends one again for about six minutes
TOO_LATE = "I had read your question before you changed it. To ask it in the new words, please send it again."


@dataclass(frozen=True, slots=True)
class Questions:
    """A mention also arrives as a message: both bear the same id, and the ledger takes it once."""

    desk: Desk

    async def mention(self, event: Event, context: AsyncBoltContext) -> None:
        """@Teller …"""
        if _is_a_persons(event):
            await self._take(event, context, "mention")

    async def message(self, event: Event, context: AsyncBoltContext) -> None:
        """Every other message Teller can see; most are not for it."""
        if event.get("subtype") == "message_changed":
            await self._changed(event, context)
        elif event.get("subtype") == "message_deleted":
            await self._deleted(event["channel"], event["deleted_ts"], event.get("previous_message", {}), context)
        elif _is_a_persons(event):
            source = await self._for_me(event, context)
            if source:
                await self._take(event, context, source)

    async def _for_me(self, event: Event, context: AsyncBoltContext) -> str:
        """How the message addresses Teller; empty if it does not."""
        if event.get("channel_type") == "im":
            return "message"
        channel, thread = event["channel"], event.get("thread_ts")
        if not thread or thread == event["ts"]:
            return ""
        first = MENTION.match(event.get("text", "").lstrip())
        if first and first[1] != context.bot_user_id:
            return ""  # said to somebody else
        return "thread" if await asyncio.to_thread(self._answered_in, channel, thread) else ""

    def _answered_in(self, channel: str, thread: str) -> bool:
        ledger = self.desk.ledger
        return ledger.by_message(channel, thread) is not None or bool(ledger.thread(channel, thread))

    async def _take(self, event: Event, context: AsyncBoltContext, source: str) -> None:
        channel, ts = event["channel"], event["ts"]
        thread, text = (
            event.get("thread_ts") or ts,
            await self.desk.words(event.get("text", ""), context.bot_user_id or ""),
        )
        if asks_to_stop(text):
            await Stopping(self.desk).said(event["user"], channel, event.get("thread_ts", ""))
            return
        if await asyncio.to_thread(States(self.desk.ledger).get, _gone(f"{channel}:{ts}")) is not None:
            return  # deleted, and the word of that came first
        asked = await Standing(self.desk).heard(text, event, f"{channel}:{ts}", thread)
        if asked is None:
            return
        await self.desk.take(
            f"{channel}:{ts}",
            asked,
            event["user"],
            channel,
            thread,
            moment(ts),
            source,
            private=channel.startswith("D"),
        )

    async def _changed(self, event: Event, context: AsyncBoltContext) -> None:
        now, before, channel = event["message"], event.get("previous_message", {}), event["channel"]
        if now.get("subtype") == "tombstone":  # deleted, while its thread lives on
            await self._deleted(channel, now["ts"], before, context)
            return
        if not _is_a_persons(now) or now.get("text") == before.get("text"):
            return
        question_id = f"{channel}:{now['ts']}"
        text = await self.desk.words(now.get("text", ""), context.bot_user_id or "")
        if await asyncio.to_thread(self.desk.ledger.edit, question_id, text):
            self.desk.wake.set()
            return
        entry = await asyncio.to_thread(self.desk.ledger.entry, question_id)
        if entry is None:
            if _is_recent(now["ts"]) and _addressed(now, channel, context):
                # The edit overtook the question itself, or made one of it; what comes later bears the same id.
                await self._take({**now, "channel": channel}, context, "message")
        elif entry.state != "withdrawn" and entry.asked.text != text:
            await self.desk.whisper(channel, now["user"], TOO_LATE, entry.asked.thread)

    async def _deleted(self, channel: str, ts: str, before: Event, context: AsyncBoltContext) -> None:
        question_id = f"{channel}:{ts}"
        if not await asyncio.to_thread(self.desk.ledger.withdraw, question_id):
            if _addressed(before, channel, context):  # the question itself may still be on its way
                await asyncio.to_thread(States(self.desk.ledger).begin, _gone(question_id), {})
            return
        self.desk.wake.set()  # whoever works on it stops
        entry = await asyncio.to_thread(self.desk.ledger.entry, question_id)
        if entry is not None and entry.message_ts:
            await self.desk.poster.remove(entry.message_channel, entry.message_ts)


def _addressed(message: Event, channel: str, context: AsyncBoltContext) -> bool:
    """Whether a message was said to Teller, by what it says itself."""
    return _is_a_persons(message) and (
        channel.startswith("D") or f"<@{context.bot_user_id}>" in message.get("text", "")
    )


def _is_recent(ts: str) -> bool:
    return datetime.now(UTC) - moment(ts) < LATEST


def _gone(question_id: str) -> str:
    return f"deleted before it was asked: {question_id}"


def _is_a_persons(event: Event) -> bool:
    spoken = event.get("subtype") in SPOKEN and not event.get("bot_id")
    return spoken and event.get("user", "USLACKBOT") != "USLACKBOT"
