"""Digests in words: two periods side by side, what changed between them, what people said."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.blocks.comment import REASONS
from bot.blocks.digest import Comparison, Digest, Line, Usage
from bot.blocks.instants import instant_words
from jobs.figures import (
    FEWEST,
    FEWEST_FOR_P95,
    Spell,
    average,
    change,
    interval,
    p95,
    percent,
    rate_change,
    rate_words,
    seconds_change,
    seconds_words,
)
from jobs.themes import Theme, mood
from tracking.records import Entry, Popular, Remark, Share, Statistics

HOW_RATES_ARE_READ = (
    f"In brackets: the 95 % interval. Fewer than {FEWEST} cases make no percentage, "
    f"fewer than {FEWEST_FOR_P95} no 95th percentile."
)


def describe(
    title: str,
    now: Statistics,
    before: Statistics,
    zone: ZoneInfo,
    parts: Mapping[str, Statistics] | None = None,
) -> Digest:
    """Two periods put into words; `parts` are the approaches of this one, each by itself."""
    period = f"{instant_words(now.since, zone)} – {instant_words(now.until, zone)}, {zone.key}"
    if not now.questions:
        earlier = f"there {'was' if before.questions == 1 else 'were'} {_counted(before.questions, 'question')}"
        quiet = f"Nobody asked anything; in the period before {earlier}."
        return Digest(title, period, quiet)
    approaches = sorted({*now.approaches, *before.approaches}, key=lambda name: (-now.approaches.get(name, 0), name))
    usage = tuple(Usage(name, now.approaches.get(name, 0), before.approaches.get(name, 0)) for name in approaches)
    compared = tuple(
        Comparison(
            name,
            f"{own.questions:,}",
            rate_words(own.success),
            seconds_words(average(own)),
            rate_words(own.satisfaction),
        )
        for name, own in sorted((parts or {}).items(), key=lambda pair: -pair[1].questions)
    )
    lines = (*_lines(now, before), *_shares(usage))
    return Digest(title, period, _summary(now), lines, usage, compared, notes=(HOW_RATES_ARE_READ,))


def changes(
    now: Statistics, before: Statistics, asked: Sequence[Popular], asked_before: Sequence[Popular]
) -> tuple[str, ...]:
    """What is hardly chance: rates whose 95 % intervals do not meet; and what is newly asked often."""
    found = [
        f"{label} {'rose' if one.rate > other.rate else 'fell'} from {percent(other)} to {percent(one)}"
        for label, one, other in (
            ("Success rate", now.success, before.success),
            ("Satisfaction", now.satisfaction, before.satisfaction),
        )
        if one.rate is not None and other.rate is not None and _is_apart(one, other)
    ]
    average_now, average_before = average(now), average(before)
    if _are_apart(average_now, average_before):
        found.append(f"Average response time went from {average_before.seconds:,.1f} s to {average_now.seconds:,.1f} s")
    if before.questions >= FEWEST and not 0.67 < now.questions / before.questions < 1.5:
        found.append(f"{now.questions:,} questions instead of {before.questions:,}")
    known = {_meaning(each.entry) for each in asked_before}
    found += [
        f"Newly among the most asked: {each.entry.asked.text}" for each in asked if _meaning(each.entry) not in known
    ]
    return tuple(found)


def popular_words(popular: Popular) -> str:
    """A question with how often it was asked, and how often with success."""
    said = f"{popular.entry.asked.text} · {popular.times:,} ×"
    if not popular.success.whole:
        return said
    if popular.success.whole < FEWEST:
        return f"{said} · {popular.success.part:,} of {popular.success.whole:,} answered"
    return f"{said} · {percent(popular.success)} answered"


def slow_words(entry: Entry) -> str:
    """A question with how long its answer took."""
    seconds = entry.result.seconds if entry.result else 0.0
    return f"{entry.asked.text} · {seconds:,.1f} s"


def theme_words(found: Sequence[Theme], reasons: Mapping[str, int]) -> tuple[str, ...]:
    """What comments are about, with an example each; then the reasons that were ticked under 👎."""
    said = [f"{theme.name} · {theme.number:,} × · “{_example(theme)}”" for theme in found]
    ticked = [f"{REASONS.get(code, code)}: ticked {_counted(number, 'time')}" for code, number in reasons.items()]
    return (*said, *ticked)


def mood_words(remarks: Sequence[Remark]) -> str:
    """How comments sound, as counts."""
    if not remarks:
        return ""
    sounds = [mood(remark.vote.comment, remark.vote.up) for remark in remarks]
    each = ", ".join(f"{sounds.count(name)} {name}" for name in ("pleased", "mixed", "displeased") if name in sounds)
    return f"{_counted(len(remarks), 'comment')}: {each}."


def _example(theme: Theme) -> str:
    said = " ".join(theme.examples[0].vote.comment.split())
    return said if len(said) <= 80 else f"{said[:79].rstrip()}…"


def _meaning(entry: Entry) -> str:
    result = entry.result
    return " ".join((result.sql if result and result.sql else entry.asked.text).lower().split())


def _is_apart(one: Share, other: Share) -> bool:
    if min(one.whole, other.whole) < FEWEST:
        return False
    (low, high), (lower, higher) = interval(one), interval(other)
    return low > higher or high < lower


def _are_apart(one: Spell, other: Spell) -> bool:
    if one.seconds is None or other.seconds is None or min(one.cases, other.cases) < FEWEST:
        return False
    return abs(one.seconds - other.seconds) > one.reach + other.reach


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
    return rate_words(Share(part, whole)) if whole else "—"


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
