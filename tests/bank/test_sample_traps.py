"""The traps of a real lending mart are in the sample bank: who falls in gets another number."""

import sqlite3

import pytest

RATE = "CURRENCY_DIMENSION ON FROM_CURRENCY_CODE = {0}.{1} AND CURRENCY_MONTH_ID = {0}.MONTH_ID"
LOANS = f"CL_DETAIL_FACT JOIN {RATE.format('CL_DETAIL_FACT', 'LOAN_CURRENCY_CODE')}"
LIMITS = f"CA_DETAIL_FACT JOIN {RATE.format('CA_DETAIL_FACT', 'CA_CURRENCY_CODE')}"


def one(bank: sqlite3.Connection, sql: str) -> float:
    (value,) = bank.execute(sql).fetchone()
    return float(value)


def test_counting_rows_counts_a_customer_many_times(bank: sqlite3.Connection) -> None:
    rows = one(bank, "SELECT COUNT(*) FROM CUSTOMER_DIMENSION")
    ever = one(bank, "SELECT COUNT(DISTINCT CUSTOMER_KEY) FROM CUSTOMER_DIMENSION")
    newest = one(bank, "SELECT COUNT(*) FROM CUSTOMER_DIMENSION WHERE CUSTOMER_MONTH_ID = 202609")
    assert rows > 20 * newest
    assert ever > newest


@pytest.mark.parametrize(
    ("table", "keys", "share"),
    [
        ("CL_DETAIL_FACT", "MONTH_ID, PRODUCT_KEY", "OWNERSHIP_PERCENT"),
        ("CA_DETAIL_FACT", "MONTH_ID, LIMIT_KEY", "CONTRACTUAL_OWNERSHIP_PCT"),
    ],
)
def test_shares_sum_to_a_hundred_and_some_are_syndicated(
    bank: sqlite3.Connection, table: str, keys: str, share: str
) -> None:
    per_thing = f"SELECT SUM({share}) AS whole, COUNT(*) AS holders FROM {table} GROUP BY {keys}"
    assert one(bank, f"SELECT COUNT(*) FROM ({per_thing}) WHERE whole <> 100") == 0
    assert 0.05 < one(bank, f"SELECT AVG(holders > 1) FROM ({per_thing})") < 0.4


def test_a_shared_loan_repeats_its_whole_amount_in_every_row(bank: sqlite3.Connection) -> None:
    differing = """
        SELECT COUNT(*) FROM (SELECT 1 FROM CL_DETAIL_FACT GROUP BY MONTH_ID, PRODUCT_KEY
        HAVING COUNT(DISTINCT CURRENT_PRINCIPAL_BALANCE) > 1 OR COUNT(DISTINCT TOTAL_PAST_DUE_ACTUAL) > 1)"""
    assert one(bank, differing) == 0


def test_a_plain_sum_counts_syndicated_loans_several_times(bank: sqlite3.Connection) -> None:
    plain = one(bank, f"SELECT SUM(CURRENT_PRINCIPAL_BALANCE * CONVERSION_RATE) FROM {LOANS} WHERE MONTH_ID = 202609")
    shared = one(
        bank,
        "SELECT SUM(CURRENT_PRINCIPAL_BALANCE * OWNERSHIP_PERCENT / 100.0 * CONVERSION_RATE)"
        f" FROM {LOANS} WHERE MONTH_ID = 202609",
    )
    once = one(
        bank,
        "SELECT SUM(amount) FROM (SELECT MAX(CURRENT_PRINCIPAL_BALANCE * CONVERSION_RATE) AS amount"
        f" FROM {LOANS} WHERE MONTH_ID = 202609 GROUP BY PRODUCT_KEY)",
    )
    assert shared == pytest.approx(once, rel=1e-9)
    assert plain > 1.5 * shared


def test_adding_currencies_as_they_stand_gives_another_sum(bank: sqlite3.Connection) -> None:
    where = "WHERE MONTH_ID = 202609"
    mixed = one(bank, f"SELECT SUM(CURRENT_PRINCIPAL_BALANCE * OWNERSHIP_PERCENT / 100.0) FROM {LOANS} {where}")
    dollars = one(
        bank,
        f"SELECT SUM(CURRENT_PRINCIPAL_BALANCE * OWNERSHIP_PERCENT / 100.0 * CONVERSION_RATE) FROM {LOANS} {where}",
    )
    assert mixed > 1.2 * dollars


def test_every_currency_has_one_rate_to_the_dollar_each_month(bank: sqlite3.Connection) -> None:
    assert one(bank, "SELECT COUNT(*) FROM CURRENCY_DIMENSION WHERE TO_CURRENCY_CODE <> 'USD'") == 0
    assert one(bank, "SELECT COUNT(*) FROM CURRENCY_DIMENSION") == 6 * 24
    assert (
        one(bank, "SELECT COUNT(*) FROM CURRENCY_DIMENSION WHERE FROM_CURRENCY_CODE = 'USD' AND CONVERSION_RATE <> 1")
        == 0
    )
    for table, column in (("CL_DETAIL_FACT", "LOAN_CURRENCY_CODE"), ("CA_DETAIL_FACT", "CA_CURRENCY_CODE")):
        lost = f"SELECT COUNT(*) FROM {table} LEFT JOIN {RATE.format(table, column)} WHERE CONVERSION_RATE IS NULL"
        assert one(bank, lost) == 0


