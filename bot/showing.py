"""Which questions may be shown again to others: in a digest, under an alert. What cannot be found out counts as no.

A question in a channel was seen by its members. To others it goes only if everybody who would read it there belongs to
that channel too, or may see what its answer showed its asker and know what its words tell. What was asked in private is
never shown again, and what was asked in a private channel only to those who are in it.
"""

import logging
from collections.abc import Sequence

from bank.errors import BankError
from bot.audience import Audience, Shown
from bot.channels import MOST, Channels
from bot.ending import statements
from bot.people import WENT_WRONG, People
from tracking.records import Entry

log = logging.getLogger(__name__)


class Showing:
    """Without an `audience` (no bank at hand) only where a question was asked decides. Slack is asked anew each time
    who is in a channel, but once for all questions of one list."""

    def __init__(self, channels: Channels, people: People, audience: Audience | None) -> None:
        self._channels = channels
        self._people = people
        self._audience = audience
        self._members: dict[str, frozenset[str] | None] = {}
        self._private: dict[str, bool] = {}

    async def in_channel(self, channel: str, entries: Sequence[Entry], most: int) -> list[Entry]:
        """Those of the entries whose questions may be shown there, in their order, at most so many."""
        self._members, self._private = {}, {}
        shown: list[Entry] = []
        for entry in entries:
            if len(shown) == most:
                break
            if await self._for_channel(channel, entry):
                shown.append(entry)
        return shown

    async def to_person(self, person: str, entries: Sequence[Entry], most: int) -> list[Entry]:
        """Those that this person may see, with what was said to them: their own, those of channels they are in, those
        whose answer they may see."""
        self._members, self._private = {}, {}
        shown: list[Entry] = []
        for entry in entries:
            if len(shown) == most:
                break
            if await self._for_person(person, entry):
                shown.append(entry)
        return shown

    async def _for_channel(self, channel: str, entry: Entry) -> bool:
        asked = entry.asked
        if asked.private or asked.channel.startswith("D"):
            return False
        if asked.channel == channel:
            return True
        here, there = await self._readers(channel), await self._readers(asked.channel)
        if here is not None and there is not None and len(here) <= MOST and here <= there:
            return True
        if self._audience is None or await self._is_private(asked.channel):
            return False
        try:
            asker = await self._people.person(asked.person, asked.person_name)
            return not (await self._audience.judge(channel, asker, _shown(entry, asked.text))).reason
        except (*WENT_WRONG, BankError):
            return False

    async def _for_person(self, person: str, entry: Entry) -> bool:
        asked = entry.asked
        if asked.person == person:
            return True
        if asked.private or asked.channel.startswith("D"):
            return False
        there = await self._readers(asked.channel)
        if there is not None and person in there:
            return True
        if self._audience is None or await self._is_private(asked.channel):
            return False
        words = f"{asked.text}\n{entry.said_openly}"
        return await self._audience.may_see(person, asked.person, _shown(entry, words))

    async def _is_private(self, channel: str) -> bool:
        if channel not in self._private:
            try:
                self._private[channel] = await self._channels.is_private(channel)
            except WENT_WRONG as error:
                log.info("It is not known whether %s is private: %s", channel, type(error).__name__)
                self._private[channel] = True
        return self._private[channel]

    async def _readers(self, channel: str) -> frozenset[str] | None:
        if channel not in self._members:
            try:
                self._members[channel] = frozenset(await self._channels.members(channel))
            except WENT_WRONG as error:
                log.info("It is not known who is in %s: %s", channel, type(error).__name__)
                self._members[channel] = None
        return self._members[channel]


def _shown(entry: Entry, words: str) -> Shown:
    result = entry.result
    if result is None or result.outcome != "answered" or not result.sql:
        return Shown(words=words)
    return Shown([statement.sql for statement in statements(result)], result.result_count, words)
