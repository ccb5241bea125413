"""The read-only way into a database: the engine itself refuses writes, keeps the time limit and stops at the row cap.

Behind the guard, not instead of it: each wall here is the database's own. SQLite, Postgres and DuckDB have theirs in
`bank/sqlite.py`, `bank/postgres.py` and `bank/duckdb.py`; any other dialect of SQLAlchemy relies on a role that can only read.
"""

import time
import weakref
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, inspect
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bank.errors import BankError, QueryFailed, Stopped, Unreachable
from bank.halt import Halt
from bank.plan import Plan
from bank.schema import Schema
from bank.shape import Reference, Shape

_AS_IT_STANDS = {"no_parameters": True, "stream_results": True}  # a % stays a %, and rows come as they are fetched


@dataclass(frozen=True, slots=True)
class Rows:
    """What a query returned: at most the cap; `truncated` says that there were more."""

    labels: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool
    seconds: float


class ReadOnlyEngine:
    """Connections to one database that can only look; safe to use from several threads at once.

    `explain` stands before a query that is only planned; empty where a database's plans are not read.
    """

    explain = ""

    def __init__(self, url: URL, time_limit: float, mask_key: str = "") -> None:
        """`time_limit` is in seconds a query; `mask_key` is the secret behind pseudonyms, which no query can read."""
        self.time_limit = time_limit
        self._mask_key = mask_key
        self._engine = self._make(url)
        # A bank that nobody holds any more lets go of its connections, also where opening it failed half-way.
        weakref.finalize(self, self._engine.dispose)

    def live(self, tables: Collection[str]) -> dict[str, set[str]]:
        """The columns of those tables and views that exist, whatever the case of their names; raises `Unreachable`."""
        wanted = {name.lower() for name in tables}
        try:
            inspector = inspect(self._engine)
            found = {*inspector.get_table_names(), *inspector.get_view_names()}
            return {
                name: {column["name"] for column in inspector.get_columns(name)}
                for name in sorted(found)
                if name.lower() in wanted
            }
        except SQLAlchemyError as error:
            raise Unreachable(cause=str(error)) from None

    def shapes(self) -> list[Shape]:
        """Every table and view of the default schema, as the database describes itself; raises `Unreachable`."""
        try:
            return shapes_of(self._engine)
        except SQLAlchemyError as error:
            raise Unreachable(cause=str(error)) from None

    def fence(self, schema: Schema) -> None:
        """From now on only what is catalogued can be read, where the engine has a wall for it."""

    def excess(self, schema: Schema) -> list[str] | None:
        """A sentence for each thing this way in could do beyond reading what is catalogued; None: it cannot be told."""
        return None

    def rows(self, sql: str, cap: int, ctes: Collection[str] = (), halt: Halt | None = None, before: str = "") -> Rows:
        """Runs one query and fetches at most `cap` rows; raises `BankError`. `ctes` are the names it defines itself,
        `before` is put before it."""
        halt = halt or Halt()
        start = time.monotonic()
        try:
            with self._connected() as connection, self._walls(connection, ctes, halt):
                if halt.stopped:
                    raise Stopped
                options = _AS_IT_STANDS | {"stream_results": not before}  # Postgres declares no cursor for a plan
                result = connection.execution_options(**options).exec_driver_sql(before + sql)
                fetched = result.fetchmany(cap + 1)
                labels = tuple(result.keys())
                result.close()
        except SQLAlchemyError as error:
            raise (Stopped() if halt.stopped else self._mapped(error)) from None
        rows = tuple(tuple(row) for row in fetched[:cap])
        return Rows(labels, rows, len(fetched) > cap, time.monotonic() - start)

    def plan(self, sql: str, ctes: Collection[str] = (), halt: Halt | None = None) -> Plan:
        """What the database says of one query when it has read and planned it, and run nothing; raises `BankError`."""
        return self._planned(self.rows(sql, 1_000, ctes, halt, self.explain))

    def close(self) -> None:
        self._engine.dispose()

    def _planned(self, told: Rows) -> Plan:
        return Plan()

    def _make(self, url: URL) -> Engine:
        return create_engine(url, pool_pre_ping=True)

    def _connected(self) -> Connection:
        """Raises `Unreachable`: drivers give no code for a server that is not there, so it is told by when it fails."""
        try:
            return self._engine.connect()
        except SQLAlchemyError as error:
            raise Unreachable(cause=str(getattr(error, "orig", error))) from None

    @contextmanager
    def _walls(self, connection: Connection, ctes: Collection[str], halt: Halt) -> Iterator[None]:
        """What holds while one query runs."""
        yield

    def _mapped(self, error: SQLAlchemyError) -> BankError:
        """The sentence for a foreign error; what the driver said stays in `cause`, for the log and for repair."""
        if isinstance(error, PoolTimeout) or getattr(error, "connection_invalidated", False):
            return Unreachable(cause=str(error))
        return QueryFailed(cause=str(getattr(error, "orig", error)))


def shapes_of(engine: Engine) -> list[Shape]:
    """What SQLAlchemy reads of a database's own description."""
    inspector, kinds = inspect(engine), ObjectKind.ANY
    columns = inspector.get_multi_columns(kind=kinds)
    keys = inspector.get_multi_pk_constraint(kind=kinds)
    unique = inspector.get_multi_unique_constraints(kind=kinds)
    references = inspector.get_multi_foreign_keys(kind=kinds)
    views = {*inspector.get_view_names()}
    return [
        Shape(
            name=name,
            types={column["name"]: str(column["type"]).lower() for column in listed},
            key=tuple(found["constrained_columns"]) if (found := keys.get((schema, name))) else (),
            unique=tuple(tuple(one["column_names"]) for one in unique.get((schema, name), ())),
            references=tuple(
                Reference(
                    one["referred_table"],
                    dict(zip(one["constrained_columns"], one["referred_columns"], strict=True)),
                )
                for one in references.get((schema, name), ())
            ),
            comments={column["name"]: said for column in listed if (said := column.get("comment"))},
            view=name in views,
        )
        for (schema, name), listed in sorted(columns.items(), key=lambda found: found[0][1])
    ]
