"""Conditions of an intent as SQL: on the row's own tables directly, on what it has many of through subqueries (no fan-out)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlglot import exp

from generators.pattern.figures import aggregated, needs_whole, over_wholes, whole
from generators.pattern.intent import (
    Both,
    Condition,
    During,
    Either,
    Facing,
    Has,
    Limit,
    Months,
    Not,
    OneOf,
    Operator,
    Total,
    Versus,
    Where,
)
from generators.pattern.query import Query, Unreachable, stored_day

_COMPARISONS: dict[str, type[exp.Binary]] = {
    ">": exp.GT,
    ">=": exp.GTE,
    "<": exp.LT,
    "<=": exp.LTE,
    "=": exp.EQ,
    "<>": exp.NEQ,
}


def condition(query: Query, asked: Condition) -> exp.Expr:
    """The condition over the rows of a query."""
    return _CONDITIONS[type(asked)](query, asked)


def compare(value: exp.Expr, operator: Operator, numbers: tuple[float, ...], rate: exp.Expr | None = None) -> exp.Expr:
    """A figure against one number, or two for "between"; `rate` brings the numbers into the reporting currency."""
    literals: list[exp.Expr] = [
        exp.Literal.number(f"{number:.10g}" if abs(number) < 1e9 else f"{number:.0f}") for number in numbers
    ]
    if rate is not None:
        literals = [exp.Mul(this=literal, expression=rate.copy()) for literal in literals]
    if operator == "between":
        return exp.Between(this=value, low=literals[0], high=literals[1])
    return _COMPARISONS[operator](this=value, expression=literals[0])


def compare_two(one: exp.Expr, operator: Operator, other: exp.Expr) -> exp.Expr:
    """Two figures against each other."""
    return _COMPARISONS[operator](this=one, expression=other)


def _where(query: Query, asked: Where) -> exp.Expr:
    return exp.Paren(this=query.fragment(asked.table, asked.where))


def _limit(query: Query, asked: Limit) -> exp.Expr:
    return compare(limit_value(query, asked), asked.operator, asked.numbers, _rate(query, asked.currency))


def _not(query: Query, asked: Not) -> exp.Expr:
    return exp.Not(this=exp.Paren(this=condition(query, asked.condition)))


def _both(query: Query, asked: Both) -> exp.Expr:
    return exp.Paren(this=exp.and_(*(condition(query, part) for part in asked.conditions)))


def _either(query: Query, asked: Either) -> exp.Expr:
    return exp.Paren(this=exp.or_(*(condition(query, part) for part in asked.conditions)))


def _rate(query: Query, currency: str) -> exp.Expr | None:
    return query.rate_of(currency) if currency else None


def limit_value(query: Query, asked: Limit) -> exp.Expr:
    """A row's own figure; amounts in the reporting currency, whole (not the part that the row stands for)."""
    value = query.fragment(asked.table, asked.value)
    return query.money(asked.table, value, fixed_currency(query, asked)) if asked.kind == "amount" else value


def fixed_currency(query: Query, asked: Limit) -> str:
    """The currency of a column that has the same one in every row."""
    column = query.ground.catalogue.tables[asked.table].columns.get(asked.value)
    return column.currency if column else ""


def _one_of(query: Query, asked: OneOf) -> exp.Expr:
    column = query.column(asked.table, asked.column)
    if asked.extreme:
        return _extreme(query, asked, column)
    literals = [exp.Literal.string(value) for value in asked.values]
    return (
        exp.EQ(this=column, expression=literals[0]) if len(literals) == 1 else exp.In(this=column, expressions=literals)
    )


def _extreme(query: Query, asked: OneOf, column: exp.Column) -> exp.Expr:
    """The row's place on the scale is the last (or first) place that any row has."""
    rank = query.ground.catalogue.tables[asked.table].columns[asked.column].rank
    inner = Query(query.ground, asked.table, query.month, query.taken)
    end = exp.Max if asked.extreme == "worst" else exp.Min
    there = inner.select(end(this=place(inner.column(asked.table, asked.column), rank)))
    return exp.EQ(this=place(column, rank), expression=exp.Subquery(this=there))


