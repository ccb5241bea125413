"""When a subscription comes due it becomes a question in the ledger, once; the bot runs and sends it like any other."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.ordering import Next, firing
from jobs.calendar import Calendar, On, When
from jobs.schedule import Firing, Job, Work
from tracking.ledger import Ledger
from tracking.recurrence import FIRST, LAST, Recurrence
from tracking.subscriptions import Subscription

_FAR = timedelta(days=70)  # the next first business day of a month is nearer


def subscription_jobs(ledger: Ledger) -> Callable[[], Sequence[Job]]:
    """A job for each active subscription, as the ledger has them each time it is asked."""

    def jobs() -> list[Job]:
        return [
            Job(f"subscription {one.id}", when_of(one.recurrence), _asking(ledger, one.id), True, one.resumed_at)
            for one in ledger.standing()
            if one.condition is None
        ]

    return jobs


def when_of(recurrence: Recurrence) -> When:
    """The same in the calendar's terms."""
    hour, minute = (str(int(part)) for part in recurrence.at.split(":"))
    match recurrence.every:
        case "hour":
            return When(minute="0")
        case "week":
            return When(hour, minute, ",".join(day[:3] for day in recurrence.weekdays))
        case "month":
            ends: dict[str, On] = {FIRST: "first", LAST: "last"}
            if recurrence.day in ends:
                return When(hour, minute, on=ends[recurrence.day])
            return When(hour, minute, day=recurrence.day, on="next")
        case "business day":
            return When(hour, minute, on="business")
    return When(hour, minute)


def following(calendar: Calendar) -> Next:
    """When a recurrence comes due next."""

    def next_of(recurrence: Recurrence, after: datetime) -> datetime | None:
        due = calendar.dues(when_of(recurrence), after, after + _FAR)
        return due[0].at if due else None

    return next_of


def _asking(ledger: Ledger, subscription_id: str) -> Work:
    async def work(firing: Firing) -> None:
        await asyncio.to_thread(_ask, ledger, subscription_id, firing)

    return work


def _ask(ledger: Ledger, subscription_id: str, due: Firing) -> None:
    """Asked twice for the same instant, it is one question: the id is made of it."""
    wanted: Subscription | None = ledger.subscription(subscription_id)
    if wanted is None or wanted.state != "active":
        return
    if wanted.resumed_at is not None and due.due < wanted.resumed_at:
        return  # it came due while it was paused
    ledger.receive(firing(wanted, f"{due.due:%Y%m%dT%H%M}Z", due.due))
