"""What was said once and where: so that a message which a crash cut short is not said twice, nor left out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from tracking.database import Database
from tracking.schema import said


@dataclass(frozen=True, slots=True)
class Said:
    """`ref` is the message's ts in Slack, or the id of a mail; empty while it is in doubt whether it was sent."""

    key: str
    place: str
    begun_at: datetime
    ref: str = ""


class Sayings(Database):
    """A message goes by a key; the intent to say it is on disk before it is said."""

    def said(self, key: str) -> Said | None:
        """None if nobody began to say it."""
        with self.reading() as connection:
            row = connection.execute(select(said).where(said.c.key == key)).first()
        return None if row is None else Said(**row._mapping)

    def begin_saying(self, key: str, place: str, at: datetime) -> bool:
        """True for the one caller that is the first to say it."""
        row = self.insert(said).values(key=key, place=place, begun_at=at, ref="").on_conflict_do_nothing()
        with self.writing() as connection:
            return connection.execute(row.returning(said.c.key)).first() is not None

    def say(self, key: str, ref: str) -> None:
        """It was said, and this is how to find it again."""
        with self.writing() as connection:
            connection.execute(update(said).where(said.c.key == key).values(ref=ref))

    def prune_sayings(self, before: datetime) -> int:
        """Forgets what was begun before that instant and said; how many messages those were."""
        with self.writing() as connection:
            return connection.execute(delete(said).where(said.c.begun_at < before, said.c.ref != "")).rowcount
