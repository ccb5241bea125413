"""Taking an answer back: its asker may, wherever it stands; its files go with it."""

import asyncio
import logging
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.blocks.retracted import retracted
from bot.posting import GONE, Poster, refused
from tracking.handed_out import HandedOut
from tracking.ledger import Ledger
from tracking.records import Entry

log = logging.getLogger(__name__)

NOTHING = "I no longer know that answer: it is too old, or was removed."
NOT_YOURS = "Only the person who asked can take an answer back."
NOT_YET = "I am still working on it: press Stop to end that."
FAILED = "Slack did not let me take it back. Please try again in a minute."


@dataclass(frozen=True, slots=True)
class Retracting:
    """The question stays on record with its votes: what was seen was seen, and the audit says by whom."""

    ledger: Ledger
    poster: Poster

    async def retract(self, entry: Entry | None, person: str) -> str:
        """The sentence that says why not; empty if it was taken back."""
        if entry is None or not entry.message_ts:
            return NOTHING
        if entry.asked.person != person:
            return NOT_YOURS
        if entry.state in ("received", "claimed"):
            return NOT_YET
        try:
            await self._take_back(entry)
        except SlackApiError as error:
            log.warning("The answer to %s could not be taken back: %s", entry.asked.id, refused(error))
            return "" if refused(error) in GONE else FAILED
        return ""

    async def _take_back(self, entry: Entry) -> None:
        handed_out = HandedOut(self.ledger)
        for file_id in await asyncio.to_thread(handed_out.files, entry.asked.id):
            await self.poster.remove_file(file_id)
        for channel, ts in await asyncio.to_thread(handed_out.copies, entry.asked.id):
            await self.poster.remove(channel, ts)
        await asyncio.to_thread(handed_out.forget, entry.asked.id)
        message = retracted(entry.asked.person)
        await self.poster.update(entry.message_channel, entry.message_ts, message.text, message.blocks)
