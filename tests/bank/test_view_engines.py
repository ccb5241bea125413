"""The same rights in every database: what each role sees in SQLite, DuckDB and Postgres is the same, and fails the same."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import psycopg
import pytest
from sqlalchemy import make_url

from bank.door import Bank
from bank.errors import BankError, QueryFailed
from bank.person import Person
from tests.bank.rights import AUDITOR, BANKER, CLERK, POLICY, READER, WIDER, WORDS
from tests.bank.small import SCRIPT, make_sqlite
from tests.postgres import postgres_server

__all__ = ["postgres_server"]  # the fixture, for pytest to find here
KEY = "a secret 'key' \\ with spaces and ümlauts"
QUERIES = (
    "SELECT * FROM client ORDER BY client_id",
    "SELECT loan_id, client_id, amount, granted FROM loan ORDER BY loan_id",
    "SELECT c.name, count(l.loan_id) FROM client c LEFT JOIN loan l ON l.client_id = c.client_id GROUP BY c.name",
    "SELECT b.city, count(*) FROM branch b JOIN client USING (branch_id) GROUP BY b.city",
    "WITH x AS (SELECT client_id, max(loan_id) AS n FROM loan GROUP BY client_id) SELECT n FROM x",
    "SELECT count(*) FROM client WHERE born > '1980-01-01'",
    "SELECT count(*) FROM client a JOIN client b ON a.name = b.name",
    "SELECT words FROM rating ORDER BY grade",
    "SELECT grade FROM rating WHERE words = 'good'",
    "SELECT name, amount FROM lent",
    "SELECT sum(amount) FROM loan",
    "SELECT status, count(*) FROM loan GROUP BY status",
    "SELECT client_id FROM client UNION SELECT client_id FROM loan ORDER BY client_id",
    "SELECT city FROM branch WHERE EXISTS (SELECT 1 FROM client WHERE client.branch_id = branch.branch_id)",
)
PEOPLE = (BANKER, WIDER, CLERK, AUDITOR, READER)
# A row outside the filter would make it fail, if it were looked at: the amount of loan 4 is 1000.
PROBES = {
    "sqlite": "SELECT count(*) FROM loan WHERE abs(CASE WHEN amount > 900 THEN -9223372036854775807 - 1 ELSE 1 END) > 0",
    "duckdb": "SELECT count(*) FROM loan WHERE CAST(CASE WHEN amount > 900 THEN 'boom' ELSE '1' END AS INT) > 0",
    "postgres": "SELECT count(*) FROM loan WHERE CAST(CASE WHEN amount > 900 THEN 'boom' ELSE '1' END AS INT) > 0",
}


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    file = make_sqlite(tmp_path_factory.mktemp("small") / "small.db")
    with closing(Bank.open(str(file), WORDS, POLICY, mask_key=KEY)) as bank:
        yield bank


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    file = tmp_path_factory.mktemp("small") / "small.duckdb"
    with closing(duckdb.connect(str(file))) as database:
        database.execute(SCRIPT)
    with closing(Bank.open(f"duckdb:///{file}", WORDS, POLICY, mask_key=KEY)) as bank:
        yield bank


@pytest.fixture(scope="module")
def postgres(postgres_server: str) -> Iterator[Bank]:
    with psycopg.connect(postgres_server.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS seen")
        admin.execute("CREATE DATABASE seen")
    address = make_url(postgres_server).set(database="seen")
    with psycopg.connect(address.set(drivername="postgresql").render_as_string(), autocommit=True) as there:
        there.execute(SCRIPT.encode())
    with closing(Bank.open(address.render_as_string(), WORDS, POLICY, mask_key=KEY)) as bank:
        yield bank


def seen(bank: Bank, sql: str, person: Person) -> Any:
    """The rows in a form in which databases agree, or which sentence they were refused with."""
    try:
        rows = bank.run(sql, person).rows
    except BankError as error:
        return type(error).__name__, str(error)
    return sorted(str(tuple(_plain(cell) for cell in row)) for row in rows)


def _plain(cell: Any) -> Any:
    if isinstance(cell, date):
        return cell.isoformat()
    return float(cell) if isinstance(cell, int | float | Decimal) else cell


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.id)
def test_each_role_sees_the_same_in_duckdb_as_in_sqlite(sqlite: Bank, duck: Bank, person: Person) -> None:
    for sql in QUERIES:
        assert seen(duck, sql, person) == seen(sqlite, sql, person), sql


@pytest.mark.postgres
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.id)
def test_each_role_sees_the_same_in_postgres_as_in_sqlite(sqlite: Bank, postgres: Bank, person: Person) -> None:
    for sql in QUERIES:
        assert seen(postgres, sql, person) == seen(sqlite, sql, person), sql


@pytest.mark.parametrize("engine", ["sqlite", "duck", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_no_row_outside_the_filter_is_looked_at_by_a_condition_of_the_question(
    engine: str, request: pytest.FixtureRequest
) -> None:
    bank: Bank = request.getfixturevalue(engine)
    assert bank.run(PROBES[bank.dialect], BANKER).rows == ((3,),)
    with pytest.raises(QueryFailed) as failure:
        bank.run(PROBES[bank.dialect], AUDITOR)
    assert "boom" not in failure.value.cause or "'boom'" in PROBES[bank.dialect]


@pytest.mark.parametrize("engine", ["duck", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_what_a_database_quotes_of_a_cell_stays_out_of_the_cause(engine: str, request: pytest.FixtureRequest) -> None:
    bank: Bank = request.getfixturevalue(engine)
    with pytest.raises(QueryFailed) as failure:
        bank.run("SELECT CAST(name AS INT) FROM client", AUDITOR)
    assert failure.value.cause
    assert not any(name in failure.value.cause for name in ("Ann", "Bob", "Cole", "Dole"))


@pytest.mark.parametrize("engine", ["sqlite", "duck", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_the_key_of_pseudonyms_cannot_be_read(engine: str, request: pytest.FixtureRequest) -> None:
    bank: Bank = request.getfixturevalue(engine)
    for sql in (
        "SELECT current_setting('teller.salt')",
        "SELECT getvariable('teller_salt')",
        "SELECT teller_pseudonym('a')",
        "SELECT md5('a')",
    ):
        with pytest.raises(BankError):
            bank.run(sql, AUDITOR)
