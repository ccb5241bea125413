"""How a question ended: what is said, beside what is remembered of it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bank.errors import BankError, Refused
from bank.person import Person
from bank.table import Cell, Column
from bot.answer import Answer, Outcome, Part
from bot.audience import Shown
from bot.blocks.figures import headline
from generators.commentary import filled
from generators.contract import (
    Approach,
    Clarification,
    Declined,
    Draft,
    Explained,
    GenerationFailed,
    NotUnderstood,
    Reply,
    Statement,
    Usage,
)
from tracking.records import Entry, Result

APPROACHES = {"pattern": Approach.PATTERN, "ai": Approach.AI, "agents": Approach.AGENTS}
PREVIEW_ROWS = 20
_BETWEEN = ";\n\n"
PERSONAL = "•••"


@dataclass(frozen=True, slots=True)
class Answered:
    """What is said, and what is remembered of it. `asker` is with which rights; None where it did not come to that."""

    answer: Answer
    result: Result
    asker: Person | None = None

    @property
    def shown(self) -> Shown:
        """What it shows of the bank, also what was looked at while it was drafted."""
        return shows(self.answer, looks(self.result))


def shows(answer: Answer, queries: Sequence[str]) -> Shown:
    """What an answer made by these queries shows. A sentence of ours shows nothing; what a generator said may name
    values of the bank: a question back, how the question was read, what may be asked next."""
    if not answer.parts and answer.outcome not in ("clarify", "not_understood"):
        return Shown(queries)
    words = [answer.message, *(choice.label for choice in answer.choices), *answer.nearest]
    words += [*answer.commentary, *answer.follow_ups]
    for part in answer.parts:
        words += [part.reading, *part.notes, *(column.label for column in part.table.columns)]
    return Shown(queries, max((len(part.table.rows) for part in answer.parts), default=0), "\n".join(words))


def sentence(entry: Entry, outcome: Outcome, message: str, error: str = "", approach: str = "") -> Answered:
    """A question that ends with words only."""
    return Answered(
        Answer(entry.asked.id, entry.asked.text, outcome, approach, message),
        Result(outcome, approach, message=message, error=error),
    )


def apology(question_id: str) -> str:
    """What a person is told of a fault nobody foresaw; the log has it under the same id."""
    return f"Something went wrong on my side, and it is in my log. If you report it, please give this id: {question_id}"


def found(entry: Entry, draft: Draft, parts: list[Part], preview_rows: int = PREVIEW_ROWS) -> Answered:
    answer = Answer(entry.asked.id, entry.asked.text, "answered", draft.approach.value, parts=tuple(parts))
    chosen = bool(entry.chosen) and draft.approach is Approach.PATTERN
    said = filled(draft.commentary, [part.table for part in parts], headline)
    answer = replace(answer, chosen=chosen, commentary=said, follow_ups=draft.follow_ups)
    result = Result(
        outcome="answered",
        approach=draft.approach.value,
        reading="\n".join(part.reading for part in parts),
        sql=_sql(draft),
        result_count=sum(len(part.table.rows) for part in parts),
        preview=preview(parts, preview_rows),
        in_full=draft.in_full,
        choices=tuple((question, question) for question in draft.follow_ups),
        asides=tuple((part.as_of, *part.notes) for part in parts),
    )
    return Answered(answer, _with_usage(result, draft.usage))


def not_found(entry: Entry, reply: Explained | Clarification | NotUnderstood | Declined) -> Answered:
    approach = reply.approach.value if reply.approach else ""
    if isinstance(reply, Explained):
        return sentence(entry, "answered", reply.message, approach=approach)
    if isinstance(reply, Declined):
        return sentence(entry, "refused", reply.message, approach=approach)
    if isinstance(reply, Clarification):
        ended = sentence(entry, "clarify", reply.message, approach=approach)
        answer = replace(ended.answer, choices=reply.choices)
        offered = tuple((choice.label, choice.key) for choice in reply.choices)
    else:
        ended = sentence(entry, "not_understood", reply.message, approach=approach)
        answer = replace(ended.answer, nearest=reply.nearest)
        offered = tuple((nearest, nearest) for nearest in reply.nearest)
    return Answered(answer, _with_usage(replace(ended.result, choices=offered), reply.usage))


def failed(entry: Entry, reply: Reply | None, error: BankError | GenerationFailed) -> Answered:
    asked_for = APPROACHES.get(entry.asked.approach)
    approach = (reply.approach if isinstance(reply, Draft) else asked_for) or ""
    outcome: Outcome = "refused" if isinstance(error, Refused) else "failed"
    cause = (error.cause if isinstance(error, BankError) else "") or str(error)
    ended = sentence(entry, outcome, str(error), f"{type(error).__name__}: {cause}", str(approach))
    if isinstance(error, GenerationFailed):
        ended = replace(ended, result=_with_usage(ended.result, error.usage))
    if not isinstance(reply, Draft):
        return ended
    reading = "\n".join(statement.reading for statement in reply.statements)
    return replace(ended, result=_with_usage(replace(ended.result, sql=_sql(reply), reading=reading), reply.usage))


def _sql(draft: Draft) -> str:
    return _BETWEEN.join(statement.sql for statement in draft.statements)


def statements(result: Result) -> list[Statement]:
    """The statements of an answer that is remembered, but for what kind their columns are of."""
    queries, readings = result.sql.split(_BETWEEN), result.reading.split("\n")
    if len(readings) != len(queries):
        readings = [result.reading] * len(queries)
    asides = result.asides if len(result.asides) == len(queries) else (("",),) * len(queries)
    return [
        Statement(sql, reading, (), aside[0], tuple(aside[1:]))
        for sql, reading, aside in zip(queries, readings, asides, strict=True)
    ]


def looks(result: Result) -> list[str]:
    """The SQL of every look that was taken at the bank for a question, also while it was drafted."""
    taken = [step.note for step in result.steps if step.name == "query"]
    return list(dict.fromkeys([*taken, *(one.sql for one in statements(result) if one.sql)]))


def usage_of(result: Result | None) -> Usage:
    """What a question has cost so far."""
    if result is None:
        return Usage()
    spent = (result.model_calls, result.prompt_tokens, result.completion_tokens, result.cost)
    return Usage(result.model, *spent, result.prompt_version)


def going_on(result: Result, before: Result | None) -> Result:
    """The end of a question together with what it cost before a person was asked back: it is one question and one run."""
    return _with_usage(result, usage_of(result) + usage_of(before))


def _with_usage(result: Result, usage: Usage) -> Result:
    return replace(
        result,
        model=usage.model,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        model_calls=usage.calls,
        cost=usage.cost,
        prompt_version=usage.prompt_version,
    )


def preview(parts: Iterable[Part], rows: int = PREVIEW_ROWS) -> str:
    """The first rows of each table as JSON: `[{"columns": [...], "rows": [[...]]}]`; empty where none are kept.

    Personal data is left out: whoever may read the ledger or MLflow sees it, whatever the policy lets them see.
    """
    if not rows:
        return ""
    tables = [
        {
            "columns": [column.label for column in part.table.columns],
            "rows": [
                [_plain(cell, column) for cell, column in zip(row, part.table.columns, strict=True)]
                for row in part.table.rows[:rows]
            ],
        }
        for part in parts
    ]
    return json.dumps(tables, ensure_ascii=False)


def _plain(cell: Cell, column: Column) -> str | int | float | bool | None:
    if column.personal and cell is not None:
        return PERSONAL
    if isinstance(cell, Decimal):
        return str(cell)  # a float would change the figure
    return cell.isoformat() if isinstance(cell, date) else cell
