"""SQLite behind the guard's back: whatever it is told, nothing is written, nothing hidden is read, everything ends."""

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bank.errors import BankError, QueryFailed, Refused
from bank.guard import Guard
from bank.schema import Schema
from bank.sqlite import SQLiteEngine
from tests.bank.corpus import attacks, honest
from tests.bank.small import CATALOGUE, SECRET, make_sqlite

ENDLESS = "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite(tmp_path_factory.mktemp("small") / "small bank?.db")


def opened(file: Path, time_limit: float = 5.0) -> SQLiteEngine:
    engine = SQLiteEngine(make_url("sqlite://").set(database=str(file)), time_limit)
    engine.fence(Schema.of(CATALOGUE, engine.live(CATALOGUE.tables)))
    return engine


def test_no_attack_gets_past_the_engine_when_the_guard_is_away(file: Path) -> None:
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    beside = sorted(file.parent.iterdir())
    engine = opened(file, time_limit=0.5)
    for _, statement in attacks():
        try:
            seen = engine.rows(statement, 100)
        except BankError:
            continue
        assert SECRET not in repr(seen.rows), statement
    engine.close()
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    assert sorted(file.parent.iterdir()) == beside


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO branch VALUES (9, 'Bath')",
        "DELETE FROM loan",
        "CREATE TABLE mine (a)",
        "CREATE TEMP TABLE mine (a)",
        "PRAGMA query_only = off",
        "ATTACH DATABASE ':memory:' AS other",
        "SELECT pay FROM salaries",
        "SELECT count(*) FROM salaries",
        "SELECT ssn FROM client",
        "SELECT ssn FROM everything",
        "SELECT sql FROM sqlite_master",
        "SELECT load_extension('x')",
        "SELECT zeroblob(10)",
        ENDLESS,
    ],
)
def test_the_engine_itself_refuses(file: Path, statement: str) -> None:
    with pytest.raises(Refused):
        opened(file).rows(statement, 10)


def test_a_value_that_would_fill_the_memory_fails(file: Path) -> None:
    blown = "SELECT replace(replace(printf('%1000d', 1), ' ', printf('%1000d', 1)), ' ', printf('%1000d', 1))"
    with pytest.raises(QueryFailed):
        opened(file).rows(blown, 1)


def test_a_query_that_would_fill_the_memory_is_stopped(file: Path) -> None:
    """In a process of its own: the limit is for all of SQLite in it."""
    script = f"""if True:
        import bank.sqlite
        from sqlalchemy import make_url
        from tests.bank.small import CATALOGUE
        bank.sqlite._MEMORY = 50_000_000
        engine = bank.sqlite.SQLiteEngine(make_url("sqlite://").set(database={str(file)!r}), 60)
        engine.fence(bank.sqlite.Schema.of(CATALOGUE, engine.live(CATALOGUE.tables)))
        long = "replace(printf('%1000d', 1), ' ', printf('%900d', 1))"
        try:
            engine.rows(f"SELECT {{long}} || a.loan_id FROM loan a, loan b, loan c, loan d ORDER BY 1", 1)
        except bank.sqlite.TooMuchMemory:
            print(engine.rows("SELECT count(*) FROM loan", 1).rows)
    """
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=100)
    assert ran.stdout == "((5,),)\n"


def test_what_the_guard_wrote_anew_gives_the_same_rows(file: Path) -> None:
    engine = opened(file)
    guard = Guard(Schema.of(CATALOGUE, engine.live(CATALOGUE.tables)), "sqlite")
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as plain:
        for question in honest("sqlite"):
            if "*" in question.split("FROM")[0] and "count(*)" not in question:
                continue  # a star is written out on purpose
            admitted = guard.check(question)
            assert list(engine.rows(admitted.sql, 100, admitted.ctes).rows) == plain.execute(question).fetchall(), (
                question
            )
