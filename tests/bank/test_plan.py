"""What a database expects of a query, asked through the same door as a run, before anything runs."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import psycopg
import pytest

from bank.audit import Audit
from bank.door import Bank
from bank.errors import BankError, QueryFailed, Refused
from bank.halt import Halt
from bank.plan import Plan
from tests.bank.rights import AUDITOR, BANKER, POLICY, WORDS
from tests.bank.small import CATALOGUE, SCRIPT, SOMEBODY, make_sqlite
from tests.postgres import postgres_server

__all__ = ["postgres_server"]  # the fixture, for pytest to find here
JOINED = "SELECT count(*) FROM client AS c JOIN loan AS l ON l.client_id = c.client_id"
CROSSED = "SELECT a.loan_id FROM " + ", ".join(f"loan AS {alias}" for alias in "abcdefghijklmnop")


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Bank]:
    with closing(Bank.open(str(make_sqlite(tmp_path / "small.db")), CATALOGUE)) as bank:
        yield bank


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[Bank]:
    path = tmp_path / "small.duckdb"
    with closing(duckdb.connect(str(path))) as database:
        database.execute(SCRIPT)
    with closing(Bank.open(f"duckdb:///{path}", CATALOGUE)) as bank:
        yield bank


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[Bank]:
    with psycopg.connect(postgres_server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(SCRIPT.encode())
        connection.execute("ANALYZE")
    with closing(Bank.open(postgres_server, CATALOGUE)) as bank:
        yield bank


ENGINES = ["sqlite", "duck", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=ENGINES)
def bank(request: pytest.FixtureRequest) -> Bank:
    return request.getfixturevalue(request.param)


def test_what_can_run_has_a_plan(bank: Bank) -> None:
    assert not bank.plan(JOINED, SOMEBODY).multiplies


def test_what_cannot_run_has_none(bank: Bank) -> None:
    with pytest.raises((QueryFailed, Refused)):
        bank.plan("SELECT loan_id FROM loan WHERE loan_id = (SELECT loan_id, amount FROM loan)", SOMEBODY)


def test_the_guard_stands_before_plans_too(bank: Bank) -> None:
    for sql in ("DELETE FROM loan", "SELECT pay FROM salaries", f"EXPLAIN {JOINED}", f"{JOINED}; {JOINED}"):
        with pytest.raises(Refused):
            bank.plan(sql, SOMEBODY)


def test_a_plan_that_is_stopped_gives_nothing(bank: Bank) -> None:
    halt = Halt()
    halt.stop()
    with pytest.raises(BankError):
        bank.plan(JOINED, SOMEBODY, halt)


@pytest.mark.parametrize("engine", ENGINES[1:])
def test_a_join_that_multiplies_is_seen_before_it_runs(engine: str, request: pytest.FixtureRequest) -> None:
    bank: Bank = request.getfixturevalue(engine)
    plan = bank.plan(CROSSED, SOMEBODY)
    assert plan.multiplies
    assert plan.read <= 5
    joined = bank.plan(JOINED, SOMEBODY)
    assert 0 < joined.joined < 100


def test_a_plan_is_on_record_as_the_asker_sees_the_bank(tmp_path: Path) -> None:
    with (
        closing(Audit.open(f"sqlite:///{tmp_path / 'audit.db'}")) as audit,
        closing(Bank.open(str(make_sqlite(tmp_path / "small.db")), WORDS, POLICY, audit=audit)) as bank,
    ):
        bank.plan("SELECT name FROM client", BANKER, question_id="C1:5.0")
        with pytest.raises(Refused):
            bank.plan("SELECT status FROM loan", BANKER)
        with pytest.raises(QueryFailed):
            bank.plan("SELECT loan_id FROM loan WHERE loan_id = (SELECT loan_id, amount FROM loan)", AUDITOR)
        planned, refused, failed = (record.said for record in audit.records())
    assert (planned["kind"], planned["question"], planned["columns"]) == ("planned", "C1:5.0", ["client.name"])
    assert "branch_id IN (1)" in planned["sql"]
    assert "rows" not in planned
    assert (refused["kind"], failed["kind"]) == ("refused", "failed")


def test_an_estimate_of_a_cross_product_without_one_is_that_of_its_sides() -> None:
    side = {"name": "SEQ_SCAN", "children": [], "extra_info": {"Estimated Cardinality": "90000"}}
    crossed = {"name": "CROSS_PRODUCT", "children": [side, side], "extra_info": {}}
    told = [("physical_plan", json.dumps([crossed]))]
    assert Plan.of_duckdb(told) == Plan(90_000, 8_100_000_000)
    assert Plan.of_duckdb(told).multiplies
    assert not Plan(read=10_000_000, joined=900_000_000).multiplies  # large, as its tables are
