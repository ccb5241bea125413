import asyncio
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from jobs.calendar import Calendar, When
from jobs.schedule import Firing, Job, Schedule
from tracking.ledger import Ledger

LONDON = ZoneInfo("Europe/London")
BY = Calendar(LONDON)
EIGHT = When("8")
MONDAY_NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Clock:
    """A clock you set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Runs:
    """Work that remembers for which instants it ran."""

    def __init__(self) -> None:
        self.at: list[datetime] = []
        self.firings: list[Firing] = []

    async def __call__(self, firing: Firing) -> None:
        self.at.append(firing.due)
        self.firings.append(firing)


class Looking(Schedule):
    """A schedule that can be asked to look after all its jobs at once."""

    async def all(self) -> None:
        for job in self._jobs():
            await self.look(job)


def scheduled(jobs: Sequence[Job], ledger: Ledger, clock: Callable[[], datetime]) -> Looking:
    return Looking(lambda: jobs, ledger, BY, clock, lease=timedelta(seconds=5))


def morning(work: Runs, catch_up: bool = True) -> Job:
    return Job("morning", EIGHT, work, catch_up)


async def test_two_schedules_on_one_ledger_run_each_firing_once(ledger: Ledger, tmp_path: Path) -> None:
    clock, runs = Clock(MONDAY_NOON), Runs()
    replica = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    schedules = [scheduled([morning(runs)], each, clock) for each in (ledger, replica)]
    await schedules[0].all()
    for day in range(6, 16):
        clock.now = datetime(2026, 1, day, 8, 0, 1, tzinfo=UTC)
        await asyncio.gather(*(schedule.all() for schedule in schedules))
    replica.close()
    assert runs.at == [datetime(2026, 1, day, 8, tzinfo=UTC) for day in range(6, 16)]


async def test_the_work_is_told_the_instant_it_was_due_not_the_time_it_started(ledger: Ledger) -> None:
    clock, runs = Clock(MONDAY_NOON), Runs()
    schedule = scheduled([morning(runs)], ledger, clock)
    await schedule.all()
    clock.now = datetime(2026, 1, 6, 8, 0, 7, tzinfo=UTC)
    await schedule.all()
    assert runs.at == [datetime(2026, 1, 6, 8, tzinfo=UTC)]
    assert ledger.last_fired("morning") == datetime(2026, 1, 6, 8, tzinfo=UTC)


async def test_nothing_runs_before_its_time_nor_on_the_very_first_start(ledger: Ledger) -> None:
    runs = Runs()
    schedule = scheduled([morning(runs)], ledger, Clock(MONDAY_NOON))
    await schedule.all()
    assert runs.at == []


async def test_what_was_missed_while_down_is_caught_up_once(ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    ledger.know("morning", datetime(2026, 1, 5, 8, tzinfo=UTC))
    runs = Runs()
    thursday = Clock(datetime(2026, 1, 8, 15, tzinfo=UTC))
    for _ in range(2):  # a restart, or a second replica
        schedule = scheduled([morning(runs)], ledger, thursday)
        await schedule.all()
        await schedule.all()
    assert runs.at == [datetime(2026, 1, 8, 8, tzinfo=UTC)]
    assert "Missed and caught up: morning, due 2026-01-08 08:00" in caplog.text
    assert "Missed and skipped: morning, 2 firings from 2026-01-06 08:00" in caplog.text


async def test_a_job_that_is_not_caught_up_says_what_it_skipped(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.know("morning", datetime(2026, 1, 5, 8, tzinfo=UTC))
    clock, runs = Clock(datetime(2026, 1, 8, 15, tzinfo=UTC)), Runs()
    schedule = scheduled([morning(runs, catch_up=False)], ledger, clock)
    await schedule.all()
    assert runs.at == []
    assert "Missed and skipped: morning, 3 firings" in caplog.text
    clock.now = datetime(2026, 1, 9, 8, tzinfo=UTC)
    await schedule.all()
    assert runs.at == [datetime(2026, 1, 9, 8, tzinfo=UTC)]


async def test_a_restart_a_minute_late_is_still_on_time(ledger: Ledger) -> None:
    ledger.know("morning", datetime(2026, 1, 5, 8, tzinfo=UTC))
    runs = Runs()
    schedule = scheduled([morning(runs, catch_up=False)], ledger, Clock(datetime(2026, 1, 6, 8, 1, tzinfo=UTC)))
    await schedule.all()
    assert runs.at == [datetime(2026, 1, 6, 8, tzinfo=UTC)]


async def test_a_job_that_raises_is_logged_with_its_traceback_and_runs_again_next_time(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    clock, runs = Clock(MONDAY_NOON), Runs()

    async def works_from_the_second_time(firing: Firing) -> None:
        await runs(firing)
        if len(runs.at) == 1:
            raise RuntimeError("Slack is on fire")

    schedule = scheduled([Job("morning", EIGHT, works_from_the_second_time, True)], ledger, clock)
    for day in (6, 7):
        clock.now = datetime(2026, 1, day, 8, tzinfo=UTC)
        await schedule.all()
    assert len(runs.at) == 2
    assert "The job morning failed" in caplog.text
    assert "Slack is on fire" in caplog.text
    assert "works_from_the_second_time" in caplog.text


async def test_a_ledger_that_was_away_is_asked_again_and_the_firing_is_not_lost(ledger: Ledger) -> None:
    class Away(Ledger):
        away = True

        def last_fired(self, job: str) -> datetime | None:
            if self.away:
                raise ConnectionError("no ledger")
            return super().last_fired(job)

    shaky = Away(ledger._engine)
    clock, runs = Clock(MONDAY_NOON), Runs()
    schedule = scheduled([morning(runs)], shaky, clock)
    clock.now = datetime(2026, 1, 6, 8, tzinfo=UTC)
    await schedule.all()
    assert runs.at == []
    shaky.away = False
    clock.now += timedelta(minutes=1)
    await schedule.all()
    assert runs.at == [datetime(2026, 1, 6, 8, tzinfo=UTC)]


async def test_run_now_runs_beside_the_schedule_and_lets_the_caller_hear_of_a_failure(ledger: Ledger) -> None:
    clock, runs = Clock(MONDAY_NOON), Runs()
    schedule = scheduled([morning(runs)], ledger, clock)
    await schedule.run_now("morning")
    assert runs.at == [MONDAY_NOON]
    assert ledger.last_fired("morning") is None
    with pytest.raises(KeyError):
        await schedule.run_now("evening")


async def test_by_hand_it_tells_of_as_long_a_time_as_by_the_schedule(ledger: Ledger) -> None:
    told: list[timedelta] = []

    async def work(firing: Firing) -> None:
        told.append(firing.due - firing.since)

    week = Job("weekly-digest", When("9", weekday="mon"), work, catch_up=True)
    await scheduled([week], ledger, Clock(MONDAY_NOON)).run_now("weekly-digest")
    assert told == [timedelta(days=7)]


async def test_apscheduler_wakes_a_job_and_stop_lets_the_running_one_finish(ledger: Ledger) -> None:
    clock = Clock(MONDAY_NOON)
    stop, started, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(firing: Firing) -> None:
        started.set()
        await stop.wait()
        await asyncio.sleep(0)
        ended.set()

    ledger.know("slow", MONDAY_NOON - timedelta(days=7))
    running = asyncio.create_task(scheduled([Job("slow", EIGHT, slow, True)], ledger, clock).run(stop))
    await asyncio.wait_for(started.wait(), 5)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert ended.is_set()


async def test_told_to_stop_while_it_finds_out_what_is_due_it_ends_without_a_word(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    asked, answer, stop = threading.Event(), threading.Event(), asyncio.Event()

    def jobs() -> Sequence[Job]:
        asked.set()
        answer.wait(10)
        return ()

    running = asyncio.create_task(Schedule(jobs, ledger, BY).run(stop))
    assert await asyncio.to_thread(asked.wait, 10)
    stop.set()
    asyncio.get_running_loop().call_later(0.2, answer.set)
    await asyncio.wait_for(running, 10)
    assert caplog.records == []


async def test_apscheduler_goes_on_waking_after_the_first_look(ledger: Ledger) -> None:
    """Its own clock cannot be set, so this one waits for the next real second."""
    stop = asyncio.Event()
    asked = 0

    def jobs() -> tuple[Job, ...]:
        nonlocal asked
        asked += 1
        if asked == 2:
            stop.set()
        return ()

    await asyncio.wait_for(Schedule(jobs, ledger, BY, seconds="*").run(stop), 10)
    assert asked >= 2


async def test_a_firing_whose_process_died_is_taken_over_when_its_lease_is_over(ledger: Ledger) -> None:
    ledger.know("morning", datetime(2026, 1, 5, 8, tzinfo=UTC))
    clock, runs = Clock(datetime(2026, 1, 6, 8, tzinfo=UTC)), Runs()
    dead = scheduled([morning(runs)], ledger, clock)
    assert await dead._take(morning(runs))
    assert dead._next(morning(runs)) is not None  # began it, and died
    alive = scheduled([morning(runs)], ledger, clock)
    await alive.all()
    assert runs.at == []  # the lease of the dead one still runs
    ledger.give_back("job morning", dead._holder)
    await alive.all()
    await alive.all()
    assert runs.at == [datetime(2026, 1, 6, 8, tzinfo=UTC)]
    assert ledger.unfinished("morning") == ()


async def test_a_firing_that_failed_is_tried_again_later_and_only_until_it_succeeds(ledger: Ledger) -> None:
    clock, runs = Clock(MONDAY_NOON), Runs()

    async def works_the_third_time(firing: Firing) -> None:
        await runs(firing)
        if len(runs.at) < 3:
            raise ConnectionError("Slack is away")

    schedule = scheduled([Job("morning", EIGHT, works_the_third_time, True)], ledger, clock)
    await schedule.all()
    clock.now = datetime(2026, 1, 6, 8, tzinfo=UTC)
    tries = []
    for _ in range(20):
        await schedule.all()
        tries.append(len(runs.at))
        clock.now += timedelta(minutes=1)
    assert tries[:2] == [1, 2]
    assert tries[2] == 2  # the second pause is longer
    assert tries[-1] == 3
    assert {firing.due for firing in runs.firings} == {datetime(2026, 1, 6, 8, tzinfo=UTC)}


async def test_a_firing_that_never_succeeds_is_given_up_when_the_next_comes_due(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock(MONDAY_NOON)

    async def never(firing: Firing) -> None:
        raise ConnectionError("Slack is away")

    schedule = scheduled([Job("morning", EIGHT, never, True)], ledger, clock)
    await schedule.all()
    for day in (6, 7):
        clock.now = datetime(2026, 1, day, 8, tzinfo=UTC)
        await schedule.all()
    assert [fired.run_at.day for fired in ledger.ended(MONDAY_NOON, "failed")] == [6]
    assert "Given up: the firing of morning due 2026-01-06 08:00" in caplog.text


async def test_work_that_lost_its_lease_is_stopped(ledger: Ledger) -> None:
    ledger.know("slow", MONDAY_NOON - timedelta(days=7))
    began, ended = asyncio.Event(), asyncio.Event()

    async def slow(firing: Firing) -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    jobs = (Job("slow", EIGHT, slow, True),)
    schedule = Looking(lambda: jobs, ledger, BY, Clock(MONDAY_NOON), lease=timedelta(seconds=0.4))
    looking = asyncio.create_task(schedule.all())
    await asyncio.wait_for(began.wait(), 5)
    ledger.give_back("job slow", schedule._holder)
    far = datetime.now(UTC) + timedelta(hours=1)
    assert ledger.lease("job slow", "another", far, datetime.now(UTC))
    await asyncio.wait_for(ended.wait(), 5)
    await asyncio.wait_for(looking, 5)
    assert len(ledger.unfinished("slow")) == 1  # the other one's to finish


async def test_a_period_begins_when_the_job_was_due_before(ledger: Ledger) -> None:
    clock, runs = Clock(datetime(2026, 10, 23, 12, tzinfo=UTC)), Runs()
    schedule = scheduled([morning(runs)], ledger, clock)
    await schedule.all()
    for day in (24, 25, 26):  # the clocks go back on the 25th
        clock.now = datetime(2026, 10, day, 8, tzinfo=UTC)
        await schedule.all()
    lengths = [(firing.due - firing.since) / timedelta(hours=1) for firing in runs.firings]
    assert lengths == [24, 25, 24]
