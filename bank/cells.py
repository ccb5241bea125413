"""From what a driver returns to the cells of a table: text of a date becomes a date, kinds are told from the values."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bank.engine import Rows
from bank.table import Cell, Column, Kind, Table

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def table(rows: Rows, columns: tuple[Column, ...] = (), rights: str = "", personal: Collection[int] = ()) -> Table:
    """The table of a result; `columns` name it where there are as many, else the labels the database gave do.

    `personal` are the places of the columns that hold personal data.
    """
    cells = [tuple(_cell(value) for value in row) for row in rows.rows]
    if len(columns) != len(rows.labels):
        columns = tuple(Column(label, _kind([row[at] for row in cells])) for at, label in enumerate(rows.labels))
    days = {at for at, column in enumerate(columns) if column.kind == "date"}
    if days:
        cells = [tuple(_day(cell) if at in days else cell for at, cell in enumerate(row)) for row in cells]
    columns = tuple(replace(column, personal=True) if at in personal else column for at, column in enumerate(columns))
    return Table(columns, tuple(cells), rows.truncated, rows.seconds, rights)


def _cell(value: Any) -> Cell:
    """What a chat can show: anything that is not a number, a date or a truth is text."""
    if value is None or isinstance(value, str | int | float | Decimal | date | datetime | bool):
        return value
    return "(binary)" if isinstance(value, bytes | bytearray | memoryview) else str(value)


def _day(cell: Cell) -> Cell:
    """SQLite keeps dates as text; text that is not a date stays as it is."""
    if isinstance(cell, str) and _DAY.fullmatch(cell):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            return cell
    return cell


def _kind(cells: Sequence[Cell]) -> Kind:
    values = [cell for cell in cells if cell is not None]
    for kind, types in _KINDS.items():
        if values and all(isinstance(value, types) for value in values):
            return kind
    return "text"


_KINDS: dict[Kind, type | tuple[type, ...]] = {"flag": bool, "number": (int, float, Decimal), "date": date}