def place(column: exp.Expr, rank: tuple[str, ...]) -> exp.Case:
    """A value's place on its column's scale, best first."""
    ifs = [
        exp.If(this=exp.EQ(this=column.copy(), expression=exp.Literal.string(value)), true=exp.Literal.number(number))
        for number, value in enumerate(rank, 1)
    ]
    return exp.Case(ifs=ifs)


def _during(query: Query, asked: During) -> exp.Expr:
    column = query.column(asked.table, asked.column)
    stored = query.ground.catalogue.tables[asked.table].columns[asked.column].stored
    parts: list[exp.Expr] = []
    if asked.period.start:
        parts.append(exp.GTE(this=column, expression=stored_day(asked.period.start, stored)))
    if asked.period.end:
        # Up to the next day: a column with a time of day would otherwise lose the last one.
        if stored in {"native", "iso", "yyyymmdd", "yymmdd"}:
            after = stored_day(asked.period.end + timedelta(days=1), stored)
            parts.append(exp.LT(this=column.copy(), expression=after))
        else:
            parts.append(exp.LTE(this=column.copy(), expression=stored_day(asked.period.end, stored)))
    return exp.and_(*parts)


def _months(query: Query, asked: Months) -> exp.Expr:
    snapshot = query.ground.catalogue.tables[asked.table].snapshot
    stored = snapshot.stored if snapshot else "yyyymm"
    return exp.In(
        this=query.column(asked.table, asked.column), expressions=[stored_day(month, stored) for month in asked.months]
    )


def _facing(query: Query, asked: Facing) -> exp.Expr:
    tables = query.ground.catalogue.tables
    sides: list[exp.Expr] = []
    for table, column in ((asked.table, asked.column), (asked.other_table, asked.other)):
        about, value = tables[table].columns[column], query.column(table, column)
        money = Limit(table, column, about.kind, "=", (), "")
        sides.append(
            place(value, about.rank) if asked.ranked else limit_value(query, money) if about.kind == "amount" else value
        )
    return _COMPARISONS[asked.operator](this=sides[0], expression=sides[1])


def _total(query: Query, asked: Total) -> exp.Expr:
    outer = query.key(asked.per)
    inner = Query(query.ground, asked.figure.table, query.month, query.taken)
    key = inner.key(asked.per)
    inner.where.extend(condition(inner, part) for part in asked.conditions)
    if needs_whole(inner, asked.figure) and not asked.figure.parts:
        return exp.In(this=outer, query=exp.Subquery(this=_over_wholes(inner, asked, key)))
    figure = aggregated(inner, asked.figure)
    held = compare(figure, asked.operator, asked.numbers, _rate(query, asked.currency))
    return exp.In(this=outer, query=exp.Subquery(this=inner.select(key).group_by(key.copy()).having(held)))


def _versus(query: Query, asked: Versus) -> exp.Expr:
    """Both sums for each thing, each over its own table: stacked, and compared where they meet."""
    sides = []
    for place, figure in enumerate((asked.figure, asked.other)):
        inner = Query(query.ground, figure.table, query.month, query.taken)
        holder = exp.alias_(inner.key(asked.per), "holder")
        zero = exp.Literal.number(0)
        values = [aggregated(inner, figure), zero] if place == 0 else [zero, aggregated(inner, figure)]
        columns = [exp.alias_(value, name) for value, name in zip(values, ("one", "other"), strict=True)]
        sides.append(inner.select(holder, *columns).group_by(inner.key(asked.per)))
    both = exp.union(*sides, distinct=False).subquery("sides")
    one, other = (exp.Sum(this=exp.column(name, "sides")) for name in ("one", "other"))
    found = exp.select(exp.column("holder", "sides")).from_(both).group_by(exp.column("holder", "sides"))
    held = _COMPARISONS[asked.operator](this=one, expression=other)
    return exp.In(this=query.key(asked.per), query=exp.Subquery(this=found.having(held)))


def _over_wholes(inner: Query, asked: Total, key: exp.Column) -> exp.Select:
    """An average over shares: first each whole thing, then the average for each one that has them."""
    if asked.figure.where:
        inner.where.append(exp.Paren(this=inner.fragment(asked.figure.table, asked.figure.where)))
    by = (exp.alias_(key, "holder"), exp.alias_(whole(inner, asked.figure), "value"))
    wholes = inner.select(*by).group_by(key.copy(), inner.key(asked.figure.table)).subquery("whole")
    holder = exp.column("holder", "whole")
    figure = over_wholes(asked.figure, exp.column("value", "whole"))
    return (
        exp.select(holder).from_(wholes).group_by(holder.copy()).having(compare(figure, asked.operator, asked.numbers))
    )


