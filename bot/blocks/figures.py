"""How one cell is written for a banker: money, percent, counts and dates by the kind of their column and their locale."""

import math
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from bank.table import Cell, Column
from bot.blocks.locales import as_date, as_month, as_number, as_percent

NOTHING = "–"
CENT = Decimal("0.01")
NUMERIC = ("amount", "percent", "count", "number")


def figure(cell: Cell, column: Column, locale: str = "") -> str:
    """Never empty: Slack refuses a table with an empty cell. Without a locale: 1,234.50 and 2025-06-30."""
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return NOTHING
    if isinstance(cell, bool) or (column.kind == "flag" and cell in (0, 1)):
        return "yes" if cell else "no"
    if column.kind == "month":
        return _month(cell, locale)
    if isinstance(cell, datetime | date):
        return as_date(cell, locale)
    if isinstance(cell, int | float | Decimal):
        return _number(cell, column, locale)
    return cell.strip() or NOTHING


def headline(cell: Cell, column: Column, locale: str = "") -> str:
    """One figure on its own, with its currency."""
    written = figure(cell, column, locale)
    return f"{written} {column.unit}" if column.unit and written != NOTHING else written


def heading(column: Column, place: int) -> str:
    """The head of a column, with its currency; `place` counts from 1."""
    label = column.label.strip() or f"column {place}"
    return f"{label} ({column.unit})" if column.unit else label


def sortable(cell: Cell, column: Column) -> float | None:
    """The number Slack sorts by: the figure itself, a date's day; None where the cell is neither."""
    if isinstance(cell, bool):
        return None
    if column.kind == "month" and (first := first_day(cell)):
        return float(first.toordinal())
    if isinstance(cell, datetime):
        return cell.toordinal() + (cell.hour * 60 + cell.minute) / 1440
    if isinstance(cell, date):
        return float(cell.toordinal())
    if column.kind not in NUMERIC or not isinstance(cell, int | float | Decimal):
        return None
    value = float(cell)
    return value if math.isfinite(value) else None


def first_day(cell: Cell) -> date | None:
    """Of a month as databases keep it: a date, 202506 or 2025-06; None for anything else."""
    if isinstance(cell, date):
        return date(cell.year, cell.month, 1)
    written = str(cell).strip().replace("-", "")
    if len(written) != 6 or not (written.isascii() and written.isdigit()):
        return None
    year, month = int(written[:4]), int(written[4:])
    return date(year, month, 1) if year and 1 <= month <= 12 else None


def _month(cell: Cell, locale: str) -> str:
    first = first_day(cell)
    return as_month(first, locale) if first else str(cell).strip() or NOTHING


def _number(cell: int | float | Decimal, column: Column, locale: str) -> str:
    exact = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
    if column.kind == "amount":
        return as_number(f"{exact.quantize(CENT, ROUND_HALF_UP) if abs(exact) < Decimal('1e20') else exact:,}", locale)
    if column.kind == "percent":
        return as_percent(_percent(exact), locale)
    if isinstance(cell, int) and column.kind not in ("count", "number"):
        return str(cell)  # an id, a year, a code: never 2,025
    return as_number(_short(exact), locale)


def _percent(exact: Decimal) -> str:
    """Always two decimals, so that a column of shares lines up, but for shares that would vanish."""
    return (
        f"{exact.quantize(CENT, ROUND_HALF_UP):,}"
        if not exact or CENT <= abs(exact) < Decimal("1e20")
        else _short(exact)
    )


def _short(exact: Decimal) -> str:
    """Two decimals, or four significant digits where two decimals would show next to nothing."""
    if exact and abs(exact) < 1:
        return f"{float(exact):.4g}"
    if abs(exact) >= Decimal("1e20"):
        return f"{exact:,}"
    written = f"{exact.quantize(CENT, ROUND_HALF_UP):,}"
    return written.rstrip("0").rstrip(".") if "." in written else written
