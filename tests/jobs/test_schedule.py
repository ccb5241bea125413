import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from jobs.alerts import Alerts, Thresholds
from jobs.digest import Digests
from jobs.schedule import Job, Schedule, Times, When, daily, every, every_job, instants, weekly
from tracking.ledger import Ledger

LONDON = ZoneInfo("Europe/London")
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

    async def __call__(self, at: datetime) -> None:
        self.at.append(at)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    yield ledger
    ledger.close()


def morning(work: Runs, catch_up: bool = True) -> Job:
    return Job("morning", daily(time(8)), work, catch_up)


async def test_two_schedules_on_one_ledger_run_each_firing_once(ledger: Ledger, tmp_path: Path) -> None:
    clock, runs = Clock(MONDAY_NOON), Runs()
    replica = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    schedules = [Schedule([morning(runs)], each, LONDON, clock) for each in (ledger, replica)]
    for day in range(6, 16):
        clock.now = datetime(2026, 1, day, 8, 0, 1, tzinfo=UTC)
        await asyncio.gather(*(schedule.look("morning") for schedule in schedules))
    replica.close()
    assert runs.at == [datetime(2026, 1, day, 8, tzinfo=UTC) for day in range(6, 16)]


async def test_the_work_is_told_the_instant_it_was_due_not_the_time_it_started(ledger: Ledger) -> None:
    clock, runs = Clock(MONDAY_NOON), Runs()
    schedule = Schedule([morning(runs)], ledger, LONDON, clock)
    clock.now = datetime(2026, 1, 6, 8, 0, 7, tzinfo=UTC)
    await schedule.look("morning")
    assert runs.at == [datetime(2026, 1, 6, 8, tzinfo=UTC)]
    assert ledger.last_fired("morning") == datetime(2026, 1, 6, 8, tzinfo=UTC)


async def test_nothing_runs_before_its_time_nor_on_the_very_first_start(ledger: Ledger) -> None:
    runs = Runs()
    schedule = Schedule([morning(runs)], ledger, LONDON, Clock(MONDAY_NOON))
    await schedule.look("morning")
    assert runs.at == []


