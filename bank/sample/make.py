"""Writes the sample bank into a SQLite file: the same bytes every time."""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from random import Random

from bank.sample.customers import customer_rows, make_customers
from bank.sample.deposits import account_rows, booking_rows, make_accounts, make_bookings
from bank.sample.facilities import facility_rows, limit_rows, limit_share_rows, make_facilities
from bank.sample.loans import loan_rows, share_rows
from bank.sample.months import month_rows
from bank.sample.reference import branch_rows, currency_rows, investor_rows, owner_rows
from bank.sample.schema import INDEXES, SCHEMA

_SEED = 20260930


def make_bank(path: Path) -> None:
    """Writes the file at `path`, all at once: whoever reads it sees the old bank or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        _write(unfinished)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        # Nobody reads the file before it is finished, so there is nothing to protect from a crash.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(SCHEMA)
        database.execute("BEGIN")
        for table, rows in _tables():
            _insert(database, table, rows)
        database.execute("COMMIT")
        database.executescript(INDEXES)
        database.execute("ANALYZE")


def _tables() -> Iterable[tuple[str, Iterable[tuple[object, ...]]]]:
    random = Random(_SEED)  # noqa: S311 - a made-up bank is not a secret
    customers = make_customers(random)
    facilities = make_facilities(random, customers)
    loans = [loan for facility in facilities for loan in facility.loans]
    accounts = make_accounts(random, customers)
    bookings = make_bookings(random, accounts)
    yield "MONTH_DIMENSION", month_rows()
    yield "CURRENCY_DIMENSION", currency_rows(random)
    yield "BRANCH", branch_rows()
    yield "OWNER_DIMENSION", owner_rows()
    yield "INVESTOR_DIMENSION", investor_rows()
    yield "CUSTOMER_DIMENSION", customer_rows(customers)
    yield "CA_PRODUCT_DIMENSION", facility_rows(facilities)
    yield "LIMIT_DIMENSION", limit_rows(facilities)
    yield "LOAN_PRODUCT_DIMENSION", loan_rows(loans)
    yield "CL_DETAIL_FACT", share_rows(loans)
    yield "CA_DETAIL_FACT", limit_share_rows(facilities)
    yield "DEPOSIT_ACCOUNT", account_rows(accounts, bookings)
    yield "ACCOUNT_TRANSACTION", booking_rows(bookings)


def _insert(database: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    marks = ", ".join("?" for _ in database.execute(f"PRAGMA table_info({table})"))
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
