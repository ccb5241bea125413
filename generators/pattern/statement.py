"""From an intent to one SELECT and what its columns hold: each fact is aggregated on its own before it meets another."""

import re
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from bank.table import Column
from generators.pattern.conditions import compare, condition, limit_value, place
from generators.pattern.figures import aggregated, needs_whole, over_wholes, whole
from generators.pattern.intent import ByColumn, ByPeriod, During, Figure, Group, Intent, Limit, OneOf
from generators.pattern.query import RESERVED, Ground, Query, Unreachable, month_text


@dataclass(frozen=True, slots=True)
class Shown:
    """One column of the answer: its expression, its name in SQL and what it holds."""

    value: exp.Expr
    alias: str
    column: Column

    @property
    def selected(self) -> exp.Expr:
        return exp.alias_(self.value.copy(), self.alias)


def month_of(intent: Intent, ground: Ground) -> date | None:
    """The month end whose snapshot is read: the last one of the period that was named, or the newest there is."""
    newest = max(
        (day for table, day in ground.values.newest.items() if ground.catalogue.tables[table].snapshot), default=None
    )
    if intent.every_month or newest is None:
        return None
    named = intent.month.end if intent.month else None
    return min(named, newest) if named else newest


def build(intent: Intent, ground: Ground) -> tuple[exp.Select, tuple[Column, ...]]:
    """The query of an intent, and its columns in order. Raises `Unreachable` where no join leads."""
    if intent.values:
        return _values(intent, ground)
    if not intent.figures:
        return _listing(intent, ground)
    roots = {root_of(figure, intent.groups, ground) for figure in intent.figures}
    if len(roots) == 1 and (
        len(intent.figures) == 1 or not any(needs_wholes(figure, ground) for figure in intent.figures)
    ):
        return _one(intent, ground, roots.pop())
    return _several(intent, ground)


def root_of(figure: Figure, groups: tuple[Group, ...], ground: Ground) -> str:
    """The table whose rows are aggregated. A count may be made over rows below the thing (customers by product of their loans)."""
    tables = list(dict.fromkeys(group.table for group in groups))
    if all(ground.graph.reaches(figure.table, table) for table in tables):
        return figure.table
    counts = figure.aggregate == "count" and not figure.distinct and not figure.parts
    below = ground.graph.below([figure.table, *tables]) if counts else []
    if not below:
        raise Unreachable(figure.table)
    return below[0]


def _values(intent: Intent, ground: Ground) -> tuple[exp.Select, tuple[Column, ...]]:
    assert intent.values is not None  # noqa: S101 - build() has looked
    table, column = intent.values.table, intent.values.column
    query = Query(ground, table, month_of(intent, ground))
    shown = _by_column(query, intent.values)
    query.where.extend(condition(query, asked) for asked in intent.conditions)
    query.where.append(exp.Not(this=exp.Is(this=query.column(table, column), expression=exp.Null())))
    select = query.select(*(part.selected for part in shown)).distinct()
    return select.order_by(exp.Literal.number(1)), tuple(part.column for part in shown)


def _listing(intent: Intent, ground: Ground) -> tuple[exp.Select, tuple[Column, ...]]:
    query = Query(ground, intent.root, month_of(intent, ground))
    query.where.extend(condition(query, asked) for asked in intent.conditions)
    shown = [_listed(query, group.table, group.column) for group in _listed_columns(intent, ground)]
    order = intent.order
    if order and order.value and order.value.value not in {part.column.label for part in shown}:
        shown = _with_value(query, order.value, shown)
    entry = ground.catalogue.tables[intent.root]
    if not order or not order.value:
        select = query.select(*(part.selected for part in shown))
        select = select.distinct() if entry.share else select
        return select.order_by(exp.Literal.number(1)), tuple(part.column for part in shown)
    ranked = limit_value(query, order.value)
    query.where.append(exp.Not(this=exp.Is(this=ranked, expression=exp.Null())))
    select = query.select(*(part.selected for part in shown))
    if entry.share:
        select = select.distinct()
    place_of = next(number for number, part in enumerate(shown, 1) if part.value.sql() == ranked.sql())
    if order.limit and order.ties:
        return _with_ties(select, shown, ranked, order.descending, order.limit), tuple(part.column for part in shown)
    first = exp.Ordered(this=exp.to_identifier(shown[place_of - 1].alias), desc=order.descending, nulls_first=False)
    select = select.order_by(first, exp.Literal.number(1))
    return (select.limit(order.limit) if order.limit else select), tuple(part.column for part in shown)


def _listed_columns(intent: Intent, ground: Ground) -> list[ByColumn]:
    """What was asked for, or the catalogue's columns for listing; and those that a condition of the question is about."""
    entry = ground.catalogue.tables[intent.root]
    named = [column for column in (entry.name or entry.key,) if column]
    columns = [
        ByColumn(intent.root, column) for column in (named if intent.columns else entry.listing or (*named, entry.key))
    ]
    columns += list(intent.columns)
    for asked in intent.conditions:
        if isinstance(asked, OneOf | During) and asked.table == intent.root:
            columns.append(ByColumn(asked.table, asked.column))
    return list(dict.fromkeys(columns))


