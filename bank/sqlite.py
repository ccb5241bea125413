"""SQLite's own walls: a read-only file, an authorizer that denies by default, a time limit inside the machine."""

import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import cast

from sqlalchemy import URL, Connection, Engine, create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from bank.engine import ReadOnlyEngine, Rows, shapes_of
from bank.errors import BankError, Refused, TookTooLong, TooMuchMemory, Unreachable
from bank.functions import SQLITE_ENGINE
from bank.halt import Halt
from bank.masks import PSEUDONYM, pseudonym
from bank.schema import Schema
from bank.shape import Shape

_STEPS = 10_000  # instructions between two looks at the clock: about a millisecond
_LIMITS = {
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LENGTH: 1_000_000,  # bytes of a value, so that no function can fill the memory
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
# Bytes, for all of SQLite in this process: sorting a cross join was seen to take 1.8 GB within its twenty seconds, and a
# sort that may not stay in memory fills the disk. It can be lowered later, never raised.
_MEMORY = 1_000_000_000

_FUNCTIONS = SQLITE_ENGINE | {PSEUDONYM}

Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]


class SQLiteEngine(ReadOnlyEngine):
    """A bank in one SQLite file, which must exist: it is never created."""

    explain = "EXPLAIN QUERY PLAN "  # says that the query can run, and nothing of how much will come of it

    def __init__(self, url: URL, time_limit: float, mask_key: str = "") -> None:
        super().__init__(url, time_limit, mask_key)
        self._columns: set[tuple[str, str]] = set()
        self._views: set[str] = set()

    def shapes(self) -> list[Shape]:
        """Asked on a connection without the limits: SQLAlchemy's questions about a file need variables."""
        opened = f"{self._path.resolve().as_uri()}?mode=ro"
        describing = create_engine("sqlite://", creator=lambda: sqlite3.connect(opened, uri=True), poolclass=NullPool)
        try:
            return shapes_of(describing)
        except SQLAlchemyError as error:
            raise self._mapped(error) from None

    def fence(self, schema: Schema) -> None:
        self._columns = {(table.live.lower(), "") for table in schema.tables.values()}
        for table in schema.tables.values():
            self._columns |= {(table.live.lower(), live.lower()) for _, live in table.columns.values()}
        views = {name.lower() for name in inspect(self._engine).get_view_names()}
        self._views = views & {table.live.lower() for table in schema.tables.values()}

    def excess(self, schema: Schema) -> list[str] | None:
        """Tries to write, without the authorizer that would forbid it: the file itself must refuse."""
        with self._engine.connect() as connection:
            driver = cast(sqlite3.Connection, connection.connection.driver_connection)
            try:
                driver.execute("CREATE TABLE teller_tries_to_write (a)")
            except sqlite3.OperationalError:
                return []
        return ["The file can be written."]

    def _make(self, url: URL) -> Engine:
        path = self._path = Path(url.database or "")
        if not url.database or not path.is_file():
            raise Unreachable(
                f"There is no bank database at {url.database or 'an empty path'}. Check the database URL."
            )
        with path.open("rb") as file:
            if file.read(16) not in (b"", b"SQLite format 3\0"):  # an empty file is an empty database
                raise Unreachable(f"{path} is not an SQLite database. Check the database URL.")
        return create_engine("sqlite://", creator=lambda: _connect(path.resolve(), self._mask_key), poolclass=QueuePool)

    def rows(self, sql: str, cap: int, ctes: Collection[str] = (), halt: Halt | None = None, before: str = "") -> Rows:
        try:
            return super().rows(sql, cap, ctes, halt, before)
        except MemoryError:  # SQLite's word for it, which SQLAlchemy hands on as it is
            raise TooMuchMemory from None

    @contextmanager
    def _walls(self, connection: Connection, ctes: Collection[str], halt: Halt) -> Iterator[None]:
        driver = cast(sqlite3.Connection, connection.connection.driver_connection)
        deadline = time.monotonic() + self.time_limit
        driver.set_progress_handler(lambda: halt.stopped or time.monotonic() > deadline, _STEPS)
        driver.set_authorizer(self._authorizer(ctes))
        try:
            with halt.over(driver.interrupt):
                yield
        finally:
            driver.set_authorizer(None)
            driver.set_progress_handler(None, 0)

    def _authorizer(self, ctes: Collection[str]) -> Authorizer:
        """Denies by default. SQLite asks for each column read, and for ("name", "") where a source is only counted."""
        readable = self._columns | {(name.lower(), "") for name in ctes}

        def decide(action: int, first: str | None, second: str | None, _: str | None, inside: str | None) -> int:
            if action == sqlite3.SQLITE_SELECT:
                return sqlite3.SQLITE_OK
            if action == sqlite3.SQLITE_READ:
                listed = ((first or "").lower(), (second or "").lower()) in readable
                return sqlite3.SQLITE_OK if listed or (inside or "").lower() in self._views else sqlite3.SQLITE_DENY
            if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FUNCTIONS:
                return sqlite3.SQLITE_OK
            return sqlite3.SQLITE_DENY

        return decide

    def _mapped(self, error: SQLAlchemyError) -> BankError:
        cause = str(getattr(error, "orig", error))
        if cause.startswith("not authorized"):  # a denied function comes without a code of its own
            return Refused(cause=cause)
        kind = _KINDS.get(getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF)
        return kind(cause=cause) if kind else super()._mapped(error)


_KINDS: dict[int, type[BankError]] = {
    sqlite3.SQLITE_INTERRUPT: TookTooLong,
    sqlite3.SQLITE_BUSY: TookTooLong,
    sqlite3.SQLITE_AUTH: Refused,
    sqlite3.SQLITE_READONLY: Refused,
    sqlite3.SQLITE_CANTOPEN: Unreachable,
    sqlite3.SQLITE_NOTADB: Unreachable,
    sqlite3.SQLITE_CORRUPT: Unreachable,
    sqlite3.SQLITE_IOERR: Unreachable,
}


def _connect(path: Path, mask_key: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False)
    try:
        for limit, value in _LIMITS.items():
            connection.setlimit(limit, value)
        connection.create_function(PSEUDONYM, 1, partial(pseudonym, mask_key), deterministic=True)
        for setting in (
            f"hard_heap_limit = {_MEMORY}",
            "query_only = on",
            "trusted_schema = off",
            "temp_store = memory",
        ):
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.Error:  # a file that is no database
        connection.close()
        raise
    return connection
