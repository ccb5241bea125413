from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from slack_sdk.errors import SlackApiError

from jobs.alerts import Alerts, Figure, Thresholds, move, rules
from tracking.ledger import Ledger
from tracking.records import Asked, Result, Vote

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
STEP = timedelta(minutes=5)


class Channel:
    """A Slack channel that keeps what it shows and counts what it was sent."""

    def __init__(self) -> None:
        self.shown: dict[str, str] = {}
        self.posts = 0
        self.updates = 0
        self.fails: Exception | None = None

    async def post(self, channel: str, text: str, blocks: object) -> str:
        if self.fails:
            raise self.fails
        self.posts += 1
        ts = f"{self.posts}.0"
        self.shown[ts] = text
        return ts

    async def update(self, channel: str, ts: str, text: str, blocks: object) -> bool:
        if self.fails:
            raise self.fails
        if ts not in self.shown:
            raise SlackApiError("gone", {"ok": False, "error": "message_not_found"})
        self.updates += 1
        self.shown[ts] = text
        return True


class Day:
    """A ledger filled by hand, and the alerts that read it."""

    def __init__(self, ledger: Ledger, channel: Channel) -> None:
        self.ledger = ledger
        self.channel = channel
        self.now = START
        self.numbers = count()
        self.alerts = self.another_replica()

    def another_replica(self) -> Alerts:
        thresholds = Thresholds(window=timedelta(hours=1))
        return Alerts(self.ledger, self.channel.post, self.channel.update, "C1", thresholds, ZoneInfo("Europe/London"))

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
        await (by or self.alerts).check(self.now)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    yield Day(ledger, Channel())
    ledger.close()


@pytest.mark.parametrize(
    ("name", "values", "moves"),
    [
        ("steady", [(95, 50), (96, 50)], ["rest", "rest"]),
        ("at the threshold", [(90, 50)], ["rest"]),
        ("crossed, lasting, well again", [(89.9, 50), (80, 50), (91, 50)], ["open", "hold", "close"]),
        ("wavers around it", [(89.9, 50), (90.1, 50), (89.9, 50), (90.9, 50)], ["open", "hold", "hold", "hold"]),
        ("slow drift", [(91, 50), (90.5, 50), (90, 50), (89.5, 50)], ["rest", "rest", "rest", "open"]),
        ("again", [(89, 50), (92, 50), (89, 50)], ["open", "close", "open"]),
        ("too few to open", [(0, 9), (0, 10)], ["rest", "open"]),
        ("too few to close", [(50, 50), (100, 9), (100, 10)], ["open", "rest", "close"]),
        ("no cases at all", [(None, 0)], ["rest"]),
    ],
)
def test_an_alert_moves(name: str, values: list[tuple[float | None, int]], moves: list[str]) -> None:
    success = rules(Thresholds())[0]
    opened, made = False, []
    for value, cases in values:
        step = move(success, Figure(value, cases, ""), opened, fewest=10)
        opened = (opened or step == "open") and step != "close"
        made.append(step)
    assert made == moves


@pytest.mark.parametrize(
    ("value", "opened", "step"),
    [(10.0, False, "rest"), (10.1, False, "open"), (9.6, True, "hold"), (9.5, True, "close")],
)
def test_a_slow_answer_is_trouble_above_its_threshold(value: float, opened: bool, step: str) -> None:
    assert move(rules(Thresholds())[1], Figure(value, 50, ""), opened, fewest=10) == step


def test_a_threshold_of_a_hundred_percent_can_be_reached_again() -> None:
    perfect = rules(Thresholds(success=100))[0]
    assert move(perfect, Figure(100.0, 50, ""), opened=True, fewest=10) == "close"


async def test_says_why_it_opened(day: Day) -> None:
    day.asked(good=10, bad=0)
    day.asked(good=6, bad=6, approach="AI-Powered")
    await day.check()
    assert list(day.channel.shown.values()) == [
        "🔴 Success rate below 90 %\n"
        "Success rate: 72.7 %, 16 of 22 (52–87 %), over the last 1 h.\n"
        "The threshold is 90 %; it has been below it since Mon 5 Jan 09:05.\n"
        "Beyond it by themselves: AI-Powered."
    ]


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
    assert "since Mon 5 Jan 09:05" in day.channel.shown["1.0"]


async def test_closes_with_how_long_it_lasted_and_opens_anew(day: Day) -> None:
    day.asked(good=5, bad=5)
    await day.check()
    day.now += timedelta(hours=2)  # the bad hour has left the window
    day.asked(good=20, bad=0)
    await day.check()
    assert day.channel.posts == 1
    assert day.channel.shown["1.0"].startswith("✅ Success rate: recovered after 2 h 5 min\nSuccess rate is 100.0 %")
    assert "from Mon 5 Jan 09:05 to Mon 5 Jan 11:10" in day.channel.shown["1.0"]
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
