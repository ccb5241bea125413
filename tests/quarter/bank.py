"""The jobs of one bank for one quarter, on a clock that is set from outside."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.blocks.message import Message
from bot.telling import Telling, Update
from jobs.alerts import Alerts, Thresholds
from jobs.calendar import Calendar, When, calendar
from jobs.digest import Digests
from jobs.health import HealthAlerts
from jobs.saying import PostOnce, Saying
from jobs.schedule import Firing, Job
from jobs.timetable import Times, every_job
from jobs.unusual import Unusual
from jobs.watch import Watcher
from tracking.alarms import Alarms
from tracking.ledger import Ledger
from tracking.records import Entry

# Morocco's clocks go back for Ramadan and forward after it: both changes of 2026 are in its first quarter.
ZONE = ZoneInfo("Africa/Casablanca")
HOLIDAYS = ("MA", "2026-02-16", "2026-03-02")  # the country's, and two Mondays of the bank's own
BEGINS = datetime(2026, 1, 1, tzinfo=ZONE).astimezone(UTC)
ENDS = datetime(2026, 4, 1, tzinfo=ZONE).astimezone(UTC)
CHECKS = timedelta(hours=2)
DIGESTS, ALERTS, LENDING = "C0DIGEST01", "C0RISK0001", "C0LENDING1"
THRESHOLDS = Thresholds(window=timedelta(hours=24), quiet=timedelta(hours=2))

EVERY_MONDAY = When("9", weekday="mon", on="next")
FIRST_OF_MONTH = When("10", on="first")


def by() -> Calendar:
    return calendar(ZONE, HOLIDAYS)


def jobs(ledger: Ledger, kept: Ledger, post_once: PostOnce, update: Update) -> tuple[Job, ...]:
    """What `app.wiring_jobs` makes, with alerts less often, and two messages that somebody has subscribed to.

    Questions are read from `ledger`; alarms and what was said are kept in `kept`.
    """
    saying, alarms = Saying(kept, post_once), Alarms(kept)
    watcher = Watcher(alarms, saying, Telling(alarms, update, ZONE))
    digests = Digests(ledger, saying, DIGESTS, ZONE, everything)
    health = HealthAlerts(ledger, watcher, ALERTS, THRESHOLDS.quiet, ())
    unusual = Unusual(ledger, watcher, ALERTS, ZONE, THRESHOLDS.fewest)
    daily, weekly, checks, *_ = every_job(
        Times(), digests, Alerts(ledger, watcher, ALERTS, THRESHOLDS), health, unusual
    )

    async def send(firing: Firing) -> None:
        await saying.once(firing.key, LENDING, Message(f"{firing.job}, {firing.due:%d %b}"))

    return (
        daily,
        weekly,
        replace(checks, when=When(hour="*/2")),
        Job("every monday", EVERY_MONDAY, send, catch_up=True, since=BEGINS),
        Job("first of the month", FIRST_OF_MONTH, send, catch_up=True, since=BEGINS),
    )


async def everything(channel: str, entries: Sequence[Entry], most: int) -> list[Entry]:
    """Nothing here is anybody's secret."""
    return list(entries[:most])


class FileClock:
    """A clock that all processes read from one file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self._file.read_text())

    def set(self, now: datetime) -> None:
        """At once for every reader."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(now.isoformat())
        os.replace(fresh, self._file)
