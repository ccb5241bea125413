"""Three alerts about Teller itself: said once when a threshold is crossed, then kept up to date and closed in place."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError

from bot.blocks.alert import Alert, alert_message
from bot.blocks.message import Message, Rendered
from bot.posting import GONE, refused
from jobs.digest import Post
from jobs.figures import Spell, average, instant_words, length_words, rate_words, seconds_words
from tracking.ledger import Ledger
from tracking.records import Share, Statistics
from tracking.state import States
from tracking.stats import between

log = logging.getLogger(__name__)

Update = Callable[[str, str, str, Sequence[Rendered]], Awaitable[object]]
"""Replaces a message: channel, ts, text, blocks."""

Move = Literal["rest", "open", "hold", "close"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as trouble, over the last `window` of time and from at least `fewest` cases. Rates in percent."""

    success: float = 90.0
    seconds: float = 10.0
    satisfaction: float = 70.0
    window: timedelta = timedelta(hours=24)
    fewest: int = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure as it stands: its value (None without cases), of how many cases, and both in words."""

    value: float | None
    cases: int
    words: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A measure and its threshold. The alert opens beyond `limit`; it closes only at `calm` or better.

    The gap between the two keeps a figure that wavers around its threshold from opening and closing all day.
    """

    name: str
    measure: str
    read: Callable[[Statistics], Figure]
    limit: float
    calm: float
    unit: str

    @property
    def low_is_bad(self) -> bool:
        """Whether trouble lies below the limit (rates) or above it (times)."""
        return self.unit == "%"

    def crossed(self, value: float) -> bool:
        """Whether the value is beyond the limit; the limit itself is still good."""
        return value < self.limit if self.low_is_bad else value > self.limit

    def calmed(self, value: float) -> bool:
        """Whether the value is well again."""
        return value >= self.calm if self.low_is_bad else value <= self.calm


@dataclass(frozen=True, slots=True)
class Opened:
    """An alert that lasts: since when (ISO, UTC), where it was said, and what it says there now."""

    since: str
    channel: str
    ts: str
    said: str


def rules(thresholds: Thresholds) -> tuple[Rule, ...]:
    """The three alerts. Rates calm down one point above their threshold, times 5 % below theirs."""
    success, satisfaction, seconds = thresholds.success, thresholds.satisfaction, thresholds.seconds
    return (
        Rule("success", "Success rate", lambda s: _rate(s.success), success, min(success + 1, 100), "%"),
        Rule("seconds", "Average response time", lambda s: _time(average(s)), seconds, seconds * 0.95, "s"),
        Rule(
            "satisfaction",
            "Satisfaction",
            lambda s: _rate(s.satisfaction),
            satisfaction,
            min(satisfaction + 1, 100),
            "%",
        ),
    )


def move(rule: Rule, figure: Figure, opened: bool, fewest: int) -> Move:
    """What to do about one measure. Too few cases prove nothing: they neither open an alert nor close one."""
    if figure.value is None or figure.cases < fewest:
        return "rest"
    if not opened:
        return "open" if rule.crossed(figure.value) else "rest"
    return "close" if rule.calmed(figure.value) else "hold"