def _with_value(query: Query, value: Limit, shown: list[Shown]) -> list[Shown]:
    found = limit_value(query, value)
    if any(part.value.sql() == found.sql() for part in shown):
        return shown
    unit = query.ground.catalogue.reporting_currency or None if value.kind == "amount" else None
    return [*shown, Shown(found, _alias(value.says), Column(value.says, value.kind, unit))]


def _listed(query: Query, table: str, column: str) -> Shown:
    catalogue = query.ground.catalogue
    about = catalogue.tables[table].columns[column]
    value = (
        limit_value(query, Limit(table, column, about.kind, "=", (), ""))
        if about.kind == "amount"
        else query.column(table, column)
    )
    unit = _unit(query.ground, table, about.currency) if about.kind == "amount" else None
    label = catalogue.label(table, column)
    return Shown(value, _alias(label), Column(label, about.kind, unit))


def _one(intent: Intent, ground: Ground, root: str) -> tuple[exp.Select, tuple[Column, ...]]:
    """All figures over the rows of one table."""
    query = Query(ground, root, month_of(intent, ground))
    query.where.extend(condition(query, asked) for asked in intent.conditions)
    figures = intent.figures
    if len(figures) == 1 and figures[0].where and not figures[0].share and not figures[0].parts:
        query.where.append(exp.Paren(this=query.fragment(figures[0].table, figures[0].where)))
        figures = (replace(figures[0], where=""),)
    by = [part for group in intent.groups for part in _grouped(query, group)]
    if needs_whole(query, figures[0]):
        select, values = _over_wholes(query, figures[0], by)
        by = [replace(part, value=exp.column(part.alias, "whole")) for part in by]
    else:
        values = [_figure(query, figure) for figure in figures]
        select = query.select()
    shown = [part for part in by if part.column.label]
    shown += [
        Shown(value, _alias(figure.says), _column(ground, figure))
        for value, figure in zip(values, figures, strict=True)
    ]
    if intent.percent:
        shown.append(_percentage(values[0]))
    if by:
        select = select.group_by(*(part.value.copy() for part in by))
    if intent.having:
        select = select.having(
            *(compare(aggregated(query, asked.figure), asked.operator, asked.numbers) for asked in intent.having)
        )
    select = select.select(*(part.selected for part in shown), append=False)
    return _ordered(select, intent, shown, values, query), tuple(part.column for part in shown)


def _figure(query: Query, figure: Figure) -> exp.Expr:
    if not figure.share:
        return aggregated(query, figure)
    held = exp.and_(*(condition(query, part) for part in figure.share))
    base = replace(figure, share=())
    part = exp.Mul(this=exp.Literal.number("100.0"), expression=aggregated(query, base, held))
    return exp.Div(this=part, expression=exp.func("NULLIF", aggregated(query, base), exp.Literal.number(0)), typed=True)


def _over_wholes(query: Query, figure: Figure, by: list[Shown]) -> tuple[exp.Select, list[exp.Expr]]:
    """First each whole thing from its parts, then the aggregate over the things."""
    key = query.key(figure.table)
    value = exp.alias_(whole(query, figure), "value")
    inner = query.select(*(part.selected for part in by), value).group_by(*(part.value.copy() for part in by), key)
    return exp.select().from_(inner.subquery("whole")), [over_wholes(figure, exp.column("value", "whole"))]


def _percentage(value: exp.Expr) -> Shown:
    """Each row's part of the sum over all rows."""
    total = exp.Window(this=exp.Sum(this=value.copy()))
    part = exp.Mul(this=exp.Literal.number("100.0"), expression=value.copy())
    share = exp.Div(this=part, expression=exp.func("NULLIF", total, exp.Literal.number(0)), typed=True)
    return Shown(share, "percent_of_total", Column("percent of total", "percent"))


def _several(intent: Intent, ground: Ground) -> tuple[exp.Select, tuple[Column, ...]]:
    """Figures over different tables: one query each, brought together by what they are grouped by."""
    alone = [replace(intent, figures=(figure,), order=None, percent=False) for figure in intent.figures]
    made = [_one(part, ground, root_of(part.figures[0], part.groups, ground)) for part in alone]
    if intent.order or intent.percent or intent.groups:
        raise Unreachable(intent.root)
    shown = []
    for (select, columns), figure in zip(made, intent.figures, strict=True):
        value = exp.Subquery(this=select)
        shown.append(Shown(value, _alias(figure.says), columns[-1]))
    return exp.select(*(part.selected for part in shown)), tuple(part.column for part in shown)


def _grouped(query: Query, group: Group) -> list[Shown]:
    """The expressions of a group; those without a label are grouped by but not shown."""
    if isinstance(group, ByColumn):
        return _by_column(query, group)
    catalogue = query.ground.catalogue
    if isinstance(group, ByPeriod):
        return [_by_period(query, group)]
    entry = catalogue.tables[group.table]
    key = query.key(group.table)
    if group.table != query.root:
        query.where.append(exp.Not(this=exp.Is(this=key.copy(), expression=exp.Null())))
    if not entry.name or entry.name == entry.key:
        return [Shown(key, _alias(entry.noun), Column(entry.noun, entry.columns[entry.key].kind))]
    name = query.column(group.table, entry.name)
    return [
        Shown(key, _alias(f"{entry.noun} key"), Column("")),
        Shown(name, _alias(entry.noun), Column(entry.noun, "name")),
    ]


