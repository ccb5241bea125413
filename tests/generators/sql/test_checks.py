"""What would make a figure wrong is seen on the tree of the query; what is right is let through."""

from contextlib import closing
from pathlib import Path

import pytest

import bank.sample
from bank.catalogue import Catalogue, load
from bank.door import Bank
from bank.values import Values
from generators.ai.linking import Linker
from generators.sql.checks import faults
from generators.sql.measures import measure_faults
from generators.sql.read import Reader
from jobs.golden import find
from jobs.golden import load as golden

GOLDEN = Path(__file__).parents[2] / "golden"
NOW = "f.MONTH_ID = 202609"
AMOUNT = "f.CURRENT_PRINCIPAL_BALANCE * f.OWNERSHIP_PERCENT / 100 * r.CONVERSION_RATE"
RATES = "JOIN CURRENCY_DIMENSION r ON r.FROM_CURRENCY_CODE = f.LOAN_CURRENCY_CODE AND r.CURRENCY_MONTH_ID = f.MONTH_ID"
RIGHT = f"SELECT SUM({AMOUNT}) AS total FROM CL_DETAIL_FACT f {RATES} WHERE {NOW}"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(Path(bank.sample.__file__).with_name("catalogue.yaml"))


@pytest.fixture(scope="module")
def reader(catalogue: Catalogue) -> Reader:
    return Reader(catalogue, "sqlite")


def test_a_sum_with_its_month_its_share_and_its_rate_is_right(reader: Reader) -> None:
    assert faults(reader, RIGHT) == []


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        (RIGHT.replace(f" WHERE {NOW}", ""), "repeats its rows every month"),
        (RIGHT.replace(NOW, "f.MONTH_ID >= 202601"), "repeats its rows every month"),
        (RIGHT.replace(" * f.OWNERSHIP_PERCENT / 100", ""), "multiply the amount"),
        (RIGHT.replace(" / 100", ""), "multiply the amount"),
        (RIGHT.replace("SUM(", "AVG("), "average"),
        (RIGHT.replace(" * r.CONVERSION_RATE", ""), "mixes currencies"),
        (RIGHT.replace(" AND r.CURRENCY_MONTH_ID = f.MONTH_ID", ""), "counts rows more than once"),
        (
            "SELECT SUM(d.BALANCE_USD) FROM DEPOSIT_ACCOUNT d JOIN ACCOUNT_TRANSACTION t ON t.ACCOUNT_ID = d.ACCOUNT_ID",
            "counts rows more than once",
        ),
        (
            "SELECT AVG(d.BALANCE_USD) FROM DEPOSIT_ACCOUNT d, ACCOUNT_TRANSACTION t WHERE t.ACCOUNT_ID = d.ACCOUNT_ID",
            "counts rows more than once",
        ),
        (
            "SELECT SUM(x.b) FROM (SELECT d.ACCOUNT_ID AS id, d.BALANCE_USD AS b FROM DEPOSIT_ACCOUNT d) x"
            " JOIN ACCOUNT_TRANSACTION t ON t.ACCOUNT_ID = x.id",
            "counts rows more than once",
        ),
        (
            f"SELECT SUM(x.b) FROM (SELECT f.CURRENT_PRINCIPAL_BALANCE * r.CONVERSION_RATE AS b FROM CL_DETAIL_FACT f"
            f" {RATES} WHERE {NOW}) x",
            "multiply the amount",
        ),
        (
            "SELECT b.CITY, d.ACCOUNT_ID FROM BRANCH b CROSS JOIN DEPOSIT_ACCOUNT d",
            "No condition joins BRANCH and DEPOSIT_ACCOUNT",
        ),
        (
            "SELECT b.CITY FROM BRANCH b, DEPOSIT_ACCOUNT d WHERE d.BALANCE_USD > 5 AND b.CITY = 'Leeds'",
            "No condition joins",
        ),
        ("SELECT COUNT(*) FROM CUSTOMER_DIMENSION", "repeats its rows every month"),
        ("SELECT COUNT(PRODUCT_KEY) FROM CL_DETAIL_FACT WHERE MONTH_ID = 202609", "COUNT(DISTINCT PRODUCT_KEY)"),
        (
            "WITH c AS (SELECT * FROM CUSTOMER_DIMENSION) SELECT COUNT(*) FROM c",
            "repeats its rows every month",
        ),
    ],
)
def test_each_way_to_a_wrong_figure_is_caught(reader: Reader, sql: str, says: str) -> None:
    assert any(says in fault for fault in faults(reader, sql)), faults(reader, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT MAX(MONTH_ID) FROM CL_DETAIL_FACT",
        f"SELECT f.MONTH_ID, SUM({AMOUNT}) FROM CL_DETAIL_FACT f {RATES} GROUP BY f.MONTH_ID",
        f"SELECT f.LOAN_CURRENCY_CODE, SUM(f.CURRENT_PRINCIPAL_BALANCE * f.OWNERSHIP_PERCENT / 100.0) FROM CL_DETAIL_FACT f"
        f" WHERE {NOW} GROUP BY 1",
        "SELECT COUNT(DISTINCT PRODUCT_KEY) FROM LOAN_PRODUCT_DIMENSION WHERE EFFECTIVE_DATE LIKE '2025%'",
        "SELECT SUM(n.total) FROM (SELECT ACCOUNT_ID, SUM(AMOUNT_USD) AS total FROM ACCOUNT_TRANSACTION GROUP BY ACCOUNT_ID) n"
        " JOIN DEPOSIT_ACCOUNT d ON d.ACCOUNT_ID = n.ACCOUNT_ID",
        "SELECT MAX(d.BALANCE_USD) FROM DEPOSIT_ACCOUNT d JOIN ACCOUNT_TRANSACTION t ON t.ACCOUNT_ID = d.ACCOUNT_ID",
        "SELECT d.ACCOUNT_ID, a.most FROM DEPOSIT_ACCOUNT d, (SELECT MAX(BALANCE_USD) AS most FROM DEPOSIT_ACCOUNT) a",
        "SELECT d.ACCOUNT_ID FROM DEPOSIT_ACCOUNT d JOIN BRANCH b ON d.BALANCE_USD > b.BRANCH_ID",
        "SELECT this is no SQL",
    ],
)
def test_what_is_right_is_let_through(reader: Reader, sql: str) -> None:
    assert faults(reader, sql) == []


