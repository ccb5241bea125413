"""What all three ways from words to SQL keep to, whichever server the two with a model talk to."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bank.catalogue import Catalogue
from bank.person import Person
from bank.values import Value, Values
from generators.agents.team import AutoGenTeam
from generators.ai.examples import Example, Examples
from generators.ai.failures import ModelAway, ModelBusy, ModelCutOff, ModelRefused, ModelUnclear
from generators.ai.generator import AIPowered
from generators.ai.model import Model
from generators.ai.workbench import Workbench
from generators.contract import (
    Approach,
    Clarification,
    Draft,
    GenerationFailed,
    Generator,
    NotUnderstood,
    Question,
    Turn,
    Usage,
)
from generators.pattern.match import PatternMatch
from generators.progress import Doing, listen
from generators.router import Router
from tests.aimock.server import serving
from tests.generators.scripted import (
    AI,
    APPROVED,
    FAILURES,
    PLAN,
    PLANNER,
    REVIEWER,
    WRITER,
    ScriptedModel,
    proposal,
    says,
    written,
)

NOW = "MONTH = (SELECT MAX(MONTH) FROM LOAN)"
BY_GRADE = f"SELECT GRADE, COUNT(DISTINCT NO) AS loans FROM LOAN WHERE {NOW} GROUP BY GRADE"
BAD = f"SELECT COUNT(DISTINCT NO) AS loans FROM LOAN WHERE {NOW} AND GRADE = 'S'"
ONE = f"SELECT GRADE, COUNT(DISTINCT NO) AS loans FROM LOAN WHERE {NOW} AND GRADE = 'P' GROUP BY GRADE"
COUNTED, RISKY, WEATHER = "number of loans by grade", "number of bad loans", "what will the weather be tomorrow"
MURKY, NARROWED = "something murky to be seen", "only pass"
WHY = "why so low?"
TWO = {"clarification": "Which?", "choices": ["by grade", "by city"]}
MISSING = {"clarification": "No table holds the weather."}
# An example of its own takes a question's words into what the writer reads, where the script finds them again.
VALUES = Values((Value("LOAN", "GRADE", "P", "pass"), Value("LOAN", "GRADE", "S", "substandard")))
EXAMPLES = Examples([Example(question=text, sql=BY_GRADE) for text in (WEATHER, MURKY, NARROWED, WHY)])
SCRIPT = [
    *(says(kind, answer, AI, **more) for kind, (answer, more) in FAILURES.items()),
    *(says(kind, answer, PLANNER, **more) for kind, (answer, more) in FAILURES.items()),
    says("", PLAN, PLANNER),
    says(WEATHER, proposal(**MISSING), WRITER),
    says(MURKY, proposal(**TWO), WRITER),
    says("term “bad”", proposal(BAD), WRITER),
    says(NARROWED, proposal(ONE), WRITER),
    says(WHY, proposal(BY_GRADE, assumptions=["Broken down by grade."]), WRITER),
    says("", proposal(BY_GRADE), WRITER),
    says("", APPROVED, REVIEWER),
    says(WEATHER, written(**MISSING), AI),
    says(MURKY, written(**TWO), AI),
    says(RISKY, written(BAD), AI),
    says(NARROWED, written(ONE), AI),
    says(WHY, written(BY_GRADE, assumptions=["Broken down by grade."]), AI),
    says(COUNTED, written(BY_GRADE), AI),
]


@dataclass
class Way:
    """One generator; `fake` where it talks to the fake model."""

    generator: Generator
    approach: Approach
    fake: ScriptedModel | None = None


@pytest.fixture(scope="module")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    anything = [_for_aimock(fixture) for fixture in SCRIPT]
    with serving(tmp_path_factory.mktemp("contract"), anything) as address:
        yield f"{address}/v1"


def _for_aimock(fixture: dict[str, Any]) -> dict[str, Any]:
    """Without an empty word, which aimock finds nowhere."""
    return fixture | {"match": {name: words for name, words in fixture["match"].items() if words}}


WITH_MODEL = [f"{way} on {server}" for way in ("ai", "agents") for server in ("the fake", "aimock")]


@pytest.fixture(params=["pattern", *WITH_MODEL])
async def way(request: pytest.FixtureRequest, loans_catalogue: Catalogue) -> AsyncIterator[Way]:
    name, _, server = request.param.partition(" on ")
    if name == "pattern":
        yield Way(PatternMatch(loans_catalogue, VALUES, "sqlite"), Approach.PATTERN)
        return
    async with ScriptedModel(script=SCRIPT).serving() as fake:
        url = request.getfixturevalue("aimock") if server == "aimock" else fake.url
        model = Model(url, "a-model", "key", seconds=20)
        bench = Workbench(loans_catalogue, "sqlite", model, examples=EXAMPLES)
        generator = AIPowered(bench) if name == "ai" else AutoGenTeam(bench)
        approach = Approach.AI if name == "ai" else Approach.AGENTS
        yield Way(generator, approach, None if server == "aimock" else fake)
        await model.close()


def asked(text: str, *chosen: str, **more: Any) -> Question:
    return Question("C1-1", text, Person("U1"), datetime(2024, 3, 31, tzinfo=UTC), chosen, **more)


async def test_a_draft_is_queries_with_readings_and_what_it_cost(way: Way, door: Any) -> None:
    draft = await way.generator.draft(asked(COUNTED), door)
    assert isinstance(draft, Draft), draft
    assert draft.approach is way.approach
    assert 1 <= len(draft.statements) <= 4
    (statement,) = draft.statements
    assert statement.reading.startswith("Number of loans by grade")
    table = await door.rows(statement.sql)
    assert sorted((row[0], row[-1]) for row in table.rows) == [
        ("P", 1),
        ("S", 1),
    ]  # a code may have its meaning beside it
    assert len(statement.columns) == len(table.columns)
    assert (statement.columns[0].kind, statement.columns[-1].kind) == ("category", "count")
    if way.approach is Approach.PATTERN:
        assert draft.usage == Usage()
    else:
        assert draft.usage.model == "a-model"
        assert draft.usage.calls >= 1
        assert draft.usage.prompt_version


async def test_a_word_of_two_meanings_is_asked_back_without_a_model_and_goes_on(way: Way, door: Any) -> None:
    back = await way.generator.draft(asked(RISKY), door)
    assert isinstance(back, Clarification), back
    assert back.approach is way.approach
    assert back.usage == Usage()
    assert way.fake is None or way.fake.requests == []
    assert [choice.label for choice in back.choices] == ["Rated substandard", "Large"]
    substandard = back.choices[0]
    draft = await way.generator.draft(asked(RISKY, substandard.key), door)
    assert isinstance(draft, Draft), draft
    assert (await door.rows(draft.statements[0].sql)).rows == ((1,),)


async def test_what_an_earlier_question_left_open_is_not_asked_again(way: Way, door: Any) -> None:
    before = Turn(
        RISKY, "Number of loans, where the loan is rated substandard", BAD, way.approach, ("bad=rated substandard",)
    )
    reply = await way.generator.draft(asked(COUNTED, earlier=(before,)), door)
    assert isinstance(reply, Draft), reply


async def test_what_cannot_be_answered_is_said(way: Way, door: Any) -> None:
    reply = await way.generator.draft(asked(WEATHER), door)
    assert isinstance(reply, NotUnderstood), reply
    assert reply.approach is way.approach
    assert "weather" in reply.message
    assert door.looked == []


async def test_a_follow_up_changes_the_answer_before(way: Way, door: Any) -> None:
    before = Turn(COUNTED, "Number of loans by grade", BY_GRADE, way.approach)
    draft = await way.generator.draft(asked(NARROWED, earlier=(before,)), door)
    assert isinstance(draft, Draft), draft
    assert [(row[0], row[-1]) for row in (await door.rows(draft.statements[0].sql)).rows] == [("P", 1)]


STEPS = {
    Approach.PATTERN: set(),
    Approach.AI: {"linking", "model", "check"},
    Approach.AGENTS: {"linking", "disambiguator", "planner", "sql_writer", "reviewer", "check"},
}


async def test_what_is_done_is_told_step_by_step_with_what_each_call_cost(way: Way, door: Any) -> None:
    told: list[Doing] = []
    listen(lambda doing: told.append(doing) if doing.seconds is not None else None)
    draft = await way.generator.draft(asked(COUNTED), door)
    assert isinstance(draft, Draft), draft
    assert {doing.name for doing in told} == STEPS[way.approach]
    calls = sum((doing.usage for doing in told if doing.usage), Usage())
    assert (calls.calls, calls.tokens) == (draft.usage.calls, draft.usage.tokens)
    assert not any("Secret" in doing.note for doing in told)


async def test_why_is_answered_by_a_breakdown_or_said_to_be_beyond_a_query(way: Way, door: Any) -> None:
    before = Turn("number of loans", "Number of loans", BAD, way.approach)
    reply = await way.generator.draft(asked(WHY, earlier=(before,)), door)
    if way.approach is Approach.PATTERN:
        assert isinstance(reply, NotUnderstood), reply
        assert "not why" in reply.message
        assert reply.nearest
    else:
        assert isinstance(reply, Draft), reply
        assert (reply.statements[0].sql, reply.statements[0].notes) == (BY_GRADE, ("Broken down by grade.",))
        assert way.fake is None or "No query says why" in str(way.fake.requests)


async def test_nothing_is_spent_once_the_day_is(way: Way, door: Any) -> None:
    broke = replace(asked(COUNTED), budget=replace(asked("").budget, tokens=0))
    if way.approach is Approach.PATTERN:
        assert isinstance(await way.generator.draft(broke, door), Draft)
    else:
        with pytest.raises(GenerationFailed, match="until midnight UTC"):
            await way.generator.draft(broke, door)


only_with_a_model = pytest.mark.parametrize("way", WITH_MODEL, indirect=True)
NAMES = {
    "refusal": ModelRefused,
    "truncated": ModelCutOff,
    "malformed": ModelUnclear,
    "chatty": ModelUnclear,
    "busy": ModelBusy,
    "broken": ModelAway,
    "cut": ModelAway,
}


@only_with_a_model
async def test_a_model_asks_back_with_choices_that_explain_themselves(way: Way, door: Any) -> None:
    back = await way.generator.draft(asked(MURKY), door)
    assert isinstance(back, Clarification), back
    assert [(choice.label, choice.key) for choice in back.choices] == [
        ("by grade", "ai:by grade"),
        ("by city", "ai:by city"),
    ]
    assert back.usage.calls >= 1
    assert door.looked == []


@only_with_a_model
@pytest.mark.parametrize("kind", NAMES)
async def test_each_failure_of_a_model_has_its_sentence(kind: str, way: Way, door: Any) -> None:
    with pytest.raises(NAMES[kind]) as caught:
        await way.generator.draft(asked(f"a {kind} answer about loans"), door)
    assert str(caught.value) == NAMES[kind].__doc__
    assert door.looked == []


@only_with_a_model
async def test_when_a_model_fails_the_person_gets_pattern_match_and_is_told(
    way: Way, loans_catalogue: Catalogue, door: Any
) -> None:
    pattern = PatternMatch(loans_catalogue, Values(), "sqlite")
    router = Router(pattern, *((way.generator, None) if way.approach is Approach.AI else (None, way.generator)))
    reply = await router.draft(asked("a full review of broken answers about loans"), door)
    assert isinstance(reply, NotUnderstood), reply
    assert reply.approach is Approach.PATTERN
    assert f"{way.approach} was tried and failed: I cannot reach the language model" in reply.message
