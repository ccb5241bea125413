"""The door: opening a bank, asking it, and what it says where that is not possible."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bank.catalogue import Catalogue
from bank.door import Bank
from bank.errors import Misfit, Refused, TookTooLong, Unreachable
from bank.table import Column
from tests.bank.small import CATALOGUE, SOMEBODY, make_sqlite


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return make_sqlite(tmp_path / "small.db")


@pytest.fixture
def bank(file: Path) -> Iterator[Bank]:
    bank = Bank.open(f"sqlite:///{file}", CATALOGUE, row_cap=3)
    yield bank
    bank.close()


def test_answers_with_named_columns_that_know_their_kind(bank: Bank) -> None:
    columns = (Column("Born", "date", personal=True), Column("Lent", "amount", "USD"))
    table = bank.run("SELECT born, 5 FROM client WHERE client_id = 1", SOMEBODY, columns)
    assert table.columns == columns
    assert table.rows == ((date(1970, 1, 2), 5),)
    assert table.seconds > 0


def test_tells_kinds_from_the_values_where_nobody_named_them(bank: Bank) -> None:
    table = bank.run("SELECT name, amount AS lent, NULL AS empty FROM lent", SOMEBODY, (Column("one", "text"),))
    assert table.columns == (Column("name", "text"), Column("lent", "number"), Column("empty", "text"))


def test_text_that_is_no_date_stays_text_in_a_date_column(bank: Bank) -> None:
    table = bank.run("SELECT '2024-02-30' UNION ALL SELECT 'soon'", SOMEBODY, (Column("When", "date"),))
    assert sorted(str(row[0]) for row in table.rows) == ["2024-02-30", "soon"]


def test_never_returns_more_than_the_row_cap(bank: Bank) -> None:
    table = bank.run("SELECT loan_id FROM loan", SOMEBODY, limit=100)
    assert (len(table.rows), table.truncated) == (3, True)


def test_a_limit_below_the_row_cap_holds(bank: Bank) -> None:
    table = bank.run("SELECT loan_id FROM loan ORDER BY loan_id", SOMEBODY, limit=1)
    assert (table.rows, table.truncated) == (((1,),), True)


def test_what_the_guard_refuses_does_not_run(bank: Bank, file: Path) -> None:
    with pytest.raises(Refused):
        bank.run("DELETE FROM loan", SOMEBODY)
    with closing(sqlite3.connect(file)) as plain:
        assert plain.execute("SELECT count(*) FROM loan").fetchone() == (5,)


def test_the_different_values_of_a_column_come_in_order_without_nulls(bank: Bank) -> None:
    assert bank.distinct("loan", "status") == ["A", "B", "C"]
    assert bank.distinct("loan", "status", cap=2) == ["A", "B"]
    assert bank.distinct("Rating", "Words") == ["bad", "good"]


def test_the_values_of_a_personal_column_are_not_collected(bank: Bank) -> None:
    with pytest.raises(Refused, match="personal"):
        bank.distinct("client", "born")


@pytest.mark.parametrize(("table", "column"), [("salaries", "pay"), ("client", "ssn")])
def test_the_values_of_what_is_not_catalogued_are_not_collected(bank: Bank, table: str, column: str) -> None:
    with pytest.raises(Refused):
        bank.distinct(table, column)
    with pytest.raises(Refused):
        bank.newest(table, column)


def test_the_newest_date_is_a_date(bank: Bank) -> None:
    assert bank.newest("loan", "granted") == date(2024, 12, 24)


def test_the_newest_of_an_empty_table_is_none(tmp_path: Path) -> None:
    file = tmp_path / "empty.db"
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("CREATE TABLE branch (branch_id INTEGER, city TEXT)")
    catalogue = Catalogue(bank="Empty", tables={"branch": CATALOGUE.tables["branch"]})
    assert Bank.open(str(file), catalogue).newest("branch", "branch_id") is None


def test_the_time_limit_given_at_the_door_holds(file: Path) -> None:
    bank = Bank.open(str(file), CATALOGUE, time_limit=0.1)
    with pytest.raises(TookTooLong):
        bank.run("SELECT count(*) FROM " + ", ".join(f"loan AS l{place}" for place in range(16)), SOMEBODY)


def test_opens_a_path_an_absolute_and_a_relative_address(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    for address in (str(file), "small.db", f"sqlite:///{file}", "sqlite:///small.db"):
        bank = Bank.open(address, CATALOGUE)
        assert (bank.dialect, bank.newest("loan", "loan_id")) == ("sqlite", 5)
        bank.close()


@pytest.mark.parametrize(
    "address", ["sqlite:///missing.db", "missing.db", "sqlite://", "nonsense://x", "mysql://x/y", "://"]
)
def test_an_address_without_a_bank_is_said_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unreachable):
        Bank.open(address, CATALOGUE)
    assert list(tmp_path.iterdir()) == []


def _changed(**changes: object) -> Catalogue:
    return Catalogue.model_validate(CATALOGUE.model_dump() | changes)


def test_every_misfit_is_said_at_once(file: Path) -> None:
    gone = CATALOGUE.tables["branch"].model_dump()
    renamed = CATALOGUE.tables["branch"].model_dump() | {
        "columns": {"branch_id": {"kind": "id"}, "town": {"kind": "name"}}
    }
    catalogue = _changed(
        tables=CATALOGUE.model_dump()["tables"] | {"gone": gone, "branch": renamed},
        joins=[{"many": "loan", "one": "client", "on": {"client": "client_id"}}],
        measures={
            "lent": {"table": "loan", "value": "amuont"},
            "slow": {"table": "loan", "value": "randomblob(9)"},
            "ratio": {"of": "lent", "over": "nothing"},
        },
        terms={"big": {"readings": [{"table": "loans", "where": "amount > 5", "says": "big"}]}},
        ambiguous={"size": ["loan.size"]},
    )
    with pytest.raises(Misfit) as misfit:
        Bank.open(str(file), catalogue)
    assert str(misfit.value).splitlines() == [
        "The table branch has no column town.",
        "The database has no table gone.",
        "The join of loan to client names loan.client, which is not listed.",
        "The measure ratio names the measure nothing, which is not listed.",
        "The ambiguous word size names loan.size, which is not listed.",
        "The measure lent: I have no column amuont in the tables named there. Use the columns of the catalogue.",
        "The measure slow: I may not use the function RANDOMBLOB."
        " Use the usual aggregate, date, text and number functions.",
        "The term big: I have no table loans. Use the tables of the catalogue, without a schema in front.",
    ]


def test_names_may_differ_in_case_from_the_database(file: Path) -> None:
    shouted = {
        name.upper(): table.model_dump()
        | {"key": table.key.upper(), "columns": {c.upper(): e.model_dump() for c, e in table.columns.items()}}
        for name, table in CATALOGUE.tables.items()
    }
    bank = Bank.open(str(file), _changed(tables=shouted))
    assert bank.distinct("LOAN", "STATUS") == ["A", "B", "C"]
    assert bank.check("select status from loan", SOMEBODY).columns == {("LOAN", "STATUS")}


def test_the_file_itself_is_proven_to_refuse_writing(bank: Bank) -> None:
    assert bank.excess() == []
