"""DuckDB behind the guard's back: whatever it is told, nothing is written, no other file is read, everything ends."""

import hashlib
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import make_url

from bank.door import Bank
from bank.duckdb import DuckDBEngine
from bank.errors import BankError, Misfit, Refused
from bank.guard import Guard
from bank.schema import Schema
from bank.shape import Reference
from tests.bank.corpus import attacks, honest
from tests.bank.small import CATALOGUE, SCRIPT, SECRET, SOMEBODY


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "small bank.duckdb"
    with closing(duckdb.connect(str(path))) as database:
        database.execute(SCRIPT)
    return path


def opened(file: Path, time_limit: float = 5.0) -> DuckDBEngine:
    engine = DuckDBEngine(make_url("duckdb://").set(database=str(file)), time_limit)
    engine.fence(Schema.of(CATALOGUE, engine.live(CATALOGUE.tables)))
    return engine


def test_no_attack_gets_past_the_engine_when_the_guard_is_away(file: Path) -> None:
    """Columns that are not catalogued are the guard's: DuckDB has no wall for them within a table that is."""
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    beside = sorted(file.parent.iterdir())
    engine = opened(file, time_limit=0.5)
    for _, statement in attacks():
        try:
            seen = engine.rows(statement, 100)
        except BankError:
            continue
        assert "salaries" not in statement or SECRET not in repr(seen.rows), statement
    engine.close()
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    assert sorted(file.parent.iterdir()) == beside


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO branch VALUES (9, 'Bath')",
        "DELETE FROM loan",
        "CREATE TABLE mine (a INTEGER)",
        "CREATE TEMP TABLE mine (a INTEGER)",
        "SET threads = 1",
        "PRAGMA memory_limit = '2GB'",
        "ATTACH ':memory:' AS other",
        "COPY loan TO 'loan.csv'",
        "EXPORT DATABASE 'everything'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT pay FROM salaries",
        "SELECT count(*) FROM main.salaries",
        "SELECT city, (SELECT max(pay) FROM salaries) FROM branch",
        "SELECT ssn FROM everything",
        "SELECT 1; SELECT 2",
    ],
)
def test_the_engine_itself_refuses(file: Path, statement: str) -> None:
    engine = opened(file)
    with pytest.raises(Refused):
        engine.rows(statement, 10)
    engine.close()


def test_what_the_guard_wrote_anew_gives_the_same_rows(file: Path) -> None:
    engine = opened(file)
    guard = Guard(Schema.of(CATALOGUE, engine.live(CATALOGUE.tables)), "duckdb")
    with closing(engine._database.cursor()) as plain:  # one process opens one file in one way
        for question in honest("duckdb"):
            if "*" in question.split("FROM")[0] and "count(*)" not in question:
                continue  # a star is written out on purpose
            admitted = guard.check(question)
            expected = plain.execute(question).fetchall()
            assert list(engine.rows(admitted.sql, 100, admitted.ctes).rows) == expected, question
    engine.close()


def test_the_same_question_reads_the_bank_through_the_door(file: Path) -> None:
    bank = Bank.open(f"duckdb:///{file}", CATALOGUE)
    assert bank.dialect == "duckdb"
    assert bank.run("SELECT words FROM rating WHERE grade = 1 AND words LIKE 'g%'", SOMEBODY).rows == (("good",),)
    assert bank.distinct("Rating", "Words") == ["bad", "good"]
    assert str(bank.newest("loan", "granted")) == "2024-12-24"
    with pytest.raises(Refused):
        bank.run("SELECT ssn FROM client", SOMEBODY)
    bank.close()


def test_a_catalogue_that_does_not_fit_is_said(tmp_path: Path) -> None:
    file = tmp_path / "empty.duckdb"
    duckdb.connect(str(file)).close()
    with pytest.raises(Misfit, match="no table loan"):
        Bank.open(f"duckdb:///{file}", CATALOGUE)


def test_tells_the_types_keys_and_references_of_its_tables(tmp_path: Path) -> None:
    file = tmp_path / "bank.duckdb"
    with closing(duckdb.connect(str(file))) as database:
        database.execute("CREATE TABLE branch (id INTEGER PRIMARY KEY, code VARCHAR UNIQUE)")
        database.execute("CREATE TABLE loan (id INTEGER PRIMARY KEY, branch INTEGER REFERENCES branch (id), lent DATE)")
        database.execute("COMMENT ON COLUMN loan.lent IS 'the day it was paid out'")
        database.execute("CREATE VIEW lately AS SELECT id FROM loan")
    engine = DuckDBEngine(make_url("duckdb://").set(database=str(file)), 5)
    branch, lately, loan = sorted(engine.shapes(), key=lambda shape: shape.name)
    assert (branch.key, branch.unique, branch.types) == (("id",), (("code",),), {"id": "integer", "code": "varchar"})
    assert (loan.key, loan.references) == (("id",), (Reference("branch", {"branch": "id"}),))
    assert (loan.comments, lately.view, loan.view) == ({"lent": "the day it was paid out"}, True, False)
    engine.close()


def test_the_file_itself_is_proven_to_refuse_writing(file: Path) -> None:
    engine = opened(file)
    assert engine.excess(Schema.of(CATALOGUE, engine.live(CATALOGUE.tables))) == []
    engine.close()
