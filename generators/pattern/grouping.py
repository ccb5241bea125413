"""What an answer is grouped by: things, columns, or units of time."""

from generators.pattern.doubt import Lost
from generators.pattern.intent import ByColumn, ByPeriod, ByThing, Group
from generators.pattern.meanings import Item
from generators.pattern.resolving import Place, Resolving
from generators.pattern.sketch import Dated, Grouped, Phrase, Sketch

_NO_ITEM = Item("", "")


def groups_of(sketch: Sketch, names: Resolving, subject: Phrase | None, home: str) -> tuple[list[Group], int]:
    """The groups, and how many of the first are each ranked on their own."""
    if sketch.step and not any(group.unit for group in sketch.groups):
        sketch.groups.append(Grouped(sketch.change or _NO_ITEM, unit=sketch.step))
    groups: list[Group] = [_group(group, sketch, names, home) for group in sketch.groups]
    within = 0
    if sketch.head and (sketch.figures or sketch.common):
        head = _group(sketch.head, sketch, names, home)
        within = len(groups) if sketch.ranked else 0
        groups = [*groups, head] if within else [head, *groups]
    if subject and sketch.figures:
        if groups and not sketch.ranked:
            raise Lost(subject.item.text)
        beside = [ByThing(table) for table in sketch.beside]
        groups, within = [*groups, ByThing(subject.table), *beside], len(groups)
    if sketch.trend and not any(isinstance(group, ByPeriod) for group in groups):
        groups.append(_unit("month", sketch, names, home))
    return groups, within


def _group(group: Grouped, sketch: Sketch, names: Resolving, home: str) -> Group:
    if group.unit:
        return _unit(group.unit, sketch, names, home)
    if group.table:
        if not names.catalogue.tables[group.table].countable:
            raise Lost(group.item.text)
        return ByThing(group.table)
    table, column = names.column(group.item, home, group.narrow)
    if names.catalogue.tables[table].columns[column].kind in {"amount", "count", "date"}:
        raise Lost(group.item.text)
    return ByColumn(table, column)


def _day_said(sketch: Sketch, names: Resolving, home: str) -> Place | None:
    """ "customers who joined in 2025 by quarter": of joining, where they are counted."""
    counts = all(asked.aggregate == "count" and not asked.distinct for asked in sketch.figures)
    said = [raw for place in (sketch.conditions, *(one.conditions for one in sketch.phrases)) for raw in place]
    dated = [raw for raw in said if isinstance(raw, Dated) and not raw.negated]
    if not counts or len(dated) != 1:
        return None
    place = names.column(dated[0].item, home, dated[0].narrow, ("date",))
    return place if place[0] == home else None


def _unit(unit: str, sketch: Sketch, names: Resolving, home: str) -> Group:
    """Months of a named date; else of the snapshots; else of the table's own date."""
    if sketch.dates:
        item, narrow = sketch.dates.pop(0)
        table, column = names.column(item, home, narrow, ("date",))
        return ByPeriod(table, column, unit)  # type: ignore[arg-type]
    entry = names.catalogue.tables[home]
    if happened := _day_said(sketch, names, home):
        return ByPeriod(*happened, unit)  # type: ignore[arg-type]
    if entry.snapshot and unit == "day":
        raise Lost(unit, why="These are month-end figures: ask by month.")
    began = entry.date or entry.born if sketch.new else ""
    column = began or (entry.snapshot.column if entry.snapshot else entry.date)
    if not column:
        raise Lost(unit, why=f"I do not know which date of a {entry.noun} is meant.")
    return ByPeriod(home, column, unit)  # type: ignore[arg-type]
