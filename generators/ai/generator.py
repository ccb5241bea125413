"""AI-Powered: one model writes one query, which must stand every check; what does not is mended at most twice."""

import asyncio
from collections.abc import Callable

from openai.types.chat import ChatCompletionMessageParam
from pydantic import BaseModel, ConfigDict, Field

from bank.catalogue import Catalogue
from bank.person import Person
from bank.values import Values
from generators.ai.asking import asked_back, left_open
from generators.ai.examine import Examiner, Found
from generators.ai.examples import Examples
from generators.ai.failures import NoWorkingQuery
from generators.ai.linking import Linked, Linker
from generators.ai.model import Model
from generators.ai.prompt import asked, described, rules
from generators.ai.telling import Teller
from generators.contract import Approach, Draft, Look, Question, Reply
from generators.progress import doing
from generators.sql.read import Reader

REPAIRS = 2
_SECOND_LOOK = (
    "It ran, but look at it once more. {doubt} Check joins, codes, spellings and periods. If it is right as it is, send it"
    " again unchanged."
)


def none_known(_: Person) -> Values:
    """Where nobody has read the bank's values: only the words of the catalogue are linked."""
    return Values()


class Written(BaseModel):
    """The model's reply. Every field is required, as strict JSON schemas demand: what is not meant is empty."""

    model_config = ConfigDict(extra="forbid")

    reading: str = Field(description="How the question was read, one plain sentence for a banker, without results.")
    sql: str = Field(description="The query; empty if a clarification is needed or the tables cannot answer.")
    assumptions: list[str] = Field(description="What was assumed beyond the question, a sentence each.")
    clarification: str = Field(description="What to ask the banker, or what is missing; else empty.")
    choices: list[str] = Field(description="Two to four readings to choose from, a few words each; else empty.")


class AIPowered:
    """`dialect` is sqlglot's name for the bank's SQL, `values` gives those of the bank that a person may know."""

    def __init__(
        self,
        catalogue: Catalogue,
        dialect: str,
        model: Model,
        values: Callable[[Person], Values] = none_known,
        examples: Examples | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._model = model
        self._linker = Linker(catalogue)
        self._values = values
        self._examples = examples or Examples()
        reader = Reader(catalogue, dialect)
        self._examiner = Examiner(reader)
        self._teller = Teller(reader)
        self._instructions = f"You write SQL for a bank's own database and never see its data.\n{rules(dialect)}"

    async def draft(self, question: Question, look: Look) -> Reply:
        """Raises `GenerationFailed` if the model fails, or none of its queries can be trusted."""
        account = self._model.account(question)
        values = await asyncio.to_thread(self._values, question.person)
        linked = link(self._linker, values, question)
        if reply := left_open(Approach.AI, self._catalogue, linked, question):
            return reply
        talk = self._opening(question, linked)
        repairs, looked_twice = 0, False
        while True:
            written = await self._model.reply(talk, Written, account, "Mending SQL" if repairs else "Writing SQL")
            if not written.sql.strip() or len(written.choices) > 1:
                return asked_back(Approach.AI, question, written.clarification, written.choices, account.usage)
            found = await self._examiner.examine(written.sql, linked.asked, look)
            if found.fault and repairs == REPAIRS:
                raise NoWorkingQuery(usage=account.usage)
            if not found.fault and (looked_twice or not found.doubt):
                statement = self._teller.statement(
                    question, written.sql, written.reading, written.assumptions, found, values
                )
                return Draft(Approach.AI, (statement,), account.usage)
            repairs += bool(found.fault)
            looked_twice = looked_twice or not found.fault
            talk += [
                {"role": "assistant", "content": written.model_dump_json()},
                {"role": "user", "content": _objection(found)},
            ]

    def _opening(self, question: Question, linked: Linked) -> list[ChatCompletionMessageParam]:
        examples = self._examples.nearest(question.text)
        return [
            {"role": "system", "content": f"{self._instructions}\n\n{described(self._catalogue, linked, examples)}"},
            {"role": "user", "content": asked(question)},
        ]


def link(linker: Linker, values: Values, question: Question) -> Linked:
    """What the question could mean, and what those could that it follows on."""
    with doing("linking", "Looking at the tables") as linking:
        before = (text for turn in question.earlier for text in (turn.text, turn.reading))
        linked = linker.link(values, question.text, *question.chosen, *before)
        linking.note = ", ".join(linked.tables)
        return linked


def _objection(found: Found) -> str:
    return found.fault or _SECOND_LOOK.format(doubt=found.doubt)
