"""Only what a question could mean is linked, and all that it needs with it."""

from pathlib import Path

import pytest

import bank.sample
from bank.catalogue import Catalogue, load
from bank.values import Value, Values
from generators.ai.linking import Linker
from generators.ai.prompt import described

LEEDS = Values((Value("BRANCH", "CITY", "Leeds", "Leeds"),))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(Path(bank.sample.__file__).with_name("catalogue.yaml"))


@pytest.fixture(scope="module")
def linker(catalogue: Catalogue) -> Linker:
    return Linker(catalogue)


def test_a_measure_brings_its_table_its_columns_and_the_rates(linker: Linker) -> None:
    linked = linker.link(Values(), "NPL ratio by portfolio")
    assert linked.asked == ("NPL ratio",)
    assert {"CL_DETAIL_FACT", "LOAN_PRODUCT_DIMENSION", "CURRENCY_DIMENSION"} <= linked.tables.keys()
    wanted = {"CURRENT_PRINCIPAL_BALANCE", "GL_CONDITION_CODE", "OWNERSHIP_PERCENT", "MONTH_ID", "LOAN_CURRENCY_CODE"}
    assert wanted <= set(linked.tables["CL_DETAIL_FACT"])
    assert "PORTFOLIO_DESCRIPTION" in linked.tables["LOAN_PRODUCT_DIMENSION"]


def test_a_value_brings_its_column_and_the_tables_that_join_it(linker: Linker, catalogue: Catalogue) -> None:
    linked = linker.link(LEEDS, "exposure of customers in Leeds")
    assert linked.values == LEEDS.known
    assert {"BRANCH", "CUSTOMER_DIMENSION", "CA_DETAIL_FACT"} <= linked.tables.keys()
    assert "“Leeds”: BRANCH.CITY = 'Leeds'" in described(catalogue, linked)


def test_what_its_asker_may_not_know_is_not_linked(linker: Linker) -> None:
    assert linker.link(Values(), "exposure of customers in Leeds").values == ()


def test_words_that_may_mean_several_things_name_no_measure(linker: Linker) -> None:
    linked = linker.link(Values(), "what is the total balance")
    assert (linked.asked, linked.ambiguous) == ((), ("total balance",))


def test_tables_that_have_nothing_to_do_with_it_stay_out(linker: Linker) -> None:
    assert not linker.link(Values(), "How many customers are on the watch list?").tables.keys() & {
        "ACCOUNT_TRANSACTION",
        "LIMIT_DIMENSION",
        "OWNER_DIMENSION",
    }
