"""What is said, knowing nothing of Slack: a terminal and another chat can show the same."""

from dataclasses import dataclass
from typing import Literal

from bank.table import Table
from generators.contract import Choice

Outcome = Literal["answered", "clarify", "not_understood", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Part:
    """One table of an answer: how the question was read, the SQL that ran, what came back."""

    reading: str
    sql: str
    table: Table
    as_of: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything said about one question. Only an answered one has parts; the others have a message."""

    question_id: str
    question: str
    outcome: Outcome
    approach: str = ""
    message: str = ""
    parts: tuple[Part, ...] = ()
    choices: tuple[Choice, ...] = ()
    nearest: tuple[str, ...] = ()
    seconds: float = 0.0
    drawn: bool = False  # a chart was asked for
    chosen: bool = False  # its asker picked a reading, and may want it always read so
    commentary: tuple[str, ...] = ()  # sentences whose every figure was taken from a cell of the tables above
    follow_ups: tuple[str, ...] = ()  # up to three questions that may come next, each in words that can be asked
    locale: str = ""  # how its asker writes figures and dates, as en-GB; empty: 1,234.50 and 2025-06-30
