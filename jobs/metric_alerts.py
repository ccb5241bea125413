"""Metric alerts: looks at a figure of the bank as its owner sees it, every hour, and says when it is as they want to know."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bank.errors import BankError
from bank.person import Person
from bank.policy import Policy
from bank.table import Column
from bot.answer import Part
from bot.audience import Audience, Shown
from bot.blocks.alert import Alert
from bot.condition import Condition
from bot.delivering import Delivering
from bot.frozen import PREFIX
from bot.ordering import Ordering, numeric
from generators.contract import GenerationFailed
from jobs.calendar import When
from jobs.measuring import Row, limits_of, moved, rows_of, title, worst_first, written
from jobs.schedule import Firing, Job, Work
from jobs.watch import Sight, Watch, Watcher
from jobs.why import Breakdown, Why
from tracking.alarm import Alarm, Seen
from tracking.alarms import Alarms
from tracking.ledger import Ledger
from tracking.subscriptions import Subscription

log = logging.getLogger(__name__)

SHOWN = 10  # rows of a message
_KEPT = timedelta(hours=20)  # figures that did not change are kept once in this time
_SPARE = timedelta(days=14)  # before what is compared: so long may nobody look, and still it is known what a figure was
_INSTANT = timedelta(microseconds=1)


class NoSuchFigure(GenerationFailed):
    """The figure that was watched is no longer in the answer. Please ask again, and set the alert on the new answer."""


class TooManyRows(GenerationFailed):
    """There are more rows than I may look at, so one of them could be missed. Please ask for fewer."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at an order's figures: by which rights, in which column, and what the rows were before."""

    part: Part
    column: Column
    rows: tuple[Row, ...]
    sight: str
    before_at: datetime | None

    @property
    def shown(self) -> Shown:
        """What of the bank is told by it."""
        words = "\n".join([self.part.reading, self.column.label])
        return Shown((self.part.sql,), len(self.part.table.rows), words)


@dataclass(frozen=True, slots=True)
class MetricAlerts:
    """The same state machine, buttons and messages as the alerts about Teller itself."""

    ledger: Ledger
    ordering: Ordering
    delivering: Delivering
    audience: Audience
    watcher: Watcher
    why: Why

    def jobs(self) -> Sequence[Job]:
        """One job for each alert, spread over the hour."""
        return [
            Job(name_of(one), When(minute=str(int(one.id, 16) % 60)), self._looking(one.id), False, one.resumed_at)
            for one in self.ledger.standing()
            if one.condition is not None
        ]

    async def check(self, subscription_id: str, at: datetime) -> None:
        """Looks once. What goes wrong is told to its owner; raises what Slack raises, then it is tried again."""
        wanted = await asyncio.to_thread(self.ledger.subscription, subscription_id)
        if wanted is None or wanted.state != "active" or wanted.condition is None:
            return
        if not await self.ordering.people.is_here(wanted.person):
            await asyncio.to_thread(self.ledger.failed, wanted.id, datetime.now(UTC), "no longer works here", 1)
            return
        condition = Condition.from_json(wanted.condition)
        try:
            asker = await self.ordering.people.person(wanted.person)
            alarm = (await asyncio.to_thread(Alarms(self.ledger).get, name_of(wanted))).alarm
            look = await self._look(wanted, condition, asker, at, alarm)
            verdict = await self.audience.judge(wanted.channel, asker, look.shown)
            if verdict.reason:
                await self.delivering.tell_owner(wanted, f"I may not say it there: {verdict.reason}.")
                return
            sight = await self._sight(wanted, condition, asker, look, alarm, at)
            if sight.seen.value is not None and (limits_of(condition).crossed(sight.seen.value) or alarm.is_open):
                await self.ordering.answering.shown(f"{PREFIX}{wanted.id}", wanted.channel, verdict.readers)
        except (BankError, GenerationFailed) as error:
            await self.delivering.tell_owner(wanted, str(error))
            return

        async def seen(at: datetime) -> Sight:
            return sight

        await self.watcher.check(Watch(name_of(wanted), wanted.channel, limits_of(condition), seen), at)
        said = "there is nothing yet to compare it with" if sight.seen.value is None else sight.alert.sentences[0]
        await asyncio.to_thread(self.ledger.went, wanted.id, at, said)

    async def _look(
        self, wanted: Subscription, condition: Condition, asker: Person, at: datetime, alarm: Alarm
    ) -> Look:
        """The figures as of now beside those of before: of the time that the condition names, else of before the trouble."""
        part, place = await self._figure(wanted, condition, asker, at)
        sight = sight_of(self.ordering.answering.bank.rights.policy, asker)
        reference = self._since(condition, alarm, at)
        before_at, before = await asyncio.to_thread(self.ledger.observed, wanted.id, "", reference, sight)
        if (
            not condition.is_level
            and before_at is not None
            and before_at < at - 1.5 * condition.window - timedelta(days=1)
        ):
            before_at, before = None, {}  # nobody looked for so long that it is another comparison
        rows = rows_of(part.table, place, before)
        last_at, last = await asyncio.to_thread(self.ledger.observed, wanted.id, "", at, sight)
        seen = {row.key: row.value for row in rows}
        if last_at is None or last != seen or at - last_at > _KEPT:
            await asyncio.to_thread(self.ledger.observe, wanted.id, at, "", seen, sight)
            needed = reference - condition.window / 2 - _SPARE
            await asyncio.to_thread(self.ledger.prune_observations, wanted.id, needed)
        return Look(part, part.table.columns[place], tuple(rows), sight, before_at)

    async def _figure(
        self, wanted: Subscription, condition: Condition, asker: Person, at: datetime
    ) -> tuple[Part, int]:
        parts = await self.ordering.parts(dict(wanted.frozen), asker, f"{PREFIX}{wanted.id}:look", at)
        place = next((at for at, column in numeric(parts) if column.label == condition.column), None)
        if place is None and len(columns := numeric(parts)) == 1:
            place = columns[0][0]  # a label may hold a date, and there is no other figure
        if place is None:
            raise NoSuchFigure
        part = next(part for part in parts if numeric([part]))
        if part.table.truncated:
            raise TooManyRows
        return part, place

    def _since(self, condition: Condition, alarm: Alarm, at: datetime) -> datetime:
        if not condition.is_level:
            return at - condition.window
        return (alarm.since if alarm.is_open and alarm.since else at) - _INSTANT

    async def _sight(
        self, wanted: Subscription, condition: Condition, asker: Person, look: Look, alarm: Alarm, at: datetime
    ) -> Sight:
        worst = worst_first(condition, look.rows)
        if not worst:
            return Sight(Seen(None), Alert(title(condition), "", ()))
        single = len(look.part.table.rows) == 1
        broken: list[Breakdown] = []
        if single:
            since = self._since(condition, alarm, at)
            value = look.rows[0].value
            found = await self.why.of(wanted.id, wanted.frozen, asker, value, at, since, look.sight)
            broken = [one for one in found if await self._may_say(one, wanted, asker)]
        return Sight(Seen(worst[0][1]), alert_of(wanted, condition, look, worst, broken))

    async def _may_say(self, one: Breakdown, wanted: Subscription, asker: Person) -> bool:
        """A breakdown reads more of the bank than the figure: who may see the one need not be let see the other."""
        return not (await self.audience.judge(wanted.channel, asker, one.shown)).reason

    def _looking(self, subscription_id: str) -> Work:
        async def work(firing: Firing) -> None:
            await self.check(subscription_id, firing.due)

        return work


