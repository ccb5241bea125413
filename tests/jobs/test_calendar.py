from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobs.calendar import Calendar, UnknownHolidays, When, calendar

LONDON = ZoneInfo("Europe/London")
BY = calendar(LONDON, ("GB-ENG", "2026-12-24"))


def at(when: When, first: datetime, last: datetime, by: Calendar = BY) -> list[datetime]:
    return [due.at.astimezone(LONDON) for due in by.dues(when, first, last)]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), 12),
        (datetime(2026, 3, 24, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC), 12),
    ],
    ids=["autumn", "spring"],
)
@pytest.mark.parametrize("hour", [time(8), time(1, 30), time(0), time(23, 59)])
def test_a_daily_job_comes_due_once_a_day_through_both_clock_changes(
    first: datetime, last: datetime, days: int, hour: time
) -> None:
    due = at(When(str(hour.hour), str(hour.minute)), first, last)
    assert len({instant.date() for instant in due}) == len(due) == days
    if hour != time(1, 30):  # which does not exist on the day the clocks go forward
        assert {instant.time() for instant in due} == {hour}


def test_a_job_every_five_minutes_runs_in_both_of_autumns_equal_hours() -> None:
    start = datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert len(at(When(minute="*/5"), start, start + timedelta(hours=2))) == 24


def test_monday_is_monday() -> None:
    due = at(When("9", weekday="mon"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert len(due) == 52
    assert {f"{instant:%A %H:%M}" for instant in due} == {"Monday 09:00"}


def test_a_weekday_by_number_is_refused() -> None:
    with pytest.raises(ValueError, match="by its name"):
        When("8", weekday="1")


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 12, 23), True),
        (date(2026, 12, 24), False),  # the bank's own
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), False),  # boxing day, moved from a Saturday
        (date(2026, 11, 28), False),
        (date(2026, 11, 30), True),  # St Andrew's day is Scotland's
    ],
)
def test_the_bank_is_open_on_business_days(day: date, open_: bool) -> None:
    assert BY.is_business(day) is open_


def test_a_country_brings_its_weekend_with_it() -> None:
    riyadh = calendar(ZoneInfo("Asia/Riyadh"), ("SA",))
    assert not riyadh.is_business(date(2026, 6, 5))  # a Friday
    assert riyadh.is_business(date(2026, 6, 7))  # a Sunday


def test_what_is_due_on_a_holiday_waits_for_the_next_business_day_and_its_period_stays() -> None:
    monday = When("9", weekday="mon", on="next")
    due = BY.dues(monday, datetime(2026, 4, 30, tzinfo=UTC), datetime(2026, 5, 12, tzinfo=UTC))
    assert [f"{each.nominal:%a %d} → {each.at:%a %d}" for each in due] == ["Mon 04 → Tue 05", "Mon 11 → Mon 11"]
    assert BY.dues(monday, datetime(2026, 4, 30, tzinfo=UTC), datetime(2026, 5, 5, 7, 59, tzinfo=UTC)) == []


def test_what_is_only_for_business_days_leaves_out_the_others_and_its_period_spans_them() -> None:
    eight = When("8", on="business")
    due = at(eight, datetime(2026, 12, 22, 12, tzinfo=UTC), datetime(2026, 12, 31, 12, tzinfo=UTC))
    assert [instant.day for instant in due] == [23, 29, 30, 31]
    assert BY.before(eight, datetime(2026, 12, 29, 8, tzinfo=UTC)) == datetime(2026, 12, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "days"),
    [("first", ["01-02", "02-02", "03-02", "04-01", "05-01"]), ("last", ["01-30", "02-27", "03-31", "04-30", "05-29"])],
)
def test_the_first_and_the_last_business_day_of_a_month(on: str, days: list[str]) -> None:
    due = at(When("9", on=on), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))  # type: ignore[arg-type]
    assert [f"{instant:%m-%d}" for instant in due] == days
    assert BY.before(When("9", on=on), due[1]) == due[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["ZZ", "GB-XX", "2026-13-01", "Christmas"])
def test_holidays_that_are_not_known_are_said(word: str) -> None:
    with pytest.raises(UnknownHolidays, match=word):
        calendar(LONDON, (word,))
