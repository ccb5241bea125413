"""SQLite behind the guard's back: whatever it is told, nothing is written, nothing hidden is read, everything ends."""

import hashlib
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bank.errors import BankError, QueryFailed, Refused, Stopped, TookTooLong, Unreachable
from bank.guard import Guard
from bank.halt import Halt
from bank.schema import Schema
from bank.sqlite import SQLiteEngine
from tests.bank.corpus import attacks, honest
from tests.bank.small import CATALOGUE, SECRET, make_sqlite

ENDLESS = "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x"
LONG = "SELECT count(*) FROM " + ", ".join(f"loan AS l{place}" for place in range(16))


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


def test_reads_catalogued_columns_and_a_catalogued_view(file: Path) -> None:
    engine = opened(file)
    assert engine.rows("SELECT name FROM client ORDER BY client_id", 1).rows == (("Ann Archer",),)
    assert engine.rows("SELECT name, amount FROM lent ORDER BY amount LIMIT 1", 10).rows == (("Bob Baker", 75.25),)
    assert engine.rows("WITH x AS (SELECT name FROM client) SELECT count(*) FROM x", 10, {"x"}).rows == ((4,),)


def test_says_that_there_were_more_rows_than_the_cap(file: Path) -> None:
    engine = opened(file)
    assert engine.rows("SELECT loan_id FROM loan", 4).truncated
    assert not engine.rows("SELECT loan_id FROM loan", 5).truncated
    assert len(engine.rows("SELECT loan_id FROM loan", 4).rows) == 4
    assert engine.rows("SELECT loan_id FROM loan", 0).rows == ()


def test_a_long_query_is_stopped_by_the_database(file: Path) -> None:
    engine = opened(file, time_limit=0.2)
    with pytest.raises(TookTooLong):
        engine.rows(LONG, 10)
    assert engine.rows("SELECT count(*) FROM loan", 1).rows == ((5,),)


def test_a_running_query_can_be_stopped_from_another_thread(file: Path) -> None:
    halt = Halt()
    timer = threading.Timer(0.1, halt.stop)
    timer.start()
    with pytest.raises(Stopped):
        opened(file, time_limit=60).rows(LONG, 10, halt=halt)
    timer.join()


def test_a_query_stopped_before_it_began_does_not_run(file: Path) -> None:
    halt = Halt()
    halt.stop()
    with pytest.raises(Stopped):
        opened(file).rows("SELECT 1", 10, halt=halt)


def test_a_value_that_would_fill_the_memory_fails(file: Path) -> None:
    blown = "SELECT replace(replace(printf('%1000d', 1), ' ', printf('%1000d', 1)), ' ', printf('%1000d', 1))"
    with pytest.raises(QueryFailed):
        opened(file).rows(blown, 1)


def test_what_the_driver_said_stays_out_of_the_sentence(file: Path) -> None:
    with pytest.raises(QueryFailed) as failure:
        opened(file).rows("SELECT nothing_of_that_name FROM loan", 1)
    assert "nothing_of_that_name" in failure.value.cause
    assert "nothing_of_that_name" not in str(failure.value)


def test_several_questions_at_once_get_their_own_answers(file: Path) -> None:
    engine = opened(file)
    questions = [f"SELECT {number} + count(*) FROM loan" for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda question: engine.rows(question, 1).rows[0][0], questions))
    assert answers == [number + 5 for number in range(60)]
    engine.close()


@pytest.mark.parametrize("database", ["", "missing.db", ":memory:"])
def test_a_missing_file_is_said_and_never_made(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unreachable, match="no bank database"):
        SQLiteEngine(make_url("sqlite://").set(database=database), 1.0)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear bank, this is a letter and not a database. " * 50)
    with pytest.raises(Unreachable, match="is not an SQLite database"):
        SQLiteEngine(make_url("sqlite://").set(database=str(file)), 1.0)


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
