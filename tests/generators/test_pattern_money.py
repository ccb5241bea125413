"""Amounts in several currencies, without rates to convert them, never become one sum."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bank.catalogue import Catalogue
from bank.door import Bank
from bank.person import Person
from bank.values import Values
from generators.pattern.doubt import Chosen, Lost
from generators.pattern.match import PatternMatch

CATALOGUE = {
    "bank": "b",
    "tables": {
        "account": {
            "noun": "account",
            "row": "one account",
            "key": "id",
            "currency": "ccy",
            "columns": {
                "id": {"kind": "id"},
                "ccy": {"kind": "category", "label": "currency"},
                "balance": {"kind": "amount"},
            },
        }
    },
    "measures": {"total balance": {"table": "account", "value": "balance", "synonyms": ["balance"]}},
}


@pytest.fixture
def match(tmp_path: Path) -> Iterator[tuple[PatternMatch, Bank]]:
    file = tmp_path / "bank.db"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE account (id INTEGER, ccy TEXT, balance REAL)")
    connection.executemany("INSERT INTO account VALUES (?, ?, ?)", [(1, "EUR", 10), (2, "USD", 20), (3, "EUR", 5)])
    connection.commit()
    connection.close()
    catalogue = Catalogue.model_validate(CATALOGUE)
    bank = Bank.open(str(file), catalogue)
    yield PatternMatch(catalogue, Values.read(bank), bank.dialect), bank
    bank.close()


@pytest.mark.parametrize("text", ["total balance", "average balance", "accounts with a balance over 5"])
def test_a_sum_over_several_currencies_is_refused(match: tuple[PatternMatch, Bank], text: str) -> None:
    with pytest.raises(Lost):
        match[0].statement(text, Chosen(()), datetime.now(UTC))


@pytest.mark.parametrize(
    ("text", "rows"),
    [("total balance by currency", [("USD", 20), ("EUR", 15)]), ("total balance of EUR accounts", [(15,)])],
)
def test_one_currency_at_a_time_is_answered(
    match: tuple[PatternMatch, Bank], text: str, rows: list[tuple[object, ...]]
) -> None:
    statement = match[0].statement(text, Chosen(()), datetime.now(UTC))
    assert list(match[1].run(statement.sql, Person("U1")).rows) == rows
