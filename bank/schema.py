"""Where the catalogue and the live database meet: which table and column each name stands for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bank.catalogue import Catalogue

# Columns that a database adds to each table by itself and nobody lists.
SYSTEM_COLUMNS = frozenset({"rowid", "_rowid_", "oid", "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})

Live = Mapping[str, Collection[str]]
"""The tables and views of a database with their columns, by the names the database gives them."""


@dataclass(frozen=True, slots=True)
class CataloguedTable:
    """One table: `columns` maps lower-case names to (name in the catalogue, name in the database); `hidden` are the
    lower-case names of columns that the database has and the catalogue does not."""

    name: str
    live: str
    columns: Mapping[str, tuple[str, str]]
    hidden: frozenset[str]


@dataclass(frozen=True, slots=True)
class Schema:
    """The catalogued tables by lower-case name."""

    tables: Mapping[str, CataloguedTable]

    @classmethod
    def of(cls, catalogue: Catalogue, live: Live) -> "Schema":
        """Names are matched without regard to case; see `bank/fit.py` for what does not fit, which is left out here."""
        return cls({name.lower(): _table(catalogue, name, live) for name in catalogue.tables if same(name, live)})


def _table(catalogue: Catalogue, name: str, live: Live) -> CataloguedTable:
    found = same(name, live)[0]
    columns = {}
    for column in catalogue.tables[name].columns:
        for stored in same(column, live[found]):
            columns[column.lower()] = (column, stored)
            break
    hidden = ({stored.lower() for stored in live[found]} | SYSTEM_COLUMNS) - columns.keys()
    return CataloguedTable(name, found, columns, frozenset(hidden))


def same(name: str, names: Collection[str]) -> list[str]:
    """The names equal to this one but for case, the exact one first."""
    return sorted((other for other in names if other.lower() == name.lower()), key=lambda other: other != name)
