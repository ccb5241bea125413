"""What MLflow does not know yet, and what it must forget: each question's revision runs ahead of the delivered one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select, text, update

from tracking.leases import Leases
from tracking.questions import entry_of
from tracking.records import Entry, Holdings
from tracking.schema import questions, votes

_q = questions.c
_DELIVERY = "delivery"
_BEHIND = text("questions.revision > questions.delivered_revision")  # word for word as in the index
# In a function, or SQLite takes the index on the state: 67 ms instead of 0.4 at 100,000 questions, every second.
_STATE = func.coalesce(_q.state, "")
_GONE = and_(_STATE.in_(("withdrawn", "forgotten")), or_(_q.run_id != "", _q.in_doubt))
_DUE = or_(_STATE.in_(("waiting", "done")), _GONE)


class Deliveries(Leases):
    """State, not events: however often a delivery is repeated, the newest revision is what counts."""

    def undelivered(self, limit: int) -> tuple[Entry, ...]:
        """Questions with something MLflow does not know, oldest first, without those set aside at this revision.

        Forgotten and withdrawn ones are among them as long as a run of theirs may exist.
        """
        which = select(questions).where(_BEHIND, _q.aside_revision < _q.revision, _DUE)
        with self.reading() as connection:
            rows = connection.execute(which.order_by(_q.asked_at, _q.id).limit(limit))
            return tuple(entry_of(row) for row in rows)

    def delivering(self, question_id: str, holder: str, now: datetime, until: datetime) -> bool:
        """Notes that a run is about to be made, and keeps this delivery the only one. False if another holds it.

        After a crash the note says that MLflow must be asked whether the run exists.
        """
        with self.writing() as connection:
            if not self.leased(connection, _DELIVERY, holder, until, now):
                return False
            connection.execute(update(questions).where(_q.id == question_id).values(in_doubt=True))
            return True

    def release_delivery(self, holder: str) -> None:
        """Lets another replica deliver at once instead of after the lease."""
        self.give_back(_DELIVERY, holder)

    def delivered(self, question_id: str, revision: int, run_id: str) -> None:
        """MLflow holds this revision, in that run (empty: it holds no run of the question)."""
        known = {"delivered_revision": revision, "run_id": run_id, "in_doubt": False, "aside_reason": ""}
        with self.writing() as connection:
            connection.execute(update(questions).where(_q.id == question_id).values(known))

    def unremoved(self) -> int:
        """How many forgotten or withdrawn questions MLflow may still hold."""
        with self.reading() as connection:
            return connection.execute(select(func.count()).select_from(questions).where(_BEHIND, _GONE)).scalar_one()

    def holdings(self) -> Holdings:
        """How much there is, and how much of it MLflow does not know."""
        behind = select(func.count()).select_from(questions).where(_BEHIND, _DUE)
        with self.reading() as connection:
            asked, cast, waiting, aside = (
                connection.execute(counted).scalar_one()
                for counted in (
                    select(func.count()).select_from(questions).where(_q.state.not_in(("withdrawn", "forgotten"))),
                    select(func.count()).select_from(votes).where(votes.c.up.is_not(None)),
                    behind.where(_q.aside_revision < _q.revision),
                    behind.where(_q.aside_revision >= _q.revision),
                )
            )
        return Holdings(asked, cast, waiting, aside)

    def set_aside(self, question_id: str, revision: int, why: str) -> None:
        """MLflow will not take this revision: it is tried again when the question changes."""
        with self.writing() as connection:
            aside = {"aside_revision": revision, "aside_reason": why}
            connection.execute(update(questions).where(_q.id == question_id).values(aside))

    def is_unknown(self, question_id: str) -> bool:
        """Whether there never was such a question; one that was forgotten left its stone."""
        with self.reading() as connection:
            return connection.execute(select(_q.id).where(_q.id == question_id)).first() is None

    def redeliver(self, question_ids: Sequence[str]) -> None:
        """Brings them over again, looking for every run they may have: MLflow was found to hold something else."""
        again = {"revision": _q.revision + 1, "in_doubt": True, "aside_revision": 0}
        with self.writing() as connection:
            for question_id in question_ids:
                connection.execute(update(questions).where(_q.id == question_id).values(again))

    def bring_back(self) -> None:
        """Lets everything set aside be tried again."""
        with self.writing() as connection:
            connection.execute(update(questions).where(_q.aside_revision > 0).values(aside_revision=0))
