"""Periods as people type them: `7d`, `12h`, `2w` before now, or a day such as 2026-03-01 on the bank's clock."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import click

_AGO = re.compile(r"(\d{1,5})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


class Moment(click.ParamType[timedelta | datetime]):
    """An instant, or how long ago it was."""

    name = "WHEN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        ago = _AGO.fullmatch(value)
        try:
            return timedelta(**{_UNITS[ago[2]]: int(ago[1])}) if ago else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time. Write how long ago (12h, 7d, 2w) or a day (2026-03-01).", param, ctx)


def instant(given: timedelta | datetime, now: datetime, zone: tzinfo) -> datetime:
    """In UTC. A time without a zone is on the bank's clock."""
    if isinstance(given, timedelta):
        return now - given
    return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)
