"""An answer as an Excel workbook: a sheet for each table, and one that says what stands in them and how it came about."""

import io
import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bank.table import Cell, Column, Table
from bot.answer import Answer, Part
from bot.blocks.figures import first_day, heading

Meaning = tuple[str, str]
CELL = 32_767  # characters Excel takes in a cell
EXACT = 2**53  # Excel's numbers are doubles: a greater whole number would lose its last digits
OLDEST = date(1900, 3, 1)  # before it Excel's calendar is off by a day, or has none
WIDEST = 60
SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,  # `=HYPERLINK(…)` in a customer's name stays words
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}
FORMATS = {"amount": "#,##0.00", "percent": '#,##0.00" %"', "count": "#,##0", "date": "yyyy-mm-dd", "month": "yyyy-mm"}


def workbook_bytes(answer: Answer, meanings: Sequence[Meaning]) -> bytes:
    """The figures unrounded and as numbers; texts are never formulas, links or anything that runs."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, SAFE) as book:
        formats = {kind: book.add_format({"num_format": written}) for kind, written in FORMATS.items()}
        formats |= {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        formats["words"] = book.add_format({"text_wrap": True, "valign": "top"})
        for place, part in enumerate(answer.parts, 1):
            name = "Rows" if len(answer.parts) == 1 else f"Rows {place}"
            _fill(book.add_worksheet(name), part.table, formats)
        _define(book.add_worksheet("Definitions"), answer, meanings, formats)
    return content.getvalue()


def _fill(sheet: Worksheet, table: Table, formats: dict[str, Format]) -> None:
    for place, column in enumerate(table.columns):
        label = heading(column, place + 1)
        sheet.write_string(0, place, label[:CELL], formats["head"])
        sheet.set_column(
            place, place, min(WIDEST, max([len(label), *(len(str(row[place])) for row in table.rows[:100])]) + 2)
        )
    for line, row in enumerate(table.rows, 1):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _write(sheet, line, place, cell, column, formats)
    sheet.freeze_panes(1, 0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _write(sheet: Worksheet, line: int, place: int, cell: Cell, column: Column, formats: dict[str, Format]) -> None:
    day = first_day(cell) if column.kind == "month" else cell
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(line, place, cell)
    elif isinstance(day, date) and (day.date() if isinstance(day, datetime) else day) >= OLDEST:
        timed = isinstance(day, datetime) and bool(day.hour or day.minute or day.second)
        plain = day.replace(tzinfo=None) if isinstance(day, datetime) else day
        sheet.write_datetime(
            line, place, plain, formats["time" if timed else "month" if column.kind == "month" else "date"]
        )
    elif isinstance(cell, int | float | Decimal) and math.isfinite(cell) and abs(float(cell)) < EXACT:
        sheet.write_number(line, place, float(cell), formats.get(column.kind))
    else:
        sheet.write_string(line, place, str(cell)[:CELL])


def _define(sheet: Worksheet, answer: Answer, meanings: Sequence[Meaning], formats: dict[str, Format]) -> None:
    lines: list[Meaning] = [("Question", answer.question), ("Answered by", answer.approach)]
    for place, part in enumerate(answer.parts, 1):
        which = f" {place}" if len(answer.parts) > 1 else ""
        lines += [(f"{what}{which}", words) for what, words in _about(part) if words]
    lines += meanings
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    for line, (what, words) in enumerate(lines):
        sheet.write_string(line, 0, what[:CELL], formats["head"])
        sheet.write_string(line, 1, words[:CELL], formats["words"])


def _about(part: Part) -> list[Meaning]:
    more = (
        f"the first {len(part.table.rows):,}; there are more" if part.table.truncated else f"{len(part.table.rows):,}"
    )
    remarks = [("Rights", part.table.rights), *(("Note", note) for note in part.notes)]
    return [("How it was read", part.reading), ("As of", part.as_of), ("Rows", more), *remarks, ("SQL", part.sql)]
