"""A subscription that comes due is asked once, over replicas, deaths, holidays and clock changes; none is left out."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from jobs.calendar import Calendar
from jobs.schedule import Firing, Job, Schedule
from jobs.subscriptions import following, subscription_jobs
from tracking.ledger import Ledger
from tracking.recurrence import Recurrence
from tracking.schema import questions
from tracking.subscriptions import Subscription

LONDON = ZoneInfo("Europe/London")
EASTER = frozenset({date(2026, 4, 3), date(2026, 4, 6)})
BY = Calendar(LONDON, (EASTER,))
START = datetime(2026, 3, 16, 12, tzinfo=UTC)  # a Monday; the clocks change on the 29th
KINDS = {
    "monday": Recurrence("week", "09:00", ("monday",)),
    "twice": Recurrence("week", "08:15", ("tuesday", "friday")),
    "first": Recurrence("month", "09:00", day="first"),
    "last": Recurrence("month", "17:30", day="last"),
    "day": Recurrence("month", "09:00", day="3"),  # in April it is Good Friday
    "business": Recurrence("business day", "07:00"),
}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    for name, recurrence in KINDS.items():
        ledger.subscribe(Subscription("U1", f"{name}?", {"follows": True}, recurrence, START, channel="C1", id=name))
    yield ledger
    ledger.close()


def asked(ledger: Ledger, name: str) -> list[datetime]:
    """When a subscription came due, on London's clock, as far as it was asked."""
    with ledger.reading() as connection:
        rows = connection.execute(select(questions.c.asked_at).where(questions.c.text == f"{name}?"))
        return sorted(row.asked_at.astimezone(LONDON).replace(tzinfo=None) for row in rows)


class Replica(Schedule):
    """A schedule that may die before or after its work; a new one then takes its place."""

    def __init__(self, ledger: Ledger, clock: list[datetime], chance: random.Random) -> None:
        super().__init__(subscription_jobs(ledger), ledger, BY, lambda: clock[0], lease=timedelta(0))
        self._chance = chance

    async def all(self) -> None:
        for job in self._jobs():
            await self.look(replace(job, work=self._mortal(job)))

    def _mortal(self, job: Job):  # type: ignore[no-untyped-def]
        async def work(firing: Firing) -> None:
            if self._chance.random() < 0.15:
                raise RuntimeError("killed before")
            await job.work(firing)
            if self._chance.random() < 0.15:
                raise RuntimeError("killed after")

        return work


async def the_time_until(ledger: Ledger, end: datetime, seed: int, step: timedelta = timedelta(minutes=15)) -> None:
    """Three replicas look every quarter of an hour; each may die half-way, and all of them are away now and then."""
    chance, clock = random.Random(seed), [START]  # noqa: S311
    while clock[0] < end:
        clock[0] += step
        if chance.random() < 0.2:
            continue
        await asyncio.gather(*(Replica(ledger, clock, chance).all() for _ in range(3)))


def at(*days: str) -> list[datetime]:
    return [datetime.fromisoformat(f"2026-{day}") for day in days]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_each_comes_due_once_on_its_days(ledger: Ledger, seed: int) -> None:
    await the_time_until(ledger, datetime(2026, 4, 13, 12, tzinfo=UTC), seed, timedelta(hours=1))
    assert asked(ledger, "monday") == at("03-23T09:00", "03-30T09:00", "04-06T09:00", "04-13T09:00")
    assert asked(ledger, "first") == at("04-01T09:00")
    assert asked(ledger, "last") == at("03-31T17:30")
    assert asked(ledger, "day") == at("04-03T09:00")  # asked for the 3rd, sent on the 7th
    assert asked(ledger, "twice")[:4] == at("03-17T08:15", "03-20T08:15", "03-24T08:15", "03-27T08:15")
    days = [moment.date() for moment in asked(ledger, "business")]
    assert len(days) == len(set(days)) == 18
    assert not EASTER & set(days)


async def test_what_came_due_while_all_were_away_is_made_up_for_once(ledger: Ledger) -> None:
    clock = [START]
    replica = Replica(ledger, clock, random.Random(3))  # noqa: S311
    clock[0] = START + timedelta(days=16)
    for _ in range(12):
        await replica.all()
        clock[0] += timedelta(minutes=1)
    assert asked(ledger, "monday") == at("03-30T09:00")
    assert asked(ledger, "first") == at("04-01T09:00")


async def test_what_came_due_while_it_was_paused_is_not_made_up_for(ledger: Ledger) -> None:
    clock = [START + timedelta(days=8)]
    schedule = Replica(ledger, clock, random.Random(9))  # noqa: S311
    ledger.pause("monday", "U1")
    await schedule.all()
    ledger.resume("monday", "U1", clock[0])
    for _ in range(12):
        await schedule.all()
        clock[0] += timedelta(minutes=1)
    assert asked(ledger, "monday") == []
    clock[0] = datetime(2026, 3, 30, 8, 1, tzinfo=UTC)
    for _ in range(12):
        await schedule.all()
        clock[0] += timedelta(minutes=1)
    assert asked(ledger, "monday") == at("03-30T09:00")


@pytest.mark.parametrize(
    ("name", "due"),
    [("monday", "03-23T09:00"), ("first", "04-01T09:00"), ("last", "03-31T17:30"), ("day", "04-07T09:00")],
)
def test_when_it_comes_next_is_known(name: str, due: str) -> None:
    found = following(BY)(KINDS[name], START)
    assert found is not None
    assert found.astimezone(LONDON).replace(tzinfo=None) == at(due)[0]
