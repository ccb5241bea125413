"""What people think of the answers: the last word of each person counts, every word is kept."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from tracking.database import Database
from tracking.records import Vote
from tracking.schema import questions, storable, vote_history, votes

_v = votes.c


class Votes(Database):
    """A vote that changes nothing returns False; one that does raises the question's revision."""

    def vote(self, vote: Vote) -> bool:
        """False if there is no such question or the person's last word stays what it was.

        A bare repetition of the same thumb keeps the comment given with it; the other thumb clears it. Words may arrive in
        any order, and more than once: Slack repeats what was not acknowledged, and a process may be slow.
        """
        word = _Word(vote.up, vote.at, storable(vote.reason), storable(vote.comment))
        with self.writing() as connection:
            return _lock(connection, vote.question_id) and self._hear(connection, vote.question_id, vote.person, word)

    def unvote(self, question_id: str, person: str, up: bool, at: datetime) -> bool:
        """Takes a person's 👍 or 👎 back. False if that is not what counts at `at`, or they voted again later.

        The thumb itself may arrive afterwards: it then counts no more.
        """
        word = _Word(None, at, taken_back=up)
        with self.writing() as connection:
            return _lock(connection, question_id) and self._hear(connection, question_id, person, word)

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

    def _hear(self, connection: Connection, question_id: str, person: str, word: "_Word") -> bool:
        """Adds to the history; what the last word is follows from that, in the order in which things were said."""
        heard = _heard(connection, question_id, person)
        if word in heard:
            return False
        whose = {"question_id": question_id, "person": person}
        connection.execute(insert(vote_history).values(whose | asdict(word)))
        before, now = _last_word(heard), _last_word(sorted([*heard, word], key=lambda one: one.at))
        if now is None or now == before:
            return False
        last = asdict(now)
        del last["taken_back"]
        statement = self.insert(votes).values(whose | last)
        connection.execute(statement.on_conflict_do_update(index_elements=["question_id", "person"], set_=last))
        row = questions.c.id == question_id
        standing = _standing(connection, question_id) | {"revision": questions.c.revision + 1}
        connection.execute(update(questions).where(row).values(standing))
        return _counting(now) != _counting(before)


@dataclass(frozen=True, slots=True)
class _Word:
    """What a person said at one moment; `up` is None where the thumb `taken_back` was taken back."""

    up: bool | None
    at: datetime
    reason: str = ""
    comment: str = ""
    taken_back: bool | None = None


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


def _heard(connection: Connection, question_id: str, person: str) -> list[_Word]:
    """All that a person said of an answer, as it was said; of one moment, as it arrived."""
    h = vote_history.c
    theirs = select(h.up, h.at, h.reason, h.comment, h.taken_back).where(
        h.question_id == question_id, h.person == person
    )
    return [_Word(*row) for row in connection.execute(theirs.order_by(h.at, h.number))]


def _last_word(words: Iterable[_Word]) -> _Word | None:
    last = None
    for word in words:
        if _is_news(word, last):
            last = word
    return last


def _is_news(word: _Word, before: _Word | None) -> bool:
    if word.up is None:
        return before is not None and before.up is not None and word.taken_back in (None, before.up)
    if before is None:
        return True
    if not word.comment and not word.reason:
        return word.up != before.up
    return (word.up, word.reason, word.comment) != (before.up, before.reason, before.comment)


def _counting(word: _Word | None) -> tuple[bool, str, str] | None:
    return None if word is None or word.up is None else (word.up, word.reason, word.comment)
