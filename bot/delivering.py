"""Sends what was ordered: the frozen answer as of now to where its owner wants it; what goes wrong is told to them alone."""

import asyncio
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from slack_sdk.errors import SlackApiError

from bank.table import Cell
from bot.answer import Answer, Part
from bot.answering import Answering
from bot.audience import Audience
from bot.blocks import subscriptions as blocks
from bot.blocks.answer import answered as answer_message
from bot.blocks.message import Message
from bot.ending import Answered, apology, sentence
from bot.frozen import subscription_of
from bot.people import WENT_WRONG, People
from bot.posting import Poster, refused
from tracking.handed_out import HandedOut
from tracking.ledger import Ledger
from tracking.records import Entry
from tracking.subscriptions import Subscription

log = logging.getLogger(__name__)

MOST_FAILURES = 5  # in a row; then it is paused
NO_WAY_IN = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
NOTHING_NEW = "nothing has changed, so nothing was sent"
NOTHING_THERE = "there was nothing, so nothing was sent"


@dataclass(frozen=True, slots=True)
class Delivering:
    """One firing is one question in the ledger: whoever claims it runs it, and a firing is never sent twice."""

    ledger: Ledger
    answering: Answering
    poster: Poster
    people: People
    audience: Audience

    async def deliver(self, entry: Entry, gave_up: bool) -> Answered:
        """Runs and sends it; how the question ends. Raises what Slack raises: then it is tried again."""
        wanted = await asyncio.to_thread(self.ledger.subscription, subscription_of(entry.asked.id))
        if wanted is None or (wanted.state != "active" and not is_test(entry)):
            return sentence(entry, "refused", "It was paused or deleted before it was sent.")
        if not await self._works_here(wanted):
            await self._note_failure(wanted, "who ordered it no longer works here", most=1)
            return sentence(entry, "refused", "Who ordered it no longer works here.")
        if gave_up:
            return await self._fails(entry, wanted, sentence(entry, "failed", apology(entry.asked.id), "Given up"))
        answered = await self.answering.answer(entry)
        if not answered.answer.parts:
            return await self._fails(entry, wanted, answered)
        return await self._send(entry, wanted, answered)

    async def _send(self, entry: Entry, wanted: Subscription, answered: Answered) -> Answered:
        shown, test = fingerprint(answered.answer.parts), is_test(entry)
        if reason := "" if test else _needless(wanted, answered.answer, shown):
            await asyncio.to_thread(self.ledger.went, wanted.id, datetime.now(UTC), reason)
            return answered
        channel = await self.poster.direct(wanted.person) if test else wanted.channel
        if answered.asker is None:
            raise ValueError(f"The answer to {entry.asked.id} is nobody's")
        verdict = await self.audience.judge(channel, answered.asker, answered.shown)
        if verdict.reason:
            why = f"I may not post it there: {verdict.reason}."
            return await self._fails(entry, wanted, sentence(entry, "refused", why))
        answered = await self.answering.on_record(entry, answered, channel, verdict)
        if not answered.answer.parts:
            return await self._fails(entry, wanted, answered)
        message = answer_message(answered.answer, wanted.person, blocks.below(wanted, test))
        try:
            await self._post(entry, channel, message)
        except SlackApiError as error:
            if refused(error) not in NO_WAY_IN:
                raise
            why = "Slack does not let me write there. Invite me into the channel."
            return await self._fails(entry, wanted, sentence(entry, "failed", why, refused(error)))
        if not test:
            await asyncio.to_thread(self.ledger.went, wanted.id, datetime.now(UTC), "it was sent", shown)
        return answered

    async def _post(self, entry: Entry, channel: str, message: Message) -> None:
        """Once: a worker may have died after Slack took the message and before that was written down."""
        question_id = entry.asked.id
        if entry.attempts > 1 and (ts := await self.poster.find(channel, "", question_id)):
            await asyncio.to_thread(self.ledger.placed, question_id, channel, ts)
            return
        metadata = {"event_type": "teller_question", "event_payload": {"question_id": question_id}}
        ts, as_blocks = await self.poster.tell(channel, message, "", metadata)
        await asyncio.to_thread(self.ledger.placed, question_id, channel, ts)
        if not (as_blocks and message.complete):
            ids = await self.poster.attach(channel, ts, message.files)
            await asyncio.to_thread(HandedOut(self.ledger).add_files, question_id, ids)

    async def _fails(self, entry: Entry, wanted: Subscription, ended: Answered) -> Answered:
        """Its readers hear nothing of it."""
        await self.tell_owner(wanted, ended.answer.message, entry)
        return ended

    async def tell_owner(self, wanted: Subscription, why: str, entry: Entry | None = None) -> None:
        """Of the first failure, and when it is paused for the last one; not each time in between."""
        test = entry is not None and is_test(entry)
        failures = 1 if test else await self._note_failure(wanted, why, MOST_FAILURES)
        if failures in (1, MOST_FAILURES):
            direct = await self.poster.direct(wanted.person)
            message = blocks.failed(wanted, why, paused=failures >= MOST_FAILURES)
            if entry is None:
                await self.poster.post(direct, message.text, message.blocks)
            else:
                await self._post(entry, direct, message)

    async def _note_failure(self, wanted: Subscription, why: str, most: int) -> int:
        return await asyncio.to_thread(self.ledger.failed, wanted.id, datetime.now(UTC), why, most)

    async def _works_here(self, wanted: Subscription) -> bool:
        try:
            return await self.people.is_here(wanted.person)
        except WENT_WRONG as error:
            log.warning("Slack does not tell whether %s is still there: %s", wanted.person, type(error).__name__)
            return True  # the rights that the answer needs are asked for again, and need Slack too


def is_test(entry: Entry) -> bool:
    """Whether its owner pressed "Test send"."""
    return entry.asked.id.split(":")[2:3] == ["test"]


def fingerprint(parts: Iterable[Part]) -> str:
    """What tells one set of figures from another, whatever their order; a sum's last digits depend on the order of adding."""
    tables = [(sorted(map(_row, part.table.rows)), part.table.truncated) for part in parts]
    return hashlib.blake2b(repr(tables).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _row(row: tuple[Cell, ...]) -> str:
    return repr([f"{cell:.9g}" if isinstance(cell, float | Decimal) else str(cell) for cell in row])


def _needless(wanted: Subscription, answer: Answer, shown: str) -> str:
    if wanted.only_filled and not any(part.table.rows for part in answer.parts):
        return NOTHING_THERE
    return NOTHING_NEW if wanted.only_changed and shown == wanted.shown else ""
