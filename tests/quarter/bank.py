"""The jobs of one bank for one quarter, on a clock that is set from outside."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.telling import Telling, Update
from jobs.alerts import Alerts
from jobs.calendar import Calendar, When, calendar
from jobs.digest import Digests
from jobs.health import HealthAlerts
from jobs.pruning import pruning_job
from jobs.saying import PostOnce, Saying
from jobs.schedule import Job
from jobs.thresholds import Thresholds
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
KEPT = timedelta(days=3)  # of firings: whatever depended on older ones would be said twice
THRESHOLDS = Thresholds(window=timedelta(hours=24), quiet=timedelta(hours=2))


def by() -> Calendar:
    return calendar(ZONE, HOLIDAYS)


def jobs(ledger: Ledger, kept: Ledger, post_once: PostOnce, update: Update) -> tuple[Job, ...]:
    """What `app.wiring_jobs` makes, with alerts less often. Health alerts look at the machine's own clock and are not here.

    Questions are read from `ledger`; alarms and what was said are kept in `kept`.
    """
    saying, alarms = Saying(kept, post_once), Alarms(kept)
    watcher = Watcher(alarms, saying, Telling(alarms, update, ZONE))
    digests = Digests(ledger, saying, DIGESTS, ZONE, everything)
    health = HealthAlerts(ledger, watcher, ALERTS, THRESHOLDS.quiet, ())
    unusual = Unusual(ledger, watcher, ALERTS, ZONE, THRESHOLDS.fewest)
    daily, weekly, checks, _, strange = every_job(
        Times(), digests, Alerts(ledger, watcher, ALERTS, THRESHOLDS), health, unusual
    )
    return (
        daily,
        weekly,
        replace(checks, when=When(hour="*/2")),
        replace(strange, when=When(hour="12")),
        replace(pruning_job(ledger, KEPT), when=When(hour="14")),
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
