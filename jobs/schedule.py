"""When jobs run: APScheduler is the clock, and the ledger decides that each firing happens once over all replicas."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from jobs.calendar import Calendar, Due, When
from tracking.firings import Fired
from tracking.ledger import Ledger

log = logging.getLogger(__name__)

GRACE = timedelta(minutes=10)  # a firing this late still counts as on time: a restart, a laptop that slept
LEASE = timedelta(seconds=60)  # how long after the death of its process a firing waits for another one
PATIENCE = timedelta(seconds=10)  # how long a stop waits for jobs that are running
MOST_TRIES = 30  # after a failure the next try waits 1, 2, 4 … 30 minutes: half a day in all
LONGEST_WAIT = timedelta(minutes=30)
TICK = ""  # among what is running: finding out which jobs have come due


@dataclass(frozen=True, slots=True)
class Firing:
    """One time that a job is due. `since` is when it was due before: what it tells of begins there.

    `late`: it was missed at its time and is made up for; `skipped`: that many before it were not.
    """

    job: str
    due: datetime
    since: datetime
    late: bool = False
    skipped: int = 0

    @property
    def key(self) -> str:
        """What tells it from every other firing, for messages that are said once."""
        return f"{self.job} {self.due:%Y-%m-%dT%H:%M:%SZ}"


Work = Callable[[Firing], Awaitable[None]]
"""What a job does. It is called again for the same firing where a try failed or its process died."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something done without being asked. `catch_up`: a firing missed while nothing ran is made up for once, late.

    `since`: what came due before that is not missed; None: before a process first knew the job.
    """

    name: str
    when: When
    work: Work
    catch_up: bool
    since: datetime | None = None


Jobs = Callable[[], Sequence[Job]]


class Schedule:
    """Runs jobs at their times. Several processes may run the same schedule on one ledger: each firing happens once.

    A firing belongs to whoever holds the lease on its job, and is over when its work has returned: a process that dies
    half-way leaves it to the next one. `jobs` is asked each minute, at those `seconds`. `now` is the bank's clock; leases go by the
    machine's own.
    """

    def __init__(
        self,
        jobs: Jobs,
        ledger: Ledger,
        calendar: Calendar,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        lease: timedelta = LEASE,
        seconds: str = "0",
    ) -> None:
        self._jobs = jobs
        self._ledger = ledger
        self._calendar = calendar
        self._now = now
        self._lease = lease
        self._opened = now()
        self._seconds = seconds
        self._holder = secrets.token_hex(8)
        self._running: dict[str, asyncio.Task[None]] = {}
        # Being late is judged here, by what the ledger says was fired; APScheduler's own default drops after 1 s.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._clock = AsyncIOScheduler(timezone=calendar.zone, job_defaults=defaults)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that `run_now` knows."""
        return tuple(job.name for job in self._jobs())

    async def run(self, stop: asyncio.Event) -> None:
        """Makes up for what was missed, then runs every job at its time until `stop` is set; lets running jobs end."""
        every_minute = CronTrigger(second=self._seconds, timezone=self._calendar.zone)
        self._clock.add_job(self._tick_soon, every_minute, id="tick", next_run_time=datetime.now(self._calendar.zone))
        self._clock.start()
        try:
            await stop.wait()
        finally:
            await self._stop()

    async def run_now(self, name: str) -> None:
        """Runs a job by hand, beside its schedule; what it raises is the caller's. KeyError for an unknown name.

        What it tells of is as long as the last time by the schedule, and ends now.
        """
        job = {job.name: job for job in self._jobs()}[name]
        now = self._now()
        last = self._calendar.before(job.when, now)
        await job.work(Firing(f"{name} by hand", now, now - (last - self._calendar.before(job.when, last))))

    async def _tick_soon(self) -> None:
        """A task of our own: what APScheduler itself awaits it cancels when it shuts down, with a traceback in the log."""
        if TICK not in self._running:
            self._start(TICK, self.tick())

    async def tick(self) -> None:
        """Looks after every job that is not at work already. Never raises, and does not wait for their work."""
        try:
            jobs = await asyncio.to_thread(self._jobs)
        except Exception:
            log.exception("The jobs are not known; they are looked for again in a minute")
            return
        for job in jobs:
            if job.name not in self._running:
                self._start(job.name, self.look(job))

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running[name] = task
        task.add_done_callback(partial(self._settled, name))

    def _settled(self, name: str, _: asyncio.Task[None]) -> None:
        self._running.pop(name, None)

    async def look(self, job: Job) -> None:
        """Runs the job if it has come due and no other replica is at it. Never raises."""
        try:
            if await asyncio.to_thread(self._has_something, job) and await self._take(job):
                try:
                    while (firing := await asyncio.to_thread(self._next, job)) is not None:
                        if not await self._fire(job, firing):
                            break
                finally:
                    await asyncio.to_thread(self._ledger.give_back, _lease(job), self._holder)
        except Exception:
            log.exception("The job %s cannot be looked after; it is tried again in a minute", job.name)

    def _has_something(self, job: Job) -> bool:
        """Whether it is worth taking the lease: most minutes it is not, and then nothing is written."""
        after = self._ledger.last_fired(job.name)
        return after is None or bool(self._dues(job, after)) or bool(self._ledger.unfinished(job.name))

    async def _take(self, job: Job) -> bool:
        now = datetime.now(UTC)
        return await asyncio.to_thread(self._ledger.lease, _lease(job), self._holder, now + self._lease, now)

    def _next(self, job: Job) -> Firing | None:
        """The firing to run now, if there is one: the newest that came due, or one that did not end."""
        after = self._ledger.last_fired(job.name)
        if after is None:
            self._ledger.know(job.name, after := job.since or self._opened)
        if due := self._dues(job, after):
            self._begin(job, due)
        unfinished = self._ledger.unfinished(job.name)
        for older in unfinished[:-1]:
            self._give_up(older, "a newer one has come due")
        return self._ready(job, unfinished[-1]) if unfinished else None

    def _dues(self, job: Job, after: datetime) -> list[Due]:
        return self._calendar.dues(job.when, after, self._now())

    def _begin(self, job: Job, due: list[Due]) -> None:
        """Puts the newest firing on record: as one to run, or as one that was missed."""
        wanted = job.catch_up or self._now() - due[-1].at <= GRACE
        missed = due[:-1] if wanted else due
        if missed:
            first, last = missed[0].nominal, missed[-1].nominal
            log.warning("Missed and skipped: %s, %d firings from %s to %s", job.name, len(missed), first, last)
        self._ledger.fire(job.name, due[-1].nominal, len(missed))
        if not wanted:
            self._ledger.end(job.name, due[-1].nominal, "skipped")

    def _ready(self, job: Job, fired: Fired) -> Firing | None:
        """None where a try failed and it is too soon for another, or where no more are made."""
        late = self._now() - self._at(job, fired.run_at) > GRACE
        if fired.tries >= MOST_TRIES or (late and not job.catch_up):
            self._give_up(fired, f"it was tried {fired.tries} times, and it is late")
            return None
        if fired.failed_at and self._now() < fired.failed_at + min(timedelta(minutes=2**fired.tries / 2), LONGEST_WAIT):
            return None
        if late and not fired.tries:
            log.warning("Missed and caught up: %s, due %s", job.name, fired.run_at)
        self._ledger.tried(job.name, fired.run_at)
        since = self._calendar.before(job.when, fired.run_at)
        return Firing(job.name, fired.run_at, since, late, fired.skipped)

    def _at(self, job: Job, nominal: datetime) -> datetime:
        """When a firing was really due: later than its fields say where it was moved past a holiday."""
        found = self._calendar.dues(job.when, nominal - timedelta(microseconds=1), self._now())
        return found[0].at if found and found[0].nominal == nominal else nominal

    def _give_up(self, fired: Fired, why: str) -> None:
        log.error("Given up: the firing of %s due %s; %s", fired.job, fired.run_at, why)
        self._ledger.end(fired.job, fired.run_at, "failed")

    async def _fire(self, job: Job, firing: Firing) -> bool:
        """Does the work for as long as the lease is ours. False if it was lost: then another has begun."""
        work = asyncio.ensure_future(job.work(firing))
        keeping = asyncio.create_task(self._keep(job, work))
        try:
            await work
        except asyncio.CancelledError:
            if not keeping.done():
                raise
            log.error("The job %s lost its lease and was stopped", job.name)
            return False
        except Exception:
            log.exception("The job %s failed for %s; it is tried again", job.name, firing.due)
            await asyncio.to_thread(self._ledger.stumbled, job.name, firing.due, self._now())
        else:
            await asyncio.to_thread(self._ledger.end, job.name, firing.due, "done")
        finally:
            keeping.cancel()
            work.cancel()
        return True

    async def _keep(self, job: Job, work: asyncio.Future[Any]) -> None:
        """Renews the lease until the work is done; stops the work when another holds it or the ledger is long away."""
        held = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 4)
            try:
                if not await self._take(job):
                    break
                held = asyncio.get_running_loop().time()
            except Exception as error:  # the ledger is away: the lease still runs
                log.warning("The lease on %s could not be renewed: %s", job.name, type(error).__name__)
                if asyncio.get_running_loop().time() - held > self._lease.total_seconds():
                    break
        work.cancel()

    async def _stop(self) -> None:
        self._clock.pause()
        if TICK in self._running:  # it may just be finding out what has come due
            await asyncio.wait({self._running[TICK]}, timeout=PATIENCE.total_seconds())
        if running := list(self._running.values()):
            await asyncio.wait(running, timeout=PATIENCE.total_seconds())
        for task in running:
            task.cancel()
        self._clock.shutdown()
        await asyncio.sleep(0)  # APScheduler shuts down in the loop's next turn


def _lease(job: Job) -> str:
    return f"job {job.name}"
