"""What every way from words to SQL takes and gives back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bank.person import Person
from bank.plan import Plan
from bank.table import Column, Table


class Approach(StrEnum):
    """The three ways, by the names they carry in MLflow."""

    PATTERN = "Pattern Match"
    AI = "AI-Powered"
    AGENTS = "AutoGen Multi-Agent"


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question in the same conversation and how it was read. `text` says it in full, also where it was a
    follow-up itself; `approach` is the name of the one that answered it, `chosen` what was picked for it."""

    text: str
    reading: str
    sql: str
    approach: str = ""
    chosen: tuple[str, ...] = ()
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a draft cost: model calls, tokens, and money as the prices are set; zero for Pattern Match.

    `prompt_version` says which wording of the instructions was used.
    """

    model: str = ""
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    prompt_version: str = ""

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.model or other.model,
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cost + other.cost,
            self.prompt_version or other.prompt_version,
        )


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that model calls may cost: tokens of prompts and replies, and money as the prices are set. None: no limit."""

    tokens: int | None = None
    cost: float | None = None

    def less(self, usage: Usage) -> "Budget":
        """What is left of it after this."""
        return Budget(
            None if self.tokens is None else max(0, self.tokens - usage.tokens),
            None if self.cost is None else max(0.0, self.cost - usage.cost),
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A banker's words. `chosen` holds the keys of clarification choices made for this question, `remembered` those made
    before, in its thread or for good; `earlier` is oldest first. `budget` is what the person has left for today, `spent` what
    this very question has cost before it was asked back."""

    id: str
    text: str
    person: Person
    asked_at: datetime
    chosen: tuple[str, ...] = ()
    earlier: tuple[Turn, ...] = ()
    remembered: tuple[str, ...] = ()
    budget: Budget = Budget()
    spent: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Statement:
    """One query and the plain sentence that says how the question was read.

    `columns` gives kind and unit of each result column in order (empty: not known). `as_of` is the date or period
    the figures are of, in words. `notes` are assumptions and corrections the banker should see.
    """

    sql: str
    reading: str
    columns: tuple[Column, ...] = ()
    as_of: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """One to four statements, ready for the door. `in_full` is a follow-up together with what it refers to.

    `commentary` are sentences in which every figure is a reference to a cell (`generators/commentary.py`), filled in
    after the run. `follow_ups` are up to three questions that could come next.
    """

    approach: Approach
    statements: tuple[Statement, ...]
    usage: Usage = Usage()
    commentary: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    in_full: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One reading a banker may pick: its words, and the key that is added to `Question.chosen`."""

    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Explained:
    """What a word means, in the words of the catalogue: no query is needed."""

    approach: Approach
    message: str


@dataclass(frozen=True, slots=True)
class Clarification:
    """The question can be read in two to four ways that differ in their answer."""

    approach: Approach
    message: str
    choices: tuple[Choice, ...]
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Which words were not understood, said in a sentence, and up to three near questions that can be answered."""

    approach: Approach
    message: str
    words: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Declined:
    """The text is not a question for the bank (empty, SQL, an order to change data): the sentence that says so."""

    message: str
    approach: Approach | None = None


Reply = Draft | Explained | Clarification | NotUnderstood | Declined


class GenerationFailed(Exception):
    """I could not work out an answer this time. Please try again, or ask in other words."""

    def __init__(self, message: str = "", usage: Usage = Usage()) -> None:
        """`usage` is what was spent all the same."""
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.usage = usage


@dataclass(frozen=True, slots=True)
class Look:
    """The door, for whoever asks: each takes a statement, checks it, and raises `bank.errors.BankError`.

    `rows` runs it and returns the first rows, `plan` only asks the database what it expects of it.
    """

    rows: Callable[[str], Awaitable[Table]]
    plan: Callable[[str], Awaitable[Plan]]


class Generator(Protocol):
    """A way from words to SQL. Never returns figures, only statements.

    Tells what it is doing through `generators.progress`. Whoever cancels the task ends the model call with it.
    """

    async def draft(self, question: Question, look: Look) -> Reply: ...
