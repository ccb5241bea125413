"""What goes wrong with Teller's answers: too few succeed, they take too long, people do not like them."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.blocks.alert import Alert
from bot.blocks.instants import length_words
from jobs.figures import Spell, average, rate_words, seconds_words
from jobs.schedule import Firing
from jobs.watch import Sight, Watch, Watcher
from tracking.alarm import Limits, Seen
from tracking.ledger import Ledger
from tracking.records import Share, Statistics
from tracking.stats import between


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as trouble, over the last `window` of time and from at least `fewest` cases. Rates in percent."""

    success: float = 90.0
    seconds: float = 10.0
    satisfaction: float = 70.0
    window: timedelta = timedelta(hours=24)
    fewest: int = 10
    quiet: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """A measure and its threshold. `worse` is by how much it must worsen before an acknowledged alert is said again."""

    name: str
    measure: str
    read: Callable[[Statistics], tuple[float | None, int, str]]  # the value, of how many cases, both in words
    limit: float
    calm: float
    worse: float
    unit: str

    @property
    def above(self) -> bool:
        """Whether trouble lies above the limit (times) or below it (rates)."""
        return self.unit == "s"

    def limits(self, thresholds: Thresholds) -> Limits:
        return Limits(self.limit, self.calm, self.above, thresholds.fewest, self.worse, thresholds.quiet)

    @property
    def beyond(self) -> str:
        return f"{'above' if self.above else 'below'} {self.limit:g} {self.unit}"


def rules(thresholds: Thresholds) -> tuple[Rule, ...]:
    """Rates calm down one point above their threshold, times 5 % below theirs."""
    success, satisfaction, seconds = thresholds.success, thresholds.satisfaction, thresholds.seconds
    calm = min(success + 1, 100), min(satisfaction + 1, 100), seconds * 0.95
    return (
        Rule("success", "Success rate", lambda s: _rate(s.success), success, calm[0], 5, "%"),
        Rule("seconds", "Average response time", lambda s: _time(average(s)), seconds, calm[2], seconds / 2, "s"),
        Rule("satisfaction", "Satisfaction", lambda s: _rate(s.satisfaction), satisfaction, calm[1], 5, "%"),
    )


class Alerts:
    """Checks each measure as a whole, and for each approach: said of one only while the whole is well."""

    def __init__(self, ledger: Ledger, watcher: Watcher, channel: str, thresholds: Thresholds) -> None:
        self._ledger = ledger
        self._watcher = watcher
        self._channel = channel
        self._thresholds = thresholds
        self._rules = rules(thresholds)

    async def check(self, firing: Firing) -> None:
        """Looks at the window of time that ends now. An alert that cannot be said does not keep back the others."""
        until = firing.due
        whole, parts = await asyncio.to_thread(self._statistics, until)
        await self._watcher.check_all(self._watches(whole, parts), until)

    def _statistics(self, until: datetime) -> tuple[Statistics, dict[str, Statistics]]:
        since = until - self._thresholds.window
        whole = between(self._ledger, since, until)
        return whole, {name: between(self._ledger, since, until, name) for name in whole.approaches}

    def _watches(self, whole: Statistics, parts: dict[str, Statistics]) -> Iterator[Watch]:
        for rule in self._rules:
            yield self._watch(rule.name, rule, whole, parts)
            for approach, own in parts.items():
                yield self._watch(f"{rule.name} {approach}", rule, own, {approach: own}, whole)

    def _watch(
        self,
        name: str,
        rule: Rule,
        own: Statistics,
        parts: dict[str, Statistics],
        whole: Statistics | None = None,
    ) -> Watch:
        limits = rule.limits(self._thresholds)

        async def look(at: datetime) -> Sight:
            value, cases, words = rule.read(own)
            if whole is not None and _is_trouble(rule, whole, limits) and value is not None and limits.crossed(value):
                value = None  # the alert on the whole names this approach already
            subject = rule.measure if whole is None else f"{rule.measure} of {next(iter(parts))}"
            approach = "" if whole is None else next(iter(parts))
            return Sight(Seen(value, cases), self._alert(rule, subject, words, parts, approach, own.since))

        return Watch(f"service {name}", self._channel, limits, look)

    def _alert(
        self, rule: Rule, subject: str, words: str, parts: dict[str, Statistics], approach: str, since: datetime
    ) -> Alert:
        table = self._by_approach(rule, parts) if len(parts) > 1 else []
        guilty = [name for name, value, cases, _ in table if self._is_guilty(rule, value, cases)]
        sentences = [f"{subject}: {words}, over the last {length_words(self._thresholds.window)}."]
        if guilty:
            sentences.append(f"Beyond it by themselves: {', '.join(guilty)}.")
        return Alert(
            title=f"{subject} {rule.beyond}",
            calm=f"{subject} is well again",
            sentences=tuple(sentences),
            head=("Approach", rule.measure),
            rows=tuple((name, said) for name, _, _, said in table),
            questions=rule.name,
            approach=approach,
            since=since.isoformat(),
            note=f"This message is kept up to date and closes at {rule.calm:g} {rule.unit}.",
        )

    def _is_guilty(self, rule: Rule, value: float | None, cases: int) -> bool:
        return value is not None and cases >= self._thresholds.fewest and rule.limits(self._thresholds).crossed(value)

    def _by_approach(self, rule: Rule, parts: dict[str, Statistics]) -> list[tuple[str, float | None, int, str]]:
        """Each approach's own figure, the worst first; those without cases last."""
        found = [(name, *rule.read(own)) for name, own in parts.items()]
        sign = -1 if rule.above else 1
        return sorted(found, key=lambda row: (row[1] is None, sign * (row[1] or 0), row[0]))


def _is_trouble(rule: Rule, whole: Statistics, limits: Limits) -> bool:
    value, cases, _ = rule.read(whole)
    return value is not None and cases >= limits.fewest and limits.crossed(value)


def _rate(share: Share) -> tuple[float | None, int, str]:
    return 100 * share.part / share.whole if share.whole else None, share.whole, rate_words(share)


def _time(spell: Spell) -> tuple[float | None, int, str]:
    return spell.seconds, spell.cases, seconds_words(spell)
