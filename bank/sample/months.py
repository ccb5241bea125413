"""The 24 month ends the sample bank reports on, and the arithmetic of months around them."""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

FIRST = date(2024, 10, 1)
COUNT = 24
NEWEST = COUNT - 1
"""Months are counted from the first snapshot: 0 is October 2024, 23 is September 2026, -1 is September 2024."""
NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@cache
def month_id(index: int) -> int:
    """The month as the mart writes it: 202609."""
    months = FIRST.year * 12 + FIRST.month - 1 + index
    return months // 12 * 100 + months % 12 + 1


@cache
def month_end(index: int) -> date:
    """The last day of the month."""
    year, month = divmod(month_id(index), 100)
    return date(year, month, monthrange(year, month)[1])


@cache
def day_in(index: int, share: float) -> date:
    """A day of the month: 0 is the first, just under 1 the last."""
    last = month_end(index)
    return last - timedelta(days=last.day - 1 - int(share * last.day))


def last_yearly(index: int, offset: int) -> int:
    """The newest month, up to this one, of something that happens every twelve months."""
    return (index - offset) // 12 * 12 + offset


def month_rows() -> list[tuple[int, str, str, int, str, str, int, str]]:
    """The rows of MONTH_DIMENSION."""
    return [_month_row(index) for index in range(COUNT)]


def _month_row(index: int) -> tuple[int, str, str, int, str, str, int, str]:
    last = month_end(index)
    quarter = (last.month + 2) // 3
    quarter_end = month_end(index + quarter * 3 - last.month)
    return (
        month_id(index),
        f"{NAMES[last.month - 1]} {last.year}",
        last.isoformat(),
        last.year * 10 + quarter,
        f"Q{quarter} {last.year}",
        quarter_end.isoformat(),
        last.year,
        date(last.year, 12, 31).isoformat(),
    )