def test_the_four_rating_systems_disagree(bank: sqlite3.Connection) -> None:
    (line, credit, regulator, all_three) = bank.execute(
        """SELECT SUM(OFFICER_RISK_RATING_DESC <> CREDIT_REVIEW_RISK_RATING_DESC),
                  SUM(CREDIT_REVIEW_RISK_RATING_DESC <> REGULATOR_RISK_RATING_DESC),
                  SUM(REGULATOR_RISK_RATING_DESC <> OFFICER_RISK_RATING_DESC), COUNT(*)
           FROM CUSTOMER_DIMENSION WHERE CUSTOMER_MONTH_ID = 202609"""
    ).fetchone()
    assert min(line, credit, regulator) > 30
    assert max(line, credit, regulator) < all_three / 2
    internal = """
        SELECT COUNT(DISTINCT customer.CUSTOMER_KEY) FROM LOAN_PRODUCT_DIMENSION AS loan
        JOIN CUSTOMER_DIMENSION AS customer
          ON customer.CUSTOMER_ID = loan.CL_CUSTOMER_ID AND customer.CUSTOMER_MONTH_ID = loan.PRODUCT_MONTH
        WHERE loan.PRODUCT_MONTH = 202609 AND loan.INTERNAL_RISK_RATING_DESC <> customer.{}"""
    for column in ("OFFICER_RISK_RATING_DESC", "CREDIT_REVIEW_RISK_RATING_DESC", "REGULATOR_RISK_RATING_DESC"):
        assert one(bank, internal.format(column)) > 30


def test_how_many_are_high_risk_depends_on_whom_one_asks(bank: sqlite3.Connection) -> None:
    high = "SELECT COUNT(*) FROM CUSTOMER_DIMENSION WHERE CUSTOMER_MONTH_ID = 202609 AND {} >= '3'"
    columns = ("LINE_OFFICER_RISK_RATING_CODE", "CREDIT_REVIEW_RISK_RATING_CODE", "REGULATOR_RISK_RATING_CODE")
    assert len({one(bank, high.format(column)) for column in columns}) == 3


def test_codes_and_words_of_a_rating_never_disagree(bank: sqlite3.Connection) -> None:
    for table, code, words in (
        ("CUSTOMER_DIMENSION", "LINE_OFFICER_RISK_RATING_CODE", "OFFICER_RISK_RATING_DESC"),
        ("CUSTOMER_DIMENSION", "CREDIT_REVIEW_RISK_RATING_CODE", "CREDIT_REVIEW_RISK_RATING_DESC"),
        ("CUSTOMER_DIMENSION", "REGULATOR_RISK_RATING_CODE", "REGULATOR_RISK_RATING_DESC"),
        ("LOAN_PRODUCT_DIMENSION", "INTERNAL_RISK_RATING_CODE", "INTERNAL_RISK_RATING_DESC"),
        ("CA_PRODUCT_DIMENSION", "CA_INTERNAL_RISK_RATING_CODE", "CA_INTERNAL_RISK_RATING_DESC"),
    ):
        pairs = bank.execute(f"SELECT DISTINCT {code}, {words} FROM {table} ORDER BY 1").fetchall()
        assert pairs == [
            ("1", "PASS"),
            ("2", "SPECIAL MENTION"),
            ("3", "SUBSTANDARD"),
            ("4", "DOUBTFUL"),
            ("5", "LOSS"),
        ]


def test_past_due_stands_in_two_tables_and_means_different_customers(bank: sqlite3.Connection) -> None:
    late = "SELECT DISTINCT CUSTOMER_KEY FROM {} WHERE MONTH_ID = 202609 AND {} > 0"
    loans = set(bank.execute(late.format("CL_DETAIL_FACT", "TOTAL_PAST_DUE_ACTUAL")))
    fees = set(bank.execute(late.format("CA_DETAIL_FACT", "PAST_DUE_AMOUNT")))
    assert loans - fees
    assert fees - loans


def test_limits_add_up(bank: sqlite3.Connection) -> None:
    negative = "LIMIT_USED < 0 OR LIMIT_AVAILABLE < 0 OR LIMIT_WITHHELD < 0"
    assert one(bank, f"SELECT COUNT(*) FROM CA_DETAIL_FACT WHERE {negative}") == 0
    gap = "ABS(LIMIT_AMOUNT - LIMIT_USED - LIMIT_WITHHELD - LIMIT_AVAILABLE)"
    assert one(bank, f"SELECT MAX({gap}) FROM CA_DETAIL_FACT WHERE LIMIT_USED <= LIMIT_AMOUNT") < 0.011
    over = "SELECT COUNT(*) FROM CA_DETAIL_FACT WHERE MONTH_ID = 202609 AND LIMIT_USED > LIMIT_AMOUNT"
    assert one(bank, over) > 0
    assert one(bank, f"{over} AND LIMIT_AVAILABLE + LIMIT_WITHHELD <> 0") == 0


def test_every_loan_is_part_of_the_exposure(bank: sqlite3.Connection) -> None:
    """What is used of the cash limits is what the loans owe, month by month, so exposure needs no second table."""
    loans = dict(
        bank.execute(
            "SELECT MONTH_ID, SUM(CURRENT_PRINCIPAL_BALANCE * OWNERSHIP_PERCENT / 100.0 * CONVERSION_RATE)"
            f" FROM {LOANS} GROUP BY 1"
        )
    )
    used = dict(
        bank.execute(
            "SELECT MONTH_ID, SUM(LIMIT_USED * CONTRACTUAL_OWNERSHIP_PCT / 100.0 * CONVERSION_RATE)"
            f" FROM {LIMITS} JOIN LIMIT_DIMENSION USING (LIMIT_KEY) WHERE CA_LIMIT_TYPE = 'CSH' GROUP BY 1"
        )
    )
    assert used == pytest.approx(loans, rel=1e-9)
