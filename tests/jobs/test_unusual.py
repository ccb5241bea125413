"""An unusual change is found by the same weekday of eight weeks, and no usual one is."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.telling import Telling
from jobs.saying import Saying
from jobs.schedule import Firing
from jobs.unusual import Unusual, strangeness
from jobs.watch import Watcher
from tests.jobs.channel import Channel
from tests.tracking.examples import NINE, answered, asked, finish
from tracking.alarms import Alarms
from tracking.ledger import Ledger

WEEK = timedelta(weeks=1)


def a_day(ledger: Ledger, before: datetime, number: int, failed: int = 0, seconds: float = 1.0) -> None:
    for place in range(number):
        at = before - timedelta(hours=1, seconds=place)
        outcome = "failed" if place < failed else "answered"
        finish(ledger, asked(0, id=f"{at}", asked_at=at), answered(outcome=outcome, seconds=seconds))


async def said(ledger: Ledger) -> list[str]:
    alarms, channel = Alarms(ledger), Channel()
    watcher = Watcher(alarms, Saying(ledger, channel.post_once), Telling(alarms, channel.update, ZoneInfo("UTC")))
    await Unusual(ledger, watcher, "C1", ZoneInfo("Europe/London"), 10).check(Firing("unusual", NINE, NINE))
    return list(channel.shown.values())


async def test_a_day_like_the_others_is_not_said(ledger: Ledger) -> None:
    for week in range(9):
        a_day(ledger, NINE - week * WEEK, 30 + week % 3, failed=week % 2)
    assert await said(ledger) == []


async def test_a_rate_that_fell_is_said_with_what_is_usual(ledger: Ledger) -> None:
    for week in range(1, 9):
        a_day(ledger, NINE - week * WEEK, 30, failed=week % 2)
    a_day(ledger, NINE, 30, failed=5)
    (only,) = await said(ledger)
    assert only.startswith(
        "🔴 Success rate is unusual\nSuccess rate of the last 24 h: 83.3 %. Until the same time of the last 8 Mondays"
    )
    assert "96.7 % to 100.0 %" in only


async def test_too_few_weeks_or_too_few_questions_say_nothing(ledger: Ledger) -> None:
    for week in range(1, 4):
        a_day(ledger, NINE - week * WEEK, 30)
    a_day(ledger, NINE, 30, failed=30)
    assert await said(ledger) == []


async def test_twice_the_questions_and_half_the_speed_are_unusual(ledger: Ledger) -> None:
    for week in range(1, 9):
        a_day(ledger, NINE - week * WEEK, 20 + week % 2)
    a_day(ledger, NINE, 60, seconds=2.0)
    titles = {text.splitlines()[0] for text in await said(ledger)}
    assert titles == {"🔴 Number of questions is unusual", "🔴 Average response time is unusual"}


def test_one_wild_day_does_not_widen_what_is_usual() -> None:
    usual = [95.0, 96.0, 94.0, 95.5, 95.0, 94.5, 96.0]
    assert strangeness(80, [*usual, 20.0], floor=1.0) > 3.5
    chance = random.Random(7)  # noqa: S311
    noise = [chance.gauss(95, 1) for _ in range(9)]
    assert strangeness(noise[0], noise[1:], floor=1.0) < 3.5
