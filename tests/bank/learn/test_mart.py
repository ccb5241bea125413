"""A mart of 898 columns, made from the column list of a real bank's: learnt whole, and what it should find is found."""

from pathlib import Path

import pytest

from bank.learn.dictionary import Dictionary
from bank.learn.learn import Learnt, learn
from benchmarks.mart import COLUMNS, make_mart


@pytest.fixture(scope="module")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Learnt:
    if not COLUMNS.is_file():
        pytest.skip("the column list of the mart is not shipped")
    path: Path = tmp_path_factory.mktemp("mart") / "mart.db"
    assert make_mart(path, 60) == 898
    return learn(str(path), "Mart", Dictionary.read(COLUMNS))


def test_every_column_is_in_the_catalogue(mart: Learnt) -> None:
    assert sum(len(table.columns) for table in mart.catalogue.tables.values()) == 898


def test_dimensions_and_facts_of_each_month_are_suspected_as_snapshots(mart: Learnt) -> None:
    snapshots = {name for name, table in mart.catalogue.tables.items() if table.snapshot}
    assert {"CUSTOMER_DIMENSION", "LOAN_PRODUCT_DIMENSION", "CA_PRODUCT_DIMENSION", "CL_DETAIL_FACT"} <= snapshots


def test_facts_are_joined_to_their_customers_in_the_same_month(mart: Learnt) -> None:
    found = {(join.many, join.one): join.on for join in mart.catalogue.joins}
    assert found["CL_DETAIL_FACT", "CUSTOMER_DIMENSION"] == {
        "CUSTOMER_KEY": "CUSTOMER_KEY",
        "MONTH_ID": "CUSTOMER_MONTH_ID",
    }


def test_tax_numbers_are_personal(mart: Learnt) -> None:
    assert "CUSTOMER_DIMENSION.TAX_ID_NUMBER" in mart.personal
