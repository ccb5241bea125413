"""The alarm as a table: what it sees, what people do, what it says."""

from datetime import datetime, timedelta

import pytest

from tests.tracking.examples import NINE
from tracking.alarm import Alarm, Limits, Say, Seen, acknowledge, snooze, step

RATE = Limits(limit=90, calm=91, above=False, fewest=10, worse=5, quiet=timedelta(hours=1), gap=timedelta(minutes=30))

Move = tuple[int, object, Say]
"""Minutes since nine, what is seen (a value of 50 cases, (value, cases), or what somebody does), what is said."""


def live(moves: list[Move], limits: Limits = RATE) -> tuple[list[Say], Alarm]:
    alarm, said = Alarm(), []
    for minute, what, _ in moves:
        now = NINE + timedelta(minutes=minute)
        if callable(what):
            alarm = what(alarm, now)
            said.append("nothing")
        else:
            alarm, say = step(alarm, what if isinstance(what, Seen) else Seen(what, 50), limits, now)  # type: ignore[arg-type]
            said.append(say)
        assert Alarm.from_json(alarm.as_json()) == alarm
    return said, alarm


def ack(alarm: Alarm, now: datetime) -> Alarm:
    return acknowledge(alarm, "Ann", now)


def hour(alarm: Alarm, now: datetime) -> Alarm:
    return snooze(alarm, "Ann", now + timedelta(hours=1))


def day(alarm: Alarm, now: datetime) -> Alarm:
    return snooze(alarm, "Ann", now + timedelta(days=1))


TABLE: list[tuple[str, list[Move]]] = [
    ("steady", [(0, 95, "nothing"), (5, 96, "nothing")]),
    ("at the threshold", [(0, 90, "nothing")]),
    ("crossed, lasting, well again", [(0, 89.9, "open"), (5, 80, "update"), (10, 91, "close"), (15, 95, "nothing")]),
    ("wavers around it", [(0, 89.9, "open"), (5, 90.1, "update"), (10, 89.9, "update"), (15, 90.9, "update")]),
    (
        "flapping: said aloud once an hour at most, and still aloud while it lasts",
        [
            (0, 80, "open"),
            (5, 95, "close"),
            (10, 80, "reopen"),
            (15, 95, "close"),
            (20, 80, "reopen"),
            (55, 80, "update"),
            (60, 80, "again"),
            (65, 95, "close"),
            (70, 80, "reopen"),
            (75, 95, "close"),
            (200, 80, "open"),
        ],
    ),
    (
        "slow drift",
        [(0, 91, "nothing"), (5, 90.5, "nothing"), (10, 90, "nothing"), (15, 89.9, "open"), (20, 89, "update")],
    ),
    ("slow drift back", [(0, 89, "open"), (5, 89.9, "update"), (10, 90.5, "update"), (15, 91, "close")]),
    ("too few to open", [(0, Seen(0, 9), "nothing"), (5, Seen(0, 10), "open")]),
    ("too few to close", [(0, 50, "open"), (5, Seen(100, 9), "update"), (10, Seen(100, 10), "close")]),
    ("no cases at all", [(0, Seen(None, 0), "nothing"), (5, 80, "open"), (10, Seen(None), "nothing")]),
    (
        "acknowledged, no worse, well again",
        [(0, 80, "open"), (5, ack, "nothing"), (70, 76, "update"), (140, 75, "update"), (150, 95, "close")],
    ),
    (
        "acknowledged, then worse",
        [(0, 80, "open"), (5, ack, "nothing"), (70, 74, "again"), (75, 70, "update"), (80, ack, "nothing")],
    ),
    (
        "acknowledged, worse at once: within the hour it waits",
        [(0, 80, "open"), (5, ack, "nothing"), (10, 60, "update"), (59, 60, "update"), (60, 60, "again")],
    ),
    (
        "acknowledged, worse for a moment only: nothing is left to say",
        [(0, 80, "open"), (5, ack, "nothing"), (10, 60, "update"), (15, 95, "close"), (90, 95, "nothing")],
    ),
    (
        "snoozed, then recovered",
        [(0, 80, "open"), (5, hour, "nothing"), (30, 70, "update"), (40, 95, "close"), (70, 95, "nothing")],
    ),
    (
        "snoozed, recovered, and again within the snooze",
        [
            (0, 80, "open"),
            (5, day, "nothing"),
            (30, 95, "close"),
            (300, 80, "reopen"),
            (1400, 80, "update"),
            (1445, 80, "again"),
        ],
    ),
    (
        "snoozed and lasting: said again when the snooze is over",
        [(0, 80, "open"), (5, hour, "nothing"), (64, 60, "update"), (65, 60, "again"), (70, 60, "update")],
    ),
    (
        "snoozed and acknowledged: only worse is said, and only after the snooze",
        [(0, 80, "open"), (5, hour, "nothing"), (6, ack, "nothing"), (62, 60, "update"), (66, 60, "again")],
    ),
    ("down for a day, still in trouble", [(0, 80, "open"), (1440, 70, "update")]),
    ("down for a day, well again", [(0, 80, "open"), (1440, 95, "close")]),
    ("down for a day, trouble when back", [(0, 95, "nothing"), (1440, 80, "open")]),
]


@pytest.mark.parametrize(("name", "moves"), TABLE, ids=[name for name, _ in TABLE])
def test_an_alarm_says(name: str, moves: list[Move]) -> None:
    said, _ = live(moves)
    assert said == [say for _, _, say in moves]


def test_nobody_knows_what_was_while_nobody_looked() -> None:
    _, alarm = live([(0, 80, "open"), (5, 80, "update"), (1445, 95, "close")])
    assert alarm.unwatched == 1440 * 60
    assert (alarm.since, alarm.ended_at) == (NINE, NINE + timedelta(minutes=1445))
    _, fresh = live([(0, 80, "open"), (1440, 95, "close"), (1500, 80, "open")])
    assert fresh.unwatched == 0


def test_the_worst_is_kept_whichever_side_is_bad() -> None:
    _, low = live([(0, 80, "open"), (5, 60, "update"), (10, 85, "update")])
    high = Limits(limit=10, calm=9.5, above=True)
    _, slow = live([(0, 11, "open"), (5, 14, "update"), (10, 12, "update")], high)
    assert (low.worst, slow.worst) == (60, 14)
    assert live([(0, 10.0, "nothing"), (5, 10.1, "open"), (10, 9.6, "update"), (15, 9.5, "close")], high)[0] == [
        "nothing",
        "open",
        "update",
        "close",
    ]


def test_what_is_over_cannot_be_acknowledged() -> None:
    _, alarm = live([(0, 80, "open"), (5, 95, "close")])
    assert acknowledge(alarm, "Ann", NINE) == alarm
