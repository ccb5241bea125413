"""Rates and times in words, with their cases and how sure they are: never a percentage from fewer than ten."""

from dataclasses import dataclass
from math import sqrt

from tracking.records import Share, Statistics

FEWEST = 10
"""A percentage of fewer cases than this says more about chance than about Teller."""
FEWEST_FOR_P95 = 20
"""Below this the 95th percentile is simply the slowest case."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A response time in seconds, of so many questions."""

    seconds: float | None
    cases: int


def interval(share: Share) -> tuple[float, float]:
    """The 95 % interval of a rate, between 0 and 1.

    Wilson's score interval without continuity correction: E. B. Wilson, "Probable inference, the law of succession, and
    statistical inference", Journal of the American Statistical Association 22 (1927), 209–212. It stays within 0 and 1
    and is sensible for rates near them, where ours are. Raises ValueError without cases.
    """
    if not share.whole:
        raise ValueError("there is no interval without cases")
    z, n, p = 1.959964, share.whole, share.part / share.whole
    centre = p + z * z / (2 * n)
    reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale)


def rate_words(share: Share) -> str:
    """A rate with its cases and its interval: "92.4 %, 109 of 118 (86–96 %)", or that there are too few."""
    if not share.whole:
        return "—"
    if share.whole < FEWEST:
        return f"too few ({share.part:,} of {share.whole:,})"
    low, high = interval(share)
    return f"{percent(share)}, {share.part:,} of {share.whole:,} ({100 * low:.0f}–{100 * high:.0f} %)"


def percent(share: Share) -> str:
    """The bare percentage, for sentences that give the cases themselves."""
    return f"{100 * share.part / share.whole:.1f} %"


def rate_change(now: Share, before: Share) -> str:
    """By how many percentage points a rate moved; a dash where either has too few cases."""
    if min(now.whole, before.whole) < FEWEST:
        return "—"
    return change(100 * (now.part / now.whole - before.part / before.whole), " points")


def average(statistics: Statistics) -> Spell:
    """The average response time."""
    return Spell(statistics.average_seconds, statistics.timed)


def p95(statistics: Statistics) -> Spell:
    """The 95th percentile of the response time."""
    return Spell(statistics.p95_seconds, statistics.timed)


def seconds_words(spell: Spell, fewest: int = 1) -> str:
    """A time with its cases: "2.1 s of 118", or that there are too few."""
    if spell.seconds is None:
        return "—"
    if spell.cases < fewest:
        return f"too few ({spell.cases:,})"
    return f"{spell.seconds:,.1f} s of {spell.cases:,}"


def seconds_change(now: Spell, before: Spell, fewest: int = 1) -> str:
    """By how much a time moved; a dash where either is unknown."""
    if now.seconds is None or before.seconds is None or min(now.cases, before.cases) < fewest:
        return "—"
    return change(now.seconds - before.seconds, " s")


def change(difference: float, unit: str = "", decimals: int = 1) -> str:
    """A signed difference in words, "no change" where rounding leaves none."""
    rounded = round(difference, decimals)
    if not rounded:
        return "no change"
    return f"{'+' if rounded > 0 else '−'}{abs(rounded):,.{decimals}f}{unit}"
