"""Why a figure is what it is: the same question by the catalogue's dimensions, through the door, beside what it was."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bank.catalogue import Catalogue
from bank.errors import BankError
from bank.person import Person
from bank.table import Column
from bot.answer import Part
from bot.answering import Answering
from bot.audience import Shown
from bot.blocks.figures import NUMERIC
from bot.ordering import no_look
from generators.contract import Approach, Draft, GenerationFailed, Question
from jobs.measuring import Row, rows_of
from tracking.ledger import Ledger

TRIED = 12  # dimensions, until
FOUND = 3  # of them say something
_ADDS_UP = 0.005  # a breakdown whose rows do not add up to the figure leaves something out, and is not shown
_SAME = 49.95  # percent from the middle: 0 or 100 but for rounding


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A figure by one dimension of the catalogue, and how much of what changed the first row explains (0 to 1)."""

    dimension: str
    column: Column
    rows: tuple[Row, ...]
    shown: Shown

    @property
    def changes(self) -> list[Row]:
        """Those that changed, the largest change first; where nothing is known of before, the largest figures."""
        if any(row.change is not None for row in self.rows):
            known = [row for row in self.rows if row.change]
            return sorted(known, key=lambda row: abs(row.change or 0), reverse=True)
        return sorted(self.rows, key=lambda row: abs(row.value), reverse=True)

    @property
    def focus(self) -> float:
        """How much of all that moved the first row moved."""
        moved = [abs(row.change or 0) for row in self.rows]
        return max(moved) / sum(moved) if sum(moved) else 0.0


@dataclass(frozen=True, slots=True)
class Why:
    """Deterministic: Pattern Match reads the question with "by …" behind it. What it cannot read so is left out."""

    ledger: Ledger
    answering: Answering

    async def of(
        self,
        order: str,
        frozen: Mapping[str, Any],
        asker: Person,
        value: float,
        at: datetime,
        since: datetime,
        sight: str,
    ) -> list[Breakdown]:
        """The breakdowns of one figure, beside what was seen at or before `since`; the one that explains most comes first."""
        found: list[Breakdown] = []
        for dimension in list(dimensions(self.answering.bank.catalogue, _sql(frozen)))[:TRIED]:
            part = await self._by(frozen, dimension, asker, at)
            if part is None or (made := self._made(part, dimension, value)) is None:
                continue
            _, before = await asyncio.to_thread(self.ledger.observed, order, dimension, since, sight)
            rows = tuple(replace(row, before=before.get(row.key)) for row in made.rows)
            seen = {row.key: row.value for row in rows}
            await asyncio.to_thread(self.ledger.observe, order, at, dimension, seen, sight)
            found.append(replace(made, rows=rows))
            if len(found) == FOUND:
                break
        return sorted(found, key=lambda one: one.focus, reverse=True)

    async def _by(self, frozen: Mapping[str, Any], dimension: str, asker: Person, at: datetime) -> Part | None:
        text = f"{frozen['question'].rstrip(' ?.!')} by {dimension}"
        question = Question("why", text, asker, at, tuple(frozen["chosen"]), remembered=tuple(frozen["remembered"]))
        try:
            reply = await self.answering.frozen.draft(question, no_look, Approach.PATTERN)
            if isinstance(reply, Draft) and len(reply.statements) == 1:
                return (await self.answering.run(asker, reply.statements, "why"))[0]
        except (BankError, GenerationFailed):
            return None
        return None

    def _made(self, part: Part, dimension: str, value: float) -> Breakdown | None:
        places = [at for at, column in enumerate(part.table.columns) if column.kind in NUMERIC]
        if len(places) != 1 or part.table.truncated or len(part.table.rows) < 2:
            return None
        column, rows = part.table.columns[places[0]], tuple(rows_of(part.table, places[0], {}))
        total = sum(row.value for row in rows)
        if column.kind in ("amount", "count") and abs(total - value) > _ADDS_UP * max(abs(value), 1):
            return None
        if column.kind == "percent" and all(abs(row.value - 50) > _SAME for row in rows):
            return None  # all or nothing: the dimension is what the ratio is about
        return Breakdown(dimension, column, rows, Shown((part.sql,), len(part.table.rows), part.reading))


def dimensions(catalogue: Catalogue, sql: str) -> Iterator[str]:
    """What a figure can be split by, in the catalogue's words: first those that people have several words for, and among
    them those of the tables that its query reads."""
    words = set(sql.replace(".", " ").replace('"', " ").split())
    there = [
        (not entry.synonyms, name not in words, catalogue.label(name, column))
        for name, table in catalogue.tables.items()
        for column, entry in table.columns.items()
        if entry.kind == "category" and not entry.personal and not entry.described_by
    ]
    yield from dict.fromkeys(label for _, _, label in sorted(there, key=lambda one: one[:2]))


def _sql(frozen: Mapping[str, Any]) -> str:
    return " ".join(sql for sql, _ in frozen["statements"])
