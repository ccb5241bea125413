"""A table as a CSV file that a spreadsheet opens without running anything in it."""

import csv
import io
from datetime import date

from bank.table import Cell, Table
from bot.blocks.figures import heading

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(table: Table) -> bytes:
    """All rows of the table, figures unrounded."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([harmless(heading(column, place)) for place, column in enumerate(table.columns, 1)])
    writer.writerows([[harmless(cell) for cell in row] for row in table.rows])
    return ("\ufeff" + sheet.getvalue()).encode("utf-8", "replace")  # the mark makes Excel read UTF-8


def harmless(cell: Cell) -> str:
    """A text that a spreadsheet would run as a formula gets an apostrophe; numbers keep their sign."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
    return str(cell)
