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
        return _computed(label, value, entries, catalogue)
    table, name, entry = found
    if not projection.alias:
        label = catalogue.label(table, name)
    kind = "number" if entry.kind == "count" and projection.find(exp.Avg) else entry.kind
    return Column(label, kind, entry.currency or None)


def _computed(label: str, value: exp.Expr, entries: _Entries, catalogue: Catalogue) -> Column:
    """An amount times a share and a rate is an amount; one amount by another is a ratio."""
    over = [divided.expression for divided in value.find_all(exp.Div)]
    if any(_amounts(one, entries) or one.find(exp.Count) for one in over):
        hundred = any(one.is_number and float(one.this) == 100 for one in value.find_all(exp.Literal))
        return Column(label, "percent" if hundred and all(_amounts(one, entries) for one in over) else "number")
    amounts = _amounts(value, entries)
    if not amounts or value.find(exp.Count):
        return Column(label, "number" if value.find(exp.AggFunc, exp.Binary) else "text")
    rates = catalogue.currencies
    if rates and any(column.name.lower() == rates.rate.lower() for column in value.find_all(exp.Column)):
        return Column(label, "amount", catalogue.reporting_currency or None)
    currencies = {entry.currency for entry in amounts}
    return Column(label, "amount", currencies.pop() or None if len(currencies) == 1 else None)


def _amounts(value: exp.Expr, entries: _Entries) -> list[ColumnEntry]:
    found = (entries.get(column.name.lower()) for column in value.find_all(exp.Column))
    return [one[2] for one in found if one and one[2].kind == "amount"]
