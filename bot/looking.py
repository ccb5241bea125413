"""The bank's door for many at once: the one place where a thread waits for the bank, and who waits takes turns."""

import asyncio
import contextvars
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from bank.door import Bank
from bank.halt import Halt
from bank.person import Person
from bank.plan import Plan
from bank.table import Column, Table
from bot.answer import Part
from bot.steps import add, step, tell
from bot.turns import Turns
from generators.contract import Look, Statement

LOOK_ROWS = 50  # what a generator may see of a result while it drafts
Seen = TypeVar("Seen")

_in_hand: contextvars.ContextVar[str] = contextvars.ContextVar("question_in_hand", default="")


def question_in_hand() -> str:
    """The id of the question that is being answered here and now, for the log and the record of looks; else empty."""
    return _in_hand.get()


def take_in_hand(question_id: str) -> None:
    """From now on this task, and those it starts, work on that question."""
    _in_hand.set(question_id)


class Looking:
    """`at_once` is how many statements may be with the bank at the same time."""

    def __init__(self, bank: Bank, at_once: int) -> None:
        self._bank = bank
        # The bank has threads of its own, so that slow queries never keep a Slack event from its insert.
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="bank")
        self._turns = Turns(at_once)

    def look(self, person: Person) -> Look:
        """The door as a generator has it while it drafts for this person."""

        async def rows(sql: str) -> Table:
            return await self._rows(sql, person, (), LOOK_ROWS)

        async def plan(sql: str) -> Plan:
            return await self._at_the_bank(sql, person, self._bank.plan)

        return Look(rows, plan)

    async def run(self, person: Person, statements: Iterable[Statement], question_id: str = "") -> list[Part]:
        """The statements as this person sees them, for the question in hand or the one named; raises `BankError`."""
        if question_id:
            take_in_hand(question_id)
        return list(await asyncio.gather(*(self._part(person, statement) for statement in statements)))

    def close(self) -> None:
        """Waits for the statements that are with the bank; each ends by its own time limit."""
        self._threads.shutdown()

    async def _part(self, person: Person, statement: Statement) -> Part:
        table = await self._rows(statement.sql, person, statement.columns)
        return Part(statement.reading, statement.sql, table, statement.as_of, statement.notes)

    async def _rows(
        self, sql: str, person: Person, columns: tuple[Column, ...] = (), limit: int | None = None
    ) -> Table:
        work = partial(self._bank.run, columns=columns, limit=limit)
        table = await self._at_the_bank(sql, person, work, "" if limit else "Running")
        add("query", time.monotonic() - table.seconds, table.seconds, sql)
        return table

    async def _at_the_bank(self, sql: str, person: Person, work: Callable[..., Seen], says: str = "") -> Seen:
        """Whoever stops waiting stops the query too."""
        halt = Halt()
        context = contextvars.copy_context()  # so that the log of the bank's thread names the question
        look = partial(context.run, partial(work, halt=halt, question_id=question_in_hand()), sql, person)
        try:
            async with self._turns.of(person.id):
                with step("door", sql):
                    tell(says)
                    return await asyncio.get_running_loop().run_in_executor(self._threads, look)
        except asyncio.CancelledError:
            halt.stop()
            raise
