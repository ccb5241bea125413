"""Month ends that a bank takes on the last day of business, which is not always the last of the month."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bank.catalogue import Catalogue
from bank.door import Bank
from bank.person import Person
from bank.values import Values
from generators.contract import Draft, Look, NotUnderstood, Question
from generators.pattern.match import PatternMatch

ANNA = Person("cli:anna")
CATALOGUE = Catalogue.model_validate(
    {
        "bank": "Fern Bank",
        "tables": {
            "position": {
                "noun": "loan",
                "row": "one loan at one month end",
                "key": "id",
                "snapshot": {"column": "day", "stored": "iso"},
                "columns": {
                    "id": {"kind": "id"},
                    "day": {"kind": "date", "stored": "iso"},
                    "balance": {"kind": "amount", "currency": "EUR"},
                },
            }
        },
        "measures": {"loan balance": {"table": "position", "value": "balance"}},
    }
)
ROWS = [(1, "2026-04-30", 100), (1, "2026-05-29", 200), (2, "2026-05-29", 5), (1, "2026-06-30", 400)]


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    file = tmp_path / "bank.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE position (id INTEGER, day TEXT, balance REAL)")
        made.executemany("INSERT INTO position VALUES (?, ?, ?)", ROWS)
        made.commit()
    with closing(Bank.open(str(file), CATALOGUE)) as opened:
        yield opened


async def asked(bank: Bank, text: str) -> Draft | NotUnderstood:
    async def never(sql: str) -> object:
        raise AssertionError("Pattern Match never looks")

    match = PatternMatch(CATALOGUE, Values.read(bank), bank.dialect)
    reply = await match.draft(Question("1", text, ANNA, datetime(2026, 7, 1, tzinfo=UTC)), Look(never, never))  # type: ignore[arg-type]
    assert isinstance(reply, Draft | NotUnderstood)
    return reply


@pytest.mark.parametrize(
    "when", ["in May 2026", "at the end of May 2026", "on 31 May 2026", "on 29 May 2026", "2 months ago"]
)
async def test_the_last_day_of_business_is_the_month_end(bank: Bank, when: str) -> None:
    reply = await asked(bank, f"loan balance {when}")
    assert isinstance(reply, Draft), reply
    (statement,) = reply.statements
    assert bank.run(statement.sql, ANNA, statement.columns).rows == ((205.0,),)
    assert "29 May 2026" in statement.reading


async def test_a_day_without_figures_is_never_another_one(bank: Bank) -> None:
    reply = await asked(bank, "loan balance on 15 May 2026")
    assert isinstance(reply, NotUnderstood)
    assert "month-end figures" in reply.message
