"""Whether everybody who would see an answer, if it were posted here, may see it.

A bot answers with the asker's rights; a channel has other people in it. So before an answer is posted there, everybody
in it must be allowed to see at least what the asker saw. What cannot be found out counts as no.
"""

import asyncio
import logging
from collections.abc import Sequence

from bank.door import Bank
from bank.errors import BankError
from bank.person import Person
from bank.policy import Standing
from bot.channels import MOST, TOO_MANY, UNKNOWN, Channels, each
from bot.people import WENT_WRONG, People

log = logging.getLogger(__name__)

UNCLEARED = "this channel is not cleared for it"
SOME = "not everybody in this channel may see it"


class Audience:
    """Slack says who is in a channel, the policy what they may see. A channel with a clearance is judged by that."""

    def __init__(self, channels: Channels, people: People, bank: Bank) -> None:
        self._channels = channels
        self._people = people
        self._bank = bank

    async def kept_from(self, channel: str, asker: Person, queries: Sequence[str]) -> str:
        """Why what these queries showed the asker must not be posted there; empty where it may be."""
        if channel.startswith("D"):  # direct messages: nobody but the asker reads them
            return ""
        try:
            return await self._channels.shared(channel) or await self._reason(channel, asker, queries)
        except (*WENT_WRONG, BankError) as error:
            log.warning("It is not known who can read %s: %s", channel, type(error).__name__)
            return UNKNOWN

    async def _reason(self, channel: str, asker: Person, queries: Sequence[str]) -> str:
        cleared = self._bank.rights.policy.cleared(channel)
        if cleared is not None:
            return "" if await self._may_see([cleared], asker, queries) else UNCLEARED
        members = await self._channels.members(channel)
        if len(members) > MOST:
            return TOO_MANY
        if guests := await self._channels.guests(members):
            return guests
        others = await each(self._people.person, [member for member in members if member != asker.id])
        return "" if await self._may_see(others, asker, queries) else SOME

    async def _may_see(self, others: Sequence[Person | Standing], asker: Person, queries: Sequence[str]) -> bool:
        def all_of_them() -> bool:
            return all(self._bank.may_also_see(sql, asker, other) for sql in queries for other in others)

        return await asyncio.to_thread(all_of_them)