class Alerts:
    """Checks the three measures. What is open is in the ledger: a restart or another replica says nothing twice."""

    def __init__(
        self, ledger: Ledger, post: Post, update: Update, channel: str, thresholds: Thresholds, zone: ZoneInfo
    ) -> None:
        self._ledger = ledger
        self._states = States(ledger)
        self._post = post
        self._update = update
        self._channel = channel
        self._thresholds = thresholds
        self._rules = rules(thresholds)
        self._zone = zone

    async def check(self, at: datetime) -> None:
        """Looks at the window of time that ends at `at`. An alert that cannot be said does not keep back the others."""
        recent = await asyncio.to_thread(between, self._ledger, at - self._thresholds.window, at)
        for rule in self._rules:
            try:
                await self._check(rule, recent)
            except Exception:
                log.exception("The alert on %s could not be said; the next check tries again", rule.measure)

    async def _check(self, rule: Rule, recent: Statistics) -> None:
        opened = await asyncio.to_thread(self._opened, rule)
        figure = rule.read(recent)
        match move(rule, figure, opened is not None, self._thresholds.fewest):
            case "open":
                message = await self._lasting(rule, figure, recent, recent.until)
                ts = await self._post(self._channel, message.text, message.blocks)
                await self._keep(rule, Opened(recent.until.isoformat(), self._channel, ts, message.text))
            case "hold" if opened:
                message = await self._lasting(rule, figure, recent, datetime.fromisoformat(opened.since))
                await self._say(rule, opened, message)
            case "close" if opened:
                await self._say(rule, opened, self._over(rule, figure, recent, datetime.fromisoformat(opened.since)))
                await self._keep(rule, None)

    async def _say(self, rule: Rule, opened: Opened, message: Message) -> None:
        if message.text == opened.said:
            return
        try:
            await self._update(opened.channel, opened.ts, message.text, message.blocks)
        except SlackApiError as error:
            if refused(error) not in GONE:
                raise
            log.info("The message of the alert on %s was deleted: it is not said again", rule.measure)
        await self._keep(rule, Opened(opened.since, opened.channel, opened.ts, message.text))

    async def _lasting(self, rule: Rule, figure: Figure, recent: Statistics, since: datetime) -> Message:
        side = "below" if rule.low_is_bad else "above"
        limit = f"{rule.limit:g} {rule.unit}"
        approaches = await asyncio.to_thread(self._by_approach, rule, recent)
        sentences = (
            f"{rule.measure}: {figure.words}, over the last {length_words(self._thresholds.window)}.",
            f"The threshold is {limit}; it has been {side} it since {instant_words(since, self._zone)}.",
            *_guilty(rule, approaches, self._thresholds.fewest),
        )
        return alert_message(
            Alert(
                f"{rule.measure} {side} {limit}",
                sentences,
                measure=rule.measure,
                approaches=tuple((name, own.words) for name, own in approaches),
                note=f"This message is kept up to date and closes at {rule.calm:g} {rule.unit}.",
            )
        )

    def _over(self, rule: Rule, figure: Figure, recent: Statistics, since: datetime) -> Message:
        lasted = length_words(recent.until - since)
        start, end = instant_words(since, self._zone), instant_words(recent.until, self._zone)
        sentences = (
            f"{rule.measure} is {figure.words} again, over the last {length_words(self._thresholds.window)}.",
            f"The alert on its threshold of {rule.limit:g} {rule.unit} lasted {lasted}, from {start} to {end}.",
        )
        return alert_message(Alert(f"{rule.measure}: recovered after {lasted}", sentences, over=True))

    def _by_approach(self, rule: Rule, recent: Statistics) -> list[tuple[str, Figure]]:
        """Each approach's own figure, the worst first; those without cases last."""
        found = [
            (name, rule.read(between(self._ledger, recent.since, recent.until, name))) for name in recent.approaches
        ]
        sign = 1 if rule.low_is_bad else -1
        return sorted(found, key=lambda pair: (pair[1].value is None, sign * (pair[1].value or 0), pair[0]))

    def _opened(self, rule: Rule) -> Opened | None:
        kept = self._states.get(f"alert:{rule.name}")
        return Opened(**kept) if kept else None

    async def _keep(self, rule: Rule, opened: Opened | None) -> None:
        await asyncio.to_thread(self._states.put, f"alert:{rule.name}", asdict(opened) if opened else {})


def _guilty(rule: Rule, approaches: Sequence[tuple[str, Figure]], fewest: int) -> tuple[str, ...]:
    """Names the approaches that are beyond the threshold themselves."""
    guilty = [name for name, own in approaches if move(rule, own, opened=False, fewest=fewest) == "open"]
    return (f"Beyond it by themselves: {', '.join(guilty)}.",) if guilty else ()


def _rate(share: Share) -> Figure:
    value = 100 * share.part / share.whole if share.whole else None
    return Figure(value, share.whole, rate_words(share))


def _time(spell: Spell) -> Figure:
    return Figure(spell.seconds, spell.cases, seconds_words(spell))
