"""AutoGen Multi-Agent: a fresh team for each question, which ends by agreement, by its limits, or by its token."""

import asyncio
import logging
from collections.abc import Sequence

from autogen_agentchat.base import TaskResult
from autogen_agentchat.conditions import FunctionalTermination, MaxMessageTermination
from autogen_agentchat.messages import BaseAgentEvent, BaseChatMessage, StructuredMessage
from autogen_agentchat.teams import SelectorGroupChat
from autogen_core import CancellationToken

from bank.catalogue import Catalogue
from bank.errors import BankError
from generators.agents.line import Line, TooManyCalls
from generators.agents.members import (
    MOST_STATEMENTS,
    REVIEWER,
    SELECTOR,
    WRITER,
    Proposal,
    Query,
    SchemaSelector,
    Verdict,
    reviewer,
    sql_writer,
)
from generators.ai.columns import columns_of
from generators.ai.failures import NoWorkingQuery
from generators.ai.figures import grounded, refuse_invented
from generators.ai.generator import MENDABLE, asked_back, complaint
from generators.ai.model import Model
from generators.ai.prompt import asked
from generators.contract import Approach, Draft, GenerationFailed, Look, Question, Reply, Statement

log = logging.getLogger(__name__)

SECONDS = 120.0
MOST_MESSAGES = 8  # the question, the tables, then three rounds of writer and reviewer
MOST_CALLS = 12


class TeamTookTooLong(GenerationFailed):
    """The agents took too long, so I stopped them. Please ask for less at once."""


class AutoGenTeam:
    """`dialect` is sqlglot's name for the bank's SQL; `seconds` is the hard stop of a whole team."""

    def __init__(self, catalogue: Catalogue, dialect: str, model: Model, seconds: float = SECONDS) -> None:
        self._catalogue = catalogue
        self._dialect = dialect
        self._model = model
        self._seconds = seconds

    async def draft(self, question: Question, look: Look) -> Reply:
        """Raises `GenerationFailed` if the model fails, the agents do not agree, or nothing they wrote passes."""
        line = Line(self._model, MOST_CALLS)
        door = _Door(self._dialect, look)
        result = await self._talk(self._team(line, door), line, asked(question))
        if door.closed:
            raise door.closed
        proposal = _agreed(result)
        if proposal.asks_back():
            return asked_back(Approach.AGENTS, question, proposal.clarification, proposal.choices, line.usage)
        return Draft(Approach.AGENTS, await self._statements(question, proposal.queries, door), line.usage)

    def _team(self, line: Line, door: "_Door") -> SelectorGroupChat:
        return SelectorGroupChat(
            [
                SchemaSelector(self._catalogue, line),
                sql_writer(self._dialect, line),
                reviewer(self._dialect, line, door.check),
            ],
            model_client=line,
            selector_func=_next_speaker,
            allow_repeated_speaker=True,
            custom_message_types=[StructuredMessage[Proposal], StructuredMessage[Verdict]],
            termination_condition=FunctionalTermination(lambda said: bool(door.closed) or _settled(said))
            | MaxMessageTermination(MOST_MESSAGES),
        )

    async def _talk(self, team: SelectorGroupChat, line: Line, task: str) -> TaskResult:
        """Everything the team said, within the time limit.

        Only the token stops a team: a timeout around it was seen to return after every call was made and paid.
        """
        token = CancellationToken()
        run = asyncio.create_task(team.run(task=task, cancellation_token=token))
        run.add_done_callback(_seen)
        try:
            await asyncio.wait({run}, timeout=self._seconds)
            stopped = not run.done()
        finally:
            token.cancel()
        await asyncio.wait({run})
        if stopped or run.cancelled():
            raise TeamTookTooLong
        if error := run.exception():
            log.warning("the team failed: %s", str(error).partition("\n")[0])
            raise (line.failure or GenerationFailed()) from error
        return run.result()

    async def _statements(self, question: Question, queries: list[Query], door: "_Door") -> tuple[Statement, ...]:
        """Every query once more through the door, since a reviewer may approve what it never checked."""
        passed = [query for query in queries[:MOST_STATEMENTS] if await door.passes(query.sql)]
        if not passed:
            raise NoWorkingQuery
        left_out = len(queries) - len(passed)
        lost = (f"{left_out} more of the agents' queries did not run and were left out.",) if left_out else ()
        return tuple(
            self._statement(question, query, () if position else lost) for position, query in enumerate(passed)
        )

    def _statement(self, question: Question, query: Query, notes: tuple[str, ...]) -> Statement:
        sources = (question.text, *(turn.text for turn in question.earlier), *question.chosen, query.sql)
        return Statement(
            sql=query.sql,
            reading=grounded(query.reading, *sources) or f"One part of: “{question.text}”",
            columns=columns_of(query.sql, self._catalogue, self._dialect),
            notes=notes + tuple(note for said in query.assumptions if (note := grounded(said, *sources))),
        )


class _Door:
    """The bank's door as the reviewer's tool: what came of each query, remembered, so that none runs twice."""

    def __init__(self, dialect: str, look: Look) -> None:
        self._dialect = dialect
        self._look = look
        self._said: dict[str, tuple[bool, str]] = {}
        self.closed: BankError | None = None  # the bank itself is away: no query of theirs would help

    async def check(self, sql: str) -> str:
        if sql not in self._said:
            self._said[sql] = await self._try(sql)
        return self._said[sql][1]

    async def passes(self, sql: str) -> bool:
        await self.check(sql)
        if self.closed:
            raise self.closed
        return self._said[sql][0]

    async def _try(self, sql: str) -> tuple[bool, str]:
        try:
            refuse_invented(sql, self._dialect)
            table = await self._look(sql)
        except MENDABLE as error:
            return False, complaint(error, sql)
        except BankError as error:
            self.closed = error
            return False, "The bank is away. Stop here."
        columns = ", ".join(column.label for column in table.columns)
        return True, f"It runs. Columns: {columns}. {'Some rows.' if table.rows else 'No rows.'}"


def _seen(run: asyncio.Task[TaskResult]) -> None:
    """Looks at the error of a team that nobody waits for any more, lest asyncio report it as forgotten."""
    if not run.cancelled():
        run.exception()


def _next_speaker(messages: Sequence[BaseAgentEvent | BaseChatMessage]) -> str:
    """Tables once, then writer and reviewer in turns: no model call is spent on choosing who speaks."""
    return {"user": SELECTOR, SELECTOR: WRITER, WRITER: REVIEWER, REVIEWER: WRITER}[messages[-1].source]


def _settled(messages: Sequence[BaseAgentEvent | BaseChatMessage]) -> bool:
    match messages[-1]:
        case StructuredMessage(content=Verdict() as verdict):
            return verdict.approved
        case StructuredMessage(content=Proposal() as proposal):
            return proposal.asks_back()
        case _:
            return False


def _agreed(result: TaskResult) -> Proposal:
    """The last proposal, if the reviewer approved it or it asks back."""
    if not _settled(result.messages):
        raise TooManyCalls
    contents = [message.content for message in result.messages if isinstance(message, StructuredMessage)]
    return next(content for content in reversed(contents) if isinstance(content, Proposal))
