"""AutoGen Multi-Agent: a fresh team for each question, which ends by agreement, by its limits, or by its token."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from autogen_agentchat.base import TaskResult
from autogen_agentchat.conditions import FunctionalTermination, MaxMessageTermination
from autogen_agentchat.messages import BaseAgentEvent, BaseChatMessage, StructuredMessage
from autogen_agentchat.teams import SelectorGroupChat
from autogen_core import CancellationToken

from bank.catalogue import Catalogue
from bank.errors import BankError
from bank.values import Values
from generators.agents.line import Failure, Line
from generators.agents.members import (
    MOST_STATEMENTS,
    PLANNER,
    REVIEWER,
    SELECTOR,
    WRITER,
    Plan,
    Proposal,
    SchemaSelector,
    Verdict,
    planner,
    planning,
    reviewer,
    reviewing,
    sql_writer,
    writing,
)
from generators.ai.asking import asked_back, left_open
from generators.ai.budget import Account, TooManyCalls
from generators.ai.examine import Examiner, Found
from generators.ai.failures import NoWorkingQuery
from generators.ai.figures import grounded
from generators.ai.linking import Linked
from generators.ai.model import size_of
from generators.ai.prompt import asked, overview, tokens
from generators.ai.workbench import Workbench
from generators.commentary import trustworthy
from generators.contract import Approach, Draft, GenerationFailed, Look, Question, Reply
from generators.progress import doing

log = logging.getLogger(__name__)

SECONDS = 120.0
MOST_MESSAGES = 9  # the question, the plan, the tables, then three rounds of writer and reviewer
FOLLOW_UPS = 3


class TeamTookTooLong(GenerationFailed):
    """The agents took too long, so I stopped them. Please ask for less at once."""


class AutoGenTeam:
    """`seconds` is the hard stop of a whole team."""

    def __init__(self, bench: Workbench, seconds: float = SECONDS) -> None:
        self._bench = bench
        self._seconds = seconds

    async def draft(self, question: Question, look: Look) -> Reply:
        """Raises `GenerationFailed` if the model fails, the agents do not agree, or nothing they wrote can be trusted."""
        linked, values = await self._bench.link(question)
        with doing("disambiguator"):
            reply = left_open(Approach.AGENTS, self._bench.catalogue, linked, question)
        if reply:
            return reply
        account, failure = self._bench.model.account(question), Failure()
        door = _Door(self._bench.examiner, look)
        team = self._team(question, linked, values, account, failure, door)
        result = await self._talk(team, failure, account, asked(question))
        if door.closed:
            raise door.closed
        proposal = _agreed(result, account)
        if proposal.asks_back():
            return asked_back(Approach.AGENTS, question, proposal.clarification, proposal.choices, account.usage)
        draft = await self._draft(question, proposal, door, account, values)
        missing = self._bench.examiner.missing([one.sql for one in draft.statements], linked.asked)
        return _noted(
            draft, [f"None of these tables shows the {name} as the catalogue defines it." for name in missing]
        )

    async def reads(self, question: Question) -> int:
        """About how many tokens a team reads that agrees at once: a plan, the queries, a check of them and a verdict."""
        bench = self._bench
        linked, _ = await bench.link(question)
        task = tokens(asked(question))
        told = task + tokens(bench.described(linked, question))
        plan = task + tokens(planning(_overview(bench, linked))) + size_of(Plan)
        written = told + tokens(writing(bench.dialect)) + size_of(Proposal)
        reviewed = told + tokens(reviewing(bench.dialect)) + size_of(Verdict)
        return plan + written + 2 * reviewed

    def _team(
        self, question: Question, linked: Linked, values: Values, account: Account, failure: Failure, door: "_Door"
    ) -> SelectorGroupChat:
        bench = self._bench

        def line(agent: str, says: str) -> Line:
            return Line(bench.model, account, failure, agent, says)

        def needed(plan: Plan) -> str:
            whole = bench.linker.link(values, question.text, *plan.parts, *_names(bench.catalogue, plan.tables))
            return bench.described(whole, question)

        first = line(PLANNER, "Planning")
        return SelectorGroupChat(
            [
                planner(_overview(bench, linked), first),
                SchemaSelector(needed),
                sql_writer(bench.dialect, line(WRITER, "Writing SQL")),
                reviewer(bench.dialect, line(REVIEWER, "Reviewing"), door.check),
            ],
            model_client=first,
            selector_func=_next_speaker,
            allow_repeated_speaker=True,
            custom_message_types=[StructuredMessage[Plan], StructuredMessage[Proposal], StructuredMessage[Verdict]],
            termination_condition=FunctionalTermination(lambda said: bool(door.closed) or _settled(said))
            | MaxMessageTermination(MOST_MESSAGES),
        )

    async def _talk(self, team: SelectorGroupChat, failure: Failure, account: Account, task: str) -> TaskResult:
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
            raise TeamTookTooLong(usage=account.usage)
        if error := run.exception():
            log.warning("the team failed: %s", str(error).partition("\n")[0])
            raise (failure.meant or GenerationFailed(usage=account.usage)) from error
        return run.result()

    async def _draft(
        self, question: Question, proposal: Proposal, door: "_Door", account: Account, values: Values
    ) -> Draft:
        """Every query once more through the door, since a reviewer may approve what it never checked."""
        queries = proposal.queries[:MOST_STATEMENTS]
        passed = [(query, found) for query in queries if not (found := await door.found(query.sql)).fault]
        if not passed:
            raise NoWorkingQuery(usage=account.usage)
        statements = [
            self._bench.teller.statement(question, query.sql, query.reading, query.assumptions, found, values)
            for query, found in passed
        ]
        lost = len(proposal.queries) - len(passed)
        # With a query left out the numbers of the tables are no longer those that the sentences refer to.
        said = () if lost else trustworthy(proposal.commentary, [one.sql for one in statements], self._bench.dialect)
        draft = Draft(Approach.AGENTS, tuple(statements), account.usage, said, _follow_ups(proposal, question))
        left_out = f"{lost} more of the agents' queries did not pass and {'was' if lost == 1 else 'were'} left out."
        return _noted(draft, [left_out] if lost else [])


class _Door:
    """The bank's door as the reviewer's tool: what came of each query, remembered, so that none runs twice."""

    def __init__(self, examiner: Examiner, look: Look) -> None:
        self._examiner = examiner
        self._look = look
        self._found: dict[str, Found] = {}
        self.closed: BankError | None = None  # the bank itself is away: no query of theirs would help

    async def check(self, sql: str) -> str:
        found = await self._examined(sql)
        if found.fault:
            return found.fault
        return f"It runs. Columns: {', '.join(found.columns)}. {found.doubt or 'Some rows.'}"

    async def found(self, sql: str) -> Found:
        found = await self._examined(sql)
        if self.closed:
            raise self.closed
        return found

    async def _examined(self, sql: str) -> Found:
        if sql not in self._found:
            try:
                self._found[sql] = await self._examiner.examine(sql, (), self._look)
            except BankError as error:
                self.closed = error
                self._found[sql] = Found("The bank is away. Stop here.")
        return self._found[sql]


def _overview(bench: Workbench, linked: Linked) -> str:
    return overview(bench.catalogue, linked.tables or bench.catalogue.tables)


def _noted(draft: Draft, notes: Sequence[str]) -> Draft:
    """What concerns all tables is said beside the first."""
    first, *rest = draft.statements
    return replace(draft, statements=(replace(first, notes=(*notes, *first.notes)), *rest))


def _names(catalogue: Catalogue, tables: Sequence[str]) -> list[str]:
    return [catalogue.tables[name].noun for name in tables if name in catalogue.tables]


def _follow_ups(proposal: Proposal, question: Question) -> tuple[str, ...]:
    """Questions to ask next; one with a figure that stands neither in the question nor in a query is left out."""
    sources = (question.text, *(query.sql for query in proposal.queries))
    listed = (said for one in proposal.follow_ups if (said := grounded(one.strip(), *sources)))
    return tuple(dict.fromkeys(listed))[:FOLLOW_UPS]


def _seen(run: asyncio.Task[TaskResult]) -> None:
    """Looks at the error of a team that nobody waits for any more, lest asyncio report it as forgotten."""
    if not run.cancelled():
        run.exception()


def _next_speaker(messages: Sequence[BaseAgentEvent | BaseChatMessage]) -> str:
    """The plan and its tables once, then writer and reviewer in turns: no model call is spent on choosing who speaks."""
    return {"user": PLANNER, PLANNER: SELECTOR, SELECTOR: WRITER, WRITER: REVIEWER, REVIEWER: WRITER}[
        messages[-1].source
    ]


def _settled(messages: Sequence[BaseAgentEvent | BaseChatMessage]) -> bool:
    match messages[-1]:
        case StructuredMessage(content=Verdict() as verdict):
            return verdict.approved
        case StructuredMessage(content=Proposal() as proposal):
            return proposal.asks_back()
        case _:
            return False


def _agreed(result: TaskResult, account: Account) -> Proposal:
    """The last proposal, if the reviewer approved it or it asks back."""
    if not _settled(result.messages):
        raise TooManyCalls(usage=account.usage)
    contents = [message.content for message in result.messages if isinstance(message, StructuredMessage)]
    return next(content for content in reversed(contents) if isinstance(content, Proposal))
