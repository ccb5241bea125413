"""Statistics side by side: each question in exactly one group, days and hours on the bank's clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.tracking.examples import NINE, answered, asked, clarify, finish, vote
from tracking.breakdown import by, per_day
from tracking.ledger import Ledger
from tracking.records import KINDS, Share
from tracking.stats import between

YEAR = (NINE - timedelta(days=200), NINE + timedelta(days=200))


def test_each_approach_has_its_own_figures(ledger: Ledger) -> None:
    for number, (approach, outcome) in enumerate(
        [("Pattern Match", "answered"), ("Pattern Match", "answered"), ("AI-Powered", "failed"), ("", "refused")]
    ):
        finish(ledger, asked(number), answered(approach=approach, outcome=outcome, seconds=number))
    ledger.vote(vote(True, number=1))
    ledger.vote(vote(False, "U2", number=1))
    pattern, ai, nobody = by(ledger, "approach", *YEAR, UTC)
    assert (pattern.name, pattern.questions, pattern.success, pattern.satisfaction) == (
        "Pattern Match",
        2,
        Share(2, 2),
        Share(1, 2),
    )
    assert (pattern.average_seconds, pattern.median_seconds) == (0.5, 0.5)
    assert (ai.name, ai.success) == ("AI-Powered", Share(0, 1))
    assert (nobody.name, nobody.success) == ("none", Share(0, 0))


@pytest.mark.parametrize("what", KINDS)
def test_groups_together_are_the_whole(ledger: Ledger, what: str) -> None:
    for number in range(30):
        finish(
            ledger,
            asked(number, channel=f"C{number % 3}", asked_at=NINE + timedelta(hours=7 * number)),
            clarify() if number % 4 == 0 else answered(role="banker" if number % 2 else "", seconds=number),
        )
    finish(ledger, asked(99, test=True), answered())
    whole, groups = between(ledger, *YEAR), by(ledger, what, *YEAR, UTC)  # type: ignore[arg-type]
    assert sum(group.questions for group in groups) == whole.questions == 30
    assert sum(group.success.whole for group in groups) == whole.success.whole


def test_a_day_is_a_day_on_the_banks_clock_and_empty_ones_are_there(ledger: Ledger) -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    for number, at in enumerate((late, late + timedelta(hours=1), late + timedelta(days=2))):
        ledger.receive(asked(number, asked_at=at))
    prague = by(ledger, "day", *YEAR, ZoneInfo("Europe/Prague"))
    assert [(day.name, day.questions) for day in prague] == [("2026-03-03", 2), ("2026-03-04", 0), ("2026-03-05", 1)]
    london = by(ledger, "day", *YEAR, ZoneInfo("Europe/London"))
    assert [day.questions for day in london] == [1, 1, 1]


def test_the_days_of_a_time_are_all_there_also_where_the_clocks_change(ledger: Ledger) -> None:
    london = ZoneInfo("Europe/London")
    since, until = (datetime(2026, 3, day, 9, tzinfo=london) for day in (28, 31))
    for number, (day, hour) in enumerate(((28, 8), (28, 10), (29, 0), (29, 23), (31, 8), (31, 9))):
        ledger.receive(asked(number, asked_at=datetime(2026, 3, day, hour, tzinfo=london)))
    days = per_day(ledger, since, until, london)
    assert [(day.day, number) for day, number in days] == [(28, 1), (29, 2), (30, 0), (31, 1)]


def test_weeks_are_iso_weeks_across_new_year(ledger: Ledger) -> None:
    for number, day in enumerate((datetime(2026, 12, 28, tzinfo=UTC), datetime(2027, 1, 11, tzinfo=UTC))):
        ledger.receive(asked(number, asked_at=day))
    weeks = by(ledger, "week", datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC), UTC)
    assert [week.name for week in weeks] == ["2026-W53", "2027-W01", "2027-W02"]


def test_there_are_always_twenty_four_hours(ledger: Ledger) -> None:
    ledger.receive(asked(0))
    hours = by(ledger, "hour", *YEAR, UTC)
    assert len(hours) == 24
    assert [hour.name for hour in hours if hour.questions] == ["09"]


def test_a_breakdown_can_be_narrowed(ledger: Ledger) -> None:
    finish(ledger, asked(1, channel="C1"), answered())
    finish(ledger, asked(2, channel="C2"), answered(approach="AI-Powered"))
    assert [group.name for group in by(ledger, "channel", *YEAR, UTC, approach="AI-Powered")] == ["C2"]
