"""Both ways that need a model, on an HTTP model server that none of us wrote."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bank.catalogue import Catalogue
from bank.person import Person
from generators.agents.team import AutoGenTeam
from generators.ai.budget import TooManyCalls
from generators.ai.failures import ModelTookTooLong, NoWorkingQuery
from generators.ai.generator import AIPowered
from generators.ai.model import Model
from generators.ai.workbench import Workbench
from generators.contract import Approach, Draft, Question
from tests.aimock.server import journal, serving

NOW = "MONTH = (SELECT MAX(MONTH) FROM LOAN)"
GOOD = f"SELECT GRADE, COUNT(DISTINCT NO) AS loans FROM LOAN WHERE {NOW} GROUP BY GRADE"
WRONG = f"SELECT OWED FROM LOAN WHERE {NOW}"
FAN_OUT = f"SELECT SUM(b.ID) AS ids FROM BRANCH b JOIN LOAN l ON l.BRANCH_ID = b.ID WHERE l.{NOW}"


def written(sql: str = "", **fields: Any) -> dict[str, Any]:
    empty = {"reading": "Loans by grade.", "assumptions": [], "clarification": "", "choices": []}
    return {"content": json.dumps({**empty, "sql": sql, **fields})}


def proposal(sql: str, *commentary: str) -> dict[str, Any]:
    query = {"reading": "Loans by grade.", "sql": sql, "assumptions": []}
    rest = {"commentary": list(commentary), "follow_ups": ["loans by city"], "clarification": "", "choices": []}
    return {"content": json.dumps({"queries": [query], **rest})}


def says(words: str, response: dict[str, Any], system: str = "You write SQL", **more: Any) -> dict[str, Any]:
    return {"match": {"userMessage": words, "systemMessage": system}, "response": response, **more}


_ERROR = {"error": {"message": "no", "type": "server_error"}}
PLAN = {"content": json.dumps({"parts": ["loans by grade"], "tables": ["LOAN"]})}
FIXTURES = [
    # What a repair turn holds comes first: its last message quotes no question.
    says("no such column", written(GOOD)),
    says("counts rows more than once", written(GOOD)),
    says("good", written(GOOD)),
    says("wrong column", written(WRONG)),
    says("hallucinated", written("SELECT COUNT(*) FROM CLIENT")),
    says("no table CLIENT", written("SELECT COUNT(*) FROM CLIENT")),
    says("fan-out", written(FAN_OUT)),
    says("unclear", written(clarification="Which?", choices=["by grade", "by city"])),
    says("weather", written(clarification="No table holds the weather.")),
    says("truncated", {"content": '{"reading": "Lo', "finishReason": "length"}),
    says("malformed", {"content": '{"reading": "Lo'}),
    says("busy", {**_ERROR, "status": 429, "retryAfter": 1}),
    says("broken", {**_ERROR, "status": 500}),
    says("cut", written(GOOD), chaos={"disconnectRate": 1}),
    says("team", PLAN, "You plan"),
    {"match": {"systemMessage": "You write SQL"}, "response": proposal(GOOD, "There are 42 loans.")},
    {
        "match": {"systemMessage": ["You review SQL"], "hasToolResult": False, "userMessage": "team"},
        "response": {"toolCalls": [{"name": "check", "arguments": {"sql": GOOD}}]},
    },
    {
        "match": {"systemMessage": "You review SQL"},
        "response": {"content": json.dumps({"approved": True, "remarks": ""})},
    },
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("aimock"), FIXTURES) as address:
        yield address


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("slow"), FIXTURES, "--chaos-latency", "20000") as address:
        yield address


@pytest.fixture(scope="module")
def stubborn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    never = {"content": json.dumps({"approved": False, "remarks": "Again."})}
    reviewed = {"match": {"systemMessage": "You review SQL"}, "response": never}
    with serving(tmp_path_factory.mktemp("stubborn"), [reviewed, *FIXTURES]) as address:
        yield address


@pytest.fixture
async def make(loans_catalogue: Catalogue) -> AsyncIterator[Callable[..., AIPowered]]:
    made: list[Model] = []

    def make(address: str, way: type = AIPowered, seconds: float = 30) -> AIPowered:
        made.append(Model(f"{address}/v1", "a-model", "key", seconds=seconds))
        generator: AIPowered = way(Workbench(loans_catalogue, "sqlite", made[-1]))
        return generator

    yield make
    for model in made:
        await model.close()


def asked(text: str) -> Question:
    return Question("C1-1", text, Person("U1"), datetime(2025, 3, 31, tzinfo=UTC))


@pytest.mark.parametrize("text", ["good loans by grade", "wrong column of loans", "fan-out over loans"])
async def test_a_query_that_is_right_or_was_mended_is_a_draft(
    text: str, address: str, make: Callable[..., AIPowered], door: Any
) -> None:
    draft = await make(address).draft(asked(text), door)
    assert isinstance(draft, Draft)
    assert draft.statements[0].sql == GOOD
    assert draft.usage.calls == (1 if "good" in text else 2)
    assert FAN_OUT not in door.looked


async def test_a_table_that_was_made_up_is_refused_each_time(
    address: str, make: Callable[..., AIPowered], door: Any
) -> None:
    with pytest.raises(NoWorkingQuery) as failed:
        await make(address).draft(asked("hallucinated loans"), door)
    assert failed.value.usage.calls == 3


@pytest.mark.parametrize("way", [AIPowered, AutoGenTeam])
async def test_a_server_that_takes_too_long_is_hung_up_on(
    way: type, slow: str, make: Callable[..., AIPowered], door: Any
) -> None:
    with pytest.raises(ModelTookTooLong):
        await make(slow, way, 0.2).draft(asked("good team of loans"), door)


@pytest.mark.parametrize("way", [AIPowered, AutoGenTeam])
async def test_a_cancelled_question_ends_in_the_middle_of_a_call(
    way: type, slow: str, make: Callable[..., AIPowered], door: Any
) -> None:
    drafting = asyncio.create_task(make(slow, way).draft(asked("good team of loans"), door))
    await asyncio.wait({drafting}, timeout=0.3)
    drafting.cancel()
    done, _ = await asyncio.wait({drafting}, timeout=5)
    assert drafting in done
    assert drafting.cancelled()


async def test_a_whole_team_agrees_and_a_figure_of_its_own_is_not_said(
    address: str, make: Callable[..., AIPowered], door: Any
) -> None:
    draft = await make(address, AutoGenTeam).draft(asked("team analysis of loans"), door)
    assert isinstance(draft, Draft)
    assert draft.approach is Approach.AGENTS
    assert (draft.commentary, draft.follow_ups) == ((), ("loans by city",))
    assert draft.statements[0].sql == GOOD


async def test_agents_that_never_agree_are_stopped(stubborn: str, make: Callable[..., AIPowered], door: Any) -> None:
    with pytest.raises(TooManyCalls):
        await make(stubborn, AutoGenTeam).draft(asked("team analysis of loans"), door)


async def test_no_row_of_the_bank_ever_reached_the_server(
    address: str, make: Callable[..., AIPowered], door: Any
) -> None:
    await make(address).draft(asked("good loans by grade"), door)
    requests = await asyncio.to_thread(journal, address)
    assert requests
    assert "Secret" not in json.dumps(requests)
