"""The same question in eight dialects: three engines answer it with the same rows, five more can read what was written."""

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import duckdb
import psycopg
import pytest
import sqlglot
from sqlalchemy import make_url
from sqlglot.errors import ErrorLevel

import bank.sample
from bank.catalogue import load as load_catalogue
from bank.door import Bank
from bank.errors import BankError
from bank.person import Person
from bank.sample.make import make_bank
from bank.values import Values
from generators.contract import Statement
from generators.pattern.doubt import Chosen, Lost, Unclear
from generators.pattern.match import PatternMatch
from jobs.evaluation import same
from jobs.golden import load as load_golden
from tests.postgres import postgres_server

__all__ = ["postgres_server"]  # the fixture, for pytest to find here
GOLDEN = Path(__file__).parent.parent / "golden"
CATALOGUE = load_catalogue(bank.sample.CATALOGUE)
QUESTIONS = [
    case.question for name in ("sample.yaml", "sample_fresh.yaml") for case in load_golden(GOLDEN / name).cases
]
SOMEBODY = Person("cli:somebody")
_TYPES = {"NUMERIC": "DOUBLE PRECISION", "INTEGER": "BIGINT", "DATE": "TEXT"}  # as SQLite keeps them


def statements(values: Values, dialect: str) -> Iterator[tuple[str, Statement]]:
    """What Pattern Match writes for the golden questions that it answers without asking."""
    match = PatternMatch(CATALOGUE, values, dialect)
    for question in QUESTIONS:
        try:
            yield question, match.statement(question, Chosen(()), datetime(2026, 11, 24))
        except (Lost, Unclear):
            continue


class Sample:
    """The sample bank in SQLite, and its tables as definitions and CSV for other engines."""

    def __init__(self, path: Path) -> None:
        make_bank(path)
        self.path = path
        self.bank = Bank.open(str(path), CATALOGUE, row_cap=20_000)
        self.values = Values.read(self.bank)

    def tables(self) -> Iterator[tuple[str, str, str]]:
        """The name of each catalogued table, its CREATE TABLE, its rows as CSV with \\N for nulls."""
        with closing(sqlite3.connect(self.path)) as database:
            for name in CATALOGUE.tables:
                described = database.execute(f'PRAGMA table_info("{name}")').fetchall()
                columns = ", ".join(f'"{column}" {_TYPES.get(kind, kind)}' for _, column, kind, *_ in described)
                text = io.StringIO()
                rows = database.execute(f'SELECT * FROM "{name}"')
                csv.writer(text).writerows(["\\N" if cell is None else cell for cell in row] for row in rows)
                yield name, f'CREATE TABLE "{name}" ({columns})', text.getvalue()

    def agrees_with(self, other: Bank) -> None:
        """Every question has the same rows there, and every value is the same word."""
        found = Values.read(other)
        assert set(found.known) == set(self.values.known)
        assert found.newest == self.values.newest
        expected = dict(statements(self.values, "sqlite"))
        wrong = []
        for question, there in statements(found, other.dialect):
            here = expected[question]
            rows = self.bank.run(here.sql, SOMEBODY, here.columns).rows
            try:
                found_there = other.run(there.sql, SOMEBODY, there.columns).rows
            except BankError as error:
                wrong.append(f"{question} → {error.cause} → {there.sql}")
                continue
            if not same(rows, found_there):
                wrong.append(f"{question} → {rows[:2]} {found_there[:2]} → {here.sql} → {there.sql}")
        assert len(expected) > 100
        assert wrong == [], "\n".join(wrong)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    made = Sample(tmp_path_factory.mktemp("dialects") / "bank.db")
    yield made
    made.bank.close()


@pytest.mark.slow
def test_duckdb_answers_with_the_same_rows_as_sqlite(sample: Sample) -> None:
    path, text = sample.path.with_suffix(".duckdb"), sample.path.with_suffix(".csv")
    with closing(duckdb.connect(str(path))) as database:
        for name, create, rows in sample.tables():
            text.write_text(rows, encoding="utf-8")
            database.execute(create)
            database.execute(f"COPY \"{name}\" FROM '{text}' (HEADER false, NULLSTR '\\N')")
    with closing(Bank.open(f"duckdb:///{path}", CATALOGUE, row_cap=20_000)) as other:
        sample.agrees_with(other)


@pytest.mark.postgres
def test_postgres_answers_with_the_same_rows_as_sqlite(sample: Sample, postgres_server: str) -> None:
    url = make_url(postgres_server).set(database="sample").render_as_string(hide_password=False)
    with psycopg.connect(postgres_server.replace("+psycopg", ""), autocommit=True) as server:
        server.execute("CREATE DATABASE sample")
    with psycopg.connect(url.replace("+psycopg", "")) as database:
        for name, create, rows in sample.tables():
            database.execute(create.encode())
            with database.cursor().copy(f"COPY \"{name}\" FROM STDIN (FORMAT csv, NULL '\\N')".encode()) as copy:
                copy.write(rows)
            database.execute(f'CREATE INDEX ON "{name}" ("{CATALOGUE.tables[name].key}")'.encode())
        database.execute("ANALYZE")
    with closing(Bank.open(url, CATALOGUE, row_cap=20_000)) as other:
        sample.agrees_with(other)


@pytest.mark.parametrize("dialect", ["mysql", "snowflake", "bigquery", "trino", "databricks"])
def test_other_dialects_can_be_read_back(sample: Sample, dialect: str) -> None:
    """What was written parses, says the same when it is written again, and nothing in it is unsupported."""
    read = 0
    for question, statement in statements(sample.values, dialect):
        tree = sqlglot.parse_one(statement.sql, read=dialect)
        assert tree.sql(dialect, unsupported_level=ErrorLevel.RAISE) == statement.sql, question
        read += 1
    assert read > 100
