from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.digest import Line
from jobs.digest import Digests
from jobs.saying import Saying
from jobs.schedule import Firing
from jobs.wording import describe
from tests.jobs.channel import Channel
from tracking.ledger import Ledger
from tracking.records import Asked, Result, Share, Statistics, Vote
from tracking.thumbs import Thumbs

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 1, 12, 9, tzinfo=UTC)


TABLES = {"loan": "loan", "pledge": "collateral"}


def week(due: datetime) -> Firing:
    return Firing("weekly-digest", due, due - timedelta(days=7))


def day(due: datetime) -> Firing:
    return Firing("daily-stats", due, (due.astimezone(LONDON) - timedelta(days=1)).astimezone(UTC))


def digests(ledger: Ledger, channel: Channel) -> Digests:
    return Digests(
        ledger, Saying(ledger, channel.post_once, channel.attach_once), "C1", LONDON, channel.shown_here, TABLES
    )


def put(ledger: Ledger, identity: str, at: datetime, **fields: Any) -> None:
    """One finished question, whose answer stands where it was asked, or in `answered_in`."""
    answered_in = fields.pop("answered_in", fields.get("channel", "C2"))
    result = {key: fields.pop(key) for key in ("outcome", "approach", "seconds", "message") if key in fields}
    asked = {"text": "How many loans?", "person": "U1", "person_name": "Ann", "channel": "C2", "thread": identity}
    ledger.receive(Asked(id=identity, asked_at=at, **(asked | fields)))
    ledger.claim("worker", timedelta(minutes=1), at, identity)
    ledger.placed(identity, answered_in, f"{identity}.0")
    answered = {"outcome": "answered", "approach": "Pattern Match", "seconds": 2.0, "sql": ""}
    if result.get("outcome", "answered") == "answered":
        answered["sql"] = f"SELECT COUNT(*) FROM loan /* {asked['text'] if 'text' not in fields else fields['text']} */"
    ledger.finish(identity, "worker", Result(**(answered | result)), at)


def fill(ledger: Ledger) -> None:
    """This week: 12 questions of 3 people, 9 answered, 1 failed, 1 not understood, 1 refused. The week before: 10."""
    for number in range(8):
        put(ledger, f"a{number}", MONDAY - timedelta(days=1, minutes=number), person=f"U{number % 2}")
    put(
        ledger,
        "slow",
        MONDAY - timedelta(days=6),
        text="Average balance by branch?",
        seconds=31.0,
        approach="AI-Powered",
    )
    put(ledger, "failed", MONDAY - timedelta(days=2), outcome="failed", approach="AI-Powered", text="Rates?")
    put(ledger, "lost", MONDAY - timedelta(days=2), outcome="not_understood", text="What is the weather?")
    put(ledger, "refused", MONDAY - timedelta(days=2), outcome="refused", person="U9", text="DROP TABLE")
    put(ledger, "edge", MONDAY, text="asked at the very end")
    put(ledger, "test", MONDAY - timedelta(days=1), test=True)
    for number in range(10):
        put(ledger, f"b{number}", MONDAY - timedelta(days=8), seconds=3.0, outcome="answered" if number else "failed")


async def test_the_weekly_digest_counts_what_the_ledger_holds(ledger: Ledger) -> None:
    fill(ledger)
    channel = Channel()
    await digests(ledger, channel).weekly(week(MONDAY))
    assert {where for where, _, _ in channel.posted} == {"C1"}
    assert channel.table() == {
        "Questions": ("12", "10", "+2"),
        "People": ("3", "1", "+2"),
        "Success rate": ("81.8 %, 9 of 11 (52–95 %)", "90.0 %, 9 of 10 (60–98 %)", "−8.2 points"),
        "Not understood": ("1", "0", "+1"),
        "Failed": ("1", "1", "no change"),
        "Average response time": ("4.4 s of 12 (0.0–9.2 s)", "3.0 s of 10 (3.0–3.0 s)", "+1.4 s"),
        "95th percentile": ("too few (12)", "too few (10)", "—"),
        "Satisfaction": ("—", "—", "—"),
        "Pattern Match": ("83.3 %, 10 of 12 (55–95 %)", "100.0 %, 10 of 10 (72–100 %)", "no change"),
        "AI-Powered": ("16.7 %, 2 of 12 (5–45 %)", "0.0 %, 0 of 10 (0–28 %)", "+2"),
    }
    assert channel.posted[0][1].startswith(
        "Weekly digest, Mon 5 Jan 09:00 – Mon 12 Jan 09:00, Europe/London. "
        "12 questions from 3 people, 81.8 % of 11 answered, on average in 4.4 s."
    )


