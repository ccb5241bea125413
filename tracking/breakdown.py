"""Statistics side by side: by approach, channel, role or outcome, by hour of the day, by day, by week."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Row, func, select

from tracking.ledger import Ledger
from tracking.records import By, Group, Share
from tracking.schema import questions
from tracking.stats import asked_between, percentile, success

NONE = "none"
"""The name of those without an approach, a role or an outcome: questions nobody could take, or still open ones."""

_q = questions.c
_BATCH = 2_000


def by(
    ledger: Ledger, what: By, since: datetime, until: datetime, zone: tzinfo, **equal: str | None
) -> tuple[Group, ...]:
    """One group per value, the largest first; hours, days and weeks in their order, on the clock of `zone`.

    A day without questions between two with some is there too, as is a week; an hour of the day always is. `equal`
    narrows the questions by column, as in `asked_between`.
    """
    name_of = _naming(what, zone)
    tallies: dict[str, _Tally] = {}
    columns = (_q.asked_at, _q.outcome, _q.approach, _q.seconds, _q.channel, _q.role, _q.votes_up, _q.votes_down)
    counted = select(*columns).where(asked_between(since, until, **equal))
    with ledger.reading() as connection:
        for row in connection.execution_options(yield_per=_BATCH).execute(counted):
            tallies.setdefault(name_of(row), _Tally()).add(row)
    if what in ("hour", "day", "week"):
        names = _gapless(what, sorted(tallies))
    else:
        names = sorted(tallies, key=lambda name: (-tallies[name].questions, name))
    return tuple(tallies.get(name, _Tally()).group(name) for name in names)


def per_day(ledger: Ledger, since: datetime, until: datetime, zone: tzinfo) -> tuple[tuple[date, int], ...]:
    """How many questions each day of that time had on the clock of `zone`, days without any among them.

    Counted in the index, day by day: reading the rows took a third of a digest's time.
    """
    day, found = since.astimezone(zone).date(), []
    counted = select(func.count()).select_from(questions)
    with ledger.reading() as connection:
        while (begins := datetime.combine(day, time(), zone).astimezone(UTC)) < until:
            ends = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
            these = asked_between(max(begins, since), min(ends, until))
            found.append((day, int(connection.execute(counted.where(these)).scalar_one())))
            day += timedelta(days=1)
    return tuple(found)


@dataclass(slots=True)
class _Tally:
    questions: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    up: int = 0
    down: int = 0

    def add(self, row: Row[*tuple[Any, ...]]) -> None:
        self.questions += 1
        self.up += row.votes_up
        self.down += row.votes_down
        if row.outcome is not None:
            self.outcomes[row.outcome] += 1
            self.seconds.append(row.seconds)

    def group(self, name: str) -> Group:
        ordered = sorted(self.seconds)
        return Group(
            name=name,
            questions=self.questions,
            success=success(self.outcomes),
            average_seconds=sum(ordered) / len(ordered) if ordered else None,
            median_seconds=percentile(ordered, 0.5),
            p95_seconds=percentile(ordered, 0.95),
            satisfaction=Share(self.up, self.up + self.down),
        )


def _naming(what: By, zone: tzinfo) -> Callable[[Row[*tuple[Any, ...]]], str]:
    if what == "hour":
        return lambda row: f"{row.asked_at.astimezone(zone):%H}"
    if what == "day":
        return lambda row: f"{row.asked_at.astimezone(zone):%Y-%m-%d}"
    if what == "week":
        return lambda row: _week(row.asked_at.astimezone(zone).date())
    return lambda row: getattr(row, what) or NONE


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _gapless(what: By, names: list[str]) -> list[str]:
    if what == "hour":
        return [f"{hour:02}" for hour in range(24)]
    if not names:
        return []
    if what == "day":
        first, last = date.fromisoformat(names[0]), date.fromisoformat(names[-1])
        return [f"{first + timedelta(days=number)}" for number in range((last - first).days + 1)]
    first, last = (date.fromisoformat(f"{name}-1") for name in (names[0], names[-1]))
    return [_week(first + timedelta(weeks=number)) for number in range((last - first).days // 7 + 1)]
