"""How one cell is written for a banker: money, percent, counts and dates by the kind of their column."""

import math
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from bank.table import Cell, Column

NOTHING = "–"
CENT = Decimal("0.01")
NUMERIC = ("amount", "percent", "count", "number")


def figure(cell: Cell, column: Column) -> str:
    """Never empty: Slack refuses a table with an empty cell."""
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return NOTHING
    if column.kind == "flag" and cell in (0, 1):
        return "yes" if cell else "no"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if column.kind == "month":
        return _month(cell)
    if isinstance(cell, datetime | date):
        return _date(cell)
    if isinstance(cell, int | float | Decimal):
        return _number(cell, column)
    return cell.strip() or NOTHING


def headline(cell: Cell, column: Column) -> str:
    """One figure on its own, with its currency."""
    written = figure(cell, column)
    return f"{written} {column.unit}" if column.unit and written != NOTHING else written


def heading(column: Column, place: int) -> str:
    """The head of a column, with its currency; `place` counts from 1."""
    label = column.label.strip() or f"column {place}"
    return f"{label} ({column.unit})" if column.unit else label


def sortable(cell: Cell, column: Column) -> float | None:
    """The number Slack sorts by, or None where the cell is not a figure."""
    if column.kind not in NUMERIC or isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return None
    value = float(cell)
    return value if math.isfinite(value) else None


def _month(cell: Cell) -> str:
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m")
    written = str(cell).strip()
    return f"{written[:4]}-{written[4:]}" if len(written) == 6 and written.isdigit() else written or NOTHING


def _date(cell: date) -> str:
    """ISO dates, because Slack's tables sort text by its letters."""
    if isinstance(cell, datetime) and (cell.hour or cell.minute or cell.second):
        return cell.strftime("%Y-%m-%d %H:%M")
    return cell.strftime("%Y-%m-%d")


def _number(cell: int | float | Decimal, column: Column) -> str:
    exact = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
    if column.kind == "amount":
        return f"{exact.quantize(CENT, ROUND_HALF_UP):,}" if abs(exact) < Decimal("1e20") else f"{exact:,}"
    if column.kind == "percent":
        return f"{_percent(exact)} %"
    if isinstance(cell, int) and column.kind not in ("count", "number"):
        return str(cell)  # an id, a year, a code: never 2,025
    return _short(exact)


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
