"""Appends to the audit and reads it: each record holds the hash of itself and of the one before."""

import hashlib
import hmac
import json
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, delete, event, func, insert, make_url, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from bank.audit.schema import head, make, records, seals
from bank.errors import BankError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAKING = 4_471_209  # any number: replicas that start together take turns at making the tables
_AT_ONCE = 1_000
_WRITES = "audit_writes"


class NotOnRecord(BankError):
    """I cannot put on record what I look at, so I may not look. Whoever looks after me has to see to it."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `body` is JSON that says what happened: its `kind` (asked, read, refused, shown, sealed) and the rest."""

    number: int
    at: datetime
    body: str
    hash: str

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(frozen=True, slots=True)
class Seal:
    """Everything up to record `number` is of the time before `until`. `removed`: those records are no longer here."""

    number: int
    hash: str
    until: datetime
    removed: bool


class Audit:
    """One audit, in SQLite or Postgres. Safe to use from several threads and processes at once.

    With a key the hashes can only be made by who has it; without, whoever can write the whole file could make a new chain.
    """

    def __init__(self, engine: Engine, key: str) -> None:
        self._engine = engine
        weakref.finalize(self, engine.dispose)  # also where opening it failed half-way
        self._writer = engine.execution_options(**{_WRITES: True})
        self._key = key.encode()
        # SQLite lets one write at a time and makes the others poll: a lock in front hands the turn on at once.
        self._turn: AbstractContextManager[Any] = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @classmethod
    def open(cls, url: str, key: str = "") -> Self:
        """Makes folder, file and tables where they are missing; raises `NotOnRecord`."""
        audit = cls(_engine(url), key)
        with audit._writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MAKING})
            make(connection)
        return audit

    def append(self, kind: str, at: datetime | None = None, **what: Any) -> Record:
        """Puts something on record. When this returns it is on disk; raises `NotOnRecord` where that fails."""
        body = json.dumps({"kind": kind, **what}, sort_keys=True)
        with self._writing() as connection:
            return self._append(connection, at or datetime.now(UTC), body)

    def records(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[Record]:
        """Those of a period, the oldest first, read a thousand at a time; an end is not part of its period."""
        after = -(2**63)  # no record has such a number, but one that was slipped in might
        chosen = select(records).order_by(records.c.number).limit(_AT_ONCE)
        if since:
            chosen = chosen.where(records.c.at >= _micro(since))
        if until:
            chosen = chosen.where(records.c.at < _micro(until))
        while True:
            with self._engine.connect() as connection:
                found = connection.execute(chosen.where(records.c.number > after)).all()
            for row in found:
                yield Record(row.number, _moment(row.at), row.body, row.hash)
            if len(found) < _AT_ONCE:
                return
            after = found[-1].number

    def seal(self, until: datetime) -> Seal | None:
        """Seals what was recorded before that moment and is not sealed yet; None where there is nothing."""
        with self._writing() as connection:
            after = connection.execute(select(func.min(records.c.number)).where(records.c.at >= _micro(until))).scalar()
            number = after - 1 if after else connection.execute(select(head.c.number)).scalar_one()
            sealed = connection.execute(select(func.max(seals.c.number))).scalar() or 0
            if number <= sealed:
                return None
            hashed = connection.execute(select(records.c.hash).where(records.c.number == number)).scalar_one()
            connection.execute(insert(seals).values(number=number, hash=hashed, until=_micro(until)))
            body = {"kind": "sealed", "through": number, "hash": hashed, "until": until.isoformat()}
            self._append(connection, datetime.now(UTC), json.dumps(body, sort_keys=True))
            return Seal(number, hashed, until, False)

    def remove(self, before: datetime) -> int:
        """Removes the sealed periods that ended by then, whole, and returns how many records that were."""
        with self._writing() as connection:
            last = connection.execute(select(func.max(seals.c.number)).where(seals.c.until <= _micro(before))).scalar()
            if not last:
                return 0
            gone = connection.execute(delete(records).where(records.c.number <= last)).rowcount
            now = _micro(datetime.now(UTC))
            connection.execute(update(seals).where(seals.c.number <= last, seals.c.removed == 0).values(removed=now))
            return int(gone)

    def seals(self) -> list[Seal]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(seals).order_by(seals.c.number)).all()
        return [Seal(row.number, row.hash, _moment(row.until), bool(row.removed)) for row in rows]

    def head(self) -> tuple[int, str]:
        """The number and the hash of the last record; write it down elsewhere, and `verify` can be held against it."""
        with self._engine.connect() as connection:
            row = connection.execute(select(head.c.number, head.c.hash)).one()
        return row.number, row.hash

    def hash(self, previous: str, record: Record) -> str:
        """What the hash of a record has to be, given that of the one before."""
        return self._hash(previous, record.number, _micro(record.at), record.body)

    def close(self) -> None:
        self._engine.dispose()

    def _append(self, connection: Connection, at: datetime, body: str) -> Record:
        last = connection.execute(select(head.c.number, head.c.hash).with_for_update()).one()
        number, moment = last.number + 1, _micro(at)
        hashed = self._hash(last.hash, number, moment, body)
        connection.execute(insert(records).values(number=number, at=moment, body=body, hash=hashed))
        connection.execute(update(head).values(number=number, hash=hashed))
        return Record(number, at, body, hashed)

    def _hash(self, previous: str, number: int, at: int, body: str) -> str:
        return hmac.new(self._key, f"{previous}\n{number}\n{at}\n{body}".encode(), hashlib.sha256).hexdigest()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with self._turn, self._writer.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise NotOnRecord(cause=type(error).__name__) from None


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True)
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": 30, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # on record means on disk

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _micro(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _moment(micro: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micro)