async def test_what_was_missed_while_down_is_caught_up_once(ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    ledger.fire("morning", datetime(2026, 1, 5, 8, tzinfo=UTC))
    runs = Runs()
    thursday = Clock(datetime(2026, 1, 8, 15, tzinfo=UTC))
    for _ in range(2):  # a restart, or a second replica
        schedule = Schedule([morning(runs)], ledger, LONDON, thursday)
        await schedule.look("morning")
        await schedule.look("morning")
    assert runs.at == [datetime(2026, 1, 8, 8, tzinfo=UTC)]
    assert "Missed and caught up: morning, due 2026-01-08 08:00" in caplog.text
    assert "Missed and skipped: morning, 2 firings from 2026-01-06 08:00" in caplog.text


async def test_a_job_that_is_not_caught_up_says_what_it_skipped(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.fire("morning", datetime(2026, 1, 5, 8, tzinfo=UTC))
    clock, runs = Clock(datetime(2026, 1, 8, 15, tzinfo=UTC)), Runs()
    schedule = Schedule([morning(runs, catch_up=False)], ledger, LONDON, clock)
    await schedule.look("morning")
    assert runs.at == []
    assert "Missed and skipped: morning, 3 firings" in caplog.text
    clock.now = datetime(2026, 1, 9, 8, tzinfo=UTC)
    await schedule.look("morning")
    assert runs.at == [datetime(2026, 1, 9, 8, tzinfo=UTC)]


async def test_a_restart_a_minute_late_is_still_on_time(ledger: Ledger) -> None:
    ledger.fire("morning", datetime(2026, 1, 5, 8, tzinfo=UTC))
    runs = Runs()
    schedule = Schedule([morning(runs, catch_up=False)], ledger, LONDON, Clock(datetime(2026, 1, 6, 8, 1, tzinfo=UTC)))
    await schedule.look("morning")
    assert runs.at == [datetime(2026, 1, 6, 8, tzinfo=UTC)]


async def test_a_job_that_raises_is_logged_with_its_traceback_and_runs_again_next_time(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    clock, runs = Clock(MONDAY_NOON), Runs()

    async def works_from_the_second_time(at: datetime) -> None:
        await runs(at)
        if len(runs.at) == 1:
            raise RuntimeError("Slack is on fire")

    schedule = Schedule([Job("morning", daily(time(8)), works_from_the_second_time, True)], ledger, LONDON, clock)
    for day in (6, 7):
        clock.now = datetime(2026, 1, day, 8, tzinfo=UTC)
        await schedule.look("morning")
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
    schedule = Schedule([morning(runs)], shaky, LONDON, clock)
    clock.now = datetime(2026, 1, 6, 8, tzinfo=UTC)
    await schedule.look("morning")
    assert runs.at == []
    shaky.away = False
    clock.now += timedelta(minutes=1)
    await schedule.look("morning")
    assert runs.at == [datetime(2026, 1, 6, 8, tzinfo=UTC)]


async def test_run_now_runs_beside_the_schedule_and_lets_the_caller_hear_of_a_failure(ledger: Ledger) -> None:
    clock, runs = Clock(MONDAY_NOON), Runs()
    schedule = Schedule([morning(runs)], ledger, LONDON, clock)
    await schedule.run_now("morning")
    assert runs.at == [MONDAY_NOON]
    assert ledger.last_fired("morning") is None
    with pytest.raises(KeyError):
        await schedule.run_now("evening")


async def test_apscheduler_wakes_a_job_and_stop_lets_the_running_one_finish(ledger: Ledger) -> None:
    clock = Clock(MONDAY_NOON)
    stop, started, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(at: datetime) -> None:
        started.set()
        await stop.wait()
        await asyncio.sleep(0)
        ended.set()

    ledger.fire("slow", MONDAY_NOON - timedelta(days=7))
    running = asyncio.create_task(Schedule([Job("slow", daily(time(8)), slow, True)], ledger, LONDON, clock).run(stop))
    await asyncio.wait_for(started.wait(), 5)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert ended.is_set()


async def test_apscheduler_goes_on_waking_after_the_first_look(ledger: Ledger) -> None:
    """Its own clock cannot be set, so this one waits for the next real second."""
    stop = asyncio.Event()
    looks = 0

    class Counting(Schedule):
        async def look(self, name: str) -> None:
            nonlocal looks
            looks += 1
            if looks == 2:
                stop.set()

    job = Job("tick", When(hour="*", minute="*", second="*"), Runs(), False)
    await asyncio.wait_for(Counting([job], ledger, LONDON).run(stop), 10)
    assert looks >= 2


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), 12),
        (datetime(2026, 3, 24, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC), 12),
    ],
    ids=["autumn", "spring"],
)
@pytest.mark.parametrize("at", [time(8), time(1, 30), time(0), time(23, 59)])
def test_a_daily_job_comes_due_once_a_day_through_both_clock_changes(
    first: datetime, last: datetime, days: int, at: time
) -> None:
    due = [instant.astimezone(LONDON) for instant in instants(daily(at), LONDON, first, last)]
    assert len({instant.date() for instant in due}) == len(due) == days
    if at != time(1, 30):  # which does not exist on the day the clocks go forward
        assert {instant.time() for instant in due} == {at}


def test_a_job_every_five_minutes_runs_in_both_of_autumns_equal_hours() -> None:
    start = datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert len(instants(every(5), LONDON, start, start + timedelta(hours=2))) == 24


def test_monday_is_monday() -> None:
    due = instants(
        weekly("monday", time(9)), LONDON, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert len(due) == 52
    assert {instant.astimezone(LONDON).strftime("%A %H:%M") for instant in due} == {"Monday 09:00"}


@pytest.mark.parametrize("minutes", [0, 7, 61])
def test_refuses_minutes_that_would_not_be_even(minutes: int) -> None:
    with pytest.raises(ValueError, match="do not divide an hour"):
        every(minutes)


def test_every_job_is_in_the_table_with_its_time(ledger: Ledger) -> None:
    async def say(*_: object) -> str:
        return "1.0"

    digests = Digests(ledger, say, "C1", LONDON)
    alerts = Alerts(ledger, say, say, "C1", Thresholds(), LONDON)
    table = every_job(Times(), digests, alerts)
    assert [(job.name, job.when, job.catch_up) for job in table] == [
        ("daily-stats", When("8", "0"), True),
        ("weekly-digest", When("9", "0", "mon"), True),
        ("threshold-alerts", When(minute="*/5"), False),
    ]
    assert Schedule(table, ledger, LONDON).names == ("daily-stats", "weekly-digest", "threshold-alerts")
