"""Questions that a draft should be able to answer, for the person who has just made it."""

from collections.abc import Iterator

from bank.catalogue import Catalogue, ColumnEntry, TableEntry
from bank.learn.words import plural


def proposals(catalogue: Catalogue) -> Iterator[str]:
    """For each table in turn a count, a total and a count by category; then the rest of each."""
    by_table = [[*_counts(table), *_totals(catalogue, name)] for name, table in catalogue.tables.items()]
    for place in range(max(map(len, by_table), default=0)):
        yield from (questions[place] for questions in by_table if place < len(questions))


def _counts(table: TableEntry) -> list[str]:
    if not table.countable:
        return []
    many = table.plural or plural(table.noun)
    return [f"How many {many} are there?", *(f"Number of {many} by {entry.label}" for entry in _categories(table)[:2])]


def _totals(catalogue: Catalogue, table: str) -> list[str]:
    groups = [entry.label for entry in _categories(catalogue.tables[table])][:1]
    groups += [other.noun for other in _reached(catalogue, table) if other.name and other.countable][:1]
    names = [name for name, measure in catalogue.measures.items() if measure.table == table]
    return [f"{name[:1].upper()}{name[1:]} by {group}" for name in names for group in groups]


def _reached(catalogue: Catalogue, table: str) -> Iterator[TableEntry]:
    return (catalogue.tables[join.one] for join in catalogue.joins if join.many == table)


def _categories(table: TableEntry) -> list[ColumnEntry]:
    return [
        entry for entry in table.columns.values() if entry.kind == "category" and entry.indexed and not entry.personal
    ]
