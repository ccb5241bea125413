""" "Share here": an answer that was given in private is shown where it was asked, if by now everybody there may see it."""

import asyncio
import logging
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bank.errors import BankError
from bot.answering import Answering
from bot.audience import Audience
from bot.blocks.reply import reply
from bot.ending import looks, shows
from bot.people import People
from bot.posting import Poster, refused
from tracking.handed_out import HandedOut
from tracking.ledger import Ledger
from tracking.records import Entry

log = logging.getLogger(__name__)

NOTHING = "I no longer have that answer. Please ask the question again."
NOT_YOURS = "Only the person who asked can share an answer."
NO_CHANNEL = "I can share it in a channel, not in direct messages."
ALREADY = "That answer is shared already."
SHARED = "Shared. I asked the bank again, so it shows what the bank holds now."


@dataclass(frozen=True, slots=True)
class Sharing:
    """Checks again who is there, and asks the bank again: what is shown is what the asker may see now."""

    ledger: Ledger
    poster: Poster
    people: People
    answering: Answering
    audience: Audience

    async def share(self, question_id: str, person: str, channel: str = "") -> str:
        """Posts the answer where it was asked, or in another channel; returns the sentence that says so, or why not."""
        entry = await asyncio.to_thread(self.ledger.entry, question_id)
        if entry is None or entry.result is None or entry.result.outcome != "answered" or not entry.result.sql:
            return NOTHING
        if entry.asked.person != person:
            return NOT_YOURS
        if channel.startswith("D"):  # the menu offers none; they would be somebody else's
            return NO_CHANNEL
        if entry.message_channel == (channel or entry.asked.channel):
            return ALREADY
        try:
            return await self._show(entry, channel or entry.asked.channel)
        except BankError as error:
            return str(error)
        except SlackApiError as error:
            log.warning("The answer to %s could not be shared: %s", question_id, refused(error))
            return "Slack did not let me post there."

    async def _show(self, entry: Entry, channel: str) -> str:
        asked = entry.asked
        asker = await self.people.person(asked.person, asked.person_name)
        answer = await self.answering.again(entry, asker)
        shown = shows(answer, looks(entry.result) if entry.result else ())
        verdict = await self.audience.judge(channel, asker, shown)
        if verdict.reason:
            return f"I cannot share it there: {verdict.reason}."
        message = reply(answer, asked.person)
        await self.answering.shown(asked.id, channel, verdict.readers)
        thread = asked.in_thread if channel == asked.channel else ""
        ts, as_blocks = await self.poster.tell(channel, message, thread)
        if channel == asked.channel:
            await asyncio.to_thread(self.ledger.placed, asked.id, channel, ts)
        else:
            await asyncio.to_thread(HandedOut(self.ledger).add_copy, asked.id, channel, ts)
        if not (as_blocks and message.complete):
            ids = await self.poster.attach(channel, thread or ts, message.files)
            await asyncio.to_thread(HandedOut(self.ledger).add_files, asked.id, ids)
        return SHARED
