"""Whether words name a value of the data that one person may know and another may not."""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from bank.door import Bank
from bank.errors import Refused
from bank.person import Person
from bank.policy import Standing
from bank.values import indexed, stored_values
from bank.view import View

OLDEST = 60.0  # seconds; reading those of the sample bank takes about half a second
MOST = 2_000  # columns, as somebody sees them, whose values are kept: by the sample bank about a thousand values each

Pair = tuple[str, str]
"""A (table, column) of the catalogue."""


class Knowing:
    """Over one bank. A column's values are read once for all who see the same, and again when they are `oldest` seconds
    old. Safe to use from several threads at once."""

    def __init__(self, bank: Bank, oldest: float = OLDEST, clock: Callable[[], float] = time.monotonic) -> None:
        self._bank = bank
        self._oldest = oldest
        self._clock = clock
        self._read: dict[tuple[object, ...], tuple[float, _Values]] = {}

    def tells_more(self, words: str, asker: Person, other: Person | Standing) -> bool:
        """Whether the words hold a value that the asker may know and the other may not.

        The first two words of a value are enough: firms are called without their legal form. May wait for the bank.
        """
        try:
            mine, theirs = self._bank.rights.view(asker), self._bank.rights.view(other)
        except Refused:
            return True
        pairs = list(indexed(self._bank.catalogue))
        beyond = [pair for pair in pairs if mine.shows(*pair) and not _covers(theirs, mine, pair)]
        said = _plain(words)
        named = {value for pair in beyond for value in self._values(pair, mine).named_in(said)}
        if not named:
            return False
        return bool(named.difference(*(self._values(pair, theirs).all for pair in pairs if theirs.shows(*pair))))

    def _values(self, pair: Pair, view: View) -> "_Values":
        key = (*pair, view.standing.key)
        at, values = self._read.get(key, (0.0, None))
        if values is None or self._clock() - at > self._oldest:
            values = _Values.of(stored_values(self._bank, *pair, view))
            if len(self._read) >= MOST:
                self._read.clear()
            self._read[key] = (self._clock(), values)
        return values


@dataclass(frozen=True, slots=True)
class _Values:
    """Those of a column that somebody sees, and by their first word how each begins."""

    all: frozenset[str]
    by_word: Mapping[str, tuple[tuple[str, str], ...]]

    @classmethod
    def of(cls, values: Iterable[str]) -> Self:
        everything = frozenset(values)
        by_word: dict[str, tuple[tuple[str, str], ...]] = {}
        for value in everything:
            if beginning := _plain(value).split()[:2]:
                by_word[beginning[0]] = (*by_word.get(beginning[0], ()), (" ".join(beginning), value))
        return cls(everything, by_word)

    def named_in(self, said: str) -> set[str]:
        return {
            value
            for word in set(said.split())
            for beginning, value in self.by_word.get(word, ())
            if f" {beginning} " in f" {said} "
        }


def _covers(theirs: View, mine: View, pair: Pair) -> bool:
    return theirs.covers(mine, frozenset({pair[0]}), frozenset({pair}))


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))
