"""An unusual change: today against the same weekday of the eight weeks before."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bot.blocks.alert import Alert
from jobs.figures import average
from jobs.schedule import Firing
from jobs.watch import Sight, Watch, Watcher
from tracking.alarm import Limits, Seen
from tracking.ledger import Ledger
from tracking.records import Statistics
from tracking.stats import between

WEEKS = 8
FEWEST_WEEKS = 4  # of them must have enough cases
STRANGE = 3.5
CALM = 2.5


@dataclass(frozen=True, slots=True)
class Measure:
    """`floor`: the least deviation that is ever called usual, so that eight equal days do not make any other strange."""

    name: str
    title: str
    unit: str
    floor: float
    relative: bool  # whether the floor is a part of the median
    needs_cases: bool


MEASURES = (
    Measure("success", "Success rate", "%", 2.0, relative=False, needs_cases=True),
    Measure("satisfaction", "Satisfaction", "%", 3.0, relative=False, needs_cases=True),
    Measure("seconds", "Average response time", "s", 0.1, relative=True, needs_cases=True),
    Measure("questions", "Number of questions", "", 0.15, relative=True, needs_cases=False),
)


def strangeness(value: float, before: Sequence[float], floor: float) -> float:
    """How far a value is from the median of those before, in robust standard deviations.

    The modified z-score with its usual bound of 3.5: B. Iglewicz and D. Hoaglin, "How to Detect and Handle Outliers",
    ASQC Quality Press 1993. One wild day among the eight does not widen what counts as usual.
    """
    middle = median(before)
    spread = 1.4826 * median(abs(each - middle) for each in before)
    return abs(value - middle) / max(spread, floor)


class Unusual:
    """Looks at the last 24 hours on the bank's clock."""

    def __init__(self, ledger: Ledger, watcher: Watcher, channel: str, zone: ZoneInfo, fewest: int) -> None:
        self._ledger = ledger
        self._watcher = watcher
        self._channel = channel
        self._zone = zone
        self._fewest = fewest

    async def check(self, firing: Firing) -> None:
        """Today and eight days before it are read once, for every measure."""
        days = await asyncio.to_thread(self._days, firing.due)
        await self._watcher.check_all([self._watch(measure, *days) for measure in MEASURES], firing.due)

    def _days(self, until: datetime) -> tuple[Statistics, list[Statistics]]:
        local = until.astimezone(self._zone)
        ends = [(local - timedelta(weeks=week)).astimezone(UTC) for week in range(WEEKS + 1)]
        today, *before = [between(self._ledger, self._day_before(end), end) for end in ends]
        return today, before

    def _day_before(self, end: datetime) -> datetime:
        return (end.astimezone(self._zone) - timedelta(days=1)).astimezone(UTC)

    def _watch(self, measure: Measure, today: Statistics, before: Sequence[Statistics]) -> Watch:
        limits = Limits(STRANGE, CALM, above=True, fewest=1, worse=STRANGE, quiet=timedelta(hours=12))

        async def look(at: datetime) -> Sight:
            value, cases = _read(measure, today)
            fewest = self._fewest if measure.needs_cases else 1
            usual = [found for found, enough in (_read(measure, day) for day in before) if found and enough >= fewest]
            known = len(usual) >= FEWEST_WEEKS
            if value is None or not known or (measure.needs_cases and cases < self._fewest):
                return Sight(Seen(None, cases), Alert("", "", ()))
            floor = measure.floor * median(usual) if measure.relative else measure.floor
            return Sight(Seen(strangeness(value, usual, floor)), self._alert(measure, value, usual, at))

        return Watch(f"unusual {measure.name}", self._channel, limits, look)

    def _alert(self, measure: Measure, value: float, usual: Sequence[float], at: datetime) -> Alert:
        now, middle, low, high = (_words(measure, each) for each in (value, median(usual), min(usual), max(usual)))
        said = f"{measure.title} of the last 24 h: {now}. "
        said += f"Until the same time of the last {len(usual)} {at.astimezone(self._zone):%A}s it was {low} to {high}, "
        return Alert(
            title=f"{measure.title} is unusual",
            calm=f"{measure.title} is as usual",
            sentences=(f"{said}in the middle {middle}.",),
            note="Compared with the same weekday of the eight weeks before.",
        )


def _read(measure: Measure, day: Statistics) -> tuple[float | None, int]:
    if measure.name == "questions":
        return float(day.questions), day.questions
    if measure.name == "seconds":
        spell = average(day)
        return spell.seconds, spell.cases
    share = day.success if measure.name == "success" else day.satisfaction
    return (None if share.rate is None else 100 * share.rate), share.whole


def _words(measure: Measure, value: float) -> str:
    return f"{value:,.0f}" if not measure.unit else f"{value:,.1f} {measure.unit}"
