"""Evaluation: golden questions go the one way of every question, and their rows are held against hand-written SQL."""

import asyncio
import itertools
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from bank.door import Bank
from bank.person import Person
from bank.table import Cell
from bot.answer import Answer
from bot.answering import Answering
from jobs.golden import Case, Golden
from tracking.records import Asked, Share

Verdict = Literal["right", "wrong", "asked back", "refused", "failed"]
VERDICTS: tuple[Verdict, ...] = ("right", "wrong", "asked back", "refused", "failed")
_HELD: dict[str, Verdict] = {"clarify": "asked back", "not_understood": "refused", "refused": "refused"}
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one case. `rightly`: it was answered rightly, or held back as the file says."""

    case: Case
    verdict: Verdict
    rightly: bool
    answer: Answer
    why: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the cases of one file.

    precision: right / (right + wrong): of the answers given, how many were right.
    coverage: of the questions that have an answer, how many were answered rightly (asking back counts only where the
    file says it is as good). With precision, the pair in which ATHENA++ (Sen et al., VLDB 2020) reports; it calls
    coverage recall.
    held: of the questions that have no answer, how many were asked back or refused instead of being answered.
    """

    judged: tuple[Judged, ...]

    def count(self, verdict: Verdict) -> int:
        return sum(one.verdict == verdict for one in self.judged)

    @property
    def precision(self) -> Share:
        return Share(self.count("right"), self.count("right") + self.count("wrong"))

    @property
    def coverage(self) -> Share:
        answerable = [one for one in self.judged if one.case.sql]
        return Share(sum(one.rightly for one in answerable), len(answerable))

    @property
    def held(self) -> Share:
        without = [one for one in self.judged if not one.case.sql]
        return Share(sum(one.verdict in ("asked back", "refused") for one in without), len(without))


class Evaluation:
    """Asks by one approach: pattern, ai, agents or auto. Its ledger should be one that nothing else reads."""

    def __init__(self, answering: Answering, bank: Bank, person: str, approach: str = "auto") -> None:
        self._answering = answering
        self._bank = bank
        self._person = Person(person, person)
        self._approach = approach

    async def judge(self, golden: Golden, case: Case) -> Judged:
        """Raises `bank.errors.BankError` where the hand-written SQL does not run: then the file is at fault."""
        truths = [await asyncio.to_thread(self._truth, golden.with_views(sql)) for sql in case.sql]
        first, answer = await self._ask(case)
        if answer.outcome == "answered":
            return _judge_rows(case, first, answer, truths)
        if answer.outcome == "failed":
            return Judged(case, "failed", False, answer, answer.message)
        expected = {_HELD[held] for held in case.expect}
        verdict = _HELD[answer.outcome]
        return Judged(case, verdict, verdict in expected, answer, answer.message)

    def _truth(self, sql: str) -> tuple[Row, ...]:
        return self._bank.run(sql, self._person).rows

    async def _ask(self, case: Case) -> tuple[Answer, Answer]:
        """The first answer, and the one after the banker's choices."""
        first = answer = await self._answering.ask(_asked(case.question, self._person, self._approach))
        for words in case.chosen:
            key = _pick(answer, words)
            after = await self._answering.choose(answer.question_id, key, self._person.id) if key else None
            if after is None:
                break
            answer = after
        return first, answer


def _asked(text: str, person: Person, approach: str) -> Asked:
    question_id = f"evaluation:{uuid.uuid4()}"
    return Asked(
        id=question_id,
        text=text,
        person=person.id,
        person_name=person.name,
        channel="evaluation",
        thread=question_id,
        asked_at=datetime.now(UTC),
        source="terminal",
        approach=approach,
        private=True,
        test=True,
    )


def _pick(answer: Answer, words: str) -> str | None:
    """The key of the one choice that is meant; None where none is, or several could be."""
    if answer.outcome != "clarify":
        return None
    exact = [choice.key for choice in answer.choices if words in (choice.key, choice.label)]
    near = [choice.key for choice in answer.choices if words.casefold() in choice.label.casefold()]
    found = exact or near
    return found[0] if len(found) == 1 else None


def _judge_rows(case: Case, first: Answer, answer: Answer, truths: Sequence[Sequence[Row]]) -> Judged:
    if not case.sql:
        return Judged(case, "wrong", False, answer, "It has no answer, and was given one.")
    if case.chosen and first.outcome == "answered":
        return Judged(case, "wrong", False, answer, "It can be read in several ways, and was answered without asking.")
    if any(same(truth, part.table.rows, case.ordered) for part in answer.parts for truth in truths):
        return Judged(case, "right", True, answer)
    return Judged(case, "wrong", False, answer, _difference(truths[0], answer.parts[0].table.rows))


def _difference(truth: Sequence[Row], rows: Sequence[Row]) -> str:
    return f"Wanted {len(truth)} rows, the first {_brief(truth)}; got {len(rows)}, the first {_brief(rows)}."


def _brief(rows: Sequence[Row]) -> str:
    return str(tuple(plain(cell) for cell in rows[0])) if rows else "none"


def same(truth: Sequence[Row], rows: Sequence[Row], ordered: bool = False) -> bool:
    """Whether some of the answer's columns hold exactly the wanted rows; an answer may show more columns."""
    if len(truth) != len(rows) or not truth:
        return len(truth) == len(rows)
    wanted = [tuple(plain(cell) for cell in row) for row in truth]
    found = [tuple(plain(cell) for cell in row) for row in rows]
    columns = [sorted(map(str, column)) for column in zip(*found, strict=True)]
    fits = [
        [place for place, other in enumerate(columns) if sorted(map(str, column)) == other]
        for column in zip(*wanted, strict=True)
    ]
    for places in itertools.product(*fits):
        if len(set(places)) < len(places):
            continue
        picked = [tuple(row[place] for place in places) for row in found]
        if picked == wanted or (not ordered and sorted(map(str, picked)) == sorted(map(str, wanted))):
            return True
    return False


_MONTH = re.compile(r"(\d{4})-(\d\d)")


def plain(cell: Cell) -> Any:
    """A cell as it is compared: numbers to nine significant digits, a month as 202609 however it is written.

    The nudge keeps floating point from rounding the same amount both up and down.
    """
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    if isinstance(cell, str):
        cell = _number(cell)
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return float(f"{float(cell) * (1 + 1e-12):.9g}")
    return cell


def _number(text: str) -> str | int:
    month = _MONTH.fullmatch(text)
    if month:
        return int(month[1] + month[2])
    return int(text) if text.isdecimal() else text
