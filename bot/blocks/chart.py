"""A picture of a result whose shape asks for one: a trend over time as lines, a split as bars or a pie."""

import math
from collections.abc import Sequence
from decimal import Decimal

import slackblocks as kit

from bank.table import Cell, Column, Table
from bot.blocks.figures import NUMERIC, figure, heading, sortable
from bot.blocks.message import clip

POINTS, SERIES, SEGMENTS, FEWEST = 20, 12, 12, 2
LABEL, TITLE = 20, 50
WHOLE = 0.5  # percent: how far the parts of a whole may be from 100 by rounding
TIMES = ("date", "month")
PARTS = ("category", "flag")

_Lines = dict[str, list[float]]


def chart(table: Table, locale: str, block_id: str) -> kit.DataVisualizationBlock | None:
    """None where the shape asks for none, where a figure is missing, and where rows are: half a trend misleads."""
    if table.truncated or not FEWEST <= len(table.rows) <= POINTS * SERIES:
        return None
    figures = [place for place, column in enumerate(table.columns) if _is_figures(table, place, column)]
    words = _in_words(table, [place for place in range(len(table.columns)) if place not in figures])
    if not figures or not 1 <= len(words) <= 2:
        return None
    drawn = _long(table, words, figures, locale) if len(words) == 2 else _wide(table, words[0], figures, locale)
    return None if drawn is None else kit.DataVisualizationBlock(clip(drawn[0], TITLE), drawn[1], block_id=block_id)


def _in_words(table: Table, words: list[int]) -> list[int]:
    """Without the codes whose meanings stand beside them."""
    labels = {table.columns[place].label for place in words}
    return [place for place in words if f"meaning of {table.columns[place].label}" not in labels]


def _is_figures(table: Table, place: int, column: Column) -> bool:
    return column.kind in NUMERIC and all(isinstance(row[place], int | float | Decimal) for row in table.rows)


def _wide(table: Table, label: int, figures: list[int], locale: str) -> tuple[str, kit.Chart] | None:
    """One row a point: the words name it, each column of like figures is a series."""
    head = table.columns[label]
    rows = _in_time(table, label) if head.kind in TIMES else list(table.rows)
    names = [_label(row[label], head, locale) for row in rows]
    if head.kind not in (*TIMES, *PARTS) or len(rows) > POINTS or len(set(names)) != len(names):
        return None
    whole = _whole(table, figures) if head.kind in PARTS else None
    if whole is not None and len(rows) <= SEGMENTS:
        segments = [kit.ChartSegment(name, value) for name, value in zip(names, _values(rows, whole), strict=True)]
        return heading(table.columns[whole], 1), kit.PieChart(segments)
    chosen = _alike(table, figures)
    lines = {clip(heading(table.columns[place], place + 1), LABEL): _values(rows, place) for place in chosen}
    title = heading(table.columns[chosen[0]], 1) if len(chosen) == 1 else f"By {head.label}"
    return (title, _axes(lines, names, head.kind in TIMES)) if _drawable(lines, len(chosen)) else None


def _long(table: Table, words: list[int], figures: list[int], locale: str) -> tuple[str, kit.Chart] | None:
    """One row for each time and part: a line for each part, if none has a gap."""
    time = next((place for place in words if table.columns[place].kind in TIMES), None)
    part = next((place for place in words if table.columns[place].kind in PARTS), None)
    if time is None or part is None or len(figures) != 1:
        return None
    found: dict[str, dict[str, float]] = {}
    for row in _in_time(table, time):
        line = found.setdefault(_label(row[part], table.columns[part], locale), {})
        line |= dict(zip([_label(row[time], table.columns[time], locale)], _values([row], figures[0]), strict=True))
    names = list(next(iter(found.values())))  # rows come in time's order, and below nobody has a gap
    gapless = all(list(line) == names for line in found.values()) and len(names) * len(found) == len(table.rows)
    lines = {name: list(line.values()) for name, line in found.items()} if gapless else {}
    if not FEWEST <= len(names) <= POINTS or not _drawable(lines, len(found)):
        return None
    return heading(table.columns[figures[0]], 1), _axes(lines, names, True)


def _axes(lines: _Lines, names: list[str], over_time: bool) -> kit.Chart:
    series = [
        kit.DataSeries(name, [kit.DataPoint(point, value) for point, value in zip(names, values, strict=True)])
        for name, values in lines.items()
    ]
    return (kit.LineChart if over_time else kit.BarChart)(series, kit.AxisConfig(names))


def _drawable(lines: _Lines, wanted: int) -> bool:
    """Every series with a name of its own and nothing but figures."""
    return 0 < len(lines) == wanted <= SERIES and all(math.isfinite(value) for line in lines.values() for value in line)


def _alike(table: Table, figures: list[int]) -> list[int]:
    """The columns that share an axis with the first one."""
    first = table.columns[figures[0]]
    return [
        place for place in figures if (table.columns[place].kind, table.columns[place].unit) == (first.kind, first.unit)
    ]


def _whole(table: Table, figures: Sequence[int]) -> int | None:
    """The column whose percentages are the parts of one whole."""
    for place in figures:
        values = _values(table.rows, place)
        if table.columns[place].kind == "percent" and min(values) > 0 and abs(sum(values) - 100) <= WHOLE:
            return place
    return None


def _values(rows: Sequence[tuple[Cell, ...]], place: int) -> list[float]:
    return [float(row[place]) for row in rows]  # type: ignore[arg-type]  # _is_figures has looked


def _in_time(table: Table, place: int) -> list[tuple[Cell, ...]]:
    column = table.columns[place]
    return sorted(table.rows, key=lambda row: (sortable(row[place], column) or 0.0, str(row[place])))


def _label(cell: Cell, column: Column, locale: str) -> str:
    return clip(figure(cell, column, locale), LABEL)
