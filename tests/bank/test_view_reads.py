"""Whatever SQL is made up, whoever asks: databases themselves say that only what was admitted for that person is read."""

from collections.abc import Iterator
from functools import cache

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url

from bank.errors import Refused
from bank.guard import Admitted, Guard
from bank.person import Person
from bank.rights import Rights
from bank.schema import Schema
from tests.bank.rights import AUDITOR, BANKER, CLERK, POLICY, READER, WORDS
from tests.bank.small import LIVE, SCRIPT
from tests.bank.test_guard_reads import _reads, queries
from tests.postgres import postgres_server

__all__ = ["postgres_server"]  # the fixture, for pytest to find here
PEOPLE = st.sampled_from([BANKER, CLERK, READER, AUDITOR])
SCHEMA = Schema.of(WORDS, LIVE)
NOTHING = "nothing"  # a column that each table has, so that counting its rows needs no other


@cache
def _door(dialect: str) -> tuple[Guard, Rights]:
    return Guard(SCHEMA, dialect), Rights(POLICY, WORDS, SCHEMA, dialect)


def admit(sql: str, person: Person, dialect: str) -> Admitted | None:
    guard, rights = _door(dialect)
    try:
        return guard.check_for(sql, rights.view(person), WORDS)
    except Refused:
        return None


@given(queries, PEOPLE)
@settings(max_examples=600, deadline=None)
def test_sqlite_reads_only_what_was_admitted_for_that_person(sql: str, person: Person) -> None:
    admitted = admit(sql, person, "sqlite")
    if admitted is None:
        return
    columns = admitted.columns | admitted.beside
    named = {*columns, *((table, "") for table, _ in columns), *((table, "") for table in admitted.tables)}
    assert _reads(admitted.sql) <= named | {(cte, "") for cte in admitted.ctes}, admitted.sql
    _, rights = _door("sqlite")
    view = rights.view(person)
    for table, column in admitted.columns:
        assert column.lower() in view.schema.tables[table.lower()].columns, admitted.sql


@pytest.fixture(scope="module")
def probe(postgres_server: str) -> Iterator[psycopg.Connection]:
    """A connection whose role `probe` holds no grant at all until a test gives it some."""
    with psycopg.connect(postgres_server.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS probed")
        admin.execute("CREATE DATABASE probed")
        admin.execute("DROP ROLE IF EXISTS probe")
        admin.execute("CREATE ROLE probe")
    address = make_url(postgres_server).set(database="probed", drivername="postgresql").render_as_string()
    with psycopg.connect(address) as connection:
        connection.execute(SCRIPT.encode())
        for table in (*LIVE, "salaries"):
            if table != "lent":
                connection.execute(f'ALTER TABLE "{table}" ADD COLUMN {NOTHING} INTEGER'.encode())
        connection.commit()
        yield connection


def reads_only(connection: psycopg.Connection, admitted: Admitted) -> str:
    """What Postgres says when a role that was granted exactly what was admitted has the query planned and begun.

    The executor checks the columns of each table before the first row, whatever the planner made of the query.
    """
    granted = admitted.columns | admitted.beside | {(table, NOTHING) for table in admitted.tables if table != "lent"}
    try:
        with connection.transaction(force_rollback=True):
            for table, column in granted:
                live = SCHEMA.tables[table.lower()]
                connection.execute(f'GRANT SELECT ("{column}") ON "{live.live}" TO probe'.encode())
            connection.execute("SET LOCAL ROLE probe")
            connection.execute(f"EXPLAIN {admitted.sql}".encode())
    except psycopg.errors.InsufficientPrivilege as denied:
        return str(denied)
    except psycopg.Error:
        return ""  # the guard need not know all that Postgres finds wrong
    return ""


@pytest.mark.postgres
@given(queries, PEOPLE)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_postgres_reads_only_what_was_admitted_for_that_person(
    probe: psycopg.Connection, sql: str, person: Person
) -> None:
    admitted = admit(sql, person, "postgres")
    if admitted is not None and not (admitted.tables == {"lent"} and not admitted.columns):
        assert reads_only(probe, admitted) == "", admitted.sql


@pytest.mark.postgres
def test_postgres_would_have_said_so(probe: psycopg.Connection) -> None:
    forged = Admitted(
        "SELECT name, ssn FROM client", frozenset({"client"}), frozenset({("client", "name")}), frozenset()
    )
    assert "permission denied" in reads_only(probe, forged)
    whole_row = Admitted(
        "SELECT client FROM client", frozenset({"client"}), frozenset({("client", "name")}), frozenset()
    )
    assert "permission denied" in reads_only(probe, whole_row)
    honest = Admitted("SELECT name FROM client", frozenset({"client"}), frozenset({("client", "name")}), frozenset())
    assert reads_only(probe, honest) == ""


def test_the_made_up_queries_are_not_all_refused() -> None:
    made_up = "SELECT a.name FROM client AS a LEFT JOIN loan AS b ON a.client_id = b.client_id"
    assert all(admit(made_up, person, dialect) for person in (BANKER, AUDITOR) for dialect in ("sqlite", "postgres"))