def _by_column(query: Query, group: ByColumn) -> list[Shown]:
    """A code is shown with its words where a column of the same table describes it."""
    catalogue = query.ground.catalogue
    about = catalogue.tables[group.table].columns[group.column]
    label = catalogue.label(group.table, group.column)
    value = query.column(group.table, group.column)
    shown = [Shown(value, _alias(label), Column(label, about.kind))]
    if about.described_by:
        words = catalogue.label(group.table, about.described_by)
        described = query.column(group.table, about.described_by)
        shown.append(Shown(described, _alias(words), Column(words, "category")))
    return shown


def _by_period(query: Query, group: ByPeriod) -> Shown:
    entry = query.ground.catalogue.tables[group.table]
    stored = entry.columns[group.column].stored if group.column in entry.columns else "native"
    if entry.snapshot and group.column == entry.snapshot.column:
        stored = entry.snapshot.stored
    month = month_text(query.column(group.table, group.column), stored)
    if group.unit == "month":
        return Shown(month, "month", Column("month", "month"))
    year = exp.Substring(this=month.copy(), start=exp.Literal.number(1), length=exp.Literal.number(4))
    if group.unit == "year":
        return Shown(year, "year", Column("year", "text"))
    number = exp.cast(
        exp.Substring(this=month.copy(), start=exp.Literal.number(6), length=exp.Literal.number(2)), "int"
    )
    quarter = exp.Case(
        ifs=[
            exp.If(
                this=exp.LTE(this=number.copy(), expression=exp.Literal.number(3 * n)),
                true=exp.Literal.string(f"-Q{n}"),
            )
            for n in (1, 2, 3)
        ],
        default=exp.Literal.string("-Q4"),
    )
    return Shown(exp.DPipe(this=year, expression=quarter), "quarter", Column("quarter", "text"))


def _ordered(
    select: exp.Select, intent: Intent, shown: list[Shown], values: list[exp.Expr], query: Query
) -> exp.Select:
    if not intent.groups:
        return select
    order = intent.order
    if order and order.limit and order.ties:
        return _with_ties(select, shown, values[order.figure], order.descending, order.limit)
    if not order and isinstance(intent.groups[0], ByPeriod):
        return select.order_by(*(exp.to_identifier(part.alias) for part in shown[: len(intent.groups)]))
    if not order and isinstance(intent.groups[0], ByColumn):
        group = intent.groups[0]
        rank = query.ground.catalogue.tables[group.table].columns[group.column].rank
        if rank:
            return select.order_by(place(query.column(group.table, group.column), rank))
    figure = order.figure if order else 0
    alias = _alias(intent.figures[figure].says)
    first = exp.Ordered(this=exp.to_identifier(alias), desc=order.descending if order else True, nulls_first=False)
    select = select.order_by(first, exp.to_identifier(shown[0].alias))
    return select.limit(order.limit) if order and order.limit else select


def _with_ties(select: exp.Select, shown: list[Shown], value: exp.Expr, descending: bool, limit: int) -> exp.Select:
    """All whose place is within the limit: equals of the last one too."""
    by = exp.Order(expressions=[exp.Ordered(this=value.copy(), desc=descending, nulls_first=False)])
    rank = exp.alias_(exp.Window(this=exp.func("RANK"), order=by), "place")
    inner = select.select(rank).subquery("ranked")
    outer = exp.select(*(exp.column(part.alias, "ranked") for part in shown)).from_(inner)
    within = exp.LTE(this=exp.column("place", "ranked"), expression=exp.Literal.number(limit))
    return outer.where(within).order_by(exp.column("place", "ranked"), exp.column(shown[0].alias, "ranked"))


def _column(ground: Ground, figure: Figure) -> Column:
    if figure.share:
        return Column(figure.says, "percent")
    unit = _unit(ground, figure.table, figure.currency) if figure.kind == "amount" else None
    return Column(figure.says, figure.kind, unit)


def _unit(ground: Ground, table: str, fixed: str) -> str | None:
    catalogue = ground.catalogue
    if catalogue.currencies or not catalogue.tables[table].currency:
        return (catalogue.reporting_currency if catalogue.currencies else fixed) or catalogue.reporting_currency or None
    return None


def _alias(label: str) -> str:
    name = re.sub(r"\W+", "_", label.casefold()).strip("_") or "value"
    return f"{name}_" if name in RESERVED or name[0].isdigit() else name


def needs_wholes(figure: Figure, ground: Ground) -> bool:
    """Whether a table of shares must first be brought together into whole things: for an average, a minimum, a maximum."""
    return (
        bool(ground.catalogue.tables[figure.table].share)
        and figure.aggregate not in {"count", "sum"}
        and not figure.parts
    )
