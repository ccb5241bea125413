"""What jobs remember of their own work goes after its time, and nothing is done twice for it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.calendar import Calendar, When
from jobs.pruning import KEPT, pruning_job
from jobs.schedule import Firing, Job, Schedule
from tracking.ledger import Ledger

NOW = datetime(2026, 3, 2, 3, 50, tzinfo=UTC)
BY = Calendar(ZoneInfo("UTC"))


async def prune(ledger: Ledger, at: datetime) -> None:
    await pruning_job(ledger).work(Firing("pruning", at, at - timedelta(days=1)))


async def test_firings_and_sayings_go_after_a_quarter(ledger: Ledger) -> None:
    for days in (0, 1, 200):
        at = NOW - KEPT + timedelta(days=days)
        ledger.fire("daily", at)
        ledger.end("daily", at, "done")
        ledger.begin_saying(f"daily {days}", "C1", at)
        ledger.say(f"daily {days}", "1.0")
    await prune(ledger, NOW + timedelta(hours=1))
    assert [one.run_at for one in ledger.ended(NOW - 2 * KEPT, "done")] == [
        NOW - KEPT + timedelta(days=1),
        NOW - KEPT + timedelta(days=200),
    ]
    assert [ledger.said(f"daily {days}") is None for days in (0, 1)] == [True, False]


async def test_a_job_that_comes_due_seldom_is_not_begun_again(ledger: Ledger) -> None:
    clock, done = [NOW], []

    async def work(firing: Firing) -> None:
        done.append(firing.due)

    monthly = Job("monthly", When("9", day="1"), work, catch_up=True, since=NOW - timedelta(days=40))
    schedule = Schedule(lambda: (monthly,), ledger, BY, lambda: clock[0], lease=timedelta(0))
    await schedule.look(monthly)
    await prune(ledger, NOW + 3 * KEPT)
    await schedule.look(monthly)
    assert done == [datetime(2026, 3, 1, 9, tzinfo=UTC)]
