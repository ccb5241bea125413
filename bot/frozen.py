"""An answer as it was given, to be given again: the same SQL and reading, over the newest figures where it was read so.

Pattern Match reads the same words the same way each time, so its query is made anew and held against the frozen one: only
dates may differ. A model is never asked again: its SQL runs as it was answered.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Protocol

from bank.door import Bank
from bank.errors import BankError
from bank.person import Person
from bank.values import day
from bot.conversation import Conversation
from bot.ending import APPROACHES, statements
from generators.ai.columns import columns_of
from generators.contract import Approach, Draft, GenerationFailed, Look, Question, Reply, Statement
from tracking.ledger import Ledger
from tracking.records import Entry

PREFIX = "subscription:"
_DATE = re.compile(
    r"'(?:19|20)\d\d(?:-?(?:0[1-9]|1[0-2])(?:-?(?:0[1-9]|[12]\d|3[01]))?)?'|\b(?:19|20)\d\d(?:0[1-9]|1[0-2])\b"
)
_SAID = re.compile(r"(?:(?:_\d{1,2})?_(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))?_(?:q\d_)?(?:19|20)\d\d\b")
_DATES = re.compile(r"\(#(?:, #)+\)")


class ReadOtherwise(GenerationFailed):
    """This question is no longer read as it was when you ordered it. Please ask it again, and order the new answer."""


class Drafts(Protocol):
    """The router, or its twin in a test."""

    async def draft(self, question: Question, look: Look, approach: Approach | None = None) -> Reply: ...


def subscription_of(question_id: str) -> str:
    """Which subscription a question that nobody typed belongs to; empty for any other."""
    return question_id.split(":")[1] if question_id.startswith(PREFIX) else ""


class Frozen:
    """Stands before the router: what a subscription asks is drafted from what it froze, everything else by the router."""

    def __init__(self, router: Drafts, bank: Bank, ledger: Ledger) -> None:
        self._router = router
        self._bank = bank
        self._ledger = ledger

    async def draft(self, question: Question, look: Look, approach: Approach | None = None) -> Reply:
        wanted = subscription_of(question.id)
        if not wanted:
            return await self._router.draft(question, look, approach)
        known = await asyncio.to_thread(self._ledger.subscription, wanted)
        if known is None:
            raise GenerationFailed("It was deleted.")
        return await self.now(known.frozen, question, look)

    async def freeze(self, entry: Entry, person: Person, look: Look) -> dict[str, Any]:
        """What is kept of an answer. `follows`: it is read again each time, by what this person may know, so that its
        dates move on. Raises `BankError`."""
        asked, result = entry.asked, entry.result
        if result is None or result.outcome != "answered":
            raise ValueError(f"Question {asked.id} has no answer")
        frozen: dict[str, Any] = {
            "question": result.in_full or asked.text,
            "approach": result.approach,
            "chosen": list(entry.chosen),
            "remembered": list(await asyncio.to_thread(Conversation(self._ledger).remembered, asked)),
            "statements": [[known.sql, known.reading] for known in statements(result)],
            "follows": False,
        }
        if result.approach == Approach.PATTERN.value:
            question = Question(asked.id, frozen["question"], person, asked.asked_at)
            reply = await self._again(frozen, question, look)
            frozen["follows"] = isinstance(reply, Draft) and _same(frozen, reply)
        return frozen

    async def now(self, frozen: Mapping[str, Any], question: Question, look: Look) -> Draft:
        """The frozen statements as of now; raises `ReadOtherwise`."""
        if frozen["follows"]:
            reply = await self._again(frozen, question, look)
            if isinstance(reply, Draft) and _same(frozen, reply):
                return reply
            raise ReadOtherwise
        approach = next((one for one in APPROACHES.values() if one.value == frozen["approach"]), Approach.AI)
        made = [await self._statement(sql, reading) for sql, reading in frozen["statements"]]
        return Draft(approach, tuple(made))

    async def _again(self, frozen: Mapping[str, Any], question: Question, look: Look) -> Reply:
        words = Question(
            question.id,
            frozen["question"],
            question.person,
            question.asked_at,
            tuple(frozen["chosen"]),
            remembered=tuple(frozen["remembered"]),
        )
        return await self._router.draft(words, look, Approach.PATTERN)

    async def _statement(self, sql: str, reading: str) -> Statement:
        columns = columns_of(sql, self._bank.catalogue, self._bank.dialect)
        if _DATE.search(sql):
            return Statement(
                sql, reading, columns, notes=("The dates in this query stay as they were when it was asked.",)
            )
        return Statement(sql, reading, columns, await asyncio.to_thread(self._newest, sql))

    def _newest(self, sql: str) -> str:
        """The newest month end of the tables that a query without dates of its own reads."""
        catalogue, days = self._bank.catalogue, []
        for name, table in catalogue.tables.items():
            if table.snapshot and re.search(rf"\b{re.escape(name)}\b", sql, re.IGNORECASE):
                try:
                    days.append(day(self._bank.newest(name, table.snapshot.column), table.snapshot.stored))
                except BankError:
                    return ""
        known = [one for one in days if one]
        return f"{max(known).day} {max(known):%b %Y}" if known else ""


def _same(frozen: Mapping[str, Any], draft: Draft) -> bool:
    return [skeleton(sql) for sql, _ in frozen["statements"]] == [skeleton(made.sql) for made in draft.statements]


def skeleton(sql: str) -> str:
    """A query without its dates, and without those in the names of its columns; several dates in a list count as one."""
    return _DATES.sub("(#)", _SAID.sub("_#", _DATE.sub("#", sql)))
