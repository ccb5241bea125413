"""AI-Powered: one model writes one query, which must stand every check; what does not is mended at most twice."""

from openai.types.chat import ChatCompletionMessageParam
from pydantic import BaseModel, ConfigDict, Field

from generators.ai.asking import asked_back, left_open
from generators.ai.examine import Found
from generators.ai.failures import NoWorkingQuery
from generators.ai.linking import Linked
from generators.ai.model import size_of
from generators.ai.prompt import asked, rules, tokens
from generators.ai.workbench import Workbench
from generators.contract import Approach, Draft, Look, Question, Reply

REPAIRS = 2
_SECOND_LOOK = (
    "It ran, but look at it once more. {doubt} Check joins, codes, spellings and periods. If it is right as it is, send it"
    " again unchanged."
)


class Written(BaseModel):
    """The model's reply. Every field is required, as strict JSON schemas demand: what is not meant is empty."""

    model_config = ConfigDict(extra="forbid")

    reading: str = Field(description="How the question was read, one plain sentence for a banker, without results.")
    sql: str = Field(description="The query; empty if a clarification is needed or the tables cannot answer.")
    assumptions: list[str] = Field(description="What was assumed beyond the question, a sentence each.")
    clarification: str = Field(description="What to ask the banker, or what is missing; else empty.")
    choices: list[str] = Field(description="Two to four readings to choose from, a few words each; else empty.")


class AIPowered:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self.model = bench.model
        self._instructions = f"You write SQL for a bank's own database and never see its data.\n{rules(bench.dialect)}"

    async def draft(self, question: Question, look: Look) -> Reply:
        """Raises `GenerationFailed` if the model fails, or none of its queries can be trusted."""
        bench, account = self._bench, self._bench.model.account(question)
        linked, values = await bench.link(question)
        if reply := left_open(Approach.AI, bench.catalogue, linked, question):
            return reply
        talk = self._opening(question, linked)
        repairs, looked_twice = 0, False
        while True:
            written = await bench.model.reply(talk, Written, account, "Mending SQL" if repairs else "Writing SQL")
            if not written.sql.strip() or len(written.choices) > 1:
                return asked_back(Approach.AI, question, written.clarification, written.choices, account.usage)
            found = await bench.examiner.examine(written.sql, linked.asked, look)
            if found.fault and repairs == REPAIRS:
                raise NoWorkingQuery(usage=account.usage)
            if not found.fault and (looked_twice or not found.doubt):
                statement = bench.teller.statement(
                    question, written.sql, written.reading, written.assumptions, found, values
                )
                return Draft(Approach.AI, (statement,), account.usage)
            repairs += bool(found.fault)
            looked_twice = looked_twice or not found.fault
            talk += [
                {"role": "assistant", "content": written.model_dump_json()},
                {"role": "user", "content": _objection(found)},
            ]

    async def reads(self, question: Question) -> int:
        """About how many tokens a model reads to write the first query; no model is asked."""
        linked, _ = await self._bench.link(question)
        return sum(tokens(str(said.get("content"))) for said in self._opening(question, linked)) + size_of(Written)

    def _opening(self, question: Question, linked: Linked) -> list[ChatCompletionMessageParam]:
        return [
            {"role": "system", "content": f"{self._instructions}\n\n{self._bench.described(linked, question)}"},
            {"role": "user", "content": asked(question)},
        ]


def _objection(found: Found) -> str:
    return found.fault or _SECOND_LOOK.format(doubt=found.doubt)