async def test_the_weekly_digest_lists_what_was_asked_what_was_not_understood_and_what_was_slow(ledger: Ledger) -> None:
    fill(ledger)
    channel = Channel()
    await digests(ledger, channel).weekly(week(MONDAY))
    said = str(channel.posted[1][2])
    assert "How many loans? · 8 × · 8 of 8 answered" in said
    assert "What is the weather? · 1 ×" in said
    assert "Average balance by branch? · 31.0 s" in said
    assert "Newly among the most asked: How many loans?" not in said  # it was in the week before as well
    assert "1 of the catalogue's 2 tables were asked about. Nobody asked about: collateral." in said


async def test_a_csv_file_with_every_figure_stands_below_the_digest_once(ledger: Ledger) -> None:
    fill(ledger)
    channel = Channel()
    for _ in range(2):
        await digests(ledger, channel).weekly(week(MONDAY))
    assert list(channel.files) == ["weekly-digest-2026-01-12.csv"]
    lines = channel.files["weekly-digest-2026-01-12.csv"].splitlines()
    assert "success rate,0.8181818181818182,11,0.9,10" in lines
    assert "approach: AI-Powered,2,,0," in lines


async def test_what_not_everybody_here_may_see_is_counted_and_not_shown(ledger: Ledger) -> None:
    put(ledger, "open", MONDAY - timedelta(days=1), text="Loans in Leeds?", outcome="not_understood")
    put(ledger, "board", MONDAY - timedelta(days=1), text="Pay of the board?", outcome="not_understood", seconds=9.0)
    for one in ("open", "board"):
        ledger.vote(Vote(one, "U1", False, MONDAY, comment=f"about {one}"))
    channel = Channel()
    channel.hidden = {"board"}
    await digests(ledger, channel).weekly(week(MONDAY))
    everything = str(channel.posted)
    assert "Pay of the board" not in everything
    assert "about board" not in everything
    assert "about open" in everything
    assert "1 more are on questions that not everybody here may see" in everything
    assert "Pay of the board" not in str(channel.files)


async def test_comments_on_an_answer_that_only_its_asker_saw_stay_out(ledger: Ledger) -> None:
    """The question stood in the channel; its answer did not, and the comment speaks of that."""
    put(ledger, "kept", MONDAY - timedelta(days=1), text="Loans of my clients?", answered_in="D1")
    ledger.vote(Vote("kept", "U1", False, MONDAY, comment="Acme has three, not two"))
    channel = Channel()
    await digests(ledger, channel).weekly(week(MONDAY))
    assert "Loans of my clients?" in str(channel.posted)
    assert "Acme" not in str(channel.posted)
    assert "Acme" not in str(channel.files)


async def test_words_not_understood_are_only_those_of_questions_that_may_be_shown(ledger: Ledger) -> None:
    for number, text in enumerate(("Any flurbs?", "Are there flurbs?", "Is Falcon sold?", "Falcon's price?")):
        fields = {
            "outcome": "not_understood",
            "message": f"I did not understand “{text.split()[-1].strip('?')}”, “falcon”.",
        }
        put(ledger, f"q{number}", MONDAY - timedelta(days=1), text=text, person=f"U{number}", **fields)
    for number, private in enumerate(("Acme's pay?", "The pay at Acme?")):
        put(ledger, f"p{number}", MONDAY - timedelta(days=1), text=private, person=f"U{number}", private=True,
            outcome="not_understood", message="I did not understand “Acme”.")  # fmt: skip
    channel = Channel()
    channel.hidden = {"q2", "q3"}
    await digests(ledger, channel).weekly(week(MONDAY))
    assert "“flurbs” · 2 ×" in str(channel.posted)
    for posted in (str(channel.posted), str(channel.files)):
        assert "alcon" not in posted
        assert "cme" not in posted


async def test_thumbs_under_a_digest_are_told_in_the_next(ledger: Ledger) -> None:
    put(ledger, "one", MONDAY - timedelta(days=8))
    put(ledger, "two", MONDAY - timedelta(days=1))
    channel = Channel()
    first, second = week(MONDAY - timedelta(days=7)), week(MONDAY)
    await digests(ledger, channel).weekly(first)
    for person, up in (("U1", True), ("U2", True), ("U2", False)):
        Thumbs(ledger).give(first.key, person, up)
    await digests(ledger, channel).weekly(second)
    assert "The last one got 👍 1 and 👎 1." in str(channel.posted[-2][2])
    assert f"up:{second.key}" in str(channel.posted[-2][2])


