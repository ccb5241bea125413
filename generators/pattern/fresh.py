"""Pattern Match over the bank as it is and as its asker may know it: new month ends and names without a restart."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bank.door import Bank
from bank.person import Person
from bank.values import Values
from bank.view import View
from generators.contract import Draft, Look, Question, Reply
from generators.pattern.match import PatternMatch

log = logging.getLogger(__name__)

MOST = 100  # roles with their attributes whose values are kept: about two megabytes each
OLDEST = 600.0  # seconds; reading the sample bank's 7,500 values again takes about half a second


class FreshPatternMatch:
    """Reads the bank's values once at the start, and again behind a question's back when they are `oldest` seconds old.

    Until the new ones are there, the old ones answer: a reading always names the month it is of. Whoever sees only some
    rows is understood by the values of those: another's name, spelt nearly right, must not be confirmed to them.
    """

    def __init__(self, bank: Bank, oldest: float = OLDEST, clock: Callable[[], float] = time.monotonic) -> None:
        self._bank = bank
        self._oldest = oldest
        self._clock = clock
        self._words = self._read()
        self._read_at = clock()
        self._reading: asyncio.Task[None] | None = None

    async def draft(self, question: Question, look: Look) -> Reply:
        """Raises `Refused` for whom the policy does not name."""
        if self._clock() - self._read_at > self._oldest and self._reading is None:
            self._reading = asyncio.create_task(self._refresh())
        view = self._bank.rights.view(question.person)
        known = self._words.matches.get(view.standing.key)
        match = known[1] if known else await asyncio.to_thread(self._match_for, view, self._words)
        return await match.draft(question, look)

    def next(self, question: Question, draft: Draft) -> tuple[str, ...]:
        """Questions that may come next; none where the bank's values were read anew in between."""
        known = self._words.matches.get(self._bank.rights.view(question.person).standing.key)
        return known[1].next(question, draft) if known else ()

    def seen_by(self, person: Person) -> Values:
        """The values that a person may know; may wait for the bank. Raises `Refused` for whom the policy does not name."""
        view, words = self._bank.rights.view(person), self._words
        if view.standing.key not in words.seen:
            self._match_for(view, words)
        return words.seen[view.standing.key]

    async def _refresh(self) -> None:
        try:
            self._words = await asyncio.to_thread(self._read_again)
        except Exception:
            log.exception("The bank's values could not be read again; the old ones are used")
        finally:
            self._read_at = self._clock()
            self._reading = None

    def _read(self) -> "_Words":
        values = Values.read(self._bank)
        return _Words(values, self._over(values))

    def _read_again(self) -> "_Words":
        """With what each of those who asked of late may know of it, so that none of them waits for it."""
        words = self._read()
        for view, _ in list(self._words.matches.values()):
            self._match_for(view, words)
        return words

    def _match_for(self, view: View, words: "_Words") -> PatternMatch:
        seen = words.values.seen_by(view, self._bank)
        match = words.match if seen is words.values else self._over(seen)
        if len(words.matches) >= MOST:
            words.matches.clear()
            words.seen.clear()
        words.matches[view.standing.key] = (view, match)
        words.seen[view.standing.key] = seen
        return match

    def _over(self, values: Values) -> PatternMatch:
        return PatternMatch(self._bank.catalogue, values, self._bank.dialect)


@dataclass(frozen=True, slots=True)
class _Words:
    """The values of the whole bank, and what is understood by those that each view shows, by its standing's key."""

    values: Values
    match: PatternMatch
    matches: dict[object, tuple[View, PatternMatch]] = field(default_factory=dict)
    seen: dict[object, Values] = field(default_factory=dict)
