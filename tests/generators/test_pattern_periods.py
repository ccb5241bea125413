"""Periods as bankers name them, counted from Wednesday, 30 September 2026; the fiscal year begins in April."""

from datetime import date

import pytest

from generators.pattern.dating import find
from generators.pattern.periods import Clock
from generators.pattern.tokens import tokens

CLOCK = Clock(date(2026, 9, 30), fiscal_start=4)
OPEN = ""

NAMED = [
    ("March 2026", "2026-03-01", "2026-03-31"),
    ("June", "2026-06-01", "2026-06-30"),
    ("November", "2025-11-01", "2025-11-30"),
    ("2026-03", "2026-03-01", "2026-03-31"),
    ("03/2026", "2026-03-01", "2026-03-31"),
    ("30 September 2025", "2025-09-30", "2025-09-30"),
    ("September 30, 2025", "2025-09-30", "2025-09-30"),
    ("the 3rd of March 2026", "2026-03-03", "2026-03-03"),
    ("30.09.2025", "2025-09-30", "2025-09-30"),
    ("30/09/2025", "2025-09-30", "2025-09-30"),
    ("9/30/2025", "2025-09-30", "2025-09-30"),
    ("Q1", "2026-01-01", "2026-03-31"),
    ("Q4", "2025-10-01", "2025-12-31"),
    ("first quarter of 2025", "2025-01-01", "2025-03-31"),
    ("the last quarter of 1998", "1998-10-01", "1998-12-31"),
    ("H1 2026", "2026-01-01", "2026-06-30"),
    ("second half of 2025", "2025-07-01", "2025-12-31"),
    ("2025", "2025-01-01", "2025-12-31"),
    ("2010s", "2010-01-01", "2019-12-31"),
    ("this month", "2026-09-01", "2026-09-30"),
    ("last quarter", "2026-04-01", "2026-06-30"),
    ("previous year", "2025-01-01", "2025-12-31"),
    ("next month", "2026-10-01", "2026-10-31"),
    ("past 90 days", "2026-07-03", "2026-09-30"),
    ("last 2 weeks", "2026-09-17", "2026-09-30"),
    ("last 12 months", "2025-10-01", "2026-09-30"),
    ("past year", "2025-10-01", "2026-09-30"),
    ("next 30 days", "2026-10-01", "2026-10-30"),
    ("YTD", "2026-01-01", "2026-09-30"),
    ("this year so far", "2026-01-01", "2026-09-30"),
    ("quarter to date", "2026-07-01", "2026-09-30"),
    ("a year ago", "2025-09-01", "2025-09-30"),
    ("3 months ago", "2026-06-01", "2026-06-30"),
    ("yesterday", "2026-09-29", "2026-09-29"),
    ("end of March 2026", "2026-03-31", "2026-03-31"),
    ("year end 2025", "2025-12-31", "2025-12-31"),
    ("since March 2026", "2026-03-01", OPEN),
    ("after March 2026", "2026-04-01", OPEN),
    ("before 2025", OPEN, "2024-12-31"),
    ("until the end of 2024", OPEN, "2024-12-31"),
    ("between January and March 2025", "2025-01-01", "2025-03-31"),
    ("from November to February 2026", "2025-11-01", "2026-02-28"),
    ("from June to March 2026", "2025-06-01", "2026-03-31"),
    ("January to March 2025", "2025-01-01", "2025-03-31"),
    ("this fiscal year", "2026-04-01", "2027-03-31"),
    ("last fiscal year", "2025-04-01", "2026-03-31"),
    ("FY2026", "2025-04-01", "2026-03-31"),
    ("fiscal year 2026", "2025-04-01", "2026-03-31"),
]


@pytest.mark.parametrize(("words", "start", "end"), NAMED)
def test_a_period_is_read_in_days(words: str, start: str, end: str) -> None:
    pieces = tokens(words)
    found = find(pieces, 0, CLOCK)
    assert found is not None
    taken, period = found
    assert taken == len(pieces)
    assert (str(period.start or ""), str(period.end or "")) == (start, end)


@pytest.mark.parametrize("words", ["may the loans", "march on", "03/04/2026", "31 February 2026", "12"])
def test_what_names_no_one_period_is_none(words: str) -> None:
    found = find(tokens(words), 0, CLOCK)
    assert found is None or found[0] < len(tokens(words))


def test_a_span_keeps_both_of_its_ends() -> None:
    found = find(tokens("between June and September 2026"), 0, CLOCK)
    assert found is not None
    assert [(end.start, end.end) for end in found[1].ends] == [
        (date(2026, 6, 1), date(2026, 6, 30)),
        (date(2026, 9, 1), date(2026, 9, 30)),
    ]
