"""What a metric alert makes of a table: each row's figure, how far it moved, and which of them are beyond the condition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bank.table import Cell, Column, Table
from bot.blocks.figures import NUMERIC, figure, headline
from bot.condition import Condition
from tracking.alarm import Limits
from tracking.schema import number_of

_CALM = 0.02  # of the number: a figure that wavers around it does not open and close all day
_WORSE = 0.1
_GAP = timedelta(hours=3)  # it looks every hour
_DID = {"falls": "fell", "rises": "rose", "moves": "moved"}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a table: `key` stands for its row, `label` says which it is. `before` is None where it is not known."""

    key: int
    label: str
    value: float
    before: float | None = None

    @property
    def change(self) -> float | None:
        return None if self.before is None else self.value - self.before


def rows_of(table: Table, place: int, before: Mapping[int, float]) -> list[Row]:
    """The figures of one column, with what they were. Rows that are called the same are told apart by their order."""
    names = [at for at, column in enumerate(table.columns) if column.kind not in NUMERIC]
    seen: dict[str, int] = {}
    found = []
    for row in table.rows:
        label = " · ".join(figure(row[at], table.columns[at]) for at in names)
        seen[label] = seen.get(label, 0) + 1
        value, key = _number(row[place]), number_of(label, str(seen[label]))
        if value is not None:
            found.append(Row(key, label, value, before.get(key)))
    return found


def measure(condition: Condition, row: Row) -> float | None:
    """What is held against the condition's number: the figure, or how far it moved its way; None where that is not known."""
    if condition.is_level:
        return row.value
    if row.before is None or row.change is None or (condition.relative and not row.before):
        return None
    moved = 100 * row.change / abs(row.before) if condition.relative else row.change
    return {"falls": -moved, "rises": moved}.get(condition.way, abs(moved))


def limits_of(condition: Condition) -> Limits:
    """The condition in the alarm's terms."""
    above, number = condition.way != "below", condition.number
    margin = _CALM * abs(number)
    calm = number - margin if above else number + margin
    return Limits(number, calm, above, 1, _WORSE * abs(number), gap=_GAP)


def worst_first(condition: Condition, rows: Sequence[Row]) -> list[tuple[Row, float]]:
    """Each row whose measure is known, the furthest beyond the condition first."""
    known = [(row, found) for row in rows if (found := measure(condition, row)) is not None]
    return sorted(known, key=lambda pair: pair[1], reverse=condition.way != "below")


def title(condition: Condition) -> str:
    """NPL ratio above 3 % · deposits fell by more than 10 % in a week."""
    if condition.is_level:
        return f"{condition.column} {condition.words.removeprefix('goes ')}"
    return f"{condition.column} {condition.words.replace(condition.way, _DID[condition.way], 1)}"


def written(value: float | None, column: Column) -> str:
    """A figure as an answer writes it."""
    return headline(value, column)


def moved(row: Row, column: Column) -> str:
    """By how much, with its sign; and in percent where the figure is none itself."""
    change = row.change
    if change is None:
        return "–"
    unit = " points" if column.kind == "percent" else ""
    size = figure(abs(change), column).removesuffix(" %")
    said = f"{'+' if change > 0 else '−' if change < 0 else ''}{size}{unit}"
    if column.kind == "percent" or not row.before:
        return said
    return f"{said} ({100 * change / abs(row.before):+.1f} %)".replace("(-", "(−")


def _number(cell: Cell) -> float | None:
    if cell is None or isinstance(cell, bool | str):
        return None
    try:
        return float(cell)  # type: ignore[arg-type]
    except TypeError:
        return None
