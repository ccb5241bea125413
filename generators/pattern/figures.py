"""Figures of an intent as SQL aggregates over the rows of one query."""

from sqlglot import exp

from generators.pattern.intent import Figure
from generators.pattern.query import Query

_AGGREGATES: dict[str, type[exp.AggFunc]] = {
    "sum": exp.Sum,
    "average": exp.Avg,
    "minimum": exp.Min,
    "maximum": exp.Max,
}


def aggregated(query: Query, figure: Figure, held: exp.Expr | None = None, zero: bool = False) -> exp.Expr:
    """The aggregate; `held` restricts it to rows that meet a condition, next to figures that are not restricted.

    `zero`: a sum over nothing is 0, as in a ratio, where nothing past due is a past due ratio of 0.

    A table of shares may only be counted, summed, or averaged per thing here: see `needs_whole`.
    """
    if figure.parts:
        above, below = (aggregated(query, part, held, zero=True) for part in figure.parts)
        if figure.operation == "difference":
            return exp.Sub(this=above, expression=below)
        factor = exp.Literal.number("100.0" if figure.kind == "percent" else "1.0")
        return exp.Div(
            this=exp.Mul(this=factor, expression=above),
            expression=exp.func("NULLIF", below, exp.Literal.number(0)),
            typed=True,
        )
    restricted = [part for part in (held, query.fragment(figure.table, figure.where) if figure.where else None) if part]
    if figure.aggregate == "count":
        return _count(query, figure, restricted)
    nothing = exp.Literal.number(0) if zero and figure.aggregate == "sum" else None
    return _AGGREGATES[figure.aggregate](this=_only(value(query, figure), restricted, nothing))


def value(query: Query, figure: Figure) -> exp.Expr:
    """What is aggregated, of one row: in the reporting currency, and the part of it that the row stands for."""
    found = query.fragment(figure.table, figure.value)
    if figure.kind != "amount":
        return found
    money = query.money(figure.table, found, figure.currency)
    return query.shared(figure.table, money) if figure.aggregate == "sum" else money


def needs_whole(query: Query, figure: Figure) -> bool:
    """Whether rows must first be brought together into whole things: an average over a table of shares, for one."""
    return bool(query.ground.catalogue.tables[figure.table].share) and figure.aggregate not in {"count", "sum"}


def whole(query: Query, figure: Figure) -> exp.Expr:
    """A whole thing's value, out of the rows that stand for its parts."""
    found = value(query, figure)
    if figure.kind == "amount":
        return exp.Sum(this=query.shared(figure.table, found))
    return exp.Max(this=found)


def over_wholes(figure: Figure, column: exp.Expr) -> exp.Expr:
    """The aggregate over whole things."""
    return _AGGREGATES[figure.aggregate](this=column)


def _count(query: Query, figure: Figure, restricted: list[exp.Expr]) -> exp.Expr:
    """Rows, where a row is the thing; otherwise the different keys."""
    entry = query.ground.catalogue.tables[figure.table]
    if figure.distinct:
        counted: exp.Expr = query.column(figure.table, figure.distinct)
    elif query.root == figure.table and not entry.share and (query.month or not entry.snapshot) and not restricted:
        return exp.Count(this=exp.Star())
    else:
        counted = query.key(figure.table)
    return exp.Count(this=exp.Distinct(expressions=[_only(counted, restricted)]))


def _only(value: exp.Expr, restricted: list[exp.Expr], otherwise: exp.Expr | None = None) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=exp.and_(*restricted), true=value)], default=otherwise) if restricted else value
