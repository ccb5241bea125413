"""Daily stats and the weekly digest: what was asked, how it went and what people said, against the period before."""

import asyncio
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.blocks.digest import Digest, Line, Ranking, Remark, Usage, digest_messages
from bot.blocks.instants import instant_words
from jobs.figures import (
    FEWEST,
    FEWEST_FOR_P95,
    Spell,
    average,
    change,
    p95,
    percent,
    rate_change,
    rate_words,
    seconds_change,
    seconds_words,
)
from jobs.saying import Saying
from jobs.schedule import Firing
from tracking.ledger import Ledger
from tracking.records import Share, Statistics, Vote
from tracking.stats import between

HOW_RATES_ARE_READ = (
    f"In brackets: the 95 % interval. Fewer than {FEWEST} cases make no percentage, "
    f"fewer than {FEWEST_FOR_P95} no 95th percentile."
)


class Digests:
    """Reads the ledger and posts to one channel. A period begins where the one before ended, so they leave no gap."""

    def __init__(self, ledger: Ledger, saying: Saying, channel: str, zone: ZoneInfo) -> None:
        self._ledger = ledger
        self._saying = saying
        self._channel = channel
        self._zone = zone

    async def daily(self, firing: Firing) -> None:
        """The time since the last one: the numbers."""
        await self._tell("Daily stats", firing, lists=False)

    async def weekly(self, firing: Firing) -> None:
        """The week that ends now: the numbers, what was asked, and the comments with their questions."""
        await self._tell("Weekly digest", firing, lists=True)

    async def _tell(self, title: str, firing: Firing, lists: bool) -> None:
        digest = await asyncio.to_thread(self._digest, title, firing, lists)
        for part, message in enumerate(digest_messages(digest)):
            await self._saying.once(f"{firing.key} {part}", self._channel, message)

    def _digest(self, title: str, firing: Firing, lists: bool) -> Digest:
        """Compared with the same length of time before it, by the bank's clock: an hour that the clocks skip counts."""
        until, since = (instant.astimezone(self._zone) for instant in (firing.due, firing.since))
        earlier = since - (until.replace(tzinfo=None) - since.replace(tzinfo=None))
        now, before = between(self._ledger, since, until), between(self._ledger, earlier, since)
        if not lists:
            return describe(title, now, before, self._zone)
        return describe(title, now, before, self._zone, rankings(now), self._remarks(now.comments))

    def _remarks(self, votes: Sequence[Vote]) -> tuple[Remark, ...]:
        """Comments with their questions. Those on questions asked in private are not among them: see `between`."""
        written = [(vote, self._ledger.entry(vote.question_id)) for vote in votes if vote.comment.strip()]
        return tuple(Remark(entry.asked.text, vote.comment.strip(), vote.up) for vote, entry in written if entry)


def describe(
    title: str,
    now: Statistics,
    before: Statistics,
    zone: ZoneInfo,
    lists: tuple[Ranking, ...] = (),
    remarks: tuple[Remark, ...] = (),
) -> Digest:
    """Two periods put into words."""
    period = f"{instant_words(now.since, zone)} – {instant_words(now.until, zone)}, {zone.key}"
    if not now.questions:
        earlier = f"there {'was' if before.questions == 1 else 'were'} {_counted(before.questions, 'question')}"
        quiet = f"Nobody asked anything; in the period before {earlier}."
        return Digest(title, period, quiet)
    approaches = sorted({*now.approaches, *before.approaches}, key=lambda name: (-now.approaches.get(name, 0), name))
    usage = tuple(Usage(name, now.approaches.get(name, 0), before.approaches.get(name, 0)) for name in approaches)
    lines = (*_lines(now, before), *_shares(usage))
    return Digest(title, period, _summary(now), lines, usage, lists, remarks, (HOW_RATES_ARE_READ,))


def rankings(week: Statistics) -> tuple[Ranking, ...]:
    """What the weekly digest lists: most asked, not understood, slowest."""
    return (
        Ranking("Most asked", tuple(f"{text} · {times:,} ×" for text, times in week.most_asked)),
        Ranking("Not understood", week.not_understood),
        Ranking("Slowest", tuple(f"{text} · {seconds:,.1f} s" for text, seconds in week.slowest)),
    )


def _summary(now: Statistics) -> str:
    said = f"{_counted(now.questions, 'question')} from {_counted(now.people, 'person', 'people')}"
    if now.success.whole >= FEWEST:
        said += f", {percent(now.success)} of {now.success.whole:,} answered"
    if now.average_seconds is not None:
        said += f", on average in {now.average_seconds:,.1f} s"
    return f"{said}."


def _lines(now: Statistics, before: Statistics) -> tuple[Line, ...]:
    return (
        _count("Questions", now.questions, before.questions),
        _count("People", now.people, before.people),
        _rate("Success rate", now.success, before.success),
        _count("Not understood", now.outcomes.get("not_understood", 0), before.outcomes.get("not_understood", 0)),
        _count("Failed", now.outcomes.get("failed", 0), before.outcomes.get("failed", 0)),
        _seconds("Average response time", average(now), average(before)),
        _seconds("95th percentile", p95(now), p95(before), FEWEST_FOR_P95),
        _rate("Satisfaction", now.satisfaction, before.satisfaction),
    )


def _count(label: str, now: int, before: int) -> Line:
    return Line(label, f"{now:,}", f"{before:,}", change(now - before, decimals=0))


def _rate(label: str, now: Share, before: Share) -> Line:
    return Line(label, rate_words(now), rate_words(before), rate_change(now, before))


def _seconds(label: str, now: Spell, before: Spell, fewest: int = 1) -> Line:
    return Line(label, seconds_words(now, fewest), seconds_words(before, fewest), seconds_change(now, before, fewest))


def _shares(usage: Sequence[Usage]) -> tuple[Line, ...]:
    """Each approach's part of the questions; a bare count where there are too few for a percentage."""
    now, before = sum(row.now for row in usage), sum(row.before for row in usage)
    return tuple(
        Line(row.approach, _share(row.now, now), _share(row.before, before), change(row.now - row.before, decimals=0))
        for row in usage
    )


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({100 * part / whole:.1f} %)" if whole >= FEWEST else f"{part:,}"


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
