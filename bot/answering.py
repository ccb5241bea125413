"""The one way of a question: Slack, the terminal and evaluations all go through here."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from bank.door import Bank
from bank.errors import BankError
from bank.person import Person
from bot.answer import Answer
from bot.audience import Verdict
from bot.conversation import Conversation, as_a_chart
from bot.ending import (
    APPROACHES,
    PREVIEW_ROWS,
    Answered,
    apology,
    failed,
    found,
    going_on,
    not_found,
    sentence,
    statements,
    usage_of,
)
from bot.frozen import Drafts, Frozen
from bot.looking import Looking, take_in_hand
from bot.steps import Heard, begin, step
from generators.ai.columns import columns_of
from generators.contract import Approach, Budget, Draft, GenerationFailed, Question, Reply, Statement, Turn, Usage
from tracking.ledger import Ledger
from tracking.preferences import Settled
from tracking.records import Asked, Entry

log = logging.getLogger(__name__)

TERMINAL_LEASE = timedelta(minutes=10)


class Askers(Protocol):
    """Who somebody is, with all that their rights depend on."""

    async def person(self, person: str, name: str = "") -> Person: ...


Suggest = Callable[[Question, Draft], tuple[str, ...]]
"""Up to three questions that may come after a draft of Pattern Match; works without the bank."""


class AtATerminal:
    """Whoever asks under that name; one that is an e-mail address counts as that address."""

    async def person(self, person: str, name: str = "") -> Person:
        return Person(person, name, person if "@" in person else "")


class Taken(Exception):
    """Somebody else is already working on that question."""


class Answering:
    """`at_once` is how many statements may be with the bank at the same time.

    `preview_rows` is how many rows of each table are remembered with the answer.
    """

    def __init__(
        self,
        ledger: Ledger,
        router: Drafts,
        bank: Bank,
        at_once: int = 4,
        preview_rows: int = PREVIEW_ROWS,
        askers: Askers | None = None,
        suggest: Suggest = lambda question, draft: (),
        model_budget: Budget | None = None,
    ) -> None:
        self._suggest = suggest
        self._preview_rows = preview_rows
        self._model_budget = model_budget or Budget()
        self._askers = askers or AtATerminal()
        self._ledger = ledger
        self._conversation = Conversation(ledger)
        self.frozen = Frozen(router, bank, ledger)
        self.bank = bank
        self._looking = Looking(bank, at_once)
        self.run = self._looking.run

    async def ask(self, asked: Asked) -> Answer:
        """Receives, answers and remembers a question of somebody who waits for it."""
        await asyncio.to_thread(self._ledger.receive, asked)
        return await self._see_through(asked.id)

    async def choose(self, question_id: str, key: str, person: str) -> Answer | None:
        """Goes on with a question that was asked back; None if it is not waiting for this person and key."""
        if not await asyncio.to_thread(self._ledger.choose, question_id, key, person):
            return None
        return await self._see_through(question_id)

    async def answer(self, entry: Entry, heard: Heard = lambda says: None) -> Answered:
        """Works out the answer to a claimed question. Never raises: what goes wrong becomes a sentence.

        `heard` is told what is being done.
        """
        take_in_hand(entry.asked.id)
        before = entry.result if entry.chosen else None
        waited_before = before.seconds if before else 0.0
        steps = begin(before, heard)
        started = time.monotonic()
        answered = await self._work_out(entry)
        seconds = waited_before + time.monotonic() - started
        taken = (*(before.steps if before else ()), *steps.taken())
        result = replace(going_on(answered.result, entry.result), seconds=seconds, steps=taken)
        return replace(answered, answer=replace(answered.answer, seconds=seconds), result=result)

    async def again(self, entry: Entry, asker: Person) -> Answer:
        """The answer to a question as the bank gives it now, by the statements remembered; raises `BankError`."""
        if entry.result is None:
            raise ValueError(f"Question {entry.asked.id} has no result yet")
        parts = tuple(await self.run(asker, map(self._with_columns, statements(entry.result))))
        seconds = sum(part.table.seconds for part in parts)
        return Answer(
            entry.asked.id,
            entry.asked.text,
            "answered",
            entry.result.approach,
            parts=parts,
            seconds=seconds,
            locale=asker.locale,
        )

    def close(self) -> None:
        """Waits for the statements that are with the bank; each ends by its own time limit."""
        self._looking.close()

    async def _see_through(self, question_id: str) -> Answer:
        worker = f"{question_id} itself"
        entry = await asyncio.to_thread(self._ledger.claim, worker, TERMINAL_LEASE, datetime.now(UTC), question_id)
        if entry is None:
            raise Taken
        try:
            answered = await self.answer(entry)
            answered = await self.on_record(entry, answered, entry.asked.channel, Verdict("", (entry.asked.person,)))
        except asyncio.CancelledError:
            stopped = sentence(entry, "failed", "Stopped before it was answered.", "Stopped")
            self._ledger.finish(question_id, worker, stopped.result, datetime.now(UTC))
            raise
        await asyncio.to_thread(self._ledger.finish, question_id, worker, answered.result, datetime.now(UTC))
        return answered.answer

    async def _work_out(self, entry: Entry) -> Answered:
        person: Person | None = None
        reply: Reply | None = None
        try:
            text, drawn = as_a_chart(entry.asked.text)
            question = await self._question(entry, text or entry.asked.text)
            person = question.person
            reply = await self._once_more(entry.asked) if drawn and not text else None
            reply = reply or await self._draft(question, entry.asked.approach)
            if isinstance(reply, Draft):
                parts, draft = await asyncio.gather(self.run(person, reply.statements), self._going_on(question, reply))
                answered = found(entry, draft, parts, self._preview_rows)
                answered = replace(answered, answer=replace(answered.answer, drawn=drawn))
            else:
                answered = not_found(entry, reply)
        except (BankError, GenerationFailed) as error:
            answered = failed(entry, reply, error)
        except Exception as error:
            log.exception("Question %s could not be answered", entry.asked.id)
            answered = sentence(entry, "failed", apology(entry.asked.id), type(error).__name__)
        standing = self.bank.rights.policy.standing(person) if person else None
        result = replace(answered.result, role=standing.role if standing else "")
        answer = replace(answered.answer, locale=person.locale if person else "")
        return replace(answered, asker=person, result=result, answer=answer)

    async def _admitted(self, entry: Entry) -> Person:
        """The asker with what their rights depend on, once the question is on record and within their budget."""
        asked = entry.asked
        person = await self._askers.person(asked.person, asked.person_name)

        def put_on_record() -> Person:
            said = {"question": asked.id, "person": asked.person, "name": asked.person_name, "text": asked.text}
            self.bank.record("asked", **said, channel=asked.channel, source=asked.source, chosen=list(entry.chosen))
            self.bank.rights.check_budget(person, *self._ledger.spent(asked.person, _midnight()))
            settled = Settled(self._ledger).of(asked.person)
            return replace(person, locale=settled.locale or person.locale)

        return await asyncio.to_thread(put_on_record)

    async def shown(self, question_id: str, channel: str, readers: Sequence[str]) -> None:
        """Puts on record to whom an answer is about to be shown; raises `BankError`."""
        where = {"question": question_id, "channel": channel, "readers": list(readers)}
        await asyncio.to_thread(partial(self.bank.record, "shown", **where))

    async def on_record(self, entry: Entry, answered: Answered, channel: str, verdict: Verdict) -> Answered:
        """The answer, or the question back, once it is on record who will see it; an apology where it could not be put
        there."""
        if answered.asker is None or not (answered.answer.parts or answered.shown.words):
            return answered
        try:
            if verdict.reason:
                await self.shown(entry.asked.id, f"private, kept from {channel}", [entry.asked.person])
            else:
                await self.shown(entry.asked.id, channel, verdict.readers)
        except BankError as error:
            return failed(entry, None, error)
        return answered

    async def _once_more(self, asked: Asked) -> Draft | None:
        """The last answer of the conversation, with what kind its columns are of."""
        draft = await asyncio.to_thread(self._conversation.once_more, asked)
        return draft and replace(draft, statements=tuple(map(self._with_columns, draft.statements)))

    def _with_columns(self, statement: Statement) -> Statement:
        return replace(statement, columns=columns_of(statement.sql, self.bank.catalogue, self.bank.dialect))

    async def _going_on(self, question: Question, draft: Draft) -> Draft:
        """The draft with questions that may come next, worked out while the query runs; an answer never fails for them."""
        if draft.approach is not Approach.PATTERN or draft.follow_ups:
            return draft
        try:
            return replace(draft, follow_ups=await asyncio.to_thread(self._suggest, question, draft))
        except Exception:
            log.exception("No questions could be found to follow %s", question.id)
            return draft

    async def _question(self, entry: Entry, text: str) -> Question:
        """The question with what it may refer to, which is looked up while it goes on record."""
        asked = entry.asked

        def known() -> tuple[tuple[tuple[Turn, ...], tuple[str, ...]], Budget]:
            return self._conversation.known(asked), self._left(asked.person)

        person, ((earlier, remembered), budget) = await asyncio.gather(self._admitted(entry), asyncio.to_thread(known))
        return Question(
            id=asked.id,
            text=text,
            person=person,
            asked_at=asked.asked_at,
            chosen=entry.chosen,
            earlier=earlier,
            remembered=remembered,
            budget=budget,
            spent=usage_of(entry.result),
        )

    async def _draft(self, question: Question, approach: str) -> Reply:
        with step("routing"):
            return await self.frozen.draft(question, self._looking.look(question.person), APPROACHES.get(approach))

    def _left(self, person: str) -> Budget:
        """What somebody may still spend on the language model today."""
        a_day = self._model_budget
        if a_day == Budget():
            return a_day
        tokens, cost = self._ledger.model_usage(person, _midnight())
        return a_day.less(Usage(prompt_tokens=tokens, cost=cost))


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
