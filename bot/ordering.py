"""Makes a standing order out of an answer: for whoever asks for it, with its SQL and reading frozen as they were answered."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from bank.errors import BankError
from bank.person import Person
from bank.table import Column
from bot.answer import Part
from bot.answering import Answering
from bot.blocks.figures import NUMERIC
from bot.blocks.message import Message, escape
from bot.blocks.subscriptions import ordered
from bot.condition import Condition, UnclearCondition
from bot.frozen import PREFIX
from bot.people import People
from bot.posting import Poster
from bot.standing import Order
from generators.contract import GenerationFailed, Look, Question
from tracking.ledger import Ledger
from tracking.records import Asked, Entry
from tracking.recurrence import Recurrence
from tracking.state import States
from tracking.subscriptions import SOURCE, Subscription, TooMany

log = logging.getLogger(__name__)

Next = Callable[[Recurrence, datetime], datetime | None]
"""When a recurrence comes due after an instant, by the bank's calendar; None where that is not known."""


def unknown(recurrence: Recurrence, after: datetime) -> datetime | None:
    """Without a calendar."""
    return None


NO_ANSWER = "I have no answer here that I could send you again. Ask the question first, then say how often."
NO_FIGURE = "There is no figure in that answer that I could watch."
MINE = (UnclearCondition, TooMany)


@dataclass(frozen=True, slots=True)
class Ordering:
    """Who orders is who gets it, with their own rights, whoever asked the question."""

    ledger: Ledger
    answering: Answering
    poster: Poster
    people: People
    zone: ZoneInfo
    following: Next = unknown

    async def order(self, entry: Entry | None, wanted: Order, person: str, channel: str, key: str) -> Message:
        """Keeps the order and says what was understood, or why not. The same `key` makes it once."""
        if entry is None or entry.result is None or entry.result.outcome != "answered":
            return Message(NO_ANSWER)
        try:
            made = await self._made(entry, wanted, person, channel, key)
            await asyncio.to_thread(self.ledger.subscribe, made)
        except (*MINE, BankError, GenerationFailed) as error:
            return Message(escape(str(error)))
        return ordered(made, self.following(made.recurrence, made.created_at), self.zone)

    async def expect(self, question_id: str, wanted: Order, person: str, channel: str) -> None:
        """Once that question is answered, this is ordered of it."""
        kept = {"recurrence": wanted.recurrence.as_json(), "here": wanted.here, "person": person, "channel": channel}
        kept |= {"condition": wanted.condition.as_json() if wanted.condition else None}
        kept |= {"only_changed": wanted.only_changed, "only_filled": wanted.only_filled}
        await asyncio.to_thread(States(self.ledger).put, _expected(question_id), kept)

    async def answered(self, question_id: str) -> None:
        """Makes the order that was waiting for this answer, if there is one, and says so under it."""
        states = States(self.ledger)
        kept = await asyncio.to_thread(states.get, _expected(question_id))
        entry = await asyncio.to_thread(self.ledger.entry, question_id) if kept else None
        if not kept or entry is None or entry.state != "done":
            return
        await asyncio.to_thread(states.put, _expected(question_id), {})
        if entry.result is None or entry.result.outcome != "answered":
            return  # that there is no answer was said already
        condition = Condition.from_json(kept["condition"]) if kept["condition"] else None
        recurrence = Recurrence.from_json(kept["recurrence"])
        wanted = Order(recurrence, "", kept["here"], condition, kept["only_changed"], kept["only_filled"])
        message = await self.order(entry, wanted, kept["person"], kept["channel"], question_id)
        await self.reply(message, kept["person"], entry.message_channel, entry.asked.thread or entry.message_ts)

    async def reply(self, message: Message, person: str, channel: str, thread: str, aloud: bool = False) -> None:
        """In a channel only the person sees it, unless the channel is to know."""
        if aloud or channel.startswith("D"):
            await self.poster.post(channel, message.text, message.blocks, thread)
        else:
            await self.poster.whisper(channel, person, message, thread)

    async def figures(self, entry: Entry, person: str) -> list[str]:
        """The labels of the figures that an alert on this answer can watch; raises `BankError`."""
        asker = await self.people.person(person)
        frozen = await self.answering.frozen.freeze(entry, asker, no_look)
        return [column.label for _, column in numeric(await self.parts(frozen, asker, entry.asked.id))]

    async def parts(
        self, frozen: dict[str, Any], asker: Person, question_id: str, at: datetime | None = None
    ) -> list[Part]:
        """A frozen answer as this person sees it now; raises `BankError` and `GenerationFailed`."""
        question = Question(question_id, frozen["question"], asker, at or datetime.now(UTC))
        draft = await self.answering.frozen.now(frozen, question, no_look)
        return await self.answering.run(asker, draft.statements, question_id)

    async def test(self, subscription_id: str, person: str, key: str) -> bool:
        """Sends it to its owner alone, now. False if it is not theirs."""
        wanted = await asyncio.to_thread(self.ledger.subscription, subscription_id)
        if wanted is None or wanted.person != person:
            return False
        asked = firing(wanted, f"test:{key}", datetime.now(UTC))
        await asyncio.to_thread(
            self.ledger.receive, replace(asked, channel=await self.poster.direct(person), private=True)
        )
        return True

    async def _made(self, entry: Entry, wanted: Order, person: str, channel: str, key: str) -> Subscription:
        now, asker = datetime.now(UTC), await self.people.person(person)
        frozen = await self.answering.frozen.freeze(entry, asker, no_look)
        condition = wanted.condition
        if condition is not None:
            parts = await self.parts(frozen, asker, entry.asked.id)
            condition = of_a_figure(condition, numeric(parts))
        return Subscription(
            id=hashlib.blake2b(key.encode(), digest_size=6).hexdigest(),
            person=person,
            person_name=await self.people.name(person),
            channel=channel if wanted.here else await self.poster.direct(person),
            created_at=now,
            question=frozen["question"],
            frozen=frozen,
            recurrence=wanted.recurrence,
            only_changed=wanted.only_changed,
            only_filled=wanted.only_filled,
            condition=condition.as_json() if condition else None,
        )


