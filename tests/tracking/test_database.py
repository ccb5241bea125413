"""The lines to a ledger on PostgreSQL: replaced where they broke, given back where nobody holds them."""

import gc
import time

import psycopg
import pytest

from tests.tracking.examples import LEASE, NINE, answered, asked, finish, minutes, vote
from tracking.ledger import Ledger

pytestmark = pytest.mark.postgres
NAME = "test_database"
OPEN = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"


@pytest.fixture
def url(postgres_server: str) -> str:
    return f"{postgres_server}?application_name={NAME}"


@pytest.fixture
def server(postgres_server: str):
    with psycopg.connect(postgres_server.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def test_lines_that_the_server_closed_are_replaced_before_anything_is_written_on_them(url: str, server) -> None:
    ledger = Ledger.open(url)
    number = ledger.forgettable("questions", NINE + minutes(100_000)).number + 1
    for more in range(3):
        finish(ledger, asked(number + more), answered())
        assert ledger.vote(vote(number=number + more))
        cut = server.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM ({OPEN}) AS open", (NAME,)).fetchall()
        assert len(cut) == 2  # one that waits for the disk, one that does not
    ledger.close()


def test_a_ledger_that_nobody_holds_has_no_lines_left(url: str, server) -> None:
    ledger = Ledger.open(url)
    ledger.receive(asked(1))
    ledger.claim("w", LEASE, NINE, "C1:1")
    assert len(server.execute(OPEN, (NAME,)).fetchall()) == 2
    del ledger
    gc.collect()
    ends = time.monotonic() + 10
    while server.execute(OPEN, (NAME,)).fetchall():  # a server takes a moment to see that a line was closed
        assert time.monotonic() < ends
