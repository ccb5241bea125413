""" "Share here": an answer that was given in private is shown where it was asked, if by now everybody there may see it."""

import asyncio
import logging
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bank.errors import BankError
from bot.answering import Answering
from bot.audience import Audience
from bot.blocks.reply import reply
from bot.ending import statements
from bot.people import People
from bot.posting import Poster, refused
from tracking.ledger import Ledger
from tracking.records import Entry

log = logging.getLogger(__name__)

NOTHING = "I no longer have that answer. Please ask the question again."
NOT_YOURS = "Only the person who asked can share an answer."
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

    async def share(self, question_id: str, person: str) -> str:
        """Posts the answer where it was asked, or does not; returns the sentence that says so to the asker."""
        entry = await asyncio.to_thread(self.ledger.entry, question_id)
        if entry is None or entry.result is None or entry.result.outcome != "answered" or not entry.result.sql:
            return NOTHING
        if entry.asked.person != person:
            return NOT_YOURS
        if entry.message_channel == entry.asked.channel:
            return ALREADY
        try:
            return await self._show(entry)
        except BankError as error:
            return str(error)
        except SlackApiError as error:
            log.warning("The answer to %s could not be shared: %s", question_id, refused(error))
            return "Slack did not let me post there."

    async def _show(self, entry: Entry) -> str:
        asked = entry.asked
        asker = await self.people.person(asked.person, asked.person_name)
        queries = [sql for sql, _ in statements(entry.result)] if entry.result else []
        verdict = await self.audience.judge(asked.channel, asker, queries)
        if verdict.reason:
            return f"I cannot share it there: {verdict.reason}."
        message = reply(await self.answering.again(entry, asker), asked.person)
        await self.answering.shown(asked.id, asked.channel, verdict.readers)
        ts = await self.poster.post(asked.channel, message.text, message.blocks, asked.thread)
        await asyncio.to_thread(self.ledger.placed, asked.id, asked.channel, ts)
        if not message.complete:
            await self.poster.attach(asked.channel, asked.thread or ts, message.files)
        return SHARED
