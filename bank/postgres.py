"""Postgres' own walls: read-only transactions, time limits kept by the server, rows fetched through a cursor.

Grants are the real barrier: the role Teller logs in with should be able to SELECT and nothing else.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from bank.engine import ReadOnlyEngine, Rows
from bank.errors import BankError, Refused, TookTooLong, Unreachable
from bank.halt import Halt
from bank.masks import SALT
from bank.plan import Plan
from bank.powers import excess
from bank.schema import Schema

_CONNECT_SECONDS = 5


class PostgresEngine(ReadOnlyEngine):
    """A bank in Postgres, through psycopg 3."""

    explain = "EXPLAIN (FORMAT JSON) "

    def _make(self, url: URL) -> Engine:
        milliseconds = max(1, int(self.time_limit * 1000))
        settings = {
            "default_transaction_read_only": "on",
            "statement_timeout": milliseconds,
            "lock_timeout": min(2_000, milliseconds),
            "idle_in_transaction_session_timeout": 60_000,
            "standard_conforming_strings": "on",
            SALT: quoted(self._mask_key),
        }
        own = url.query.get("options", "")
        options = " ".join(
            [own if isinstance(own, str) else " ".join(own), *(f"-c {k}={v}" for k, v in settings.items())]
        )
        return create_engine(
            url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
            connect_args={
                "options": options.strip(),
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": "teller",
            },
            execution_options={"postgresql_readonly": True},
            pool_pre_ping=True,
        )

    def excess(self, schema: Schema) -> list[str] | None:
        """What the database's own catalogues say the role may do: settings of a session would not stop it."""
        with self._engine.connect() as connection:
            return excess(connection, schema)

    @contextmanager
    def _walls(self, connection: Connection, ctes: Collection[str], halt: Halt) -> Iterator[None]:
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        with halt.over(driver.cancel_safe):
            yield

    def _planned(self, told: Rows) -> Plan:
        return Plan.of_postgres(told.rows)

    def _mapped(self, error: SQLAlchemyError) -> BankError:
        state = str(getattr(getattr(error, "orig", None), "sqlstate", "") or "")
        kind = _STATES.get(state) or _CLASSES.get(state[:2])
        return kind(cause=str(getattr(error, "orig", error))) if kind else super()._mapped(error)


def quoted(value: str) -> str:
    """A value inside libpq's `options`, where a space ends it unless a backslash stands before."""
    return re.sub(r"([\\\s])", r"\\\1", value)


_STATES: dict[str, type[BankError]] = {
    "57014": TookTooLong,  # cancelled by statement_timeout
    "55P03": TookTooLong,  # lock_timeout
    "42501": Refused,  # the role may not
    "25006": Refused,  # a write in a read-only transaction
    "53300": Unreachable,  # too many connections
}
_CLASSES: dict[str, type[BankError]] = {"08": Unreachable, "57": Unreachable, "28": Unreachable, "3D": Unreachable}
