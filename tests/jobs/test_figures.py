from datetime import timedelta

import pytest

from bot.blocks.instants import length_words
from jobs.figures import (
    Spell,
    change,
    interval,
    rate_change,
    rate_words,
    seconds_change,
    seconds_words,
)
from tracking.records import Share


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # What scipy.stats.binomtest(part, whole).proportion_ci(method="wilson") gives
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    assert interval(Share(part, whole)) == pytest.approx((low, high), abs=0.0001)


def test_a_rate_comes_with_its_cases_and_its_interval() -> None:
    assert rate_words(Share(109, 118)) == "92.4 %, 109 of 118 (86–96 %)"


def test_no_percentage_from_fewer_than_ten_cases() -> None:
    assert rate_words(Share(8, 9)) == "too few (8 of 9)"
    assert rate_words(Share(9, 10)).startswith("90.0 %")
    assert rate_words(Share(0, 0)) == "—"
    assert rate_change(Share(9, 9), Share(50, 100)) == "—"
    assert rate_change(Share(50, 100), Share(9, 9)) == "—"


def test_a_rate_moves_in_points() -> None:
    assert rate_change(Share(90, 100), Share(87, 100)) == "+3.0 points"
    assert rate_change(Share(87, 100), Share(90, 100)) == "−3.0 points"
    assert rate_change(Share(90, 100), Share(9, 10)) == "no change"


def test_a_time_comes_with_its_cases() -> None:
    assert seconds_words(Spell(2.14, 118)) == "2.1 s of 118"
    assert seconds_words(Spell(9.0, 19), fewest=20) == "too few (19)"
    assert seconds_words(Spell(None, 0)) == "—"
    assert seconds_change(Spell(2.0, 30), Spell(2.5, 30)) == "−0.5 s"
    assert seconds_change(Spell(2.0, 30), Spell(None, 0)) == "—"
    assert seconds_change(Spell(2.0, 30), Spell(2.5, 19), fewest=20) == "—"


def test_a_change_that_rounds_away_is_no_change() -> None:
    assert change(0.04, " s") == "no change"
    assert change(-1234, decimals=0) == "−1,234"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=5), "5 min"),
        (timedelta(0), "0 min"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(hours=24), "24 h"),
        (timedelta(days=1, hours=1), "1 day 1 h"),
        (timedelta(days=2, hours=4, minutes=59), "2 days 4 h"),
        (timedelta(days=7), "7 days"),
    ],
)
def test_how_long_something_lasted(length: timedelta, words: str) -> None:
    assert length_words(length) == words