async def test_what_changed_beyond_chance_is_said(ledger: Ledger) -> None:
    for number in range(60):
        put(ledger, f"a{number}", MONDAY - timedelta(days=8), seconds=1.0 + number % 2)
        put(ledger, f"b{number}", MONDAY - timedelta(days=1), seconds=5.0 + number % 2, text="Rates by branch?",
            outcome="answered" if number % 2 else "failed")  # fmt: skip
    channel = Channel()
    await digests(ledger, channel).weekly(week(MONDAY))
    said = channel.posted[1][1]
    assert "Success rate fell from 100.0 % to 50.0 %" in said
    assert "Average response time went from 1.5 s to 5.5 s" in said
    assert "Newly among the most asked: Rates by branch?" in said


async def test_comments_stand_with_their_questions_and_private_ones_stay_out(ledger: Ledger) -> None:
    put(ledger, "open", MONDAY - timedelta(days=1), text="Loans in Leeds?")
    put(ledger, "secret", MONDAY - timedelta(days=1), text="My own salary?", private=True)
    put(ledger, "silent", MONDAY - timedelta(days=1), text="No words?")
    ledger.vote(Vote("open", "U1", False, MONDAY, comment="Leeds has <two> branches & one is missing"))
    ledger.vote(Vote("secret", "U1", True, MONDAY, comment="thanks, that is what I earn"))
    ledger.vote(Vote("silent", "U1", True, MONDAY))
    channel = Channel()
    await digests(ledger, channel).weekly(week(MONDAY))
    assert len(channel.posted) == 3
    comments = str(channel.posted[2][2])
    assert "1 comment: displeased" in comments or "1 comment: 1 displeased" in comments
    assert "Data missing · 1 ×" in str(channel.posted[1][2])
    assert "Loans in Leeds?" in comments
    assert "👎 Leeds has <two> branches & one is missing" in comments
    assert "salary" not in str(channel.posted)
    assert "earn" not in str(channel.posted)


async def test_daily_stats_are_of_the_day_that_ends_now_against_the_day_before(ledger: Ledger) -> None:
    put(ledger, "today", MONDAY - timedelta(hours=23), text="Secret words?")
    put(ledger, "yesterday", MONDAY - timedelta(hours=25))
    put(ledger, "earlier", MONDAY - timedelta(hours=49))
    channel = Channel()
    await digests(ledger, channel).daily(day(MONDAY))
    assert len(channel.posted) == 1
    assert channel.table()["Questions"] == ("1", "1", "no change")
    assert channel.table()["Success rate"] == ("too few (1 of 1)", "too few (1 of 1)", "—")
    assert "%" not in channel.posted[0][1].replace("95 % interval", "")


async def test_days_touch_without_gap_or_overlap_when_the_clocks_change(ledger: Ledger) -> None:
    """In autumn 2026 London's day from Saturday 08:00 to Sunday 08:00 has 25 hours."""
    sunday = datetime(2026, 10, 25, 8, tzinfo=UTC)
    for hour in range(1, 52):
        put(ledger, f"h{hour}", sunday - timedelta(hours=hour))
    channel = Channel()
    await digests(ledger, channel).daily(day(sunday))
    assert channel.table()["Questions"] == ("25", "24", "+1")


async def test_a_digest_that_died_half_way_is_finished_and_nothing_of_it_comes_twice(ledger: Ledger) -> None:
    put(ledger, "open", MONDAY - timedelta(days=1), text="Loans in Leeds?")
    ledger.vote(Vote("open", "U1", False, MONDAY, comment="one is missing"))
    channel = Channel()
    channel.dies = True
    with pytest.raises(ConnectionResetError):
        await digests(ledger, channel).weekly(week(MONDAY))
    assert channel.posts == 1
    await digests(ledger, channel).weekly(week(MONDAY))
    await digests(ledger, channel).weekly(week(MONDAY))
    assert channel.posts == 3
    await digests(ledger, channel).weekly(week(MONDAY + timedelta(days=7)))
    assert channel.posts == 4


def test_a_quiet_period_is_said() -> None:
    nothing = Statistics(MONDAY - timedelta(days=1), MONDAY)
    before = Statistics(MONDAY - timedelta(days=2), MONDAY - timedelta(days=1), questions=1)
    digest = describe("Daily stats", nothing, before, LONDON)
    assert digest.summary == "Nobody asked anything; in the period before there was 1 question."
    assert digest.lines == ()


def test_the_95th_percentile_needs_twenty_cases() -> None:
    def numbers(cases: int) -> Statistics:
        return Statistics(MONDAY, MONDAY, questions=cases, p95_seconds=6.0, timed=cases, success=Share(cases, cases))

    shown = {line.label: line for line in describe("Weekly digest", numbers(20), numbers(19), LONDON).lines}
    assert shown["95th percentile"] == Line("95th percentile", "6.0 s of 20", "too few (19)", "—")
