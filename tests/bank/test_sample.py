"""The sample bank is the same every time, whole, and as large as it says."""

import sqlite3
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from bank.sample import months
from bank.sample.make import make_bank


def one(bank: sqlite3.Connection, sql: str) -> float:
    (value,) = bank.execute(sql).fetchone()
    return float(value)


def test_the_same_bytes_every_time_over_an_older_file_and_nothing_left_behind(
    sample_bank: Path, tmp_path: Path
) -> None:
    again = tmp_path / "new folder" / "bank.db"
    again.parent.mkdir()
    again.write_text("not a database")
    make_bank(again)
    assert sha256(again.read_bytes()).digest() == sha256(sample_bank.read_bytes()).digest()
    assert [file.name for file in again.parent.iterdir()] == ["bank.db"]


@pytest.mark.slow
def test_a_failure_leaves_the_older_file_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "bank.db"
    folder.mkdir()
    with pytest.raises(OSError, match=r"bank\.db"):
        make_bank(folder)  # a folder cannot be replaced by a file
    assert [file.name for file in tmp_path.iterdir()] == ["bank.db"]


def test_has_the_size_of_a_real_lending_mart(bank: sqlite3.Connection) -> None:
    newest = one(bank, "SELECT COUNT(*) FROM CUSTOMER_DIMENSION WHERE CUSTOMER_MONTH_ID = 202609")
    loans = one(bank, "SELECT COUNT(*) FROM LOAN_PRODUCT_DIMENSION WHERE PRODUCT_MONTH = 202609")
    assert 1_150 <= newest <= 1_250
    assert 2_900 <= loans <= 3_100
    assert one(bank, "SELECT COUNT(*) FROM ACCOUNT_TRANSACTION") == 60_000


def test_every_snapshot_table_has_the_24_month_ends(bank: sqlite3.Connection) -> None:
    expected = [months.month_id(index) for index in range(24)]
    assert (expected[0], expected[-1]) == (202410, 202609)
    for table, column in (
        ("MONTH_DIMENSION", "MONTH_ID"),
        ("CUSTOMER_DIMENSION", "CUSTOMER_MONTH_ID"),
        ("LOAN_PRODUCT_DIMENSION", "PRODUCT_MONTH"),
        ("CA_PRODUCT_DIMENSION", "PRODUCT_MONTH_ID"),
        ("CL_DETAIL_FACT", "MONTH_ID"),
        ("CA_DETAIL_FACT", "MONTH_ID"),
        ("CURRENCY_DIMENSION", "CURRENCY_MONTH_ID"),
    ):
        found = [month for (month,) in bank.execute(f"SELECT DISTINCT {column} FROM {table} ORDER BY 1")]
        assert found == expected, table


def test_every_foreign_key_holds(bank: sqlite3.Connection) -> None:
    assert bank.execute("PRAGMA foreign_key_check").fetchall() == []


def test_months_know_their_quarters_and_years(bank: sqlite3.Connection) -> None:
    row = bank.execute(
        "SELECT MONTH_DESCRIPTION, PERIOD_END_DATE, QUARTER_ID, QUARTER_DESCRIPTION, QUARTER_END_DATE, YEAR_ID,"
        " YEAR_END_DATE FROM MONTH_DIMENSION WHERE MONTH_ID = 202602"
    ).fetchone()
    assert row == ("February 2026", "2026-02-28", 20261, "Q1 2026", "2026-03-31", 2026, "2026-12-31")


def test_dates_are_dates_and_amounts_are_numbers(bank: sqlite3.Connection) -> None:
    for (table,) in bank.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall():
        for _, column, kind, *_ in bank.execute(f"PRAGMA table_info({table})").fetchall():
            types = {found for (found,) in bank.execute(f"SELECT DISTINCT typeof({column}) FROM {table}")}
            if kind == "DATE":
                assert types <= {"text", "null"}
                for (day,) in bank.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"):
                    date.fromisoformat(day)
            elif kind in ("NUMERIC", "INTEGER"):
                assert types <= {"integer", "real"}, f"{table}.{column}"


def test_names_are_different_and_some_are_awkward(bank: sqlite3.Connection) -> None:
    names = [name for (name,) in bank.execute("SELECT DISTINCT CUSTOMER_NAME FROM CUSTOMER_DIMENSION")]
    assert len(names) == one(bank, "SELECT COUNT(DISTINCT CUSTOMER_KEY) FROM CUSTOMER_DIMENSION")
    for mark in ("'", "&", "ü", "ö"):
        assert any(mark in name for name in names), mark


def test_customers_and_loans_come_and_go(bank: sqlite3.Connection) -> None:
    for table, key, month in (
        ("CUSTOMER_DIMENSION", "CUSTOMER_KEY", "CUSTOMER_MONTH_ID"),
        ("LOAN_PRODUCT_DIMENSION", "PRODUCT_KEY", "PRODUCT_MONTH"),
    ):
        gone = f"SELECT COUNT(*) FROM (SELECT {key} FROM {table} GROUP BY 1 HAVING MAX({month}) < 202609)"
        came = f"SELECT COUNT(*) FROM (SELECT {key} FROM {table} GROUP BY 1 HAVING MIN({month}) > 202410)"
        assert one(bank, gone) > 50
        assert one(bank, came) > 50


def test_a_customer_is_never_missing_in_between(bank: sqlite3.Connection) -> None:
    gaps = """
        SELECT COUNT(*) FROM (
            SELECT CUSTOMER_KEY FROM CUSTOMER_DIMENSION GROUP BY 1
            HAVING COUNT(*) <> (MAX(CUSTOMER_MONTH_ID) / 100 - MIN(CUSTOMER_MONTH_ID) / 100) * 12
                + MAX(CUSTOMER_MONTH_ID) % 100 - MIN(CUSTOMER_MONTH_ID) % 100 + 1)"""
    assert one(bank, gaps) == 0


