"""When jobs run: APScheduler is the clock, and the ledger decides that each firing happens once over all replicas."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from jobs.alerts import Alerts
from jobs.digest import Digests
from tracking.ledger import Ledger

log = logging.getLogger(__name__)

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Work = Callable[[datetime], Awaitable[None]]
"""What a job does, told the instant it was due."""

GRACE = timedelta(minutes=10)  # a firing this late still counts as on time: a restart, a laptop that slept
AGAIN = timedelta(minutes=1)  # how soon to look again when the ledger could not be reached
PATIENCE = timedelta(seconds=10)  # how long a stop waits for jobs that are running


@dataclass(frozen=True, slots=True)
class When:
    """A cron time on the bank's clock. Weekdays by name: `0 8 * * 1` is Tuesday to APScheduler."""

    hour: str = "*"
    minute: str = "0"
    weekday: str = "*"
    second: str = "0"


def daily(at: time) -> When:
    """Every day at this time."""
    return When(hour=str(at.hour), minute=str(at.minute))


def weekly(weekday: Weekday, at: time) -> When:
    """Every week on this day at this time."""
    return When(hour=str(at.hour), minute=str(at.minute), weekday=weekday[:3])


def every(minutes: int) -> When:
    """Every so many minutes of the hour; the number divides 60."""
    if minutes < 1 or 60 % minutes:
        raise ValueError(f"{minutes} minutes do not divide an hour")
    return When(minute=f"*/{minutes}")


@dataclass(frozen=True, slots=True)
class Job:
    """Something done without being asked. `catch_up`: a firing missed while nothing ran is made up for once, late."""

    name: str
    when: When
    work: Work
    catch_up: bool


@dataclass(frozen=True, slots=True)
class Times:
    """When the bank wants its jobs, on its own clock."""

    daily_at: time = time(8)
    weekly_on: Weekday = "monday"
    weekly_at: time = time(9)
    alerts_every: int = 5  # minutes


def every_job(times: Times, digests: Digests, alerts: Alerts) -> tuple[Job, ...]:
    """Every job there is: its name, when, what, and whether a missed firing is caught up."""
    return (
        Job("daily-stats", daily(times.daily_at), digests.daily, catch_up=True),
        Job("weekly-digest", weekly(times.weekly_on, times.weekly_at), digests.weekly, catch_up=True),
        Job("threshold-alerts", every(times.alerts_every), alerts.check, catch_up=False),
    )


class Schedule:
    """Runs jobs at their times. Several processes may run the same schedule on one ledger: each firing happens once.

    A firing is recorded before its job runs, so a job that fails or dies half-way is not run again for that instant.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        ledger: Ledger,
        zone: ZoneInfo,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._ledger = ledger
        self._zone = zone
        self._now = now
        self._opened = now()
        self._looked: dict[str, datetime] = {}
        self._running: set[asyncio.Task[Any]] = set()
        # Being late is judged here, by what the ledger says was fired; APScheduler's own default drops after 1 s.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._clock = AsyncIOScheduler(timezone=zone, job_defaults=defaults)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that `run_now` knows."""
        return tuple(self._jobs)

    async def run(self, stop: asyncio.Event) -> None:
        """Makes up for what was missed, then runs every job at its time until `stop` is set; lets running jobs end."""
        for job in self._jobs.values():
            trigger = CronTrigger(**_fields(job.when), timezone=self._zone)
            self._clock.add_job(self.look, trigger, [job.name], id=job.name, next_run_time=datetime.now(self._zone))
        self._clock.start()
        try:
            await stop.wait()
        finally:
            await self._stop()

    async def run_now(self, name: str) -> None:
        """Runs a job by hand, beside its schedule; what it raises is the caller's. KeyError for an unknown name."""
        await self._jobs[name].work(self._now())

    async def look(self, name: str) -> None:
        """Runs the job if it has come due and no other replica has taken this firing. Never raises."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine always runs in a task
        self._running.add(task)
        try:
            due = await self._taken(self._jobs[name])
            if due is not None:
                await self._jobs[name].work(due)
        except Exception:
            log.exception("The job %s failed", name)
        finally:
            self._running.discard(task)

    async def _taken(self, job: Job) -> datetime | None:
        try:
            return await asyncio.to_thread(self._take, job)
        except Exception:
            again = datetime.now(self._zone) + AGAIN
            self._clock.add_job(
                self.look, "date", [job.name], run_date=again, id=f"{job.name} again", replace_existing=True
            )
            raise

    def _take(self, job: Job) -> datetime | None:
        """The instant to run the job for, if it is this replica's to run."""
        now = self._now()
        after = self._ledger.last_fired(job.name) or self._opened
        if job.name in self._looked:
            after = max(after, self._looked[job.name])
        due = instants(job.when, self._zone, after, now)
        mine = bool(due) and self._wanted(job, due, now) and self._ledger.fire(job.name, due[-1])
        self._looked[job.name] = now
        return due[-1] if mine else None

    def _wanted(self, job: Job, due: list[datetime], now: datetime) -> bool:
        """Whether the newest firing is still worth running; says which ones are not."""
        late = now - due[-1] > GRACE
        wanted = job.catch_up or not late
        skipped = due[:-1] if wanted else due
        if skipped:
            log.warning(
                "Missed and skipped: %s, %d firings from %s to %s", job.name, len(skipped), skipped[0], skipped[-1]
            )
        if late and wanted:
            log.warning("Missed and caught up: %s, due %s", job.name, due[-1])
        return wanted

    async def _stop(self) -> None:
        self._clock.pause()
        if self._running:
            await asyncio.wait(self._running, timeout=PATIENCE.total_seconds())
        self._clock.shutdown()
        await asyncio.sleep(0)  # APScheduler shuts down in the loop's next turn


def instants(when: When, zone: ZoneInfo, after: datetime, until: datetime) -> list[datetime]:
    """When a job comes due after one instant and up to another, oldest first, in UTC.

    A time of day that the clocks pass twice in autumn counts once; a job for every hour runs in both.
    """
    trigger = CronTrigger(**_fields(when), timezone=zone)
    found: list[datetime] = []
    instant = trigger.get_next_fire_time(None, (after + timedelta(microseconds=1)).astimezone(zone))
    while instant <= until:
        if not (instant.fold and when.hour != "*"):
            found.append(instant.astimezone(UTC))
        instant = trigger.get_next_fire_time(instant, until)
    return found


def _fields(when: When) -> dict[str, str]:
    return {"day_of_week": when.weekday, "hour": when.hour, "minute": when.minute, "second": when.second}
