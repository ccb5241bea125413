"""Lists: of things with the columns that matter, or of the different values of a column."""

from datetime import date

from sqlglot import exp

from bank.table import Column
from generators.pattern.conditions import condition, limit_value
from generators.pattern.intent import ByColumn, During, Intent, Limit, OneOf, Order
from generators.pattern.query import Ground, Query
from generators.pattern.showing import Shown, alias_of, by_column, ranked, unit


def values(intent: Intent, ground: Ground, month: date | None) -> tuple[exp.Select, tuple[Column, ...]]:
    """The different values of a column, in order."""
    assert intent.values is not None  # noqa: S101 - the caller has looked
    table, column = intent.values.table, intent.values.column
    query = Query(ground, table, month)
    shown = by_column(query, intent.values)
    query.where.extend(condition(query, asked) for asked in intent.conditions)
    query.where.append(exp.Not(this=exp.Is(this=query.column(table, column), expression=exp.Null())))
    select = query.select(*(part.selected for part in shown)).distinct()
    return select.order_by(exp.Literal.number(1)), tuple(part.column for part in shown)


def listing(intent: Intent, ground: Ground, month: date | None) -> tuple[exp.Select, tuple[Column, ...]]:
    """One row for each thing."""
    query = Query(ground, intent.root, month, last_seen=intent.last_seen)
    query.where.extend(condition(query, asked) for asked in intent.conditions)
    shown = [_listed(query, group.table, group.column) for group in _columns(intent, ground)]
    order = intent.order
    if order and order.value and order.value.value not in {part.column.label for part in shown}:
        shown = _with_value(query, order.value, shown)
    columns = tuple(part.column for part in shown)
    if not order or not order.value:
        select = query.select(*(part.selected for part in shown))
        select = select.distinct() if ground.catalogue.tables[intent.root].share else select
        return select.order_by(exp.Literal.number(1)), columns
    return _in_order(query, order, order.value, shown), columns


def _in_order(query: Query, order: Order, by: Limit, shown: list[Shown]) -> exp.Select:
    value = limit_value(query, by)
    query.where.append(exp.Not(this=exp.Is(this=value, expression=exp.Null())))
    select = query.select(*(part.selected for part in shown))
    if query.ground.catalogue.tables[query.root].share:
        select = select.distinct()
    if order.place or (order.limit and order.ties):
        return ranked(select, shown, value, order.descending, (order.place or order.limit, bool(order.place)))
    place_of = next(number for number, part in enumerate(shown) if part.value.sql() == value.sql())
    first = exp.Ordered(this=exp.to_identifier(shown[place_of].alias), desc=order.descending, nulls_first=False)
    # Of the last ten of a day, the last that were entered.
    then = exp.Ordered(this=exp.Literal.number(1), desc=order.descending and by.kind == "date", nulls_first=False)
    select = select.order_by(first, then)
    return select.limit(order.limit) if order.limit else select


def _columns(intent: Intent, ground: Ground) -> list[ByColumn]:
    """What was asked for, or the catalogue's columns for listing; and those that a condition of the question is about."""
    entry = ground.catalogue.tables[intent.root]
    named = [column for column in (entry.name or entry.key,) if column]
    columns = [
        ByColumn(intent.root, column) for column in (named if _chosen(intent) else entry.listing or (*named, entry.key))
    ]
    columns += list(intent.columns)
    for asked in intent.conditions:
        if isinstance(asked, OneOf | During) and asked.table == intent.root:
            columns.append(ByColumn(asked.table, asked.column))
    personal = {column for column, about in entry.columns.items() if about.personal}
    return [found for found in dict.fromkeys(columns) if found.table != intent.root or found.column not in personal]


def _chosen(intent: Intent) -> bool:
    """Whether columns of the things themselves were asked for; what they belong to comes beside the usual ones."""
    return any(group.table == intent.root for group in intent.columns)


def _with_value(query: Query, value: Limit, shown: list[Shown]) -> list[Shown]:
    found = limit_value(query, value)
    if any(part.value.sql() == found.sql() for part in shown):
        return shown
    currency = query.ground.catalogue.reporting_currency or None if value.kind == "amount" else None
    return [*shown, Shown(found, alias_of(value.says), Column(value.says, value.kind, currency))]


def _listed(query: Query, table: str, column: str) -> Shown:
    catalogue = query.ground.catalogue
    about = catalogue.tables[table].columns[column]
    value = (
        limit_value(query, Limit(table, column, about.kind, "=", (), ""))
        if about.kind == "amount"
        else query.column(table, column)
    )
    currency = unit(query.ground, table, about.currency) if about.kind == "amount" else None
    label = catalogue.label(table, column)
    return Shown(value, alias_of(label), Column(label, about.kind, currency))
