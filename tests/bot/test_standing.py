"""Standing orders as people say them: each is (said, what was understood)."""

from typing import Any

import pytest

from bank.table import Column
from bot.condition import Condition, UnclearCondition
from bot.schedule_words import UnclearTime
from bot.standing import order_in
from tracking.recurrence import Recurrence

SCHEDULES: list[tuple[str, Recurrence]] = [
    ("send me this every Monday at 9", Recurrence("week", "09:00", ("monday",))),
    ("Send me this every monday and thursday at 17:15.", Recurrence("week", "17:15", ("monday", "thursday"))),
    ("post this here on the first business day of the month", Recurrence("month", "09:00", day="first")),
    ("post this here on the last working day of each month at 6 pm", Recurrence("month", "18:00", day="last")),
    ("please send it to me on the 15th of every month at 10", Recurrence("month", "10:00", day="15")),
    ("can you send this every weekday at 8:30 am", Recurrence("business day", "08:30")),
    ("mail me that daily", Recurrence("day", "09:00")),
    ("subscribe me to this every day at noon", Recurrence("day", "12:00")),
    ("show me this every morning at 7", Recurrence("day", "07:00")),
    ("send me these figures weekly", Recurrence("week", "09:00", ("monday",))),
    ("send me this monthly", Recurrence("month", "09:00", day="first")),
    ("send me this every hour", Recurrence("hour", "09:00")),
]


@pytest.mark.parametrize(("said", "meant"), SCHEDULES)
def test_when_something_is_to_be_sent(said: str, meant: Recurrence) -> None:
    order = order_in(said)
    assert order is not None
    assert (order.recurrence, order.subject, order.condition) == (meant, "", None)
    assert order.here == ("here" in said)


@pytest.mark.parametrize(
    "said",
    [
        "What is the NPL ratio?",
        "send me this",
        "tell me the NPL ratio",
        "show me deposits every month",
        "give me the number of customers who joined each month",
        "tell me if the NPL ratio is above 3 %",
        "Which customers have loans above 3 million?",
        "deposits by branch every quarter",
    ],
)
def test_a_question_is_no_order(said: str) -> None:
    assert order_in(said) is None


@pytest.mark.parametrize(
    ("said", "condition", "subject", "here"),
    [
        ("tell me when the NPL ratio goes above 3 %", Condition("above", 3, "%"), "the NPL ratio", False),
        ("tell me when this goes above 3%", Condition("above", 3, "%"), "", False),
        (
            "tell me when any branch's deposits fall by more than 10 % in a week",
            Condition("falls", 10, "%", 7),
            "deposits by branch",
            False,
        ),
        (
            "notify me if the deposits of any branch fall below 10,000,000 USD",
            Condition("below", 10_000_000, "USD"),
            "the deposits by branch",
            False,
        ),
        ("alert us when it exceeds $1.5bn", Condition("above", 1.5e9, "USD"), "", True),
        ("let me know as soon as that drops below 250k", Condition("below", 250_000), "", False),
        ("warn me when it drops 5 points within 3 days", Condition("falls", 5, "points", 3), "", False),
        ("tell me when it rises by more than 100 in a month", Condition("rises", 100, "", 30), "", False),
        ("tell me when it changes by more than 2 percent in 2 weeks", Condition("moves", 2, "%", 14), "", False),
        ("tell me when any of these falls by more than 10 % in a week", Condition("falls", 10, "%", 7), "", False),
        ("tell me when any of them is above 4", Condition("above", 4), "", False),
        ("tell me when it is below -5", Condition("below", -5), "", False),
    ],
)
def test_when_somebody_is_to_be_told(said: str, condition: Condition, subject: str, here: bool) -> None:
    order = order_in(said)
    assert order is not None
    assert (order.condition, order.subject, order.here) == (condition, subject, here)


def test_only_if_something_changed_or_is_there() -> None:
    changed = order_in("send me this every Monday at 9, only if it changed")
    filled = order_in("send me this daily but only if there is something")
    told = order_in("tell me when this changes")
    assert changed
    assert changed.only_changed
    assert not changed.only_filled
    assert filled
    assert filled.only_filled
    assert told
    assert told.only_changed
    assert told.condition is None


@pytest.mark.parametrize(
    ("said", "unclear"),
    [
        ("send me this daily at 5", "morning or in the afternoon"),
        ("send me this daily at 13 pm", "no 13 pm"),
        ("send me this daily at 25:00", "no time 25:00"),
        ("send me this on the 31st of every month", "Not every month has a day 31"),
        ("tell me when loans fall by 10%", "In what time?"),
        ("tell me when the loan balance exceeds 3 bn in Leeds", "did not understand “in leeds”"),
    ],
)
def test_what_is_unclear_is_asked_about(said: str, unclear: str) -> None:
    with pytest.raises((UnclearTime, UnclearCondition), match=unclear):
        order_in(said)


def test_a_question_named_in_an_order_is_its_subject() -> None:
    order = order_in("Send me the NPL ratio by industry every Monday at 9")
    assert order
    assert order.subject == "the NPL ratio by industry"


SHARE, AMOUNT, COUNT = Column("NPL ratio", "percent"), Column("deposits", "amount", "USD"), Column("customers", "count")


@pytest.mark.parametrize(
    ("condition", "column", "unit"),
    [
        (Condition("above", 3), SHARE, "%"),
        (Condition("above", 3, "%"), SHARE, "%"),
        (Condition("falls", 3, "", 7), SHARE, "points"),
        (Condition("below", 5e6), AMOUNT, "USD"),
        (Condition("falls", 10, "%", 7), AMOUNT, "%"),
        (Condition("rises", 100, "", 30), COUNT, ""),
    ],
)
def test_a_number_is_in_the_unit_of_its_figure(condition: Condition, column: Column, unit: str) -> None:
    on = condition.on(column)
    assert (on.unit, on.column) == (unit, column.label)
    assert Condition.from_json(on.as_json()) == on


@pytest.mark.parametrize(
    ("condition", "column"),
    [
        (Condition("above", 3, "%"), AMOUNT),
        (Condition("above", 3, "EUR"), AMOUNT),
        (Condition("above", 3, "USD"), COUNT),
        (Condition("falls", 3, "%", 7), SHARE),
    ],
)
def test_a_number_that_cannot_be_meant_of_the_figure_is_not_taken(condition: Condition, column: Any) -> None:
    with pytest.raises(UnclearCondition):
        condition.on(column)
