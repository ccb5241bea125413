"""Joins between tables: those that the database declares, and those that names suggest and values confirm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bank.learn.facts import Looking
from bank.learn.kinds import type_of
from bank.learn.survey import ID_WORDS, Surveyed

_ORPHANS = 0.05  # of the different values, which may have no row on the other side


@dataclass(frozen=True, slots=True)
class Link:
    """Each row of `many` belongs to one row of `one`; `on` maps columns. `exact`: the column has the very name of the thing."""

    many: str
    one: str
    on: tuple[tuple[str, str], ...]
    exact: bool = True
    single: bool = False
    note: str = ""


def links(tables: Sequence[Surveyed], looking: Looking) -> list[Link]:
    """All joins, each with its columns; a column leads to one table only."""
    by_name = {table.name: table for table in tables}
    found: list[Link] = []
    for table in tables:
        taken = set()
        for link in _declared(table, by_name, looking):
            found.append(link)
            taken |= {column for column, _ in link.on}
        found += _guessed(table, tables, taken, looking)
    return _without_returns(found)


def _declared(table: Surveyed, by_name: dict[str, Surveyed], looking: Looking) -> Iterator[Link]:
    for reference in table.facts.shape.references:
        other = by_name.get(reference.other)
        if other is None or other is table:
            continue
        on = _with_period(table, other, tuple(reference.on.items()))
        column = on[0][0]
        exact = _match(table, column, other) == 2
        single = len(on) == 1 and looking.is_unique(table.facts, column)
        yield Link(table.name, other.name, on, exact, single)


def _guessed(table: Surveyed, tables: Sequence[Surveyed], taken: set[str], looking: Looking) -> Iterator[Link]:
    for column in table.words:
        if column in taken or table.sorts[column].kind in {"date", "month", "amount", "percent", "flag"}:
            continue
        matches = sorted(
            (
                (-_match(table, column, other), len(other.noun), at, other)
                for at, other in enumerate(tables)
                if _may(table, column, other)
            ),
            key=lambda match: match[:3],
        )
        for negative, _, _, other in matches:
            link = _confirmed(table, column, other, negative == -2, looking)
            if link:
                yield link
                break


def _may(table: Surveyed, column: str, other: Surveyed) -> bool:
    if other is table or not (other.identified and other.facts.rows) or not _match(table, column, other):
        return False
    ours, theirs = type_of(table.column(column)), type_of(other.column(other.key))
    return ours == theirs or {ours, theirs} <= {"int", "decimal"}


def _match(table: Surveyed, column: str, other: Surveyed) -> int:
    """2: the column is named after the other table's thing; 1: with a word before it ("primary branch id"); 0: not."""
    words, key = table.words[column], other.words[other.key]
    stem = words[:-1] if words[-1] in ID_WORDS else words
    names = [other.noun.split()]
    if key[-1] in ID_WORDS and key[:-1]:
        names.append(key[:-1])
    if key[-1] not in ID_WORDS:
        names.append(key)
    if not stem:
        return 0
    if column == table.key and stem != names[0]:
        return 0 if stem not in names else 2
    if stem in names:
        return 2
    longer = any(len(stem) > len(name) and stem[-len(name) :] == name for name in names)
    shorter = len(names[0]) > 1 and stem == names[0][-len(stem) :] and words[-1] in ID_WORDS
    return 1 if longer or shorter else 0


def _confirmed(table: Surveyed, column: str, other: Surveyed, exact: bool, looking: Looking) -> Link | None:
    different, missing = looking.orphans((table.name, column), (other.name, other.key))
    if not different or missing > _ORPHANS * different:
        return None
    note = f"{missing:,} of {different:,} values of {table.name}.{column} are not in {other.name}." if missing else ""
    on = _with_period(table, other, ((column, other.key),))
    single = column == table.key and not table.period
    return Link(table.name, other.name, on, exact, single, note)


def _with_period(table: Surveyed, other: Surveyed, on: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Two snapshots are joined at the same period."""
    if table.period and other.period and other.period not in dict(on).values() and table.stored == other.stored:
        return (*on, (table.period, other.period))
    return on


def _without_returns(found: Sequence[Link]) -> list[Link]:
    """Of two tables that share their key, one belongs to the other and not also the other way round."""
    kept: list[Link] = []
    for link in sorted(found, key=lambda link: (link.single, -len(link.many))):
        if not any((other.many, other.one) == (link.one, link.many) for other in kept):
            kept.append(link)
    return [link for link in found if link in kept]
