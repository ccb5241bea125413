from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.telling import Telling
from jobs.alerts import Alerts
from jobs.saying import Saying
from jobs.schedule import Firing
from jobs.thresholds import Thresholds
from jobs.watch import Watcher
from tests.jobs.channel import Channel
from tracking.alarms import Alarms
from tracking.ledger import Ledger
from tracking.records import Asked, Result, Vote

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
STEP = timedelta(minutes=5)


class Day:
    """A ledger filled by hand, and the alerts that read it."""

    def __init__(self, ledger: Ledger, channel: Channel) -> None:
        self.ledger = ledger
        self.channel = channel
        self.now = START
        self.numbers = count()
        self.alerts = self.another_replica()

    def another_replica(self, *own: str) -> Alerts:
        thresholds = Thresholds(window=timedelta(hours=1)).with_own(own)
        alarms = Alarms(self.ledger)
        telling = Telling(alarms, self.channel.update, ZoneInfo("Europe/London"))
        watcher = Watcher(alarms, Saying(self.ledger, self.channel.post_once), telling)
        return Alerts(self.ledger, watcher, "C1", thresholds)

    def asked(
        self, good: int, bad: int, seconds: float = 1.0, approach: str = "Pattern Match", thumbs: bool | None = None
    ) -> None:
        for number in range(good + bad):
            identity = f"q{next(self.numbers)}"
            self.ledger.receive(Asked(identity, "How many loans?", "U1", "Ann", "C2", identity, self.now))
            self.ledger.claim("worker", STEP, self.now, identity)
            outcome = "answered" if number < good else "failed"
            self.ledger.finish(identity, "worker", Result(outcome, approach, seconds=seconds), self.now)
            if thumbs is not None:
                self.ledger.vote(Vote(identity, "U1", thumbs, self.now))

    async def check(self, by: Alerts | None = None) -> None:
        self.now += STEP
        await (by or self.alerts).check(Firing("threshold-alerts", self.now, self.now - STEP))


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    yield Day(ledger, Channel())
    ledger.close()


async def test_says_why_it_opened(day: Day) -> None:
    day.asked(good=10, bad=0)
    day.asked(good=6, bad=6, approach="AI-Powered")
    await day.check()
    assert list(day.channel.shown.values()) == [
        "🔴 Success rate below 90 %\n"
        "Success rate: 72.7 %, 16 of 22 (52–87 %), over the last 1 h.\n"
        "Beyond it by themselves: AI-Powered.\n"
        "Since Mon 5 Jan 09:05."
    ]
    assert day.channel.table()["AI-Powered"] == ("50.0 %, 6 of 12 (25–75 %)",)


async def test_an_approach_has_an_alert_of_its_own_while_the_whole_is_well(day: Day) -> None:
    day.asked(good=200, bad=0)
    day.asked(good=6, bad=6, approach="AI-Powered")
    await day.check()
    assert [text.splitlines()[0] for text in day.channel.shown.values()] == ["🔴 Success rate of AI-Powered below 90 %"]


async def test_an_approach_may_have_thresholds_of_its_own(day: Day) -> None:
    patient, strict = day.another_replica("agents seconds 45"), day.another_replica("pattern success 99.5")
    day.asked(good=200, bad=2)
    day.asked(good=20, bad=0, seconds=30, approach="AutoGen Multi-Agent")
    await day.check(patient)
    assert day.channel.posts == 0
    await day.check(strict)
    assert [text.splitlines()[0] for text in day.channel.shown.values()] == [
        "🔴 Success rate of Pattern Match below 99.5 %",
        "🔴 Average response time of AutoGen Multi-Agent above 10 s",
    ]


async def test_an_approach_that_is_asked_seldom_may_have_a_longer_window(day: Day) -> None:
    patient = day.another_replica("ai hours 48", "ai cases 12")
    day.asked(good=0, bad=6, approach="AI-Powered")
    day.now += timedelta(hours=30)
    day.asked(good=100, bad=0)
    await day.check(patient)
    day.asked(good=0, bad=5, approach="AI-Powered")
    await day.check(patient)
    assert day.channel.posts == 0
    day.asked(good=0, bad=1, approach="AI-Powered")
    await day.check(patient)
    (said,) = day.channel.shown.values()
    assert "Success rate of AI-Powered: 0.0 %, 0 of 12" in said
    assert "over the last 2 d" in said


