"""What goes wrong with Teller's answers: too few succeed, they take too long, people do not like them."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.blocks.alert import Alert
from bot.blocks.instants import length_words
from jobs.figures import Spell, average, rate_words, seconds_words
from jobs.schedule import Firing
from jobs.thresholds import FEWEST, Thresholds
from jobs.watch import Sight, Watch, Watcher
from tracking.alarm import Limits, Seen
from tracking.ledger import Ledger
from tracking.records import Share, Statistics
from tracking.stats import between


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
        """Of all, and of each approach over a time of its own where it has one."""
        whole = between(self._ledger, until - self._thresholds.window, until)
        names = dict.fromkeys((*whole.approaches, *self._thresholds.approaches))
        return whole, {
            name: between(self._ledger, until - self._thresholds.of(name).window, until, name) for name in names
        }

    def _watches(self, whole: Statistics, parts: dict[str, Statistics]) -> Iterator[Watch]:
        for place, rule in enumerate(self._rules):
            yield self._watch(rule, whole, parts)
            for approach, own in parts.items():
                theirs = rules(self._thresholds.of(approach))[place]
                yield self._watch_one(approach, theirs, own, self._is_trouble(rule, whole))

    def _watch(self, rule: Rule, whole: Statistics, parts: dict[str, Statistics]) -> Watch:
        async def look(at: datetime) -> Sight:
            value, cases, words = rule.read(whole)
            sentences = [f"{rule.measure}: {words}, over the last {length_words(self._thresholds.window)}."]
            table = self._by_approach(rule, parts) if len(parts) > 1 else []
            if guilty := [name for name, value, cases, _ in table if self._is_guilty(rule, name, value, cases)]:
                sentences.append(f"Beyond it by themselves: {', '.join(guilty)}.")
            rows = tuple((name, said) for name, _, _, said in table)
            alert = replace(_alert(rule, rule.measure, sentences, whole.since), rows=rows)
            return Sight(Seen(value, cases), replace(alert, head=("Approach", rule.measure)))

        return Watch(f"service {rule.name}", self._channel, rule.limits(self._thresholds), look)

    def _watch_one(self, approach: str, rule: Rule, own: Statistics, named: bool) -> Watch:
        """`named`: the alert on the whole is open, and names this approach if it is beyond its threshold."""
        thresholds = self._thresholds.of(approach)
        limits = rule.limits(thresholds)

        async def look(at: datetime) -> Sight:
            value, cases, words = rule.read(own)
            if named and value is not None and limits.crossed(value):
                value = None
            subject = f"{rule.measure} of {approach}"
            sentences = [f"{subject}: {words}, over the last {length_words(thresholds.window)}."]
            return Sight(Seen(value, cases), _alert(rule, subject, sentences, own.since, approach))

        return Watch(f"service {rule.name} {approach}", self._channel, limits, look)

    def _is_trouble(self, rule: Rule, whole: Statistics) -> bool:
        value, cases, _ = rule.read(whole)
        limits = rule.limits(self._thresholds)
        return value is not None and cases >= limits.fewest and limits.crossed(value)

    def _is_guilty(self, rule: Rule, approach: str, value: float | None, cases: int) -> bool:
        own = self._thresholds.of(approach)
        theirs = next(one for one in rules(own) if one.name == rule.name)
        return value is not None and cases >= own.fewest and theirs.limits(own).crossed(value)

    def _by_approach(self, rule: Rule, parts: dict[str, Statistics]) -> list[tuple[str, float | None, int, str]]:
        """Each approach's own figure, the worst first; those with too few cases last."""
        found = [(name, *rule.read(own)) for name, own in parts.items()]
        sign = -1 if rule.above else 1
        return sorted(found, key=lambda row: (row[2] < FEWEST, sign * (row[1] or 0), row[0]))


def _alert(rule: Rule, subject: str, sentences: Sequence[str], since: datetime, approach: str = "") -> Alert:
    return Alert(
        title=f"{subject} {rule.beyond}",
        calm=f"{subject} is well again",
        sentences=tuple(sentences),
        questions=rule.name,
        approach=approach,
        since=since.isoformat(),
        note=f"This message is kept up to date and closes at {rule.calm:g} {rule.unit}.",
    )


def _rate(share: Share) -> tuple[float | None, int, str]:
    return 100 * share.part / share.whole if share.whole else None, share.whole, rate_words(share)


def _time(spell: Spell) -> tuple[float | None, int, str]:
    return spell.seconds, spell.cases, seconds_words(spell)
