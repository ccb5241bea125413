"""The words that stand in the bank's data: values of category and name columns, and the newest month or date of a table."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bank.catalogue import Catalogue, Stored
from bank.door import Bank
from bank.errors import Refused
from bank.person import Person
from bank.policy import Standing
from bank.table import Cell
from bank.view import View


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is stored in a column: `said` is the word for it that was indexed (the value, its meaning or a synonym)."""

    table: str
    column: str
    value: str
    said: str


@dataclass(frozen=True, slots=True)
class Values:
    """What the data says: values by their first word, and for each table the newest month or date in it."""

    known: tuple[Value, ...] = ()
    newest: Mapping[str, date] = field(default_factory=dict)
    months: Mapping[str, tuple[date, ...]] = field(default_factory=dict)  # the month ends of each snapshot table

    @classmethod
    def read(cls, bank: Bank) -> "Values":
        """Looks once through the category and name columns that are indexed and not personal."""
        months = dict(_months(bank))
        newest = {table: days[-1] for table, days in months.items() if days}
        known = [value for table, column in _indexed(bank.catalogue) for value in _known(bank, table, column)]
        return cls(tuple(known), newest | dict(_newest(bank)), months)

    def seen_by(self, view: View, bank: Bank) -> "Values":
        """What of it stands in rows and columns that a view shows; what the catalogue itself lists is no secret.

        The same object where that is all of it.
        """
        limited = {pair for pair in _indexed(bank.catalogue) if not _sees_all(view, *pair)}
        if not limited:
            return self
        seen = {(pair, value) for pair in limited if view.shows(*pair) for value in _stored(bank, *pair, view)}
        known = tuple(
            value
            for value in self.known
            if (pair := (value.table, value.column)) not in limited
            or (pair, value.value) in seen
            or (view.shows(*pair) and _is_listed(bank.catalogue, value))
        )
        return replace(self, known=known)


def tells_more(bank: Bank, words: str, asker: Person, other: Person | Standing) -> bool:
    """Whether words hold a value of the data that the asker may know and the other may not.

    The first two words of a value are enough: firms are called without their legal form.
    """
    try:
        mine, theirs = bank.rights.view(asker), bank.rights.view(other)
    except Refused:
        return True
    said = f" {_plain(words)} "
    beyond = [pair for pair in _indexed(bank.catalogue) if mine.shows(*pair) and not _covers(theirs, mine, *pair)]
    named = {value for pair in beyond for value in _stored(bank, *pair, mine) if _is_named(value, said)}
    if not named:
        return False
    known = (_stored(bank, *pair, theirs) for pair in _indexed(bank.catalogue) if theirs.shows(*pair))
    return bool(named.difference(*known))


def day(cell: Cell, stored: Stored) -> date | None:
    """The day a stored date means; a stored month means its last day. None where it cannot be read."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    digits = re.sub(r"\D", "", str(cell or ""))
    if stored == "yymmdd" and len(digits) == 6:
        digits = "19" + digits
    try:
        if stored in {"yyyymm", "yyyy-mm"} or len(digits) == 6:
            return month_end(int(digits[:4]), int(digits[4:6]))
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def month_end(year: int, month: int) -> date:
    """The last day of a month; months beyond twelve run on into the next years."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def _indexed(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for table, entry in catalogue.tables.items():
        for column, about in entry.columns.items():
            if about.kind in {"category", "name"} and about.indexed and not about.personal:
                yield table, column


def _known(bank: Bank, table: str, column: str) -> Iterator[Value]:
    for value in _stored(bank, table, column):
        yield from (Value(table, column, value, said) for said in _said(bank.catalogue, table, column, value))


def _stored(bank: Bank, table: str, column: str, view: View | None = None) -> list[str]:
    return [str(cell) for cell in bank.distinct(table, column, view=view)]


def _sees_all(view: View, table: str, column: str) -> bool:
    return view.shows(table, column) and view.parts[table].condition is None


def _covers(theirs: View, mine: View, table: str, column: str) -> bool:
    return theirs.covers(mine, frozenset({table}), frozenset({(table, column)}))


def _is_listed(catalogue: Catalogue, value: Value) -> bool:
    about = catalogue.tables[value.table].columns[value.column]
    return value.value in about.codes or value.value in about.values


def _is_named(value: str, said: str) -> bool:
    beginning = " ".join(_plain(value).split()[:2])
    return bool(beginning) and f" {beginning} " in said


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


def _said(catalogue: Catalogue, table: str, column: str, value: str) -> tuple[str, ...]:
    about = catalogue.tables[table].columns[column]
    meaning = (about.codes[value],) if value in about.codes else ()
    return tuple(dict.fromkeys((value, *meaning, *about.values.get(value, ()))))


def _months(bank: Bank) -> Iterable[tuple[str, tuple[date, ...]]]:
    for table, entry in bank.catalogue.tables.items():
        if entry.snapshot:
            found = (day(cell, entry.snapshot.stored) for cell in bank.distinct(table, entry.snapshot.column))
            yield table, tuple(sorted({month for month in found if month}))


def _newest(bank: Bank) -> Iterable[tuple[str, date]]:
    for table, entry in bank.catalogue.tables.items():
        if entry.date and not entry.snapshot:
            newest = day(bank.newest(table, entry.date), entry.columns[entry.date].stored)
            if newest:
                yield table, newest
