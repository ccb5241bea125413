"""What the columns of a model's query hold, as far as its SQL and the catalogue say so."""

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from bank.catalogue import Catalogue, ColumnEntry
from bank.table import Column

_SAME_KIND = (exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Round, exp.Paren)


def columns_of(sql: str, catalogue: Catalogue, dialect: str) -> tuple[Column, ...]:
    """One `Column` for each result column, or nothing where the query's outline does not tell how many there are."""
    try:
        tree = sqlglot.parse_one(sql, dialect=dialect)
    except SqlglotError:
        return ()
    if not isinstance(tree, exp.Query) or any(projection.is_star for projection in tree.selects):
        return ()
    tables = {table.name for table in tree.find_all(exp.Table)}
    entries = {
        name.lower(): (table, name, entry)
        for table, held in catalogue.tables.items()
        if table in tables
        for name, entry in held.columns.items()
    }
    return tuple(_column(projection, entries, catalogue) for projection in tree.selects)


_Entries = dict[str, tuple[str, str, ColumnEntry]]


def _column(projection: exp.Expr, entries: _Entries, catalogue: Catalogue) -> Column:
    """An amount keeps its unit only where every row has the same one; else the figure is shown without."""
    label = projection.alias_or_name or projection.sql()
    value = projection.unalias()
    if isinstance(value, exp.Count):
        return Column(label, "count")
    while isinstance(value, _SAME_KIND):
        value = value.this
    found = entries.get(value.name.lower()) if isinstance(value, exp.Column) else None
    if found is None:
        return Column(label, "number" if value.find(exp.AggFunc, exp.Binary) else "text")
    table, name, entry = found
    if not projection.alias:
        label = catalogue.label(table, name)
    kind = "number" if entry.kind == "count" and projection.find(exp.Avg) else entry.kind
    return Column(label, kind, entry.currency or None)
