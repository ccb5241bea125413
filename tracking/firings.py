"""Which jobs ran when: each firing belongs to one caller over all replicas."""

from datetime import datetime

from sqlalchemy import func, select

from tracking.database import Database
from tracking.schema import fired


class Firings(Database):
    """A firing is a job's name and the instant it was due."""

    def fire(self, job: str, run_at: datetime) -> bool:
        """True for the one caller that may run this firing."""
        statement = self.insert(fired).values(job=job, run_at=run_at).on_conflict_do_nothing()
        with self.writing() as connection:
            return connection.execute(statement.returning(fired.c.job)).first() is not None

    def last_fired(self, job: str) -> datetime | None:
        """The latest instant the job was fired for."""
        with self.reading() as connection:
            return connection.execute(select(func.max(fired.c.run_at)).where(fired.c.job == job)).scalar()
