"""What was asked between two instants, in words: most asked, not understood, slowest, commented. Whom it may be shown
is for the caller to judge: a question comes with where and by whom it was asked."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, case, func, select, text, union_all

from tracking.ledger import Ledger
from tracking.questions import entry_of
from tracking.records import Entry, Listing, Popular, Remark, Share, Vote
from tracking.run import SUCCESS
from tracking.schema import questions, votes
from tracking.stats import asked_between

MOST = 30  # of each list: some may not be shown where it is read

_q = questions.c
_v = votes.c
_QUOTED = re.compile('[“"]([^”"]{1,60})[”"]')


def listing(
    ledger: Ledger,
    since: datetime,
    until: datetime,
    *,
    private_words: bool = False,
    most: int = MOST,
    **equal: str | None,
) -> Listing:
    """The words behind the statistics of the same period. Private questions are among them only with `private_words`.

    Most asked are questions that were asked at least twice and mean the same: the same SQL answers them, or they stand
    in the same words as one that it answers. `times` and success count all of them; the entry is the latest.
    """
    counted = asked_between(since, until, **equal)
    shown = counted if private_words else and_(counted, _q.private.is_(False))
    with ledger.reading() as connection:
        return Listing(
            most_asked=_most_asked(connection, shown, most),
            not_understood=_not_understood(connection, shown, most),
            words=_words(connection, shown),
            slowest=_slowest(connection, shown, most),
            remarks=_remarks(connection, shown),
            reasons=_reasons(connection, counted),
        )


def most_asked(ledger: Ledger, since: datetime, until: datetime, most: int = MOST) -> tuple[Popular, ...]:
    """The first of the lists alone; without private questions."""
    with ledger.reading() as connection:
        return _most_asked(connection, and_(asked_between(since, until), _q.private.is_(False)), most)


def statements(ledger: Ledger, since: datetime, until: datetime, most: int = 200) -> tuple[str, ...]:
    """The SQL that answered the most frequent questions, each once: what the bank was asked about."""
    answered = and_(asked_between(since, until), _q.outcome == "answered")
    times, latest = func.count().label("times"), func.max(_q.asked_at).label("latest")
    asked = select(_q.meaning, times, latest).where(answered).group_by(_q.meaning)
    often = asked.order_by(times.desc(), _q.meaning).limit(most).subquery()
    newest = and_(_q.meaning == often.c.meaning, _q.asked_at == often.c.latest)
    found = select(_q.sql).join(often, newest).where(answered, _q.sql != "")
    with ledger.reading() as connection:
        return tuple(dict.fromkeys(connection.execute(found.order_by(often.c.times.desc(), _q.meaning)).scalars()))


def troubled(
    ledger: Ledger, what: str, since: datetime, until: datetime, approach: str | None = None, most: int = MOST
) -> tuple[Entry, ...]:
    """The latest questions that speak against a measure: without success, slow, or disliked."""
    against: dict[str, ColumnElement[bool]] = {
        "success": _q.outcome.in_([outcome for outcome, good in SUCCESS.items() if not good]),
        "seconds": _q.outcome.is_not(None),
        "satisfaction": _q.votes_down > 0,
    }
    order = _q.seconds.desc() if what == "seconds" else _q.asked_at.desc()
    which = asked_between(since, until, approach=approach), _q.private.is_(False), against[what]
    with ledger.reading() as connection:
        return _entries(connection, select(questions).where(*which).order_by(order, _q.id).limit(most))


def _entries(connection: Connection, which: Select[Any]) -> tuple[Entry, ...]:
    return tuple(entry for row in connection.execute(which) if (entry := entry_of(row)).asked.text.strip())


def _most_asked(connection: Connection, which: ColumnElement[bool], most: int) -> tuple[Popular, ...]:
    meant = _by_intent(which)
    times, latest = func.count().label("times"), func.max(meant.c.own_at).label("latest")
    good = [outcome for outcome, success in SUCCESS.items() if success]
    won, judged = (
        func.sum(case((meant.c.outcome.in_(outcomes), 1), else_=0)).label(name)
        for name, outcomes in (("won", good), ("judged", list(SUCCESS)))
    )
    asked = select(meant.c.meaning, times, latest, won, judged).group_by(meant.c.meaning).having(times > 1)
    found: list[Popular] = []
    for row in connection.execute(asked.order_by(times.desc(), latest.desc()).limit(most)).all():
        newest = select(questions).where(which, _q.meaning == row.meaning, _q.asked_at == row.latest)
        success = Share(int(row.won), int(row.judged))
        entries = _entries(connection, newest.order_by(_q.id).limit(1))
        found += [Popular(entry, row.times, success) for entry in entries]
    return tuple(found)


def _by_intent(which: ColumnElement[bool]) -> Subquery:
    """Every question with what it means. One that came to no query means what the same words meant where they were
    answered, if that was always one thing. `own_at` is when it was asked, of those that went by their own.
    """
    answered, not_answered = _q.outcome == "answered", _q.outcome.is_distinct_from("answered")
    one = func.min(_q.meaning) == func.max(_q.meaning)
    known = select(_q.text, func.min(_q.meaning).label("meaning")).where(which, answered).group_by(_q.text).having(one)
    words = known.subquery()
    own_at = case((words.c.meaning.is_(None), _q.asked_at))
    others = select(func.coalesce(words.c.meaning, _q.meaning), _q.outcome, own_at)
    in_words = and_(words.c.text == _q.text, _q.sql == "")
    others = others.select_from(questions.outerjoin(words, in_words)).where(which, not_answered)
    theirs = select(_q.meaning.label("meaning"), _q.outcome.label("outcome"), _q.asked_at.label("own_at"))
    return union_all(theirs.where(which, answered), others).subquery()


def _not_understood(connection: Connection, which: ColumnElement[bool], most: int) -> tuple[Popular, ...]:
    """Each once, the most frequent first and then the latest."""
    times, latest = func.count().label("times"), func.max(_q.asked_at).label("latest")
    lost = and_(which, _q.outcome == "not_understood")
    asked = select(_q.meaning, times, latest).where(lost).group_by(_q.meaning)
    found: list[Popular] = []
    for row in connection.execute(asked.order_by(times.desc(), latest.desc()).limit(most)).all():
        newest = select(questions).where(lost, _q.meaning == row.meaning, _q.asked_at == row.latest)
        found += [
            Popular(entry, row.times, Share(0, row.times))
            for entry in _entries(connection, newest.order_by(_q.id).limit(1))
        ]
    return tuple(found)


def _words(connection: Connection, which: ColumnElement[bool]) -> tuple[tuple[str, int], ...]:
    """Words that were not understood, as the sentences said to their askers name them, the most frequent first.

    Only words that at least two people used: one person's word may be anything, a customer's name among them.
    """
    lost = select(_q.message, _q.person).where(which, _q.outcome == "not_understood")
    used: dict[str, set[str]] = {}
    times: Counter[str] = Counter()
    for message, person in connection.execute(lost):
        for word in {word.lower() for word in _QUOTED.findall(message)}:
            used.setdefault(word, set()).add(person)
            times[word] += 1
    ranked = sorted(times.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple((word, number) for word, number in ranked if len(used[word]) > 1)


def _slowest(connection: Connection, which: ColumnElement[bool], most: int) -> tuple[Entry, ...]:
    """Found in the index alone, then read: sorting whole rows took most of a digest's time."""
    timed = select(_q.asked_at, _q.seconds).where(which, _q.outcome.is_not(None))
    found: dict[str, Entry] = {}
    for row in connection.execute(timed.order_by(_q.seconds.desc(), _q.asked_at).limit(most)).all():
        same = select(questions).where(which, _q.asked_at == row.asked_at, _q.seconds == row.seconds)
        found |= {entry.asked.id: entry for entry in _entries(connection, same.order_by(_q.id))}
    return tuple(found.values())[:most]


def _remarks(connection: Connection, which: ColumnElement[bool]) -> tuple[Remark, ...]:
    given = select(votes).join(questions, _q.id == _v.question_id)
    given = given.where(which, text("commented"), _v.up.is_not(None), _v.comment != "")
    last = [Vote(**row._mapping) for row in connection.execute(given.order_by(_v.at.desc(), _v.person))]
    entries = _by_id(connection, sorted({vote.question_id for vote in last}))
    return tuple(Remark(vote, entries[vote.question_id]) for vote in last if vote.question_id in entries)


def _reasons(connection: Connection, which: ColumnElement[bool]) -> dict[str, int]:
    given = select(_v.reason, func.count()).join(questions, _q.id == _v.question_id)
    given = given.where(which, _q.votes_down > 0, _v.up.is_(False), _v.reason != "").group_by(_v.reason)
    found = {reason: int(number) for reason, number in connection.execute(given)}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for first in range(0, len(ids), 500):
        rows = connection.execute(select(questions).where(_q.id.in_(ids[first : first + 500])))
        found |= {row.id: entry_of(row) for row in rows}
    return found
