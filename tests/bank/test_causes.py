"""What databases say of queries that failed: it is logged, remembered and told to models, so no cell may be in it."""

import pytest

from bank.causes import without_values

SQL = 'SELECT CAST("name" AS INTEGER) AS n, 5 * x.amount FROM client AS x WHERE o = 2024'


@pytest.mark.parametrize(
    ("cause", "left"),
    [
        ('invalid input syntax for type integer: "Ann"', "invalid input syntax for type integer: “…”"),
        ('invalid input syntax for type integer: "Ann "Best" Ash"', "invalid input syntax for type integer: “…”"),
        ('invalid input syntax for type integer: "5" is Ann"', "invalid input syntax for type integer: “…”"),
        ("Could not convert string 'Ann' to INT32", "Could not convert string “…” to INT“…”"),
        ("Could not convert string 'O'Brien' to INT32", "Could not convert string “…” to INT“…”"),
        ("Could not convert string 'o' is Ann' to DATE", "Could not convert string “…”"),
        ("Could not convert string 'n'Ann' to DATE", "Could not convert string “…” to DATE"),
        ('date field value out of range: "1970-02-30"', "date field value out of range: “…”"),
        ("Overflow in multiplication of INT32 (100000 * 5)!", "Overflow in multiplication of INT“…” (“…” * 5)!"),
        ("Bad int64 value: Ann Ash", "Bad int“…” value: “…”"),
        ('column "name" does not exist', 'column "name" does not exist'),
        ('column "x.amount" of "client" in 2024', 'column "x.amount" of "client" in 2024'),
        ('column "nam" not found; candidates: "ssn", "born"', "column “…”"),
        ("no such column: born", "no such column: born"),
        ("can't cast 'Ann'", "can't cast “…”"),
        ("an end that is quoted 'Ann", "an end that is quoted “…”"),
        ("the first line\nDETAIL: Key (name)=(Ann) exists", "the first line"),
    ],
)
def test_only_what_the_query_itself_holds_stays(cause: str, left: str) -> None:
    assert without_values(cause, SQL) == left
