"""An answer given again: the same reading over the newest month end, and what is read otherwise is not given at all."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bank.catalogue import Catalogue
from bank.door import Bank
from bank.person import Person
from bank.values import Values
from bot.answering import Answering
from bot.frozen import Frozen, ReadOtherwise, skeleton
from bot.ordering import no_look
from generators.contract import Approach, Draft, Question, Statement
from generators.pattern.match import PatternMatch
from generators.router import Router
from tests.fakes import FakeRouter
from tracking.ledger import Ledger
from tracking.records import Asked, Entry

NOW = datetime(2026, 7, 10, tzinfo=UTC)
ANN = Person("U1")
WORDS = {
    "bank": "Fern Bank",
    "clock": "data",
    "tables": {
        "loan": {
            "noun": "loan",
            "row": "one loan at one month end",
            "key": "id",
            "snapshot": {"column": "month", "stored": "yyyymm"},
            "columns": {
                "id": {"kind": "id"},
                "month": {"kind": "month", "stored": "yyyymm"},
                "branch": {"kind": "category"},
                "balance": {"kind": "amount", "currency": "EUR"},
            },
        }
    },
    "measures": {"loan balance": {"table": "loan", "value": "balance", "kind": "amount"}},
}


class Book:
    """A bank of loans at month ends, read anew whenever a month is added."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "loans.db"
        self._run("CREATE TABLE loan (id INTEGER, month TEXT, branch TEXT, balance REAL)")
        for month in ("202604", "202605", "202606"):
            self.add(month, 100.0)
        self.bank = Bank.open(str(self.file), Catalogue.model_validate(WORDS))
        self.ledger = Ledger.open(f"sqlite:///{folder / 'ledger.db'}")

    def add(self, month: str, balance: float) -> None:
        self._run(f"INSERT INTO loan VALUES (1, '{month}', 'Leeds', {balance}), (2, '{month}', 'York', 1)")

    def answering(self) -> Answering:
        pattern = PatternMatch(self.bank.catalogue, Values.read(self.bank), self.bank.dialect)
        return Answering(self.ledger, Router(pattern), self.bank)

    async def asks(self, text: str) -> Entry:
        asked = Asked(text, text, "U1", "Ann", "C1", text, NOW)
        answer = await self.answering().ask(asked)
        assert answer.outcome == "answered", answer.message
        entry = self.ledger.entry(text)
        assert entry is not None
        return entry

    def _run(self, sql: str) -> None:
        connection = sqlite3.connect(self.file)
        connection.execute(sql)
        connection.commit()
        connection.close()


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = Book(tmp_path)
    yield book
    book.bank.close()
    book.ledger.close()


def question(text: str) -> Question:
    return Question("subscription:x:one", text, ANN, NOW)


async def again(book: Book, text: str) -> tuple[Statement, list[tuple[object, ...]]]:
    """Ordered while June is the newest month, given again when July has come."""
    frozen = await book.answering().frozen.freeze(await book.asks(text), ANN, no_look)
    assert frozen["follows"]
    book.add("202607", 250.0)
    way = book.answering()
    (statement,) = (await way.frozen.now(frozen, question(text), no_look)).statements
    (part,) = await way.run(ANN, [statement])
    return statement, list(part.table.rows)


async def test_what_was_of_the_newest_month_is_of_the_newest_month(book: Book) -> None:
    statement, rows = await again(book, "What is the loan balance?")
    assert "31 Jul 2026" in statement.reading
    assert statement.as_of == "31 Jul 2026"
    assert rows == [(251.0,)]


async def test_last_month_moves_on(book: Book) -> None:
    statement, rows = await again(book, "loan balance last month by branch")
    assert "30 Jun 2026" in statement.reading
    assert sorted(rows) == [("Leeds", 100.0), ("York", 1.0)]


async def test_a_row_for_each_month_gets_one_more(book: Book) -> None:
    _, rows = await again(book, "loan balance by month this year")
    assert [row[0] for row in rows] == ["2026-04", "2026-05", "2026-06", "2026-07"]


async def test_a_month_that_was_named_stays(book: Book) -> None:
    statement, rows = await again(book, "What was the loan balance in May 2026?")
    assert "31 May 2026" in statement.reading
    assert rows == [(101.0,)]


async def test_a_word_that_means_something_else_by_now_is_not_followed(book: Book) -> None:
    text = "What is the loan balance?"
    frozen = await book.answering().frozen.freeze(await book.asks(text), ANN, no_look)
    other = Statement("SELECT COUNT(*) AS n FROM loan WHERE month = '202607'", "Loans")
    router = FakeRouter({text: Draft(Approach.PATTERN, (other,))})
    with pytest.raises(ReadOtherwise):
        await Frozen(router, book.bank, book.ledger).now(frozen, question(text), no_look)


async def test_a_models_query_runs_as_it_was_and_says_of_when(book: Book) -> None:
    sql = "SELECT SUM(balance) AS total FROM loan WHERE month = (SELECT MAX(month) FROM loan)"
    frozen = {"question": "x", "approach": "AI-Powered", "chosen": [], "remembered": [], "follows": False}
    frozen |= {"statements": [[sql, "All loans"]]}
    router = FakeRouter()
    way = Frozen(router, book.bank, book.ledger)
    (statement,) = (await way.now(frozen, question("x"), no_look)).statements
    assert (statement.sql, statement.as_of, statement.notes) == (sql, "30 Jun 2026", ())
    frozen |= {"statements": [[sql.replace("(SELECT MAX(month) FROM loan)", "'202605'"), "All loans"]]}
    (statement,) = (await way.now(frozen, question("x"), no_look)).statements
    assert "dates in this query stay" in statement.notes[0]
    assert router.asked == []  # no model, no router


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("WHERE m = '202606'", "WHERE m = '202607'", True),
        ("WHERE m = 202606", "WHERE m = 202607", True),
        ("WHERE m IN ('202605', '202606')", "WHERE m IN ('202605', '202606', '202607')", True),
        ("WHERE d >= '2026-06-01'", "WHERE d >= '2026-07-01'", True),
        ("SELECT x AS balance_30_jun_2026", "SELECT x AS balance_31_jul_2026", True),
        ("WHERE branch = 'Leeds'", "WHERE branch = 'York'", False),
        ("WHERE balance > 202613", "WHERE balance > 202614", False),
        ("WHERE code = '12345'", "WHERE code = '12346'", False),
        ("WHERE m = '202606' AND x = 1", "WHERE m = '202607'", False),
    ],
)
def test_only_dates_may_differ(one: str, other: str, same: bool) -> None:
    assert (skeleton(one) == skeleton(other)) == same
