"""The columns of an answer: what they are grouped by, what they are called, and in which order the rows come."""

import re
from dataclasses import dataclass

from sqlglot import exp

from bank.table import Column
from generators.pattern.conditions import place
from generators.pattern.intent import ByColumn, ByPeriod, Figure, Group, Intent
from generators.pattern.query import RESERVED, Ground, Query, month_text

CHANGE = 2  # the place of the change, behind the figure of one period and of the other


@dataclass(frozen=True, slots=True)
class Shown:
    """One column of the answer: its expression, its name in SQL and what it holds."""

    value: exp.Expr
    alias: str
    column: Column

    @property
    def selected(self) -> exp.Expr:
        return exp.alias_(self.value.copy(), self.alias)


def alias_of(label: str) -> str:
    """A label as a name in SQL."""
    name = re.sub(r"\W+", "_", label.casefold()).strip("_") or "value"
    return f"{name}_" if name in RESERVED or name[0].isdigit() else name


def figure_column(ground: Ground, figure: Figure) -> Column:
    """What the column of a figure holds."""
    if figure.share:
        return Column(figure.says, "percent")
    return Column(
        figure.says, figure.kind, unit(ground, figure.table, figure.currency) if figure.kind == "amount" else None
    )


def unit(ground: Ground, table: str, fixed: str) -> str | None:
    """The currency in which an amount is given."""
    catalogue = ground.catalogue
    if catalogue.currencies or not catalogue.tables[table].currency:
        return (catalogue.reporting_currency if catalogue.currencies else fixed) or catalogue.reporting_currency or None
    return None


def grouped(query: Query, group: Group) -> list[Shown]:
    """The expressions of a group; those without a label are grouped by but not shown."""
    if isinstance(group, ByColumn):
        return by_column(query, group)
    if isinstance(group, ByPeriod):
        return [_by_period(query, group)]
    entry = query.ground.catalogue.tables[group.table]
    key = query.key(group.table)
    if group.table != query.root:
        query.where.append(exp.Not(this=exp.Is(this=key.copy(), expression=exp.Null())))
    if not entry.name or entry.name == entry.key:
        return [Shown(key, alias_of(entry.noun), Column(entry.noun, entry.columns[entry.key].kind))]
    name = query.column(group.table, entry.name)
    return [
        Shown(key, alias_of(f"{entry.noun} key"), Column("")),
        Shown(name, alias_of(entry.noun), Column(entry.noun, "name")),
    ]


def by_column(query: Query, group: ByColumn) -> list[Shown]:
    """A code is shown with its words where a column of the same table describes it."""
    catalogue = query.ground.catalogue
    about = catalogue.tables[group.table].columns[group.column]
    label = catalogue.label(group.table, group.column)
    value = query.column(group.table, group.column)
    shown = [Shown(value, alias_of(label), Column(label, about.kind))]
    if about.described_by:
        words = catalogue.label(group.table, about.described_by)
        described = query.column(group.table, about.described_by)
        shown.append(Shown(described, alias_of(words), Column(words, "category")))
    elif means_more(group, query.ground):
        words = f"meaning of {label}"
        ifs = [
            exp.If(
                this=exp.EQ(this=exp.cast(value.copy(), "text"), expression=exp.Literal.string(code)),
                true=exp.Literal.string(said),
            )
            for code, said in about.codes.items()
        ]
        shown.append(Shown(exp.Case(ifs=ifs), alias_of(words), Column(words, "category")))
    return shown


def means_more(group: ByColumn, ground: Ground) -> bool:
    """Whether the codes of a column have to be said in words; everybody knows those of currencies."""
    table = ground.catalogue.tables[group.table]
    about = table.columns[group.column]
    known = all(code.casefold() == said.casefold() for code, said in about.codes.items())
    return not known and not about.described_by and "currency" not in ground.catalogue.label(group.table, group.column)


def _width(group: Group, ground: Ground) -> int:
    """Into how many expressions a group is grouped: a thing by its key and its name, a code with its words."""
    if isinstance(group, ByPeriod):
        return 1
    entry = ground.catalogue.tables[group.table]
    if isinstance(group, ByColumn):
        return 1 + bool(entry.columns[group.column].described_by or means_more(group, ground))
    return 1 if not entry.name or entry.name == entry.key else 2


def _by_period(query: Query, group: ByPeriod) -> Shown:
    entry = query.ground.catalogue.tables[group.table]
    stored = entry.columns[group.column].stored if group.column in entry.columns else "native"
    if entry.snapshot and group.column == entry.snapshot.column:
        stored = entry.snapshot.stored
    column = query.column(group.table, group.column)
    if group.unit == "day":
        return Shown(column, "day", Column("day", "date"))
    month = month_text(column, stored)
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


def ordered(
    select: exp.Select, intent: Intent, shown: list[Shown], by: list[Shown], values: list[exp.Expr], ground: Ground
) -> exp.Select:
    """The rows in the order that was asked for; else periods in time, scales from best to worst, figures from high to low."""
    if not by:
        return select
    order = intent.order
    if order and (order.place or order.within or (order.limit and order.ties)):
        # The leading groups within which is ranked are shown first; a thing is grouped by its key and its name.
        width = sum(_width(group, ground) for group in intent.groups[: order.within])
        leading = [part.value.copy() for part in by[:width]]
        wanted = (order.place or order.limit, bool(order.place))
        by_value = values[CHANGE if order.changed else order.figure]
        return ranked(select, shown, by_value, order.descending, wanted, leading)
    if not order and isinstance(intent.groups[0], ByPeriod):
        visible = [part for part in by if part.column.label]
        return select.order_by(*(exp.to_identifier(part.alias) for part in visible))
    if not order and isinstance(intent.groups[0], ByColumn):
        group = intent.groups[0]
        rank = ground.catalogue.tables[group.table].columns[group.column].rank
        if rank:
            return select.order_by(place(by[0].value.copy(), rank))
    figure = order.figure if order else 0
    alias = "change" if order and order.changed else alias_of(intent.figures[figure].says)
    alias = alias if any(part.alias == alias for part in shown) else shown[len([p for p in by if p.column.label])].alias
    first = exp.Ordered(this=exp.to_identifier(alias), desc=order.descending if order else True, nulls_first=False)
    select = select.order_by(first, exp.to_identifier(shown[0].alias))
    return select.limit(order.limit) if order and order.limit else select


def ranked(
    select: exp.Select,
    shown: list[Shown],
    value: exp.Expr,
    descending: bool,
    wanted: tuple[int, bool],
    leading: list[exp.Expr] | None = None,
) -> exp.Select:
    """All whose place is within the limit (or is just this place): equals too. `leading`: ranked within each of these."""
    by = exp.Order(expressions=[exp.Ordered(this=value.copy(), desc=descending, nulls_first=False)])
    rank = exp.alias_(exp.Window(this=exp.func("RANK"), partition_by=leading or [], order=by), "place")
    inner = select.select(rank).subquery("ranked")
    outer = exp.select(*(exp.column(part.alias, "ranked") for part in shown)).from_(inner)
    number = exp.Literal.number(wanted[0])
    held = (exp.EQ if wanted[1] else exp.LTE)(this=exp.column("place", "ranked"), expression=number)
    order = [exp.column("place", "ranked"), exp.column(shown[0].alias, "ranked")]
    return outer.where(held).order_by(*(reversed(order) if leading else order))
