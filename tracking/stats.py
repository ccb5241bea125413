"""The reading side: what was asked between two instants, how it went, how fast, how it was liked."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil, dist, sqrt
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, distinct, func, select, text

from tracking.ledger import Ledger
from tracking.records import OUTCOMES, Share, Statistics
from tracking.run import SUCCESS, USED
from tracking.schema import COUNTED, questions

_q = questions.c
_BATCH = 5_000


def between(
    ledger: Ledger,
    since: datetime,
    until: datetime,
    approach: str | None = None,
    *,
    channel: str | None = None,
    role: str | None = None,
    outcome: str | None = None,
) -> Statistics:
    """What happened with the questions asked from `since` until just before `until`, votes on them included.

    Test users and withdrawn questions are never counted. The words behind it are in `tracking.listing`.
    """
    counted = asked_between(since, until, approach=approach, channel=channel, role=role, outcome=outcome)
    with ledger.reading() as connection:
        total = [int(number) for number in connection.execute(_totals(counted)).one()]
        outcomes = _ranked(total[4 : 4 + len(OUTCOMES)], OUTCOMES)
        sessions, seconds = _sessions_and_seconds(connection, counted)
        return Statistics(
            since=since,
            until=until,
            questions=total[0],
            people=total[1],
            sessions=sessions,
            success=success(outcomes),
            average_seconds=sum(seconds) / len(seconds) if seconds else None,
            median_seconds=percentile(seconds, 0.5),
            p95_seconds=percentile(seconds, 0.95),
            timed=len(seconds),
            average_error=_error(seconds),
            p95_between=_between_ranks(seconds, 0.95),
            satisfaction=Share(total[2], total[2] + total[3]),
            approaches=_ranked(total[4 + len(OUTCOMES) :], tuple(USED)),
            outcomes=outcomes,
        )


def asked_between(since: datetime, until: datetime, **equal: str | None) -> ColumnElement[bool]:
    """The questions that count: asked in that time, not by a test user, not withdrawn, not forgotten.

    `equal` narrows them by column, such as `approach`; None leaves a column open.
    """
    narrowed = [questions.c[name] == value for name, value in equal.items() if value is not None]
    return and_(_q.asked_at >= since, _q.asked_at < until, text(COUNTED), *narrowed)


def percentile(ordered: Sequence[float], part: float) -> float | None:
    """Between two neighbours on a straight line, as pandas does it; None without values."""
    if not ordered:
        return None
    position = part * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _error(values: Sequence[float]) -> float | None:
    """The standard error of their average. Python's own stdev is exact and takes twenty times as long."""
    n = len(values)
    if n < 2:
        return None
    mean = sum(values) / n
    return dist(values, [mean] * n) / sqrt((n - 1) * n)


def _between_ranks(ordered: Sequence[float], part: float) -> tuple[float, float] | None:
    """The 95 % interval of a percentile, free of any assumption on how the values are spread.

    The number of values below it is binomial; the ranks are its normal approximation. W. J. Conover, Practical
    Nonparametric Statistics, 3rd edition (1999), 3.2. None below 20 values.
    """
    n = len(ordered)
    if n < 20:
        return None
    reach = 1.959964 * sqrt(n * part * (1 - part))
    low, high = max(0, ceil(n * part - reach) - 1), min(n - 1, ceil(n * part + reach) - 1)
    return ordered[low], ordered[high]


def success(outcomes: dict[str, int]) -> Share:
    """The rate over the outcomes that have a verdict."""
    judged = {outcome: number for outcome, number in outcomes.items() if outcome in SUCCESS}
    return Share(sum(SUCCESS[outcome] * number for outcome, number in judged.items()), sum(judged.values()))


def _totals(counted: ColumnElement[bool]) -> Select[Any]:
    """Questions, people, votes up and down, then how many had each outcome and each approach.

    One pass with sums: grouping and joining the votes took three times as long at a million questions.
    """
    each = [_q.outcome == outcome for outcome in OUTCOMES] + [_q.approach == approach for approach in USED]
    sums = [_q.votes_up, _q.votes_down, *(case((condition, 1), else_=0) for condition in each)]
    numbers = [func.coalesce(func.sum(number), 0) for number in sums]
    return select(func.count(), func.count(distinct(_q.person)), *numbers).where(counted)


def _sessions_and_seconds(connection: Connection, counted: ColumnElement[bool]) -> tuple[int, list[float]]:
    """How many sessions there were, and the seconds of every question that ended, in order.

    Straight from the driver, a few thousand at a time: a database counts different numbers by sorting them, and
    SQLAlchemy takes as long for its rows as the database does.
    """
    ended = case((_q.outcome.is_not(None), _q.seconds))
    sessions: set[int] = set()
    seconds: list[float] = []
    with connection.execute(select(_q.session, ended).where(counted)) as found:
        while rows := found.cursor.fetchmany(_BATCH):
            sessions.update(session for session, _ in rows)
            seconds += [spent for _, spent in rows if spent is not None]
    return len(sessions), sorted(seconds)


def _ranked(numbers: Sequence[int], names: Sequence[str]) -> dict[str, int]:
    """Those that occur, the most frequent first."""
    found = [(name, number) for name, number in zip(names, numbers, strict=True) if number]
    return dict(sorted(found, key=lambda pair: (-pair[1], pair[0])))
