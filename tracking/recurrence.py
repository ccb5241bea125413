"""How often something comes back: on which days and at what time, on the bank's clock and calendar."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Every = Literal["hour", "day", "business day", "week", "month"]
EVERY: tuple[Every, ...] = get_args(Every)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST, LAST = "first", "last"  # business day of the month
NEWEST_DAY = 28  # there is one in every month


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`at` is HH:MM. Of a week its `weekdays` count; of a month its `day`: first, last (business day), or 1 to 28, which
    moves to the next business day. An hour is a full one."""

    every: Every = "day"
    at: str = "09:00"
    weekdays: tuple[str, ...] = ()
    day: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Recurrence":
        return cls(**{**kept, "weekdays": tuple(kept["weekdays"])})

    @property
    def words(self) -> str:
        """every Monday and Thursday at 09:00."""
        return "every hour" if self.every == "hour" else f"{self._days()} at {self.at}"

    def _days(self) -> str:
        if self.every == "week":
            return f"every {' and '.join(day.capitalize() for day in self.weekdays)}"
        if self.every != "month":
            return f"every {self.every}"
        if self.day in (FIRST, LAST):
            return f"on the {self.day} business day of each month"
        return f"on day {self.day} of each month, or the next business day,"
