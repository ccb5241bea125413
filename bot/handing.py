"""An answer as a file: asked of the bank again for whoever wants it, and put where everybody may see it, or in private."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from slack_sdk.errors import SlackApiError

from bank.errors import BankError
from bot.answering import Answering
from bot.audience import Audience
from bot.blocks.files import csv_files, excel_file
from bot.blocks.message import File
from bot.ending import shows
from bot.meanings import meanings
from bot.people import People
from bot.posting import Poster, refused
from tracking.handed_out import HandedOut
from tracking.ledger import Ledger
from tracking.records import Entry

log = logging.getLogger(__name__)

Format = Literal["csv", "excel"]
NOTHING = "I no longer have that answer. Please ask the question again."
EMPTY = "There are no rows that you may see, so there is no file."
PRIVATELY = "The file is in our direct messages: {reason}."
FAILED = "Slack did not take the file. Please try again in a minute."


@dataclass(frozen=True, slots=True)
class Handing:
    """With the rights of whoever presses the button, who need not be the person who asked."""

    ledger: Ledger
    poster: Poster
    people: People
    answering: Answering
    audience: Audience

    async def hand(self, question_id: str, person: str, wanted: Format, channel: str, thread: str) -> str:
        """Puts the file into the thread or into direct messages; the sentence for who wanted it, or empty."""
        entry = await asyncio.to_thread(self.ledger.entry, question_id)
        if entry is None or entry.result is None or entry.result.outcome != "answered":
            return NOTHING
        try:
            return await self._hand(entry, person, wanted, channel, thread)
        except BankError as error:
            return str(error)
        except SlackApiError as error:
            log.warning("The file of %s could not be handed out: %s", question_id, refused(error))
            return FAILED

    async def _hand(self, entry: Entry, person: str, wanted: Format, channel: str, thread: str) -> str:
        asker = await self.people.person(person, await self.people.name(person))
        answer = await self.answering.again(entry, asker)
        files = csv_files(answer)
        if not files:
            return EMPTY
        if wanted == "excel":
            files = (excel_file(answer, meanings(self.answering.bank.catalogue, answer)),)
        verdict = await self.audience.judge(channel, asker, shows(answer, [part.sql for part in answer.parts]))
        if verdict.reason:
            await self.answering.shown(entry.asked.id, f"a file, private, kept from {channel}", [person])
            await self._attach(entry, await self.poster.direct(person), "", files)
            return PRIVATELY.format(reason=verdict.reason)
        await self.answering.shown(entry.asked.id, f"a file in {channel}", verdict.readers)
        await self._attach(entry, channel, thread, files)
        return ""

    async def _attach(self, entry: Entry, channel: str, thread: str, files: Sequence[File]) -> None:
        ids = await self.poster.attach(channel, thread, files)
        await asyncio.to_thread(HandedOut(self.ledger).add_files, entry.asked.id, ids)
