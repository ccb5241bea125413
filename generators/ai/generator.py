"""AI-Powered: one model writes one query, which must pass the door; what fails is mended at most twice."""

from openai.types.chat import ChatCompletionMessageParam
from pydantic import BaseModel, ConfigDict, Field

from bank.catalogue import Catalogue
from bank.causes import without_values
from bank.errors import BankError, QueryFailed, Refused, TookTooLong
from generators.ai.columns import columns_of
from generators.ai.failures import NoWorkingQuery
from generators.ai.figures import grounded, refuse_invented
from generators.ai.model import Model
from generators.ai.prompt import CHOSEN, asked, described, rules
from generators.contract import (
    Approach,
    Choice,
    Clarification,
    Draft,
    Look,
    NotUnderstood,
    Question,
    Reply,
    Statement,
    Usage,
)

REPAIRS = 2
MENDABLE = (Refused, QueryFailed, TookTooLong)


class Written(BaseModel):
    """The model's reply. Every field is required, as strict JSON schemas demand: what is not meant is empty."""

    model_config = ConfigDict(extra="forbid")

    reading: str = Field(description="How the question was read, one plain sentence for a banker, without results.")
    sql: str = Field(description="The query; empty if a clarification is needed or the tables cannot answer.")
    assumptions: list[str] = Field(description="What was assumed beyond the question, a sentence each.")
    clarification: str = Field(description="What to ask the banker, or what is missing; else empty.")
    choices: list[str] = Field(description="Two to four readings to choose from, a few words each; else empty.")


class AIPowered:
    """`dialect` is sqlglot's name for the bank's SQL."""

    def __init__(self, catalogue: Catalogue, dialect: str, model: Model) -> None:
        self._catalogue = catalogue
        self._dialect = dialect
        self._model = model
        self._instructions = (
            "You write SQL for a bank's own database and never see its data.\n"
            f"{rules(dialect)}\n\n{described(catalogue)}"
        )

    async def draft(self, question: Question, look: Look) -> Reply:
        """Raises `GenerationFailed` if the model fails, or none of its queries passes the door."""
        talk: list[ChatCompletionMessageParam] = [
            {"role": "system", "content": self._instructions},
            {"role": "user", "content": asked(question)},
        ]
        usage = Usage(self._model.name)
        for _ in range(1 + REPAIRS):
            written, cost = await self._model.reply(talk, Written)
            usage = added(usage, cost)
            if not written.sql.strip() or len(written.choices) > 1:
                return asked_back(Approach.AI, question, written.clarification, written.choices, usage)
            try:
                refuse_invented(written.sql, self._dialect)
                await look(written.sql)
            except MENDABLE as error:
                talk += [
                    {"role": "assistant", "content": written.model_dump_json()},
                    {"role": "user", "content": complaint(error, written.sql)},
                ]
            else:
                return Draft(Approach.AI, (self._statement(question, written),), usage)
        raise NoWorkingQuery

    def _statement(self, question: Question, written: Written) -> Statement:
        sources = (question.text, *(turn.text for turn in question.earlier), *question.chosen, written.sql)
        return Statement(
            sql=written.sql,
            reading=grounded(written.reading, *sources) or f"Read as asked: “{question.text}”",
            columns=columns_of(written.sql, self._catalogue, self._dialect),
            notes=tuple(note for line in written.assumptions if (note := grounded(line, *sources))),
        )


def complaint(error: BankError, sql: str) -> str:
    """What a model is told about a query that did not pass."""
    cause = f" The database said: {without_values(error.cause, sql)}" if error.cause else ""
    return f"The bank did not run that query. {error}{cause} Use only the tables and columns listed."


def asked_back(approach: Approach, question: Question, message: str, choices: list[str], usage: Usage) -> Reply:
    """A question of the model as buttons; without readings to choose from it is what was not understood."""
    message = grounded(message, question.text)
    labels = list(dict.fromkeys(label.strip() for label in choices if label.strip()))[:4]
    if len(labels) > 1:
        keyed = tuple(Choice(label, CHOSEN + label) for label in labels)
        return Clarification(approach, message or "Which of these do you mean?", keyed, usage)
    return NotUnderstood(approach, message or "I found nothing in the bank's tables that answers this.", usage=usage)


def added(one: Usage, other: Usage) -> Usage:
    return Usage(
        one.model,
        one.calls + other.calls,
        one.prompt_tokens + other.prompt_tokens,
        one.completion_tokens + other.completion_tokens,
    )
