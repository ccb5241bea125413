"""A period of time, and the calendar it is counted on."""

from dataclasses import dataclass
from datetime import date, timedelta

from bank.values import month_end


@dataclass(frozen=True, slots=True)
class Clock:
    """What "this month" counts from, and the month in which the bank's fiscal year begins."""

    today: date
    fiscal_start: int = 1


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both included; an open side is None. `unit` is the finest unit that was named."""

    start: date | None
    end: date | None
    unit: str
    year_implied: bool = False  # "March": the year was not said
    ends: tuple["Period", ...] = ()  # "from March to May": March, and May

    @property
    def words(self) -> str:
        """The period in explicit dates, for the reading."""
        if self.start and self.end:
            if self.start == self.end:
                return f"on {said(self.start)}"
            return f"from {said(self.start)} to {said(self.end)}"
        return f"since {said(self.start)}" if self.start else f"until {said(self.end)}" if self.end else ""


def said(day: date | None) -> str:
    """30 Sep 2026."""
    return f"{day.day} {day:%b %Y}" if day else ""


def shifted(day: date, unit: str, count: int) -> tuple[date, date]:
    """First and last day of the month, quarter, year or week that lies `count` of them after the one with `day` in it."""
    if unit == "week":
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=count)
        return monday, monday + timedelta(days=6)
    if unit == "day":
        return day + timedelta(days=count), day + timedelta(days=count)
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = (day.year * 12 + day.month - 1) // size * size + count * size
    last = first + size - 1
    return date(first // 12, first % 12 + 1, 1), month_end(last // 12, last % 12 + 1)