# The catalogue adds up only what is above zero. Who leaves that out computes something else, which here comes to the same.
LEFT_OUT = {"loan past due amount", "past due ratio", "charge-offs"}


def test_of_the_golden_queries_hardly_any_is_held_for_wrong(
    reader: Reader, catalogue: Catalogue, sample_bank: Path
) -> None:
    """People wrote these, in every shape that they come in; each that is held for wrong costs an answer."""
    with closing(Bank.open(str(sample_bank), catalogue)) as door:
        values = Values.read(door)
    linker = Linker(catalogue)
    files = [file for path in find(GOLDEN) if (file := golden(path)).bank == "sample"]
    queries = [(case.question, file.with_views(sql)) for file in files for case in file.cases for sql in case.sql]
    wrong, other = [], []
    for question, sql in queries:
        asked = set(linker.link(values, question).asked) - LEFT_OUT
        wrong += [question] if faults(reader, sql) else []
        other += [question] if measure_faults(reader, sql, asked) else []
    assert len(queries) > 1000
    assert len(wrong) <= 0.005 * len(queries), wrong
    assert len(other) <= 0.005 * len(queries), other


@pytest.mark.parametrize(
    ("sql", "right"),
    [
        (RIGHT, True),
        (RIGHT.replace("CURRENT_PRINCIPAL_BALANCE", "BEGINNING_PRINCIPAL_AMOUNT"), False),
        (f"WITH m AS (SELECT {AMOUNT} AS b FROM CL_DETAIL_FACT f {RATES} WHERE {NOW}) SELECT SUM(b) FROM m", True),
        (f"SELECT SUM(({AMOUNT}) + 1) FROM CL_DETAIL_FACT f {RATES} WHERE {NOW}", False),
    ],
)
def test_a_measure_is_computed_as_the_catalogue_defines_it(reader: Reader, sql: str, right: bool) -> None:
    assert (measure_faults(reader, sql, ("loan balance",)) == []) is right


