"""Postgres behind the guard's back, on a real server and as a role that was only granted what is catalogued."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from bank.door import Bank
from bank.errors import BankError, Misfit, QueryFailed, Refused, Stopped, TookTooLong, Unreachable
from bank.guard import Guard
from bank.halt import Halt
from bank.postgres import PostgresEngine
from bank.schema import Schema
from tests.bank.corpus import attacks, honest
from tests.bank.small import CATALOGUE, SCRIPT, SECRET, SOMEBODY
from tests.postgres import postgres_server

__all__ = ["postgres_server"]  # the fixture, for pytest to find here
pytestmark = pytest.mark.postgres

_DIGEST = """SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (
  SELECT loan::text AS t FROM loan UNION ALL SELECT client::text FROM client
  UNION ALL SELECT salaries::text FROM salaries
  UNION ALL SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace) AS everything_there_is"""


def _grants() -> Iterator[str]:
    for table, entry in CATALOGUE.tables.items():
        columns = ", ".join(f'"{column}"' for column in entry.columns)
        yield f'GRANT SELECT ({columns}) ON "{table}" TO reader'


@pytest.fixture(scope="module")
def admin(postgres_server: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres_server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(SCRIPT.encode())
        connection.execute("CREATE ROLE reader LOGIN")
        for grant in _grants():
            connection.execute(grant.encode())
        yield connection


@pytest.fixture(scope="module")
def reader(postgres_server: str, admin: psycopg.Connection) -> str:
    """The URL of the role Teller would be given."""
    return make_url(postgres_server).set(username="reader").render_as_string()


def test_no_attack_gets_past_the_engine_when_the_guard_is_away(reader: str, admin: psycopg.Connection) -> None:
    before = admin.execute(_DIGEST).fetchone()
    engine = PostgresEngine(make_url(reader), 0.3)
    for _, statement in attacks():
        try:
            seen = engine.rows(statement, 100)
        except BankError:
            continue
        assert SECRET not in repr(seen.rows), statement
    engine.close()
    assert admin.execute(_DIGEST).fetchone() == before


@pytest.mark.parametrize(
    "statement",
    [
        "WITH x AS (DELETE FROM loan RETURNING loan_id) SELECT loan_id FROM x",
        "SELECT pay FROM salaries",
        "SELECT ssn FROM client",
        "SELECT client FROM client",
        "SELECT nextval('pg_catalog.pg_class_oid_index')",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM loan",
        "COMMIT",
    ],
)
def test_the_engine_itself_refuses(reader: str, statement: str) -> None:
    engine = PostgresEngine(make_url(reader), 5)
    with pytest.raises((Refused, QueryFailed)):
        engine.rows(statement, 10)
    engine.close()


def test_even_an_owner_cannot_write_through_the_engine(postgres_server: str, admin: psycopg.Connection) -> None:
    admin.execute("CREATE SEQUENCE IF NOT EXISTS counter")
    engine = PostgresEngine(make_url(postgres_server), 5)
    with pytest.raises(Refused):
        engine.rows("SELECT nextval('counter')", 1)
    engine.close()


def test_what_the_guard_wrote_anew_gives_the_same_rows(reader: str, admin: psycopg.Connection) -> None:
    engine = PostgresEngine(make_url(reader), 5)
    guard = Guard(Schema.of(CATALOGUE, engine.live(CATALOGUE.tables)), "postgres")
    for question in honest("postgres"):
        if "*" in question.split("FROM")[0] and "count(*)" not in question:
            continue  # a star is written out on purpose
        expected = admin.execute(question.encode()).fetchall()
        assert list(engine.rows(guard.check(question).sql, 100).rows) == expected, question
    engine.close()


def test_a_long_query_is_stopped_by_the_server(reader: str) -> None:
    engine = PostgresEngine(make_url(reader), 0.3)
    with pytest.raises(TookTooLong):
        engine.rows("SELECT pg_sleep(60)", 1)
    assert engine.rows("SELECT 1 + 1", 1).rows == ((2,),)
    engine.close()


def test_a_running_query_can_be_stopped_from_another_thread(reader: str, admin: psycopg.Connection) -> None:
    engine, halt = PostgresEngine(make_url(reader), 60), Halt()
    timer = threading.Timer(0.3, halt.stop)
    timer.start()
    with pytest.raises(Stopped):
        engine.rows("SELECT pg_sleep(60)", 1, halt=halt)
    timer.join()
    engine.close()
    query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader' AND state = 'active'"
    assert admin.execute(query).fetchone() == (0,)


def test_fetches_no_more_than_the_cap(reader: str) -> None:
    engine = PostgresEngine(make_url(reader), 20)
    seen = engine.rows("SELECT n FROM generate_series(1, 2000000) AS n", 3)
    assert (seen.rows, seen.truncated) == (((1,), (2,), (3,)), True)
    engine.close()


def test_the_same_question_reads_the_bank_through_the_door(reader: str) -> None:
    bank = Bank.open(reader.replace("postgresql+psycopg", "postgresql"), CATALOGUE)
    assert bank.dialect == "postgres"
    seen = bank.run("SELECT words FROM rating WHERE grade = 1 AND words LIKE 'g%'", SOMEBODY)
    assert seen.rows == (("good",),)
    assert bank.distinct("Rating", "Words") == ["bad", "good"]
    assert str(bank.newest("loan", "granted")) == "2024-12-24"
    with pytest.raises(Refused):
        bank.run("SELECT ssn FROM client", SOMEBODY)
    bank.close()


def test_a_catalogue_that_does_not_fit_is_said(postgres_server: str, admin: psycopg.Connection) -> None:
    admin.execute("CREATE DATABASE empty")
    with pytest.raises(Misfit, match="no table loan"):
        Bank.open(make_url(postgres_server).set(database="empty").render_as_string(), CATALOGUE)


def test_a_server_that_is_not_there_is_said_without_the_password(postgres_server: str) -> None:
    away = make_url(postgres_server).set(port=1, password="hidden-word").render_as_string(hide_password=False)
    with pytest.raises(Unreachable) as failure:
        Bank.open(away, CATALOGUE)
    assert "hidden-word" not in str(failure.value) + failure.value.cause


def test_a_server_that_takes_no_connections_any_more_is_unreachable_until_it_does(
    postgres_server: str, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE ROLE visitor LOGIN IN ROLE reader")
    bank = Bank.open(make_url(postgres_server).set(username="visitor").render_as_string(), CATALOGUE)
    assert bank.answers()
    admin.execute("ALTER ROLE visitor NOLOGIN")
    admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'visitor'")
    assert not bank.answers()
    with pytest.raises(Unreachable):
        bank.run("SELECT COUNT(*) FROM loan", SOMEBODY)
    admin.execute("ALTER ROLE visitor LOGIN")
    assert bank.answers()
    bank.close()


def excess(url: str) -> list[str]:
    engine = PostgresEngine(make_url(url), 5)
    found = engine.excess(Schema.of(CATALOGUE, engine.live(CATALOGUE.tables)))
    engine.close()
    assert found is not None
    return found


def test_a_role_that_was_granted_what_is_catalogued_is_proven_to_be_able_to_do_no_more(reader: str) -> None:
    assert excess(reader) == []


@pytest.mark.parametrize(
    ("grant", "found"),
    [
        ("GRANT INSERT ON loan TO clumsy", "clumsy may write public.loan."),
        ("GRANT UPDATE (amount) ON loan TO clumsy", "clumsy may write public.loan."),
        ("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO clumsy", "and 2 more"),
        ("GRANT CREATE ON SCHEMA public TO clumsy", "clumsy may create tables in the schema public."),
        ("ALTER ROLE clumsy CREATEROLE", "clumsy may create roles."),
        ("GRANT pg_read_server_files TO clumsy", "a member of pg_read_server_files: it may read files of the server."),
        ("GRANT pg_write_all_data TO clumsy", "a member of pg_write_all_data: it may write every table."),
        ("GRANT SELECT ON client TO clumsy", "It may read client.ssn, which the catalogue does not list."),
        ("GRANT SELECT (pay) ON salaries TO clumsy", "It may read salaries.pay, which the catalogue does not list."),
    ],
)
def test_what_a_role_could_do_beyond_reading_is_said(
    postgres_server: str, admin: psycopg.Connection, grant: str, found: str
) -> None:
    admin.execute("CREATE ROLE clumsy LOGIN")
    try:
        for more in _grants():
            admin.execute(more.replace("reader", "clumsy").encode())
        admin.execute(grant.encode())
        said = excess(make_url(postgres_server).set(username="clumsy").render_as_string())
        assert any(found in sentence for sentence in said), said
    finally:
        admin.execute("DROP OWNED BY clumsy")
        admin.execute("DROP ROLE clumsy")


def test_a_superuser_is_said_to_be_one(postgres_server: str, admin: psycopg.Connection) -> None:
    assert "admin is a superuser, whom no grant stops." in excess(postgres_server)


def test_the_role_the_doctor_proposes_reads_what_is_catalogued_and_can_do_no_more(
    postgres_server: str, admin: psycopg.Connection
) -> None:
    bank = Bank.open(postgres_server, CATALOGUE)
    admin.execute(bank.reader().encode())
    bank.close()
    proposed = make_url(postgres_server).set(username="teller_reader").render_as_string()
    assert excess(proposed) == []
    bank = Bank.open(proposed, CATALOGUE)
    assert bank.excess() == []
    assert bank.run("SELECT count(*) FROM lent", SOMEBODY).rows == ((3,),)
    bank.close()
