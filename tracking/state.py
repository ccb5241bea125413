"""Rows that bot and jobs both touch, such as whether an alert is on: small JSON values by name."""

from typing import Any

from sqlalchemy import select

from tracking.ledger import Ledger
from tracking.schema import states


class States:
    """What was put last under a name, for every process that uses the same ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, name: str) -> dict[str, Any] | None:
        """None if nothing was ever put there."""
        with self._ledger.reading() as connection:
            return connection.execute(select(states.c.value).where(states.c.name == name)).scalar()

    def begin(self, name: str, value: dict[str, Any]) -> bool:
        """True for the one caller that puts it there first."""
        statement = self._ledger.insert(states).values(name=name, value=value).on_conflict_do_nothing()
        with self._ledger.writing() as connection:
            return connection.execute(statement.returning(states.c.name)).first() is not None

    def put(self, name: str, value: dict[str, Any]) -> None:
        """Replaces what was there. The value must be JSON."""
        statement = self._ledger.insert(states).values(name=name, value=value)
        with self._ledger.writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
