"""Whether everybody who would see an answer, if it were posted here, may see it.

A bot answers with the asker's rights; a channel has other people in it. So before an answer is posted there, everybody
in it must be allowed to see at least what the asker saw. What cannot be found out counts as no.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bank.door import Bank
from bank.errors import BankError
from bank.knowing import Knowing
from bank.person import Person
from bank.policy import Policy, Standing
from bot.channels import MOST, TOO_MANY, UNKNOWN, Channels, each
from bot.people import WENT_WRONG, People

log = logging.getLogger(__name__)

UNCLEARED = "this channel is not cleared for it"
SOME = "not everybody in this channel may see it"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be shown of the bank: the queries behind it, the rows of its longest table, and the words beside the
    rows, which may name values that its asker knows."""

    queries: Sequence[str] = ()
    rows: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer may be posted: `reason` says why not, or is empty. `readers` are the people who would see it:
    their ids, or for a channel with a clearance that role."""

    reason: str = ""
    readers: tuple[str, ...] = ()


class Audience:
    """Slack says who is in a channel, the policy what they may see. A channel with a clearance is judged by that."""

    def __init__(self, channels: Channels, people: People, bank: Bank) -> None:
        self._channels = channels
        self._people = people
        self._bank = bank
        self._knowing = Knowing(bank)

    async def judge(self, channel: str, asker: Person, shown: Shown) -> Verdict:
        """Whether what the asker saw may be posted there."""
        if channel.startswith("D"):  # direct messages: nobody but the asker reads them
            return Verdict("", (asker.id,))
        try:
            judged = self._judged(channel, asker, shown)
            shared, verdict = await asyncio.gather(self._channels.shared(channel), judged)
            return Verdict(shared) if shared else verdict
        except (*WENT_WRONG, BankError) as error:
            log.warning("It is not known who can read %s: %s", channel, type(error).__name__)
            return Verdict(UNKNOWN)

    async def may_see(self, reader: str, asker: str, shown: Shown) -> bool:
        """Whether one person may see what another saw."""
        try:
            people = [await self._people.person(person) for person in (reader, asker)]
            return await self._may_see(people[:1], people[1], shown)
        except (*WENT_WRONG, BankError) as error:
            log.warning("It is not known what %s may see: %s", reader, type(error).__name__)
            return False

    async def _judged(self, channel: str, asker: Person, shown: Shown) -> Verdict:
        cleared = self._bank.rights.policy.cleared(channel)
        if cleared is not None:
            allowed = await self._may_see([cleared], asker, shown)
            return Verdict("" if allowed else UNCLEARED, (f"clearance {cleared.role}",))
        members = await self._channels.members(channel)
        if len(members) > MOST:
            return Verdict(TOO_MANY)
        if guests := await self._channels.guests(members):
            return Verdict(guests)
        others = await each(self._people.person, [member for member in members if member != asker.id])
        allowed = await self._may_see(others, asker, shown)
        return Verdict("" if allowed else SOME, tuple(members))

    async def _may_see(self, others: Sequence[Person | Standing], asker: Person, shown: Shown) -> bool:
        def all_of_them() -> bool:
            readers = _different(others, self._bank.rights.policy)
            bank, words, tells_more = self._bank, shown.words, self._knowing.tells_more
            return (
                None not in readers
                and all(
                    bank.may_also_see(sql, asker, one, shown.rows) for sql in shown.queries for one in readers if one
                )
                and not (words and any(tells_more(words, asker, one) for one in readers if one))
            )

        return await asyncio.to_thread(all_of_them)


def _different(others: Iterable[Person | Standing], policy: Policy) -> list[Standing | None]:
    """As what they read, each once: most of a channel sees the same. None where the policy does not know somebody."""
    standings = (policy.standing(one) if isinstance(one, Person) else one for one in others)
    return list({one.key if one else None: one for one in standings}.values())
