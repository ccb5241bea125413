"""The one Slack message of a question: posted as a placeholder, then only changed, whichever worker may die meanwhile."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from slack_sdk.errors import SlackApiError

from bot.blocks.message import Message
from bot.blocks.placeholder import placeholder
from bot.blocks.private import kept_back
from bot.posting import GONE, Poster, refused
from tracking.ledger import Ledger
from tracking.records import Asked, Entry

log = logging.getLogger(__name__)

NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived"})


@dataclass(frozen=True, slots=True)
class Place:
    """The message that holds the placeholder, then the answer."""

    channel: str
    ts: str


class Placing:
    """Finds the message again that another worker left behind, so that a question never has two."""

    def __init__(self, ledger: Ledger, poster: Poster) -> None:
        self._ledger = ledger
        self._poster = poster
        self._began = datetime.now(UTC)

    async def place(self, entry: Entry) -> Place:
        """The message that will carry the answer: the one there already, or a new one, never a second one."""
        message = placeholder(entry.asked.text, asker_of(entry.asked), entry.asked.id)
        noted = Place(entry.message_channel, entry.message_ts) if entry.message_ts else None
        there = noted or await self._left_behind(entry)
        if there:
            place, _ = await self.show(entry, there, message)
        else:
            place, _ = await self._post(entry.asked, message)
        await asyncio.to_thread(self._ledger.placed, entry.asked.id, place.channel, place.ts)
        return place

    async def _left_behind(self, entry: Entry) -> Place | None:
        """A worker may have died between posting the placeholder and noting it down.

        A power cut may even have undone its claim; then the question is older than this worker.
        """
        asked = entry.asked
        if entry.attempts < 2 and asked.asked_at > self._began:
            return None
        try:
            apart = _answered_apart(asked)
            channel = await self._poster.direct(asked.person) if apart else asked.channel
            ts = await self._poster.find(channel, "" if apart else asked.thread, asked.id)
        except SlackApiError as error:
            log.warning("Cannot look for the placeholder of %s: %s", asked.id, refused(error))
            return None
        return Place(channel, ts) if ts else None

    async def _post(self, asked: Asked, message: Message) -> tuple[Place, bool]:
        if _answered_apart(asked):
            return await self._post_directly(asked, message)
        try:
            return await self._post_to(asked.channel, asked.thread, asked.id, message)
        except SlackApiError as error:
            if refused(error) not in NOT_THERE:
                raise
            log.info("Teller may not write in %s: answering in direct messages", asked.channel)
            return await self._post_directly(asked, message)

    async def _post_directly(self, asked: Asked, message: Message) -> tuple[Place, bool]:
        return await self._post_to(await self._poster.direct(asked.person), "", asked.id, message)

    async def _post_to(self, channel: str, thread: str, question_id: str, message: Message) -> tuple[Place, bool]:
        # The whole workspace's apps can read metadata: never the question, never a figure.
        metadata = {"event_type": "teller_question", "event_payload": {"question_id": question_id}}
        ts, as_blocks = await self._poster.tell(channel, message, thread, metadata)
        return Place(channel, ts), as_blocks

    async def show(self, entry: Entry, place: Place, message: Message) -> tuple[Place, bool]:
        """Shows a message in its place, anew if somebody removed it. True if Slack took the blocks."""
        try:
            return place, await self._poster.update(place.channel, place.ts, message.text, message.blocks)
        except SlackApiError as error:
            if refused(error) not in GONE:
                raise
        place, as_blocks = await self._post(entry.asked, message)
        await asyncio.to_thread(self._ledger.placed, entry.asked.id, place.channel, place.ts)
        return place, as_blocks

    async def show_privately(self, entry: Entry, place: Place, message: Message, reason: str) -> tuple[Place, bool]:
        """A line in the channel, then the answer in the asker's direct messages, once even if a worker died between."""
        asked = entry.asked
        await self.show(entry, place, kept_back(asked.person, reason))
        channel = await self._poster.direct(asked.person)
        ts = await self._poster.find(channel, "", asked.id) if entry.attempts > 1 else ""
        if ts:
            private, as_blocks = await self.show(entry, Place(channel, ts), message)
        else:
            private, as_blocks = await self._post_to(channel, "", asked.id, message)
        await asyncio.to_thread(self._ledger.placed, asked.id, private.channel, private.ts)
        return private, as_blocks

    async def show_steps(self, entry: Entry, place: Place, steps: Sequence[str]) -> None:
        """What is being done, while the answer is not there."""
        if steps:
            message = placeholder(entry.asked.text, asker_of(entry.asked), entry.asked.id, steps)
            with suppress(SlackApiError):  # the answer itself will find out what is wrong
                await self._poster.update(place.channel, place.ts, message.text, message.blocks)


def _answered_apart(asked: Asked) -> bool:
    """A private question from a channel is answered in direct messages."""
    return asked.private and not asked.channel.startswith("D")


def asker_of(asked: Asked) -> str:
    """Named where the question itself stands nowhere in the channel."""
    return asked.person if asked.source in ("command", "button") else ""
