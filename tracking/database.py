"""The ledger's database: SQLite by default, PostgreSQL by URL; every write is on disk before it returns."""

import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from select import POLLIN, poll
from typing import Any, Self, cast

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from tracking.errors import NoLedger
from tracking.migrations import upgrade

BUSY_SECONDS = 30.0
QUIET_SECONDS = 30.0
_CREATING = 7_355_608  # any number: replicas that start together take turns at making the tables
_WRITES, _HURRIED = "ledger_writes", "ledger_hurried"
_QUIET: dict[str, Any] = {"hide_parameters": True}  # an error is logged, and holds nothing of what was to be kept
_KINDS = "TELLER_LEDGER must be sqlite:///FILE or postgresql+psycopg://ROLE@HOST/NAME."


class Database:
    """Opens the tables and hands out connections to read or to write. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{_WRITES: True})
        self._hurried = self._writer.execution_options(**{_HURRIED: True})
        self._single = self._quick = engine
        if engine.dialect.name == "postgresql":
            self._single = engine.execution_options(isolation_level="AUTOCOMMIT")
            self._quick = _not_waiting_for_the_disk(engine.url)
        for held in {engine, self._quick}:
            weakref.finalize(self, held.dispose)  # also where opening it failed half-way
        # SQLite lets one write at a time and makes the others poll: a lock in front hands the turn on at once.
        self._turn: AbstractContextManager[Any] = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @classmethod
    def open(cls, url: str) -> Self:
        """Makes folder, file and tables where they are missing, and brings older tables up to date.

        Raises `NoLedger` where none can be opened, and its `UnknownLedger` for tables that are not this Teller's.
        """
        address = _address(url)
        try:
            engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgres(address)
            database = cls(engine)
            with database.writing() as connection:
                if engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _CREATING})
                upgrade(connection)
        except (OSError, DBAPIError, sqlite3.Error) as error:
            reason = str(error.orig if isinstance(error, DBAPIError) else error).strip()
            where = address.render_as_string(hide_password=True)
            raise NoLedger(f"The ledger at {where} cannot be opened: {reason}. Check TELLER_LEDGER.") from error
        return database

    def close(self) -> None:
        """Gives every connection back."""
        self._engine.dispose()
        self._quick.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent look; never waits for a writer."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is on disk afterwards, or nothing."""
        with self._turn, self._writer.begin() as connection:
            yield connection

    @contextmanager
    def single(self, hurried: bool = False) -> Iterator[Connection]:
        """One statement that is its own transaction: PostgreSQL is asked once instead of three times.

        `hurried`: the disk is not waited for. What was written survives a crash of this process, and a power cut once
        anything after it was written without hurry: it is lost together with all that follows, or not at all.
        """
        if self.dialect == "sqlite":
            with self._turn, (self._hurried if hurried else self._writer).begin() as connection:
                yield connection
        else:
            with (self._quick if hurried else self._single).connect() as connection:
                yield connection

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self._engine.dialect.name

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that knows ON CONFLICT."""
        return sqlite.insert(table) if self._engine.dialect.name == "sqlite" else postgresql.insert(table)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise NoLedger(_KINDS) from None
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise NoLedger(_KINDS)
    return address


def _postgres(address: URL) -> Engine:
    engine = create_engine(address, pool_size=10, max_overflow=40, **_QUIET)
    _look_before_use(engine)
    return engine


def _look_before_use(engine: Engine) -> None:
    """A line that broke meanwhile is replaced by a new one before anybody writes on it.

    A server that went away has closed its lines, which is seen without asking it: asking takes as long as a write. Only
    a line that nobody used for a while is asked, since a firewall may have dropped it without a word.
    """

    @event.listens_for(engine, "checkin")
    def _note(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _look(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if _has_closed(connection):
            raise InvalidatePoolError
        if time.monotonic() - record.info.get("used", time.monotonic()) > QUIET_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except connection.Error as error:
                raise InvalidatePoolError from error


def _has_closed(connection: Any) -> bool:
    if connection.closed:
        return True
    line = poll()
    line.register(connection.fileno(), POLLIN)
    return bool(line.poll(0))


def _not_waiting_for_the_disk(address: URL) -> Engine:
    engine = create_engine(address, pool_size=5, max_overflow=20, isolation_level="AUTOCOMMIT", **_QUIET)
    _look_before_use(engine)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute("SET synchronous_commit = off")
        connection.commit()

    return engine


def _sqlite(address: URL) -> Engine:
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address,
        pool_size=10,
        max_overflow=40,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
        **_QUIET,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    _switch_to_wal(connection)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Only the very first opening changes anything; SQLite does not wait then for another process doing the same."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin(connection: Connection) -> None:
    """A write takes its turn at once: a read that became a write later could be refused half-way.

    Said to the driver itself: through SQLAlchemy these few words cost as much as the statement that follows.
    """
    options = connection.get_execution_options()
    # FULL, not NORMAL: Slack is told "received" right after the commit, so it must outlive a power cut as well.
    synchronous = "NORMAL" if options.get(_HURRIED) else "FULL"
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    if connection.info.get("synchronous") != synchronous:
        driver.execute(f"PRAGMA synchronous={synchronous}")
        connection.info["synchronous"] = synchronous
    driver.execute("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")
