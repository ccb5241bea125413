"""A tiny bank and the fake model, for the generators that need a model."""

import sqlite3
from collections.abc import AsyncIterator, Iterator

import pytest

from bank.catalogue import Catalogue
from bank.errors import QueryFailed, Refused
from bank.plan import Plan
from bank.table import Column, Table
from generators.ai.model import Model
from tests.fakes import FakeModel


@pytest.fixture
def loans_catalogue() -> Catalogue:
    return Catalogue.model_validate(
        {
            "bank": "First Test Bank",
            "reporting_currency": "EUR",
            "tables": {
                "BRANCH": {
                    "noun": "branch",
                    "row": "A branch.",
                    "key": "ID",
                    "columns": {"ID": {"kind": "id"}, "CITY": {"kind": "name", "label": "city"}},
                },
                "LOAN": {
                    "noun": "loan",
                    "row": "A loan at a month end.",
                    "key": "NO",
                    "snapshot": {"column": "MONTH"},
                    "share": {"column": "PCT"},
                    "columns": {
                        "NO": {"kind": "id"},
                        "MONTH": {"kind": "month", "stored": "yyyymm"},
                        "PCT": {"kind": "percent"},
                        "BRANCH_ID": {"kind": "id"},
                        "BALANCE": {"kind": "amount", "label": "balance", "currency": "EUR", "synonyms": ["owed"]},
                        "GRADE": {"kind": "category", "codes": {"P": "pass", "S": "substandard"}, "rank": ["P", "S"]},
                        "GUARANTOR": {"kind": "name", "personal": True, "values": {"Ann Secret": ["Annie"]}},
                    },
                },
            },
            "joins": [{"many": "LOAN", "one": "BRANCH", "on": {"BRANCH_ID": "ID"}}],
            "measures": {"exposure": {"table": "LOAN", "value": "BALANCE * PCT / 100", "where": "BALANCE > 0"}},
            "terms": {
                "bad": {
                    "readings": [
                        {"table": "LOAN", "where": "GRADE = 'S'", "says": "rated substandard"},
                        {"table": "LOAN", "where": "BALANCE > 500", "says": "large"},
                    ]
                }
            },
            "ambiguous": {"rating": ["LOAN.GRADE", "exposure"]},
        }
    )


class LoansDoor:
    """A door over SQLite: refuses tables that are not catalogued, and keeps what it planned and what it let through.

    `expects` is what its plans say of every query.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.planned: list[str] = []
        self.looked: list[str] = []
        self.expects = Plan()

    async def rows(self, sql: str) -> Table:
        self.looked.append(sql)
        return self._run(sql)

    async def plan(self, sql: str) -> Plan:
        self.planned.append(sql)
        self._run(f"EXPLAIN {sql}")
        return self.expects

    def _run(self, sql: str) -> Table:
        if "CLIENT" in sql:
            raise Refused("There is no table CLIENT.")
        try:
            rows = self._database.execute(sql)
        except sqlite3.Error as error:
            raise QueryFailed(cause=str(error)) from error
        return Table(tuple(Column(name) for name, *_ in rows.description), tuple(rows.fetchall()))


@pytest.fixture
def door() -> Iterator[LoansDoor]:
    database = sqlite3.connect(":memory:")
    database.executescript(
        "CREATE TABLE BRANCH (ID, CITY); INSERT INTO BRANCH VALUES (1, 'Leeds'), (2, 'York');"
        "CREATE TABLE LOAN (NO, MONTH, PCT, BRANCH_ID, BALANCE, GRADE, GUARANTOR);"
        "INSERT INTO LOAN VALUES (1, 202403, 100, 1, 700, 'P', 'Ann Secret'), (2, 202403, 50, 2, 90, 'S', 'Bo Secret');"
    )
    yield LoansDoor(database)
    database.close()


@pytest.fixture
async def fake_model() -> AsyncIterator[FakeModel]:
    async with FakeModel().serving() as fake:
        yield fake


@pytest.fixture
async def model(fake_model: FakeModel) -> AsyncIterator[Model]:
    model = Model(fake_model.url, "fake-model", "key", seconds=20)
    yield model
    await model.close()
