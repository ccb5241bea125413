"""What people think of the answers: the last word of each person counts, every word is kept."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from tracking.database import Database
from tracking.records import Vote
from tracking.schema import questions, storable, vote_history, votes

_v = votes.c


class Votes(Database):
    """A vote that changes nothing returns False; one that does raises the question's revision."""

    def vote(self, vote: Vote) -> bool:
        """False if there is no such question or the person had said the same before.

        A bare repetition of the same thumb keeps the comment given with it; the other thumb clears it. What is older
        than the person's last word changes nothing: it is a late repetition by Slack, or comes from a process that was
        slow. A comment among it stays in the history.
        """
        vote = replace(vote, reason=storable(vote.reason), comment=storable(vote.comment))
        with self.writing() as connection:
            if not _lock(connection, vote.question_id):
                return False
            before = _last(connection, vote.question_id, vote.person)
            if before is not None and vote.at < before.at:
                _keep_late_comment(connection, vote)
                return False
            if before is not None and not _is_news(vote, before):
                return False
            self._write(connection, asdict(vote))
            return True

    def unvote(self, question_id: str, person: str, at: datetime) -> bool:
        """Takes a person's vote back. False if there was none, or they voted again later than `at`."""
        with self.writing() as connection:
            if not _lock(connection, question_id):
                return False
            before = _last(connection, question_id, person)
            if before is None or before.up is None or before.at > at:
                return False
            gone = {"question_id": question_id, "person": person, "up": None, "at": at, "reason": "", "comment": ""}
            self._write(connection, gone)
            return True

    def votes(self, question_id: str) -> tuple[Vote, ...]:
        """The last word of each person, the latest last."""
        return self.votes_on((question_id,)).get(question_id, ())

    def votes_on(self, question_ids: Iterable[str]) -> dict[str, tuple[Vote, ...]]:
        """The same for several questions; those without a vote are absent."""
        found: dict[str, tuple[Vote, ...]] = {}
        which = select(votes).where(_v.question_id.in_(list(question_ids)), _v.up.is_not(None))
        with self.reading() as connection:
            for row in connection.execute(which.order_by(_v.at, _v.person)):
                found[row.question_id] = (*found.get(row.question_id, ()), Vote(**row._mapping))
        return found

    def _write(self, connection: Connection, values: dict[str, Any]) -> None:
        said = {name: values[name] for name in ("up", "at", "reason", "comment")}
        statement = self.insert(votes).values(values)
        connection.execute(statement.on_conflict_do_update(index_elements=["question_id", "person"], set_=said))
        connection.execute(insert(vote_history).values(values))
        standing = _standing(connection, values["question_id"])
        row = questions.c.id == values["question_id"]
        connection.execute(update(questions).where(row).values(standing | {"revision": questions.c.revision + 1}))


def rating(votes: Iterable[Vote]) -> bool | None:
    """Up or down by the majority of the last votes, a tie going to the latest; None without a vote."""
    given = sorted(votes, key=lambda vote: (vote.at, vote.person))
    if not given:
        return None
    ups = sum(vote.up for vote in given)
    downs = len(given) - ups
    return given[-1].up if ups == downs else ups > downs


def latest_comment(votes: Iterable[Vote]) -> str:
    """The newest comment among the last votes, or empty."""
    commented = [vote for vote in votes if vote.comment]
    return max(commented, key=lambda vote: (vote.at, vote.person)).comment if commented else ""


def _standing(connection: Connection, question_id: str) -> dict[str, Any]:
    """What all last votes come to, counted anew: kept with the question so that statistics need not read every vote."""
    last = connection.execute(select(votes).where(_v.question_id == question_id, _v.up.is_not(None)))
    given = [Vote(**row._mapping) for row in last]
    ups = sum(vote.up for vote in given)
    commented = any(vote.comment for vote in given)
    return {"votes_up": ups, "votes_down": len(given) - ups, "rating": rating(given), "commented": commented}


def _lock(connection: Connection, question_id: str) -> bool:
    """Two votes of one person at the same moment take turns. False if there is no such question."""
    there = (questions.c.id == question_id, questions.c.state != "forgotten")
    return connection.execute(select(questions.c.id).where(*there).with_for_update()).first() is not None


def _last(connection: Connection, question_id: str, person: str) -> Row[Any] | None:
    return connection.execute(select(votes).where(_v.question_id == question_id, _v.person == person)).first()


def _is_news(vote: Vote, before: Row[Any]) -> bool:
    if not vote.comment and not vote.reason:
        return bool(vote.up != before.up)
    return (vote.up, vote.reason, vote.comment) != (before.up, before.reason, before.comment)


def _keep_late_comment(connection: Connection, vote: Vote) -> None:
    h = vote_history.c
    said = select(h.number).where(h.question_id == vote.question_id, h.person == vote.person, h.comment == vote.comment)
    if vote.comment and connection.execute(said).first() is None:
        connection.execute(insert(vote_history).values(asdict(vote)))
