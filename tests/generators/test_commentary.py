"""Every figure in a text is a cell of a table, or the sentence is not said."""

import pytest

from bank.table import Cell, Column, Table
from generators.commentary import filled, trustworthy

RANKED = "SELECT city, SUM(x) AS total FROM t GROUP BY city ORDER BY total DESC LIMIT 5"
LOOSE = "SELECT city, SUM(x) AS total FROM t GROUP BY city"
WHOLE = "SELECT SUM(x) AS total FROM t"
TABLE = Table(
    (Column("city"), Column("total", "amount", "EUR"), Column("who", personal=True)),
    (("Leeds", 700, "Ann"), ("York", None, "Bo")),
)


def write(cell: Cell, column: Column) -> str:
    return f"{cell} {column.unit}" if column.unit else str(cell)


@pytest.mark.parametrize(
    "sentence",
    [
        "{1:city:1} leads with {1:total:1}.",
        "The largest total is that of {1:city:1}: {1:total:1}.",
        "Next to it stands {1:city:2} with {1:total:2}."[8:],
    ],
)
def test_what_the_order_of_the_rows_bears_out_is_said(sentence: str) -> None:
    assert trustworthy([sentence], [RANKED], "sqlite") == (sentence,)


@pytest.mark.parametrize(
    ("sentence", "sql"),
    [
        ("{1:city:1} has 42 loans.", RANKED),
        ("{1:city:1} has twice the total of others.", RANKED),
        ("More than half lies in {1:city:1}.", RANKED),
        ("Exposure rose to {1:total:1}.", RANKED),
        ("{1:city:1} stands out because of its officers.", RANKED),
        ("The smallest total is {1:total:1}.", RANKED),
        ("The largest total is {1:total:2}.", RANKED),
        ("The largest is {1:city:1}.", RANKED),
        ("{1:city:1} has {1:total:1}.", LOOSE),
        ("The total is {1:total:2}.", WHOLE),
        ("The total is {2:total:1}.", WHOLE),
        ("No cell is named.", WHOLE),
        ("The total is {1:total:1} or {total}.", WHOLE),
    ],
)
def test_what_no_cell_bears_out_is_left_out(sentence: str, sql: str) -> None:
    assert trustworthy([sentence], [sql], "sqlite") == ()


def test_cells_are_filled_in_after_the_run() -> None:
    said = filled(["{1:city:1} has {1:total:1}.", "{1:CITY:2}."], [TABLE], write)
    assert said == ("Leeds has 700 EUR.", "York.")


@pytest.mark.parametrize("reference", ["{1:total:2}", "{1:total:3}", "{1:nothing:1}", "{2:total:1}", "{1:who:1}"])
def test_a_cell_that_is_missing_empty_or_personal_takes_its_sentence_along(reference: str) -> None:
    assert filled([f"There is {reference}."], [TABLE], write) == ()
