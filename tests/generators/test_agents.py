"""A real AutoGen team over real HTTP: what it agrees on, what stops it, and what it costs."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from bank.catalogue import Catalogue
from bank.errors import Unreachable
from bank.person import Person
from bank.table import Table
from generators.agents.team import AutoGenTeam, TeamTookTooLong
from generators.ai.budget import TooManyCalls
from generators.ai.failures import ModelAway, ModelBusy, ModelCutOff, ModelRefused, ModelUnclear, NoWorkingQuery
from generators.ai.model import Model
from generators.ai.prompt import VERSION
from generators.ai.workbench import Workbench
from generators.contract import (
    Approach,
    Draft,
    GenerationFailed,
    Look,
    Question,
    Usage,
)
from tests.fakes import FakeModel, Says, says

QUESTION = Question(
    "C1-1", "A comprehensive analysis of loans by grade", Person("U1"), datetime(2025, 3, 31, tzinfo=UTC)
)
BY_GRADE = "SELECT GRADE, COUNT(DISTINCT NO) AS loans FROM LOAN WHERE MONTH = 202403 GROUP BY GRADE"
TOTAL = "SELECT SUM(BALANCE * PCT / 100) AS exposure FROM LOAN WHERE MONTH = 202403 AND BALANCE > 0"
BROKEN = "SELECT NOPE FROM LOAN WHERE MONTH = 202403"
INVENTED = "SELECT 3 AS loans"
NOW = {"Retry-After": "0.01"}

TABLES = says(parts=["loans by grade", "exposure"], tables=["LOAN", "NO_SUCH_TABLE"])
APPROVED = says(approved=True, remarks="")


def proposal(*queries: str, **fields: Any) -> Says:
    listed = [
        {"reading": f"Part {letter}", "sql": sql, "assumptions": []}
        for letter, sql in zip("ABCDE", queries, strict=False)
    ]
    return says(**{"queries": listed, "commentary": [], "follow_ups": [], "clarification": "", "choices": [], **fields})


def checking(*queries: str) -> Says:
    return Says(calls=tuple(("check", {"sql": sql}) for sql in queries))


def sent_back(remarks: str) -> Says:
    return says(approved=False, remarks=remarks)


@pytest.fixture
def team(loans_catalogue: Catalogue, model: Model) -> AutoGenTeam:
    return AutoGenTeam(Workbench(loans_catalogue, "sqlite", model))


async def test_the_team_agrees_on_several_tables(team: AutoGenTeam, fake_model: FakeModel, door: Any) -> None:
    fake_model.queue(TABLES, proposal(BY_GRADE, TOTAL), checking(BY_GRADE, TOTAL), APPROVED)
    draft = await team.draft(QUESTION, door)
    assert isinstance(draft, Draft)
    assert draft.approach is Approach.AGENTS
    assert [(one.reading, one.sql) for one in draft.statements] == [
        ("Number of loans by grade", BY_GRADE),
        ("Exposure", TOTAL),
    ]
    assert draft.statements[0].columns[1].kind == "count"
    assert draft.usage == Usage("fake-model", 4, 400, 40, prompt_version=VERSION)
    assert sorted(door.looked) == sorted([BY_GRADE, TOTAL])
    assert all(request["response_format"]["json_schema"]["strict"] for request in fake_model.requests)


async def test_the_writer_sees_the_selected_tables_only(team: AutoGenTeam, fake_model: FakeModel, door: Any) -> None:
    fake_model.queue(TABLES, proposal(TOTAL), checking(TOTAL), APPROVED)
    await team.draft(QUESTION, door)
    assert "LOAN: A loan at a month end." in fake_model.text_of(0)
    assert "TABLE LOAN" in fake_model.text_of(1)
    assert "TABLE BRANCH" not in fake_model.text_of(1)


async def test_the_reviewer_learns_the_shape_of_a_result_and_never_a_row(
    team: AutoGenTeam, fake_model: FakeModel, door: Any
) -> None:
    sql = "SELECT GUARANTOR FROM LOAN WHERE MONTH = 202403"
    fake_model.queue(TABLES, proposal(sql), checking(sql), APPROVED)
    await team.draft(QUESTION, door)
    assert "It runs. Columns: GUARANTOR. Some rows." in fake_model.text_of(3)
    assert "Secret" not in str(fake_model.requests)


async def test_a_query_that_does_not_run_goes_back_to_the_writer(
    team: AutoGenTeam, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(TABLES, proposal(BROKEN), checking(BROKEN), sent_back("NOPE is no column"))
    fake_model.queue(proposal(TOTAL), checking(TOTAL), APPROVED)
    draft = await team.draft(QUESTION, door)
    assert isinstance(draft, Draft)
    assert [one.sql for one in draft.statements] == [TOTAL]
    assert "no such column: NOPE" in fake_model.text_of(3)
    assert "NOPE is no column" in fake_model.text_of(4)


async def test_what_a_careless_reviewer_approved_still_meets_the_door(
    team: AutoGenTeam, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(TABLES, proposal(BROKEN, TOTAL, INVENTED), APPROVED)
    draft = await team.draft(QUESTION, door)
    assert isinstance(draft, Draft)
    assert [one.sql for one in draft.statements] == [TOTAL]
    assert draft.statements[0].notes == ("2 more of the agents' queries did not pass and were left out.",)


async def test_when_nothing_approved_runs_there_is_no_draft(
    team: AutoGenTeam, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(TABLES, proposal(BROKEN, "SELECT COUNT(*) FROM CLIENT"), APPROVED)
    with pytest.raises(NoWorkingQuery):
        await team.draft(QUESTION, door)


async def test_at_most_four_statements(team: AutoGenTeam, fake_model: FakeModel, door: Any) -> None:
    fake_model.queue(TABLES, proposal(*[TOTAL] * 5), checking(TOTAL), APPROVED)
    draft = await team.draft(QUESTION, door)
    assert isinstance(draft, Draft)
    assert len(draft.statements) == 4


async def test_agents_that_never_agree_are_stopped(team: AutoGenTeam, fake_model: FakeModel, door: Any) -> None:
    fake_model.queue(TABLES, *[proposal(TOTAL), sent_back("Not quite.")] * 50)
    with pytest.raises(TooManyCalls):
        await team.draft(QUESTION, door)
    assert len(fake_model.requests) == 7


async def test_a_reviewer_that_only_checks_is_stopped(team: AutoGenTeam, fake_model: FakeModel, door: Any) -> None:
    fake_model.queue(TABLES, *[proposal(TOTAL), checking(TOTAL), checking(TOTAL), sent_back("Again.")] * 50)
    with pytest.raises(TooManyCalls):
        await team.draft(QUESTION, door)
    assert len(fake_model.requests) == 12
    assert door.looked == [TOTAL]


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (Says(status=500, headers=NOW), ModelAway),
        (Says(status=429, headers=NOW), ModelBusy),
        (Says(refusal="I will not."), ModelRefused),
        (Says('{"queries": [', cut_off=True), ModelCutOff),
        (Says('{"queries": ['), ModelUnclear),
        (Says("Here you are!"), ModelUnclear),
    ],
)
@pytest.mark.parametrize("before", [(), (TABLES,), (TABLES, proposal(TOTAL))])
async def test_a_failure_of_the_model_is_named_whoever_meets_it(
    before: tuple[Says, ...],
    reply: Says,
    failure: type[GenerationFailed],
    team: AutoGenTeam,
    fake_model: FakeModel,
    door: Any,
) -> None:
    fake_model.queue(*before, reply, reply)
    with pytest.raises(failure):
        await team.draft(QUESTION, door)


async def test_a_team_that_takes_too_long_is_stopped_and_its_call_hung_up(
    loans_catalogue: Catalogue, model: Model, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(TABLES, Says(never=True))
    with pytest.raises(TeamTookTooLong):
        await AutoGenTeam(Workbench(loans_catalogue, "sqlite", model), seconds=0.5).draft(QUESTION, door)
    await asyncio.wait_for(fake_model.abandoned.wait(), 5)


async def test_a_cancelled_question_hangs_up_on_the_model(team: AutoGenTeam, fake_model: FakeModel, door: Any) -> None:
    fake_model.queue(Says(never=True))
    drafting = asyncio.create_task(team.draft(QUESTION, door))
    async with asyncio.timeout(5):
        await fake_model.asked.wait()
        drafting.cancel()
        await asyncio.wait({drafting})
        await fake_model.abandoned.wait()
    assert drafting.cancelled()


async def test_a_bank_that_is_away_is_said_so(team: AutoGenTeam, fake_model: FakeModel) -> None:
    async def away(sql: str) -> Table:
        raise Unreachable

    fake_model.queue(TABLES, proposal(TOTAL), checking(TOTAL), sent_back("The bank is away."))
    with pytest.raises(Unreachable):
        await team.draft(QUESTION, Look(away, away))
    assert len(fake_model.requests) == 4


async def test_two_questions_at_once_have_a_team_each(team: AutoGenTeam, fake_model: FakeModel, door: Any) -> None:
    fake_model.always = {"You plan": TABLES, "You write SQL": proposal(TOTAL), "You review SQL": APPROVED}
    drafts = await asyncio.gather(team.draft(QUESTION, door), team.draft(QUESTION, door))
    assert [draft.usage.calls for draft in drafts if isinstance(draft, Draft)] == [3, 3]


def test_autogen_is_not_loaded_without_the_agents() -> None:
    script = (
        "import sys, generators.agents, generators.router, generators.ai.generator;"
        "print([name for name in sys.modules if name.startswith('autogen')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
