"""Pattern Match over the bank as it is: new month ends and new names are found without a restart."""

import asyncio
import logging
import time
from collections.abc import Callable

from bank.door import Bank
from bank.values import Values
from generators.contract import Look, Question, Reply
from generators.pattern.match import PatternMatch

log = logging.getLogger(__name__)

OLDEST = 600.0  # seconds; reading the sample bank's 7,500 values again takes about half a second


class FreshPatternMatch:
    """Reads the bank's values once at the start, and again behind a question's back when they are `oldest` seconds old.

    Until the new ones are there, the old ones answer: a reading always names the month it is of.
    """

    def __init__(self, bank: Bank, oldest: float = OLDEST, clock: Callable[[], float] = time.monotonic) -> None:
        self._bank = bank
        self._oldest = oldest
        self._clock = clock
        self._match = self._read()
        self._read_at = clock()
        self._reading: asyncio.Task[None] | None = None

    async def draft(self, question: Question, look: Look) -> Reply:
        if self._clock() - self._read_at > self._oldest and self._reading is None:
            self._reading = asyncio.create_task(self._refresh())
        return await self._match.draft(question, look)

    async def _refresh(self) -> None:
        try:
            self._match = await asyncio.to_thread(self._read)
        except Exception:
            log.exception("The bank's values could not be read again; the old ones are used")
        finally:
            self._read_at = self._clock()
            self._reading = None

    def _read(self) -> PatternMatch:
        return PatternMatch(self._bank.catalogue, Values.read(self._bank), self._bank.dialect)
