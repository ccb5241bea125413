"""The reading side: what was asked between two instants, how it went, how fast, how it was liked."""

import statistics
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, distinct, func, select

from tracking.ledger import Ledger
from tracking.records import Share, Statistics, Vote
from tracking.run import SUCCESS
from tracking.schema import questions, votes

_q = questions.c
_v = votes.c
_LISTED = 5


def between(
    ledger: Ledger, since: datetime, until: datetime, approach: str | None = None, *, private_words: bool = False
) -> Statistics:
    """What happened with the questions asked from `since` until just before `until`, votes on them included.

    Test users and withdrawn questions are never counted. Private questions are counted, but their words and comments
    are listed only with `private_words`: a digest is read by people who were not meant to see them.
    """
    counted = asked_between(since, until, approach)
    open_words = counted if private_words else and_(counted, _q.private.is_(False))
    with ledger.reading() as connection:
        people, sessions = connection.execute(_people(counted)).one()
        outcomes = _counts(connection, _q.outcome, counted)
        times = connection.execute(select(_q.seconds).where(counted, _q.outcome.is_not(None)).order_by(_q.seconds))
        seconds = list(times.scalars())
        cast = select(func.count()).select_from(votes.join(questions, _q.id == _v.question_id)).where(counted)
        return Statistics(
            since=since,
            until=until,
            questions=connection.execute(select(func.count()).select_from(questions).where(counted)).scalar_one(),
            people=people,
            sessions=sessions,
            success=_success(outcomes),
            average_seconds=statistics.fmean(seconds) if seconds else None,
            median_seconds=percentile(seconds, 0.5),
            p95_seconds=percentile(seconds, 0.95),
            timed=len(seconds),
            satisfaction=Share(
                connection.execute(cast.where(_v.up.is_(True))).scalar_one(),
                connection.execute(cast.where(_v.up.is_not(None))).scalar_one(),
            ),
            approaches=_counts(connection, _q.approach, and_(counted, _q.approach != "")),
            outcomes=outcomes,
            comments=tuple(_vote(row) for row in connection.execute(_comments(open_words))),
            most_asked=tuple((row.words, row.times) for row in connection.execute(_most_asked(open_words))),
            not_understood=tuple(connection.execute(_not_understood(open_words)).scalars()),
            slowest=tuple((row.text, row.seconds) for row in connection.execute(_slowest(open_words))),
        )


def asked_between(since: datetime, until: datetime, approach: str | None = None) -> ColumnElement[bool]:
    """The questions that count: asked in that time, not by a test user, not withdrawn, not forgotten."""
    counted = and_(
        _q.asked_at >= since, _q.asked_at < until, _q.test.is_(False), _q.state.not_in(("withdrawn", "forgotten"))
    )
    return counted if approach is None else and_(counted, _q.approach == approach)


def percentile(ordered: Sequence[float], part: float) -> float | None:
    """Between two neighbours on a straight line, as pandas does it; None without values."""
    if not ordered:
        return None
    position = part * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _success(outcomes: dict[str, int]) -> Share:
    judged = {outcome: number for outcome, number in outcomes.items() if outcome in SUCCESS}
    return Share(sum(SUCCESS[outcome] * number for outcome, number in judged.items()), sum(judged.values()))


def _people(counted: ColumnElement[bool]) -> Select[Any, int]:
    sessions = select(_q.channel, _q.thread).where(counted).distinct().subquery()
    number = select(func.count()).select_from(sessions).scalar_subquery()
    return select(func.count(distinct(_q.person)), number).where(counted)


def _counts(connection: Connection, column: ColumnElement[Any], counted: ColumnElement[bool]) -> dict[str, int]:
    rows = connection.execute(select(column, func.count()).where(counted, column.is_not(None)).group_by(column))
    return dict(sorted(((name, number) for name, number in rows), key=lambda pair: (-pair[1], pair[0])))


def _comments(which: ColumnElement[bool]) -> Select[Any]:
    given = select(votes).join(questions, _q.id == _v.question_id).where(which, _v.up.is_not(None), _v.comment != "")
    return given.order_by(_v.at.desc(), _v.person)


def _vote(row: Row[Any]) -> Vote:
    return Vote(**row._mapping)


def _most_asked(which: ColumnElement[bool]) -> Select[Any, int]:
    """Asked at least twice; capitals and the mark at the end make no difference."""
    same = func.lower(func.rtrim(func.trim(_q.text), " ?.!"))
    words, times = func.min(_q.text).label("words"), func.count().label("times")
    asked = select(words, times).where(which).group_by(same).having(func.count() > 1)
    return asked.order_by(times.desc(), words).limit(_LISTED)


def _not_understood(which: ColumnElement[bool]) -> Select[Any]:
    latest = func.max(_q.asked_at)
    words = select(_q.text).where(which, _q.outcome == "not_understood").group_by(_q.text)
    return words.order_by(latest.desc()).limit(_LISTED)


def _slowest(which: ColumnElement[bool]) -> Select[Any]:
    timed = select(_q.text, _q.seconds).where(which, _q.outcome.is_not(None))
    return timed.order_by(_q.seconds.desc(), _q.asked_at).limit(_LISTED)
