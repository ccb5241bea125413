"""Which jobs ran when, over all replicas: each firing is a row, begun once and ended once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, exists, func, select, update

from tracking.database import Database
from tracking.schema import fired

End = Literal["done", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Fired:
    """A firing: its job and the instant it was due. `tries` were begun; `failed_at` is when the last of them failed.

    `skipped`: how many firings before it were missed and not made up for.
    """

    job: str
    run_at: datetime
    state: str  # known | begun | done | skipped | failed
    tries: int = 0
    failed_at: datetime | None = None
    skipped: int = 0


class Firings(Database):
    """A job that was never seen is `known` first: what came due before that is not missed."""

    def know(self, job: str, since: datetime) -> None:
        """Counts from here what the job misses, if nothing is known of it yet."""
        with self.writing() as connection:
            if connection.execute(select(fired.c.job).where(fired.c.job == job).limit(1)).first() is None:
                row = self.insert(fired).values(job=job, run_at=since, state="known")
                connection.execute(row.on_conflict_do_nothing())

    def last_fired(self, job: str) -> datetime | None:
        """The latest instant the job was fired for, or since when it is known."""
        with self.reading() as connection:
            return connection.execute(select(func.max(fired.c.run_at)).where(fired.c.job == job)).scalar()

    def unfinished(self, job: str) -> tuple[Fired, ...]:
        """Firings that were begun and did not end: their process died, or they failed and are tried again."""
        with self.reading() as connection:
            rows = connection.execute(
                select(fired).where(fired.c.job == job, fired.c.state == "begun").order_by(fired.c.run_at)
            )
            return tuple(Fired(**row._mapping) for row in rows)

    def fire(self, job: str, run_at: datetime, skipped: int = 0) -> bool:
        """Begins a firing; True for the one caller that does."""
        row = self.insert(fired).values(job=job, run_at=run_at, state="begun", skipped=skipped)
        with self.writing() as connection:
            return connection.execute(row.on_conflict_do_nothing().returning(fired.c.job)).first() is not None

    def tried(self, job: str, run_at: datetime) -> None:
        """One more try at a firing begins."""
        self._note(job, run_at, tries=fired.c.tries + 1)

    def stumbled(self, job: str, run_at: datetime, at: datetime) -> None:
        """A try failed; the firing is to be tried again."""
        self._note(job, run_at, failed_at=at)

    def end(self, job: str, run_at: datetime, state: End) -> None:
        """The firing is over, and never begins again."""
        self._note(job, run_at, state=state)

    def ended(self, since: datetime, *states: End) -> tuple[Fired, ...]:
        """Firings due from `since` on that ended so, oldest first."""
        which = select(fired).where(fired.c.run_at >= since, fired.c.state.in_(states))
        with self.reading() as connection:
            return tuple(Fired(**row._mapping) for row in connection.execute(which.order_by(fired.c.run_at)))

    def prune_firings(self, before: datetime) -> int:
        """Forgets those due before that instant which are over, but for the newest of each job; how many those were."""
        newer = fired.alias("newer")
        superseded = exists().where(newer.c.job == fired.c.job, newer.c.run_at > fired.c.run_at)
        old = delete(fired).where(fired.c.run_at < before, fired.c.state != "begun", superseded)
        with self.writing() as connection:
            return connection.execute(old).rowcount

    def _note(self, job: str, run_at: datetime, **values: object) -> None:
        with self.writing() as connection:
            connection.execute(update(fired).where(fired.c.job == job, fired.c.run_at == run_at).values(**values))