async def test_who_is_well_by_its_own_threshold_is_not_blamed(day: Day) -> None:
    patient = day.another_replica("agents seconds 45")
    day.asked(good=10, bad=0, seconds=20)
    day.asked(good=10, bad=0, seconds=30, approach="AutoGen Multi-Agent")
    await day.check(patient)
    (said,) = day.channel.shown.values()
    assert "Beyond it by themselves: Pattern Match." in said


async def test_is_said_once_over_checks_restarts_and_replicas(day: Day) -> None:
    day.asked(good=5, bad=5)
    for _ in range(3):
        await day.check()
        await day.check(by=day.another_replica())
    assert day.channel.posts == 1
    assert day.channel.updates == 0  # nothing new to say


async def test_is_kept_up_to_date_in_place(day: Day) -> None:
    day.asked(good=5, bad=5)
    await day.check()
    day.asked(good=0, bad=5)
    await day.check()
    assert day.channel.posts == 1
    assert "33.3 %, 5 of 15" in day.channel.shown["1.0"]
    assert "Since Mon 5 Jan 09:05" in day.channel.shown["1.0"]


async def test_closes_with_how_long_it_lasted_and_opens_anew(day: Day) -> None:
    day.asked(good=5, bad=5)
    await day.check()
    day.now += timedelta(hours=2)  # the bad hour has left the window
    day.asked(good=20, bad=0)
    await day.check()
    assert day.channel.posts == 1
    assert day.channel.shown["1.0"].startswith("✅ Success rate is well again\nSuccess rate: 100.0 %")
    assert "It lasted 2 h 5 min, from Mon 5 Jan 09:05 to Mon 5 Jan 11:10." in day.channel.shown["1.0"]
    day.asked(good=0, bad=20)
    await day.check()
    assert day.channel.posts == 2
    assert day.channel.shown["2.0"].startswith("🔴 Success rate below 90 %")
    assert day.channel.shown["1.0"].startswith("✅")


async def test_too_few_questions_open_nothing_and_close_nothing(day: Day) -> None:
    day.asked(good=0, bad=9)
    await day.check()
    assert day.channel.posts == 0
    day.asked(good=0, bad=1)
    await day.check()
    assert day.channel.posts == 1
    day.now += timedelta(hours=2)
    day.asked(good=9, bad=0)
    await day.check()
    assert day.channel.shown["1.0"].startswith("🔴")


async def test_slowness_and_displeasure_have_alerts_of_their_own(day: Day) -> None:
    day.asked(good=10, bad=0, seconds=12.5, thumbs=False)
    await day.check()
    titles = {text.splitlines()[0] for text in day.channel.shown.values()}
    assert titles == {"🔴 Average response time above 10 s", "🔴 Satisfaction below 70 %"}
    slow = next(text for text in day.channel.shown.values() if "response time" in text)
    assert "12.5 s of 10" in slow


async def test_what_could_not_be_said_is_said_at_the_next_check(day: Day, caplog: pytest.LogCaptureFixture) -> None:
    day.asked(good=5, bad=5)
    day.channel.fails = ConnectionError("Slack is away")
    with pytest.raises(ConnectionError):
        await day.check()
    assert day.channel.posts == 0
    assert "Slack is away" in caplog.text
    day.channel.fails = None
    await day.check()
    assert day.channel.posts == 1


async def test_an_alert_whose_message_was_deleted_is_not_said_again_and_still_closes(day: Day) -> None:
    day.asked(good=5, bad=5)
    await day.check()
    day.channel.shown.clear()
    day.asked(good=0, bad=5)
    await day.check()
    day.now += timedelta(hours=2)
    day.asked(good=20, bad=0)
    await day.check()
    assert day.channel.posts == 1
    day.asked(good=0, bad=20)
    await day.check()
    assert day.channel.posts == 2