def _has(query: Query, asked: Has) -> exp.Expr:
    if asked.operator in {"<", "<="} or (asked.operator, asked.number) == ("=", 0):
        # Fewer than three holds for those that have none at all, which no subquery finds: so, not three or more.
        opposite = {"<": ">=", "<=": ">"}.get(asked.operator, ">")
        enough = Has(asked.per, asked.other, asked.conditions, opposite, asked.number)  # type: ignore[arg-type]
        return exp.Not(this=_has(query, enough))
    roots = [root for root in query.ground.graph.below([asked.per, asked.other]) if root != asked.per]
    if (
        query.ground.graph.reaches(query.root, asked.other)
        and asked.number <= 1
        and query.ground.graph.reaches(asked.per, asked.other)
    ):
        own = exp.Not(this=exp.Is(this=query.key(asked.other), expression=exp.Null()))
        return exp.and_(own, *(condition(query, part) for part in asked.conditions))
    if not roots:
        return _linked(query, asked)
    outer = query.key(asked.per)
    inner = Query(query.ground, roots[0], query.month, query.taken)
    key = inner.key(asked.per)
    inner.where.append(exp.Not(this=exp.Is(this=key.copy(), expression=exp.Null())))
    inner.where.extend(condition(inner, part) for part in asked.conditions)
    found = inner.key(asked.other)
    at_least_one = (asked.operator, asked.number) in {(">=", 1), (">", 0)}
    if at_least_one:
        if roots[0] != asked.other:
            inner.where.append(exp.Not(this=exp.Is(this=found, expression=exp.Null())))
        chosen = inner.select(key).distinct()
    else:
        count = exp.Count(this=exp.Distinct(expressions=[found]))
        chosen = inner.select(key).group_by(key.copy()).having(compare(count, asked.operator, (asked.number,)))
    return exp.In(this=outer, query=exp.Subquery(this=chosen))


def _linked(query: Query, asked: Has) -> exp.Expr:
    """Things that are many on both sides (clients and loans, through accounts): whether there is one, step by step."""
    way = query.ground.graph.between(asked.per, asked.other)
    if way is None or (asked.operator, asked.number) not in {(">=", 1), (">", 0)}:
        raise Unreachable(asked.other)
    outer = query.aliases.get(asked.per)
    if outer is None:
        query.key(asked.per)
        outer = query.aliases[asked.per]
    # From the far end back: each step's SELECT holds the next one's EXISTS.
    taken, inners = query.taken, []
    for step in way:
        inner = Query(query.ground, step.target, query.month, taken)
        taken = inner.taken
        inners.append(inner)
    inners[-1].where.extend(condition(inners[-1], part) for part in asked.conditions)
    found: exp.Expr | None = None
    for number in range(len(way) - 1, -1, -1):
        step, inner = way[number], inners[number]
        before = inners[number - 1].aliases[step.source] if number else outer
        inner.where.extend(_meets(inner, step.join.on, step.up, before, step.target))
        if found is not None:
            inner.where.append(found)
        found = exp.Exists(this=inner.select(exp.Literal.number(1)))
    assert found is not None  # noqa: S101 - a way has at least one step
    return found


def _meets(inner: Query, on: dict[str, str], up: bool, before: str, target: str) -> list[exp.Expr]:
    pairs = [(one, many) if up else (many, one) for many, one in on.items()]
    return [
        exp.EQ(
            this=inner.column(target, here),
            expression=exp.Column(this=inner.ground.name(there), table=exp.to_identifier(before)),
        )
        for here, there in pairs
    ]


_CONDITIONS: dict[type[Condition], Callable[[Query, Any], exp.Expr]] = {
    Where: _where,
    OneOf: _one_of,
    Limit: _limit,
    Facing: _facing,
    During: _during,
    Months: _months,
    Not: _not,
    Both: _both,
    Either: _either,
    Total: _total,
    Versus: _versus,
    Has: _has,
}
