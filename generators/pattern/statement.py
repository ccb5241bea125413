"""From an intent to one SELECT and what its columns hold: each fact is aggregated on its own before it meets another."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlglot import exp

from bank.table import Column
from generators.pattern.conditions import compare, compare_two, condition
from generators.pattern.figures import aggregated, needs_whole, over_wholes, whole
from generators.pattern.intent import During, Figure, Group, Intent, Months, Slice
from generators.pattern.listing import listing, values
from generators.pattern.query import Ground, Query, Unreachable
from generators.pattern.showing import Shown, alias_of, figure_column, grouped, ordered

_ADDITIVE = {"count", "sum"}


def month_of(intent: Intent, ground: Ground) -> date | None:
    """The month end whose snapshot is read: the last one of the period that was named, or the newest there is."""
    newest = max(
        (day for table, day in ground.values.newest.items() if ground.catalogue.tables[table].snapshot), default=None
    )
    if intent.every_month or intent.last_seen or newest is None:
        return None
    named = intent.month.end if intent.month else None
    return min(named, newest) if named else newest


def build(intent: Intent, ground: Ground) -> tuple[exp.Select, tuple[Column, ...]]:
    """The query of an intent, and its columns in order. Raises `Unreachable` where no join leads."""
    if intent.values:
        return values(intent, ground, month_of(intent, ground))
    if not intent.figures:
        return listing(intent, ground, month_of(intent, ground))
    if _one_pass(intent, ground):
        root = root_of(intent.figures[0], intent.groups, ground)
        select, by, figures = _aggregated(intent, ground, root)
        return _finished(select, intent, by, figures, ground)
    return _side_by_side(intent, ground)


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


def needs_wholes(figure: Figure, ground: Ground) -> bool:
    """Whether a table of shares must first be brought together into whole things: for an average, a minimum, a maximum."""
    return bool(ground.catalogue.tables[figure.table].share) and figure.aggregate not in _ADDITIVE and not figure.parts


def _one_pass(intent: Intent, ground: Ground) -> bool:
    """Whether all figures are aggregates over the rows of one table, read once."""
    if intent.slices or any(figure.apart for figure in intent.figures):
        return False
    roots = {root_of(figure, intent.groups, ground) for figure in intent.figures}
    alone = len(intent.figures) == 1 or not any(needs_wholes(figure, ground) for figure in intent.figures)
    return len(roots) == 1 and alone


def _aggregated(intent: Intent, ground: Ground, root: str) -> tuple[exp.Select, list[Shown], list[Shown]]:
    """The aggregates over one table: the SELECT (nothing selected yet), what it groups by, and its figures."""
    query = Query(ground, root, month_of(intent, ground), last_seen=intent.last_seen)
    query.where.extend(condition(query, asked) for asked in intent.conditions)
    figures = intent.figures
    if len(figures) == 1 and figures[0].where and not figures[0].share and not figures[0].parts:
        query.where.append(exp.Paren(this=query.fragment(figures[0].table, figures[0].where)))
        figures = (replace(figures[0], where=""),)
    by = [part for group in intent.groups for part in grouped(query, group)]
    if needs_whole(query, figures[0]):
        select, found = _over_wholes(query, figures[0], by)
        by = [replace(part, value=exp.column(part.alias, "whole")) for part in by]
    else:
        found = [_figure(query, figure) for figure in figures]
        if not by:  # the sum over no rows at all is nothing, not unknown
            found = [_or_zero(value, figure) for value, figure in zip(found, figures, strict=True)]
        select = query.select()
    if by:
        select = select.group_by(*(part.value.copy() for part in by))
    in_wholes = needs_whole(query, figures[0])
    having = [
        compare(found[0].copy() if in_wholes else aggregated(query, asked.figure), asked.operator, asked.numbers)
        for asked in intent.having
    ]
    select = select.having(*having) if having else select
    shown = [
        Shown(value, alias_of(figure.says), figure_column(ground, figure))
        for value, figure in zip(found, figures, strict=True)
    ]
    return select, by, shown


def _figure(query: Query, figure: Figure) -> exp.Expr:
    if not figure.share:
        return aggregated(query, figure)
    held = exp.and_(*(condition(query, part) for part in figure.share))
    base = replace(figure, share=())
    part = exp.Mul(this=exp.Literal.number("100.0"), expression=aggregated(query, base, held, zero=True))
    return exp.Div(this=part, expression=exp.func("NULLIF", aggregated(query, base), exp.Literal.number(0)), typed=True)


def _or_zero(value: exp.Expr, figure: Figure) -> exp.Expr:
    plain = figure.aggregate == "sum" and not figure.parts and not figure.share
    return exp.func("COALESCE", value, exp.Literal.number(0)) if plain else value


def _over_wholes(query: Query, figure: Figure, by: list[Shown]) -> tuple[exp.Select, list[exp.Expr]]:
    """First each whole thing from its parts, then the aggregate over the things."""
    key = query.key(figure.table)
    value = exp.alias_(whole(query, figure), "value")
    inner = query.select(*(part.selected for part in by), value).group_by(*(part.value.copy() for part in by), key)
    return exp.select().from_(inner.subquery("whole")), [over_wholes(figure, exp.column("value", "whole"))]


# ── Side by side ─────────────────────────────────────────────────────────────────────────────────────────────────
# Figures of different tables, months or conditions: each has a SELECT of its own. These are stacked, every one with
# its figure in its own column and nothing in the others', and brought together by what they are grouped by.


def _side_by_side(intent: Intent, ground: Ground) -> tuple[exp.Select, tuple[Column, ...]]:
    cells = [
        (part, piece)
        for figure in intent.figures
        for piece in intent.slices or (Slice(""),)
        for part in (figure.parts if figure.apart else (figure,))
    ]
    made = [_cell(intent, part, piece, ground) for part, piece in cells]
    by = made[0][1]
    stacked: exp.Query | None = None
    for place, (select, own, figures) in enumerate(made):
        columns = [exp.alias_(part.value.copy(), name.alias) for part, name in zip(own, by, strict=True)]
        for other, (figure, _) in enumerate(cells):
            value = figures[0].value.copy() if other == place else _nothing(figure)
            columns.append(exp.alias_(value, f"figure_{other + 1}"))
        whole_one = select.select(*columns, append=False)
        stacked = whole_one if stacked is None else exp.union(stacked, whole_one, distinct=False)
    assert stacked is not None  # noqa: S101 - an intent with figures has cells
    select = exp.select().from_(stacked.subquery("side"))
    by = [replace(part, value=exp.column(part.alias, "side")) for part in by]
    if by:
        select = select.group_by(*(part.value.copy() for part in by))
    together: list[exp.AggFunc] = [
        (exp.Sum if figure.aggregate in _ADDITIVE and not _derived(figure) else exp.Max)(
            this=exp.column(f"figure_{place + 1}", "side")
        )
        for place, (figure, _) in enumerate(cells)
    ]
    shown = list(_columns(intent, together, ground))
    if intent.having:
        values = dict(zip(intent.figures, shown, strict=True))
        held = [compare(values[asked.figure].value.copy(), asked.operator, asked.numbers) for asked in intent.having]
        select = select.having(*held)
    return _finished(select, intent, by, shown, ground)


def _cell(intent: Intent, figure: Figure, piece: Slice, ground: Ground) -> tuple[exp.Select, list[Shown], list[Shown]]:
    root = root_of(figure, intent.groups, ground)
    conditions = [*intent.conditions, *piece.conditions]
    if figure.table != intent.figures[0].table and any(whole.apart for whole in intent.figures):
        # "loans per customer": what is said of the loans does not restrict the customers.
        conditions = [asked for asked in conditions if ground.graph.reaches(root, getattr(asked, "table", root))]
    alone = replace(
        intent,
        figures=(figure,),
        conditions=tuple(conditions),
        month=piece.month or intent.month,
        every_month=intent.every_month and not piece.month,
        slices=(),
        having=(),
        order=None,
    )
    return _aggregated(alone, ground, root)


def _nothing(figure: Figure) -> exp.Expr:
    """What a figure is where there are no rows: nothing adds up to 0, but has no average."""
    zero = exp.Literal.number(0)
    return zero if figure.aggregate in _ADDITIVE and not _derived(figure) else exp.func("NULLIF", zero, zero.copy())


def _derived(figure: Figure) -> bool:
    return bool(figure.parts or figure.share)


def _columns(intent: Intent, together: Sequence[exp.AggFunc], ground: Ground) -> list[Shown]:
    """The figures out of their cells: ratios and differences of two, and for slices what changed."""
    cells = list(together)
    shown: list[Shown] = []
    for figure in intent.figures:
        own: list[Shown] = []
        for piece in intent.slices or (Slice(""),):
            parts = [cells.pop(0) for _ in (figure.parts if figure.apart else (figure,))]
            says = f"{figure.says}, {piece.says}" if piece.says else figure.says
            value = _operated(figure, parts)
            own.append(Shown(value, alias_of(says), replace(figure_column(ground, figure), label=says)))
        shown += own
        if intent.change and len(own) == 2:
            shown += _changed(figure, own[0].value, own[1].value, ground, intent.slices[0])
    return shown


def _operated(figure: Figure, parts: Sequence[exp.AggFunc]) -> exp.Expr:
    if len(parts) == 1:
        return parts[0]
    first, second = parts[0].copy(), parts[1].copy()
    if figure.operation == "difference":
        return exp.Sub(this=first, expression=second)
    factor = exp.Literal.number("100.0" if figure.kind == "percent" else "1.0")
    over = exp.func("NULLIF", second, exp.Literal.number(0))
    return exp.Div(this=exp.Mul(this=factor, expression=first), expression=over, typed=True)


def _changed(
    figure: Figure, first: exp.Expr, second: exp.Expr, ground: Ground, beside: Slice | None = None
) -> list[Shown]:
    """The difference, and how many percent of the first one it is."""
    change = exp.Sub(this=second.copy(), expression=first.copy())
    column = figure_column(ground, figure)
    shown = [Shown(change, "change", replace(column, label="change"))]
    if beside and not beside.month and not any(isinstance(held, During | Months) for held in beside.conditions):
        return [Shown(change, "difference", replace(column, label="difference"))]
    if column.kind == "percent":
        return shown  # percent of a percentage would only confuse
    over = exp.func("NULLIF", exp.Abs(this=first.copy()), exp.Literal.number(0))
    part = exp.Mul(this=exp.Literal.number("100.0"), expression=exp.Paren(this=change.copy()))
    share = exp.Div(this=part, expression=over, typed=True)
    return [*shown, Shown(share, "change_in_percent", Column("change in percent", "percent"))]


def _finished(
    select: exp.Select, intent: Intent, by: list[Shown], figures: list[Shown], ground: Ground
) -> tuple[exp.Select, tuple[Column, ...]]:
    """Adds what is worked out from the figures of several rows, and the order."""
    values = [part.value for part in figures]
    extra: list[Shown] = []
    if intent.percent:
        extra.append(_percentage(values[0]))
    if intent.running or (intent.change and not intent.slices):
        extra += _along(intent, by, figures[0], ground)
    if intent.test:
        held = (
            compare_two(values[0].copy(), intent.test.operator, values[1].copy())
            if intent.test.second
            else compare(values[0].copy(), intent.test.operator, (intent.test.number,))
        )
        answer = exp.Case(ifs=[exp.If(this=held, true=exp.Literal.string("yes"))], default=exp.Literal.string("no"))
        figures = [Shown(answer, "answer", Column("answer", "text")), *figures]
    if intent.mean_unit:
        select, by, figures = _mean_over_time(select, by, figures[0], intent.mean_unit)
        values = [part.value for part in figures]
    shown = [part for part in by if part.column.label] + figures + extra
    select = select.select(*(part.selected for part in shown), append=False)
    if intent.counted:
        number = Shown(exp.Count(this=exp.Star()), alias_of(intent.counted), Column(intent.counted, "count"))
        return exp.select(number.selected).from_(select.subquery("found")), (number.column,)
    return ordered(select, intent, shown, by, values, ground), tuple(part.column for part in shown)


def _mean_over_time(
    select: exp.Select, by: list[Shown], figure: Shown, unit: str
) -> tuple[exp.Select, list[Shown], list[Shown]]:
    """The average of one figure for each unit of time; where there are other groups, within each."""
    inner = select.select(*(part.selected for part in by), exp.alias_(figure.value, "value"), append=False)
    outer = exp.select().from_(inner.subquery("span"))
    kept = [replace(part, value=exp.column(part.alias, "span")) for part in by if part.column.label != unit]
    if kept:
        outer = outer.group_by(*(part.value.copy() for part in kept))
    label = f"average {figure.column.label} per {unit}"
    kind = "number" if figure.column.kind == "count" else figure.column.kind
    mean = exp.Avg(this=exp.Mul(this=exp.Literal.number("1.0"), expression=exp.column("value", "span")))
    return outer, kept, [Shown(mean, alias_of(label), replace(figure.column, label=label, kind=kind))]


def _percentage(value: exp.Expr) -> Shown:
    """Each row's part of the sum over all rows."""
    total = exp.Window(this=exp.Sum(this=value.copy()))
    part = exp.Mul(this=exp.Literal.number("100.0"), expression=value.copy())
    share = exp.Div(this=part, expression=exp.func("NULLIF", total, exp.Literal.number(0)), typed=True)
    return Shown(share, "percent_of_total", Column("percent of total", "percent"))


def _along(intent: Intent, by: list[Shown], figure: Shown, ground: Ground) -> list[Shown]:
    """A running total, or the change from each period to the next; where there are other groups, within each."""
    period = next(part for part in by if part.column.label in {"day", "month", "quarter", "year"})
    others = [part.value.copy() for part in by if part is not period]
    order = exp.Order(expressions=[exp.Ordered(this=period.value.copy(), nulls_first=False)])
    if intent.running:
        total = exp.Window(this=exp.Sum(this=figure.value.copy()), partition_by=others, order=order)
        return [Shown(total, "running_total", replace(figure.column, label="running total"))]
    before = exp.Window(this=exp.Lag(this=figure.value.copy()), partition_by=others, order=order)
    return _changed(intent.figures[0], before, figure.value, ground)
