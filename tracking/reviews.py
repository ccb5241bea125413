"""What became of a 👎: the votes that still wait for somebody to look, and what was found of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from tracking.ledger import Ledger
from tracking.records import Vote
from tracking.schema import questions, reviews, votes

_q, _v, _r = questions.c, votes.c, reviews.c


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody who looks after Teller found of one person's 👎. `outcome` is a code such as `mended`."""

    question_id: str
    person: str
    outcome: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A 👎 nobody has looked at; the question's words are empty where it was asked in private."""

    vote: Vote
    question: str
    approach: str
    private: bool


class Reviews:
    """A vote that was changed after it was looked at waits again."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def waiting(self, most: int) -> Sequence[Waiting]:
        """The newest first."""
        looked_at = and_(_r.question_id == _v.question_id, _r.person == _v.person, _r.at >= _v.at)
        sought = (
            select(votes, _q.text, _q.approach, _q.private)
            .join(questions, _q.id == _v.question_id)
            .outerjoin(reviews, looked_at)
            .where(_v.up.is_(False), _r.at.is_(None), _q.test.is_(False), _q.state != "forgotten")
            .order_by(_v.at.desc())
            .limit(most)
        )
        with self._ledger.reading() as connection:
            return [
                Waiting(
                    Vote(row.question_id, row.person, row.up, row.at, row.reason, row.comment),
                    "" if row.private else row.text,
                    row.approach,
                    row.private,
                )
                for row in connection.execute(sought)
            ]

    def number(self) -> int:
        """How many wait."""
        looked_at = and_(_r.question_id == _v.question_id, _r.person == _v.person, _r.at >= _v.at)
        sought = select(func.count()).select_from(votes).join(questions, _q.id == _v.question_id)
        sought = sought.outerjoin(reviews, looked_at)
        sought = sought.where(_v.up.is_(False), _r.at.is_(None), _q.test.is_(False), _q.state != "forgotten")
        with self._ledger.reading() as connection:
            return connection.execute(sought).scalar_one()

    def put(self, review: Review) -> bool:
        """Replaces what was found before of the same person's vote; False if it says nothing new."""
        values = {name: getattr(review, name) for name in Review.__slots__}
        statement = self._ledger.insert(reviews).values(values)
        found = {name: values[name] for name in ("outcome", "words", "by", "at")}
        before = select(_r.outcome, _r.words).where(_r.question_id == review.question_id, _r.person == review.person)
        with self._ledger.writing() as connection:
            there = connection.execute(before).first()
            connection.execute(statement.on_conflict_do_update(index_elements=["question_id", "person"], set_=found))
            return there is None or (there.outcome, there.words) != (review.outcome, review.words)