def firing(wanted: Subscription, key: str, at: datetime) -> Asked:
    """One time that a subscription is due, as a question in the ledger: its id lets it be asked once."""
    return Asked(
        id=f"{PREFIX}{wanted.id}:{key}",
        text=wanted.question,
        person=wanted.person,
        person_name=wanted.person_name,
        channel=wanted.channel,
        thread=f"{PREFIX}{wanted.id}",
        asked_at=at,
        source=SOURCE,
        private=wanted.channel.startswith("D"),
        test=True,
    )


def numeric(parts: Sequence[Part]) -> list[tuple[int, Column]]:
    """The columns of figures in the first table that has some, with their places."""
    for part in parts:
        if found := [(place, column) for place, column in enumerate(part.table.columns) if column.kind in NUMERIC]:
            return found
    return []


def of_a_figure(condition: Condition, columns: Sequence[tuple[int, Column]]) -> Condition:
    """The condition on the one figure that it can be meant of; raises `UnclearCondition`."""
    if not columns:
        raise UnclearCondition(NO_FIGURE)
    named = [column for _, column in columns if column.label == condition.column]
    if not named and len(columns) > 1:
        labels = ", ".join(f"“{column.label}”" for _, column in columns[:8])
        raise UnclearCondition(f"Which figure: {labels}? Press “Alert me” under the answer and pick one.")
    return condition.on(named[0] if named else columns[0][1])


async def _nothing(sql: str) -> NoReturn:
    raise GenerationFailed


# What is frozen was drafted before: nothing is looked up for it.
no_look = Look(_nothing, _nothing)


def _expected(question_id: str) -> str:
    return f"order of {question_id}"
