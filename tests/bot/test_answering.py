"""The one way of a question, as a terminal walks it."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bank.policy import Policy
from bot.answering import Answering, Taken
from bot.ending import usage_of
from generators.contract import Approach, Choice, Clarification, Draft, GenerationFailed, Statement, Usage
from tests.fakes import FakeRouter
from tracking.ledger import Ledger
from tracking.records import Asked

ASKED = Asked("t:1", "How many customers?", "cli:ada", "ada", "terminal", "t:1", datetime(2025, 7, 1, tzinfo=UTC))


async def test_a_question_is_answered_and_remembered(answering: Answering, ledger: Ledger) -> None:
    answer = await answering.ask(ASKED)
    assert answer.outcome == "answered"
    assert answer.parts[0].table.rows == ((5,),)
    entry = ledger.entry("t:1")
    assert entry is not None
    assert entry.result is not None
    assert entry.state == "done"
    assert (entry.result.approach, entry.result.result_count) == ("Pattern Match", 1)
    assert entry.result.sql.startswith("SELECT COUNT(*)")
    assert json.loads(entry.result.preview) == [{"columns": ["customers"], "rows": [[5]]}]
    assert entry.result.seconds == answer.seconds > 0
    assert [step.name for step in entry.result.steps] == ["routing", "door", "query"]


async def test_under_which_role_a_question_was_asked_is_remembered_however_it_ended(
    answering: Answering, ledger: Ledger
) -> None:
    for text in ("How many customers?", "How many are high risk?", "How many flurbs?"):
        await answering.ask(replace(ASKED, id=text, text=text))
        entry = ledger.entry(text)
        assert entry is not None
        assert entry.result is not None
        assert entry.result.role == "everybody"
    nobody = Policy.model_validate({"roles": {"banker": {"tables": {}}}})
    answering.bank.rights.policy = nobody
    await answering.ask(replace(ASKED, id="t:9"))
    assert ledger.entry("t:9").result.role == ""  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("budget", "answered", "words"),
    [
        ({"questions_a_day": 2}, 2, "the 2 questions"),
        ({"seconds_a_day": 0.000_001}, 1, "the 0 seconds"),
        ({"questions_a_day": 4, "seconds_a_day": 1_000}, 4, ""),
    ],
)
async def test_a_role_has_so_many_questions_and_seconds_a_day_for_each_person(
    answering: Answering, budget: dict[str, float], answered: int, words: str
) -> None:
    role = {"tables": {"customer": {}}} | budget
    answering.bank.rights.policy = Policy.model_validate({"roles": {"banker": role}, "terminal": "banker"})
    yesterday, now = datetime(2025, 7, 1, tzinfo=UTC), datetime.now(UTC)
    for place in range(3):
        await answering.ask(replace(ASKED, id=f"before:{place}", asked_at=yesterday))
    own = [await answering.ask(replace(ASKED, id=f"t:{place}", asked_at=now)) for place in range(4)]
    assert [answer.outcome for answer in own] == ["answered"] * answered + ["refused"] * (4 - answered)
    assert all(words in answer.message for answer in own[answered:])
    another = await answering.ask(replace(ASKED, id="t:ben", person="cli:ben", asked_at=now))
    assert another.outcome == "answered"


async def test_a_question_back_goes_on_when_its_asker_chooses(answering: Answering, ledger: Ledger) -> None:
    back = await answering.ask(replace(ASKED, text="How many are high risk?"))
    assert [choice.key for choice in back.choices] == ["rating=r", "rating=c"]
    assert await answering.choose("t:1", "rating=r", "cli:ben") is None
    answer = await answering.choose("t:1", "rating=r", "cli:ada")
    assert answer is not None
    assert answer.parts[0].table.rows == ((2,),)
    assert answer.seconds > back.seconds


async def test_the_nearest_questions_are_remembered(answering: Answering, ledger: Ledger) -> None:
    answer = await answering.ask(replace(ASKED, text="How many flurbs?"))
    entry = ledger.entry("t:1")
    assert entry is not None
    assert entry.result is not None
    assert answer.outcome == entry.result.outcome == "not_understood"
    assert [text for text, _ in entry.result.choices] == list(answer.nearest)


async def test_a_query_the_bank_refuses_is_told_and_remembered_with_its_sql(
    answering: Answering, router: FakeRouter, ledger: Ledger
) -> None:
    router.replies["Pay rise"] = Draft(Approach.AI, (Statement("SELECT pay FROM staff", "Everybody's pay"),))
    answer = await answering.ask(replace(ASKED, text="Pay rise"))
    entry = ledger.entry("t:1")
    assert entry is not None
    assert entry.result is not None
    assert answer.outcome == "refused"
    assert answer.message
    assert (entry.result.sql, entry.result.approach) == ("SELECT pay FROM staff", "AI-Powered")
    assert entry.result.error


async def test_a_failed_generation_says_its_own_sentence(answering: Answering, router: FakeRouter) -> None:
    router.replies["Hard"] = GenerationFailed()
    answer = await answering.ask(replace(ASKED, text="Hard", approach="ai"))
    assert answer.outcome == "failed"
    assert answer.approach == "AI-Powered"
    assert answer.message.startswith("I could not work out an answer")


async def test_an_unforeseen_fault_is_an_apology_with_the_id_and_no_details(
    answering: Answering, router: FakeRouter, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    router.replies["Break"] = RuntimeError("password=hunter2")
    answer = await answering.ask(replace(ASKED, text="Break"))
    entry = ledger.entry("t:1")
    assert "t:1" in answer.message
    assert "hunter2" not in answer.message
    assert entry is not None
    assert entry.result is not None
    assert "hunter2" not in entry.result.error + entry.result.message
    assert "hunter2" in caplog.text


async def test_the_approach_asked_for_is_the_one_taken(answering: Answering, router: FakeRouter) -> None:
    await answering.ask(replace(ASKED, approach="agents"))
    await answering.ask(replace(ASKED, id="t:2", approach="auto"))
    assert [approach for _, approach in router.asked] == [Approach.AGENTS, None]


async def test_a_question_that_was_answered_is_not_answered_again(answering: Answering, router: FakeRouter) -> None:
    await answering.ask(ASKED)
    with pytest.raises(Taken):
        await answering.ask(ASKED)
    assert len(router.asked) == 1


async def test_a_question_stopped_in_the_middle_is_remembered_as_stopped(
    answering: Answering, router: FakeRouter, ledger: Ledger
) -> None:
    router.gate.clear()
    asking = asyncio.create_task(answering.ask(ASKED))
    await router.reached.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    entry = ledger.entry("t:1")
    assert entry is not None
    assert entry.result is not None
    assert (entry.state, entry.result.error) == ("done", "Stopped")


AI_WHICH = Clarification(
    Approach.AI,
    "Which rating?",
    (Choice("Regulator's", "ai:r"), Choice("Credit review's", "ai:c")),
    Usage("a-model", 1, 300, 20, 0.5, "2"),
)


async def test_what_was_spent_before_a_person_was_asked_back_counts_too(
    answering: Answering, router: FakeRouter, ledger: Ledger
) -> None:
    counted = Statement("SELECT COUNT(*) AS n FROM customer", "All")
    router.replies["Risky?"] = AI_WHICH
    router.replies["Risky? / ai:r"] = Draft(Approach.AI, (counted,), Usage("a-model", 2, 700, 80, 1.5, "2"))
    await answering.ask(replace(ASKED, text="Risky?"))
    await answering.choose("t:1", "ai:r", "cli:ada")
    entry = ledger.entry("t:1")
    assert usage_of(entry.result) == Usage("a-model", 3, 1000, 100, 2.0, "2")  # type: ignore[union-attr]
    assert ledger.model_usage("cli:ada", ASKED.asked_at) == (1100, 2.0)
    first, second = (question for question, _ in router.asked)
    assert (first.spent, second.spent) == (Usage(), AI_WHICH.usage)


async def test_what_failed_after_a_person_was_asked_back_still_cost_what_it_did(
    answering: Answering, router: FakeRouter, ledger: Ledger
) -> None:
    router.replies["Risky?"] = AI_WHICH
    router.replies["Risky? / ai:c"] = GenerationFailed(usage=Usage("a-model", 1, 400, 0, 0.4, "2"))
    await answering.ask(replace(ASKED, text="Risky?"))
    await answering.choose("t:1", "ai:c", "cli:ada")
    result = ledger.entry("t:1").result  # type: ignore[union-attr]
    assert (result.model_calls, result.prompt_tokens, result.cost) == (2, 700, 0.9)  # type: ignore[union-attr]
