"""Who does something that only one replica may do at a time, for as long as it lives."""

from datetime import datetime

from sqlalchemy import Connection, delete, or_

from tracking.database import Database
from tracking.schema import leases


class Leases(Database):
    """A lease belongs to one holder until it gives it back or its time is over; then it is anybody's."""

    def lease(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        """Takes it, or keeps it for longer. False while somebody else holds it."""
        with self.writing() as connection:
            return self.leased(connection, name, holder, until, now)

    def leased(self, connection: Connection, name: str, holder: str, until: datetime, now: datetime) -> bool:
        """The same within a transaction."""
        take = self.insert(leases).values(name=name, holder=holder, until=until)
        free = or_(leases.c.holder == holder, leases.c.until < now)
        take = take.on_conflict_do_update(index_elements=["name"], set_={"holder": holder, "until": until}, where=free)
        return connection.execute(take.returning(leases.c.holder)).first() is not None

    def give_back(self, name: str, holder: str) -> None:
        """Lets another replica have it at once."""
        with self.writing() as connection:
            connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
