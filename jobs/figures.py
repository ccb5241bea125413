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
    """A response time in seconds, of so many questions. `low` and `high`: its 95 % interval, where it is known."""

    seconds: float | None
    cases: int
    low: float | None = None
    high: float | None = None

    @property
    def reach(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2 if self.high is not None and self.low is not None else 0.0


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
    """The average response time, with the normal interval of a mean: 1.96 standard errors to either side."""
    mean, error = statistics.average_seconds, statistics.average_error
    if mean is None or error is None:
        return Spell(mean, statistics.timed)
    return Spell(mean, statistics.timed, max(0.0, mean - 1.959964 * error), mean + 1.959964 * error)


def p95(statistics: Statistics) -> Spell:
    """The 95th percentile of the response time, with the interval that its ranks give, see `tracking.stats`."""
    low, high = statistics.p95_between or (None, None)
    return Spell(statistics.p95_seconds, statistics.timed, low, high)


def seconds_words(spell: Spell, fewest: int = 1) -> str:
    """A time with its cases: "2.1 s of 118 (1.9–2.3 s)", or that there are too few."""
    if spell.seconds is None:
        return "—"
    if spell.cases < fewest:
        return f"too few ({spell.cases:,})"
    if spell.low is None or spell.high is None or spell.cases < FEWEST:
        return f"{spell.seconds:,.1f} s of {spell.cases:,}"
    return f"{spell.seconds:,.1f} s of {spell.cases:,} ({spell.low:,.1f}–{spell.high:,.1f} s)"


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
