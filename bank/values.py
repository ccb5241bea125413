"""The words that stand in the bank's data: values of category and name columns, and the newest month or date of a table."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bank.catalogue import Catalogue, Stored
from bank.door import Bank
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
        known = [value for table, column in indexed(bank.catalogue) for value in _known(bank, table, column)]
        return cls(tuple(known), newest | dict(_newest(bank)), months)

    def seen_by(self, view: View, bank: Bank) -> "Values":
        """What of it stands in rows and columns that a view shows; what the catalogue itself lists is no secret.

        The same object where that is all of it.
        """
        limited = {pair for pair in indexed(bank.catalogue) if not _sees_all(view, *pair)}
        if not limited:
            return self
        seen = {(pair, value) for pair in limited if view.shows(*pair) for value in stored_values(bank, *pair, view)}
        known = tuple(
            value
            for value in self.known
            if (pair := (value.table, value.column)) not in limited
            or (pair, value.value) in seen
            or (view.shows(*pair) and _is_listed(bank.catalogue, value))
        )
        return replace(self, known=known)


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


def indexed(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The columns whose values are words of the bank: names and categories that are not personal."""
    for table, entry in catalogue.tables.items():
        for column, about in entry.columns.items():
            if about.kind in {"category", "name"} and about.indexed and not about.personal:
                yield table, column


def _known(bank: Bank, table: str, column: str) -> Iterator[Value]:
    for value in stored_values(bank, table, column):
        yield from (Value(table, column, value, said) for said in _said(bank.catalogue, table, column, value))


def stored_values(bank: Bank, table: str, column: str, view: View | None = None) -> list[str]:
    """The different values of a column: all, or those that a view shows."""
    return [str(cell) for cell in bank.distinct(table, column, view=view)]


def _sees_all(view: View, table: str, column: str) -> bool:
    return view.shows(table, column) and view.parts[table].condition is None


def _is_listed(catalogue: Catalogue, value: Value) -> bool:
    about = catalogue.tables[value.table].columns[value.column]
    return value.value in about.codes or value.value in about.values


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
