"""The bank's calendar: its time zone and holidays, and the instants at which something comes due by it."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
from apscheduler.triggers.cron import CronTrigger

On = Literal["any", "business", "next", "first", "last"]
"""any: whatever day it is · business: only on business days · next: moved to the next business day ·
first, last: only on the first or the last business day of its month."""

_LONGEST_REST = timedelta(days=15)  # without a business day: longer than any bank has ever been closed
_BACK = (timedelta(days=8), timedelta(days=70), timedelta(days=800))


class UnknownHolidays(ValueError):
    """These holidays are not known."""


@dataclass(frozen=True, slots=True)
class When:
    """Cron fields on the bank's clock. Weekdays by name: `0 8 * * 1` is Tuesday to APScheduler, so no digit is taken."""

    hour: str = "*"
    minute: str = "0"
    weekday: str = "*"
    day: str = "*"
    on: On = "any"

    def __post_init__(self) -> None:
        if any(letter.isdigit() for letter in self.weekday):
            raise ValueError(f"A weekday goes by its name, not by a number: {self.weekday!r}")


@dataclass(frozen=True, slots=True)
class Due:
    """`nominal` is when it is due by its fields, and what it goes by; `at` is later where it was moved past a holiday."""

    nominal: datetime
    at: datetime


class Calendar:
    """`weekend` are weekdays counted from Monday = 0; `closed` answers whether a day is a holiday."""

    def __init__(
        self, zone: ZoneInfo, closed: Sequence[Container[date]] = (), weekend: frozenset[int] = frozenset({5, 6})
    ) -> None:
        self.zone = zone
        self._closed = closed
        self._weekend = weekend

    def is_business(self, day: date) -> bool:
        """Whether the bank is open that day."""
        return day.weekday() not in self._weekend and not any(day in each for each in self._closed)

    def dues(self, when: When, after: datetime, until: datetime) -> list[Due]:
        """What comes due after one nominal instant and has come due at another, oldest first, in UTC."""
        return [due for due in self._moved(when, after, until) if due.at <= until]

    def before(self, when: When, instant: datetime) -> datetime:
        """The nominal instant before this one; where there is none in two years, a day earlier."""
        for back in _BACK:
            if earlier := [due.nominal for due in self._moved(when, instant - back, instant) if due.nominal < instant]:
                return earlier[-1]
        return instant - timedelta(days=1)

    def _moved(self, when: When, after: datetime, until: datetime) -> Iterator[Due]:
        for nominal in self._nominal(when, after, until):
            day = nominal.astimezone(self.zone).date()
            if when.on == "next":
                yield Due(nominal, self._on(self._next(day), nominal))
            elif self._wanted(when.on, day):
                yield Due(nominal, nominal)

    def _nominal(self, when: When, after: datetime, until: datetime) -> Iterator[datetime]:
        """A time of day that the clocks pass twice in autumn counts once; a job for every hour runs in both."""
        trigger = CronTrigger(
            day=when.day, day_of_week=when.weekday, hour=when.hour, minute=when.minute, timezone=self.zone
        )
        instant = trigger.get_next_fire_time(None, (after + timedelta(microseconds=1)).astimezone(self.zone))
        while instant is not None and instant <= until:
            if not (instant.fold and when.hour != "*"):
                yield instant.astimezone(UTC)
            instant = trigger.get_next_fire_time(instant, until)

    def _wanted(self, on: On, day: date) -> bool:
        if on == "any":
            return True
        if not self.is_business(day):
            return False
        if on == "business":
            return True
        step = timedelta(days=-1 if on == "first" else 1)
        other = day + step
        while other.month == day.month:
            if self.is_business(other):
                return False
            other += step
        return True

    def _next(self, day: date) -> date:
        last = day + _LONGEST_REST
        while not self.is_business(day) and day < last:
            day += timedelta(days=1)
        return day

    def _on(self, day: date, instant: datetime) -> datetime:
        """The same time of day on another day."""
        local = instant.astimezone(self.zone)
        return datetime.combine(day, local.time(), self.zone).astimezone(UTC)


def calendar(zone: ZoneInfo, words: Sequence[str] = ()) -> Calendar:
    """`words` are countries by ISO code, perhaps with a part (GB-ENG), markets (XECB), and single days (2026-12-24).

    A country brings its weekend with it. Raises `UnknownHolidays`. Holidays by the `holidays` library.
    """
    days = [word for word in words if word[:1].isdigit()]
    places = [_holidays(word) for word in words if word not in days]
    weekend = {day for place in places for day in place.weekend}
    return Calendar(zone, (frozenset(map(_day, days)), *places), frozenset(weekend or {5, 6}))


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise UnknownHolidays(f"{word!r} is no day; one is 2026-12-24") from None


def _holidays(word: str) -> holidays.HolidayBase:
    country, _, part = word.partition("-")
    try:
        if word in holidays.list_supported_financial():
            return holidays.financial_holidays(word)
        return holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        raise UnknownHolidays(
            f"Nothing is known of the holidays of {word!r}; give GB-ENG, XECB or 2026-12-24"
        ) from None
