"""What the ledger need not keep any longer: which questions, results and comments are past their age, and their removal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, func, insert, or_, select, update

from tracking.database import Database
from tracking.records import Hold, HoldKind
from tracking.schema import holds, questions, reviews, vote_history, votes

Kept = Literal["questions", "previews", "comments"]
CLASSES: tuple[Kept, ...] = get_args(Kept)

_q, _h = questions.c, holds.c
_AT_ONCE = 500  # ids in one statement: SQLite takes 32,766 values, and others wait for the turn to write
_ENDED = ("waiting", "done", "withdrawn")
_EMPTY = ("person", "person_name", "channel", "thread", "text", "reading", "sql", "message", "error", "preview")
_STONE: dict[str, Any] = (
    dict.fromkeys((*_EMPTY, "reply_to", "role"), "")
    | {"chosen": [], "choices": [], "steps": [], "outcome": None, "rating": None, "commented": False}
    | {"votes_up": 0, "votes_down": 0, "session": 0, "meaning": 0, "state": "forgotten"}
)


@dataclass(frozen=True, slots=True)
class Forgettable:
    """What of one class is past its age: how many, the votes that go with them, the oldest, how many a hold keeps back."""

    number: int = 0
    votes: int = 0
    oldest: datetime | None = None
    held: int = 0


@dataclass(frozen=True, slots=True)
class Doomed:
    """A question that has something to be removed, as it was when that was written to the archive."""

    id: str
    revision: int


class Retention(Database):
    """Age is counted from when a question was asked. What is still being worked on, or held, stays."""

    def forgettable(self, what: Kept, before: datetime) -> Forgettable:
        """What `remove` would remove of one class."""
        past = _past(what, before)
        on_them = select(func.coalesce(func.sum(_q.votes_up + _q.votes_down), 0)).where(past, _free())
        with self.reading() as connection:
            number, oldest = connection.execute(
                select(func.count(), func.min(_q.asked_at)).select_from(questions).where(past, _free())
            ).one()
            held = connection.execute(select(func.count()).select_from(questions).where(past, ~_free())).scalar_one()
            cast = connection.execute(on_them).scalar_one() if what == "questions" else 0
        return Forgettable(number, int(cast), oldest, held)

    def doomed(self, what: Kept, before: datetime, limit: int) -> list[Row[Any]]:
        """The oldest rows of one class that are past their age, whole, for the archive."""
        which = select(questions).where(_past(what, before), _free()).order_by(_q.asked_at, _q.id).limit(limit)
        with self.reading() as connection:
            return list(connection.execute(which))

    def words_on(self, question_ids: Sequence[str]) -> list[Row[Any]]:
        """Every vote that was ever cast on these, for the archive."""
        found: list[Row[Any]] = []
        with self.reading() as connection:
            for some in _some(question_ids):
                said = select(vote_history).where(vote_history.c.question_id.in_(some)).order_by(vote_history.c.number)
                found += connection.execute(said)
        return found

    def remove(self, what: Kept, gone: Sequence[Doomed], progress: Callable[[int], None] = lambda more: None) -> int:
        """Removes one class of what was archived, and returns of how many questions.

        A question that was changed since, or is held by now, stays: it is archived again and removed the next time. Of
        a question an empty stone with the id remains, so that a repetition by Slack brings nothing back. Each change
        raises the revision, by which delivery takes the same out of MLflow.
        """
        removed = 0
        for some in _some(gone):
            with self.writing() as connection:
                ids = _unchanged(connection, some)
                _REMOVE[what](connection, ids)
            removed += len(ids)
            progress(len(some))
        return removed

    def hold(self, kind: HoldKind, value: str, reason: str, by: str, since: datetime) -> int:
        """From now on nothing of this is deleted; the number by which it is lifted."""
        row = {"kind": kind, "value": value, "reason": reason, "by": by, "since": since}
        with self.writing() as connection:
            return int(connection.execute(insert(holds).values(row).returning(_h.number)).scalar_one())

    def lift(self, number: int, at: datetime) -> bool:
        """False if there is no such hold, or it was lifted before."""
        with self.writing() as connection:
            lifted = update(holds).where(_h.number == number, _h.lifted.is_(None)).values(lifted=at)
            return connection.execute(lifted.returning(_h.number)).first() is not None

    def holds(self) -> list[Hold]:
        """Those that stand, the oldest first."""
        standing = select(holds).where(_h.lifted.is_(None)).order_by(_h.number)
        with self.reading() as connection:
            rows = connection.execute(standing).all()
        return [Hold(row.number, row.kind, row.value, row.reason, row.by, row.since) for row in rows]


def _past(what: Kept, before: datetime) -> ColumnElement[bool]:
    old = and_(_q.asked_at < before, _q.state.in_(_ENDED))
    if what == "previews":
        return and_(old, _q.preview != "")
    if what == "comments":
        return and_(old, _q.id.in_(select(vote_history.c.question_id).where(_worded())))
    return old


def _worded() -> ColumnElement[bool]:
    return or_(vote_history.c.comment != "", vote_history.c.reason != "")


def _free() -> ColumnElement[bool]:
    """No hold is on it: neither on who asked, nor on who voted, nor on where, nor on itself."""
    voter = exists().where(votes.c.question_id == _q.id, votes.c.person == _h.value).correlate(questions, holds)
    named = or_(
        _h.kind == "everything",
        and_(_h.kind == "question", _h.value == _q.id),
        and_(_h.kind == "channel", or_(_h.value == _q.channel, _h.value == _q.message_channel)),
        and_(_h.kind == "person", or_(_h.value == _q.person, voter)),
    )
    return ~exists().where(_h.lifted.is_(None), named)


def _unchanged(connection: Connection, some: Sequence[Doomed]) -> list[str]:
    """Those that are still as they were archived; locked, so that no vote comes in between."""
    known = {one.id: one.revision for one in some}
    there = (
        select(_q.id, _q.revision).where(_q.id.in_(known), _q.state.in_(_ENDED), _free()).with_for_update(of=questions)
    )
    return [row.id for row in connection.execute(there) if row.revision == known[row.id]]


def _remove_questions(connection: Connection, ids: Sequence[str]) -> None:
    for table in (votes, vote_history, reviews):
        connection.execute(delete(table).where(table.c.question_id.in_(ids)))
    connection.execute(update(questions).where(_q.id.in_(ids)).values(_STONE | {"revision": _q.revision + 1}))


def _remove_previews(connection: Connection, ids: Sequence[str]) -> None:
    connection.execute(update(questions).where(_q.id.in_(ids)).values(preview="", revision=_q.revision + 1))


def _remove_comments(connection: Connection, ids: Sequence[str]) -> None:
    """The words go, the thumbs stay."""
    for table in (votes, vote_history):
        connection.execute(update(table).where(table.c.question_id.in_(ids)).values(comment="", reason=""))
    connection.execute(update(questions).where(_q.id.in_(ids)).values(commented=False, revision=_q.revision + 1))


_REMOVE: dict[Kept, Callable[[Connection, Sequence[str]], None]] = {
    "questions": _remove_questions,
    "previews": _remove_previews,
    "comments": _remove_comments,
}


def _some(all_of_them: Sequence[Any]) -> list[Sequence[Any]]:
    return [all_of_them[at : at + _AT_ONCE] for at in range(0, len(all_of_them), _AT_ONCE)]