def test_a_condition_of_a_measure_may_stand_in_where_or_in_case_and_must_stand_somewhere(reader: Reader) -> None:
    asked = ("deposit balance",)
    inside = "SELECT SUM(CASE WHEN ACCOUNT_STATUS <> 'CLOSED' THEN BALANCE_USD END) FROM DEPOSIT_ACCOUNT"
    assert measure_faults(reader, "SELECT SUM(BALANCE_USD) FROM DEPOSIT_ACCOUNT", asked)
    assert not measure_faults(
        reader, "SELECT SUM(BALANCE_USD) FROM DEPOSIT_ACCOUNT WHERE ACCOUNT_STATUS <> 'CLOSED'", asked
    )
    assert not measure_faults(reader, inside, asked)


def test_an_output_called_by_a_measure_must_be_that_measure(reader: Reader) -> None:
    wrong = "SELECT SUM(LIMIT_USED * CONTRACTUAL_OWNERSHIP_PCT / 100) AS exposure FROM CA_DETAIL_FACT WHERE MONTH_ID = 202609"
    assert "“exposure” is defined by the catalogue" in measure_faults(reader, wrong, ())[0]


LOANS = (
    "SELECT f.PRODUCT_KEY, f.CUSTOMER_KEY, MAX(f.GL_CONDITION_CODE) AS accrual, MAX(f.INTERESET_YIELD_RATE) AS rate,"
    f" MAX(f.CURRENT_PRINCIPAL_BALANCE) * r.CONVERSION_RATE AS balance FROM CL_DETAIL_FACT f {RATES} WHERE {NOW}"
    " GROUP BY f.PRODUCT_KEY, f.CUSTOMER_KEY, r.CONVERSION_RATE"
)
NPL = "SELECT SUM(CASE WHEN accrual = 'NACC' THEN balance ELSE 0 END) AS bad, SUM(balance) AS b FROM ({}) m"


def test_what_the_shares_of_one_thing_all_say_is_that_of_the_thing(reader: Reader) -> None:
    asked = ("non-performing balance",)
    customers = LOANS.replace("f.PRODUCT_KEY, ", "")
    assert not measure_faults(reader, NPL.format(LOANS), asked)
    assert measure_faults(reader, NPL.format(customers), asked)  # one bad loan would make the whole customer bad


@pytest.mark.parametrize(
    ("sql", "right"),
    [
        (
            f"SELECT AVG(rate) FROM ({LOANS}) m WHERE balance <> 0",
            True,
        ),  # a balance in euros is nothing where it is nothing
        (f"SELECT AVG(rate) FROM ({LOANS}) m WHERE rate <> 0", False),
        (f"SELECT AVG(rate) FROM ({LOANS}) m", False),
        (f"SELECT PRODUCT_KEY, rate FROM ({LOANS}) m", True),  # each loan's own
        (f"SELECT SUM(rate) FROM ({LOANS}) m WHERE balance <> 0", False),
    ],
)
def test_an_average_leaves_out_what_the_catalogue_leaves_out(reader: Reader, sql: str, right: bool) -> None:
    assert (measure_faults(reader, sql, ("interest rate",)) == []) is right


def test_who_only_must_have_a_thing_is_not_asked_for_its_figures(reader: Reader) -> None:
    asked = ("loan balance", "deposit balance")
    has = "SELECT 1 FROM DEPOSIT_ACCOUNT d WHERE d.CUSTOMER_KEY = f.CUSTOMER_KEY"
    assert not measure_faults(reader, f"{RIGHT} AND NOT EXISTS ({has})", asked)
    assert measure_faults(reader, RIGHT, asked)
    shown = RIGHT.replace(" AS total", f" AS total, (SELECT COUNT(*) FROM ({has}) h) AS deposits")
    assert measure_faults(reader, shown, asked)
