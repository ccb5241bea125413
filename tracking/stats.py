"""The reading side: what was asked between two instants, how it went, how fast, how it was liked."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, distinct, func, select, text

from tracking.ledger import Ledger
from tracking.records import OUTCOMES, Share, Statistics, Vote
from tracking.run import SUCCESS, USED
from tracking.schema import COUNTED, questions, votes

_q = questions.c
_v = votes.c
_LISTED = 5


def between(
    ledger: Ledger,
    since: datetime,
    until: datetime,
    approach: str | None = None,
    *,
    channel: str | None = None,
    role: str | None = None,
    outcome: str | None = None,
    private_words: bool = False,
) -> Statistics:
    """What happened with the questions asked from `since` until just before `until`, votes on them included.

    Test users and withdrawn questions are never counted. Private questions are counted, but their words and comments
    are listed only with `private_words`: a digest is read by people who were not meant to see them.
    """
    counted = asked_between(since, until, approach=approach, channel=channel, role=role, outcome=outcome)
    open_words = counted if private_words else and_(counted, _q.private.is_(False))
    with ledger.reading() as connection:
        total = [int(number) for number in connection.execute(_totals(counted)).one()]
        outcomes = _ranked(total[5 : 5 + len(OUTCOMES)], OUTCOMES)
        seconds = sorted(connection.execute(select(_q.seconds).where(counted, _q.outcome.is_not(None))).scalars())
        return Statistics(
            since=since,
            until=until,
            questions=total[0],
            people=total[1],
            sessions=total[2],
            success=success(outcomes),
            average_seconds=sum(seconds) / len(seconds) if seconds else None,
            median_seconds=percentile(seconds, 0.5),
            p95_seconds=percentile(seconds, 0.95),
            timed=len(seconds),
            satisfaction=Share(total[3], total[3] + total[4]),
            approaches=_ranked(total[5 + len(OUTCOMES) :], tuple(USED)),
            outcomes=outcomes,
            comments=tuple(Vote(**row._mapping) for row in connection.execute(_comments(open_words))),
            most_asked=tuple(_most_asked(connection, open_words)),
            not_understood=_not_understood(connection, open_words),
            slowest=tuple((row.text, row.seconds) for row in connection.execute(_slowest(open_words))),
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


def success(outcomes: dict[str, int]) -> Share:
    """The rate over the outcomes that have a verdict."""
    judged = {outcome: number for outcome, number in outcomes.items() if outcome in SUCCESS}
    return Share(sum(SUCCESS[outcome] * number for outcome, number in judged.items()), sum(judged.values()))


def _totals(counted: ColumnElement[bool]) -> Select[Any]:
    """Questions, people, sessions, votes up and down, then how many had each outcome and each approach.

    One pass with sums: grouping and joining the votes took three times as long at a million questions.
    """
    each = [_q.outcome == outcome for outcome in OUTCOMES] + [_q.approach == approach for approach in USED]
    sums = [_q.votes_up, _q.votes_down, *(case((condition, 1), else_=0) for condition in each)]
    numbers = [func.coalesce(func.sum(number), 0) for number in sums]
    return select(func.count(), func.count(distinct(_q.person)), func.count(distinct(_q.session)), *numbers).where(
        counted
    )


def _ranked(numbers: Sequence[int], names: Sequence[str]) -> dict[str, int]:
    """Those that occur, the most frequent first."""
    found = [(name, number) for name, number in zip(names, numbers, strict=True) if number]
    return dict(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _comments(which: ColumnElement[bool]) -> Select[Any]:
    given = select(votes).join(questions, _q.id == _v.question_id)
    given = given.where(which, text("commented"), _v.up.is_not(None), _v.comment != "")
    return given.order_by(_v.at.desc(), _v.person)


def _most_asked(connection: Connection, which: ColumnElement[bool]) -> Iterator[tuple[str, int]]:
    """Asked at least twice, in the words of the latest; capitals and the mark at the end make no difference."""
    times, latest = func.count().label("times"), func.max(_q.asked_at).label("latest")
    asked = select(_q.same_words, times, latest).where(which).group_by(_q.same_words).having(times > 1)
    for row in connection.execute(asked.order_by(times.desc(), latest.desc()).limit(_LISTED)).all():
        newest = select(_q.text).where(which, _q.same_words == row.same_words, _q.asked_at == row.latest)
        yield connection.execute(newest.order_by(_q.id).limit(1)).scalar_one(), row.times


def _not_understood(connection: Connection, which: ColumnElement[bool]) -> tuple[str, ...]:
    """The latest different ones: read from the end until there are enough."""
    words = select(_q.text).where(which, _q.outcome == "not_understood").order_by(_q.asked_at.desc(), _q.id)
    found: dict[str, None] = {}
    with connection.execution_options(yield_per=50).execute(words) as rows:
        for (said,) in rows:
            found[said] = None
            if len(found) == _LISTED:
                break
    return tuple(found)


def _slowest(which: ColumnElement[bool]) -> Select[Row[Any]]:
    timed = select(_q.text, _q.seconds).where(which, _q.outcome.is_not(None))
    return timed.order_by(_q.seconds.desc(), _q.asked_at).limit(_LISTED)