def name_of(wanted: Subscription) -> str:
    """The name of its alarm and of its job."""
    return f"metric {wanted.id}"


def alert_of(
    wanted: Subscription,
    condition: Condition,
    look: Look,
    worst: Sequence[tuple[Row, float]],
    broken: Sequence[Breakdown],
) -> Alert:
    """What is said: the figure and of when it is, which rows are beyond it, and what moved it."""
    limits, column = limits_of(condition), look.column
    beyond = [row for row, found in worst if limits.crossed(found)]
    first = worst[0][0]
    name = column.label[:1].upper() + column.label[1:] + (f", {first.label}" if first.label else "")
    as_of = f", as of {look.part.as_of}" if look.part.as_of else ""
    sentences = [f"{name}: {written(first.value, column)}{as_of}."]
    if first.before is not None and look.before_at is not None:
        sentences.append(f"It was {written(first.before, column)} before: {moved(first, column)}.")
    if len(worst) > 1:
        sentences.append(f"{len(beyond):,} of {len(look.rows):,} rows are beyond it.")
    sentences.append(f"Read as: {look.part.reading}")
    if look.part.table.rights:
        sentences.append(look.part.table.rights)
    head, rows = _table(column, [row for row, _ in worst if row in beyond] or [first]) if first.label else ((), ())
    caption = ""
    if broken:
        sentences += [_why(one) for one in broken[1:]]
        head, rows = _table(broken[0].column, broken[0].changes, broken[0].dimension)
        caption = f"By {broken[0].dimension}, the largest {'changes' if broken[0].focus else 'figures'} first"
    return Alert(
        title(condition)[:1].upper() + title(condition)[1:],
        f"{column.label}: no longer so",
        tuple(sentences),
        head,
        rows,
        caption,
        "I look every hour, with the rights of who ordered it, and keep this message up to date. /ask subscriptions ends it.",
    )


def sight_of(policy: Policy, asker: Person) -> str:
    """What tells one set of rights from another: figures seen by other rights are never compared."""
    standing = policy.standing(asker)
    if standing is None:
        return ""
    said = f"{standing.role} {sorted(standing.attributes.items())} {policy.roles[standing.role].model_dump_json()}"
    return hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


def _table(
    column: Column, rows: Sequence[Row], dimension: str = ""
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """What was before and how it changed only where that is known of one of them."""
    shown, name = rows[:SHOWN], dimension or "Row"
    if all(row.before is None for row in shown):
        return (name, "Now"), tuple((row.label, written(row.value, column)) for row in shown)
    cells = [(row.label, written(row.value, column), written(row.before, column), moved(row, column)) for row in shown]
    return (name, "Now", "Before", "Change"), tuple(cells)


def _why(one: Breakdown) -> str:
    first = one.changes[0] if one.changes else one.rows[0]
    change = f" ({moved(first, one.column)})" if first.change else ""
    return f"By {one.dimension}, most is in {first.label}: {written(first.value, one.column)}{change}."