def test_ratings_deteriorate_over_the_months(bank: sqlite3.Connection) -> None:
    fallen = """
        SELECT COUNT(*) FROM CUSTOMER_DIMENSION AS old JOIN CUSTOMER_DIMENSION AS new USING (CUSTOMER_KEY)
        WHERE old.CUSTOMER_MONTH_ID = 202410 AND new.CUSTOMER_MONTH_ID = 202609
          AND old.OFFICER_RISK_RATING_DESC = 'PASS' AND new.LINE_OFFICER_RISK_RATING_CODE >= '3'"""
    assert one(bank, fallen) > 20
    words = [
        row for (row,) in bank.execute("SELECT DISTINCT OFFICER_RISK_RATING_DESC FROM CUSTOMER_DIMENSION ORDER BY 1")
    ]
    assert words == ["DOUBTFUL", "LOSS", "PASS", "SPECIAL MENTION", "SUBSTANDARD"]


def test_closed_and_charged_off_loans_owe_nothing(bank: sqlite3.Connection) -> None:
    owing = "SELECT COUNT(*) FROM CL_DETAIL_FACT WHERE LOAN_STATUS IN ('C', 'W') AND {} <> 0"
    assert one(bank, owing.format("CURRENT_PRINCIPAL_BALANCE")) == 0
    assert one(bank, owing.format("TOTAL_PAST_DUE_ACTUAL")) == 0
    assert one(bank, "SELECT COUNT(*) FROM CL_DETAIL_FACT WHERE LOAN_STATUS = 'W' AND CHARGE_OFF_AMOUNT <= 0") == 0
    assert one(bank, "SELECT COUNT(*) FROM CL_DETAIL_FACT WHERE LOAN_STATUS <> 'W' AND CHARGE_OFF_AMOUNT <> 0") == 0


def test_past_due_builds_up_in_bad_names(bank: sqlite3.Connection) -> None:
    behind = """
        SELECT AVG(fact.TOTAL_PAST_DUE_ACTUAL > 0) FROM CL_DETAIL_FACT AS fact
        JOIN LOAN_PRODUCT_DIMENSION AS loan
          ON loan.PRODUCT_KEY = fact.PRODUCT_KEY AND loan.PRODUCT_MONTH = fact.MONTH_ID
        WHERE fact.CURRENT_PRINCIPAL_BALANCE > 0 AND loan.INTERNAL_RISK_RATING_DESC {}"""
    assert one(bank, behind.format("= 'DOUBTFUL'")) > 0.5
    assert one(bank, behind.format("= 'PASS'")) < 0.05


def test_a_balance_is_what_was_there_and_what_was_booked_since(bank: sqlite3.Connection) -> None:
    wrong = """
        SELECT COUNT(*) FROM DEPOSIT_ACCOUNT AS account WHERE ROUND(OPENING_BALANCE_USD - BALANCE_USD + COALESCE((
            SELECT SUM(CASE DIRECTION WHEN 'CREDIT' THEN AMOUNT_USD ELSE -AMOUNT_USD END)
            FROM ACCOUNT_TRANSACTION AS booked WHERE booked.ACCOUNT_ID = account.ACCOUNT_ID), 0), 2) <> 0"""
    assert one(bank, wrong) == 0
    assert one(bank, "SELECT COUNT(*) FROM DEPOSIT_ACCOUNT WHERE ACCOUNT_STATUS = 'CLOSED' AND BALANCE_USD <> 0") == 0


def test_nothing_is_booked_before_opening_or_after_closing(bank: sqlite3.Connection) -> None:
    wrong = """
        SELECT COUNT(*) FROM ACCOUNT_TRANSACTION JOIN DEPOSIT_ACCOUNT USING (ACCOUNT_ID)
        WHERE POSTED_DATE < OPENED_DATE OR POSTED_DATE > COALESCE(CLOSED_DATE, '2026-09-30')"""
    assert one(bank, wrong) == 0
    assert (
        one(bank, "SELECT COUNT(*) FROM DEPOSIT_ACCOUNT WHERE OPENED_DATE > COALESCE(CLOSED_DATE, '2026-09-30')") == 0
    )
    assert one(bank, "SELECT COUNT(*) FROM ACCOUNT_TRANSACTION WHERE AMOUNT_USD <= 0") == 0
    span = bank.execute("SELECT MIN(POSTED_DATE), MAX(POSTED_DATE) FROM ACCOUNT_TRANSACTION").fetchone()
    assert span == ("2024-10-01", "2026-09-30")


def test_loans_are_booked_at_the_branch_of_their_customer(bank: sqlite3.Connection) -> None:
    """So "loans by branch" has one answer, whichever way it is joined."""
    elsewhere = """
        SELECT COUNT(*) FROM LOAN_PRODUCT_DIMENSION AS loan JOIN CUSTOMER_DIMENSION AS customer
          ON customer.CUSTOMER_ID = loan.CL_CUSTOMER_ID AND customer.CUSTOMER_MONTH_ID = loan.PRODUCT_MONTH
        WHERE customer.SERVICING_UNIT_CODE <> loan.BOOKING_UNIT_CODE"""
    assert one(bank, elsewhere) == 0
    assert one(bank, "SELECT COUNT(*) FROM BRANCH WHERE CITY = 'Leeds'") == 1
