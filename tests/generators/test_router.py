"""Who gets a question, and what the person hears when a model fails."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NoReturn

import pytest

from bank.person import Person
from generators.ai.budget import DaySpent
from generators.contract import (
    Approach,
    Budget,
    Choice,
    Clarification,
    Declined,
    Draft,
    Explained,
    GenerationFailed,
    Look,
    NotUnderstood,
    Question,
    Reply,
    Statement,
    Usage,
)
from generators.progress import Doing, listen
from generators.router import Router

DRAFT = {approach: Draft(approach, (Statement("SELECT 1", f"read by {approach}"),)) for approach in Approach}
LOST = NotUnderstood(Approach.PATTERN, "I did not understand “zebras”.", ("zebras",), ("How many loans?",))
PLAIN, ANALYSIS = "how many zebras", "a comprehensive risk analysis with patterns across the portfolio"


class TooSlow(GenerationFailed):
    """It was too slow."""


@dataclass
class Scripted:
    """A generator that says one thing, or raises it, and remembers what it was asked."""

    says: Reply | GenerationFailed
    asked: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    async def draft(self, question: Question, look: Look) -> Reply:
        self.asked.append(question.text)
        self.questions.append(question)
        if isinstance(self.says, GenerationFailed):
            raise self.says
        return self.says


def asked(text: str) -> Question:
    return Question("C1-1", text, Person("U1"), datetime(2025, 3, 31, tzinfo=UTC))


async def _never(sql: str) -> NoReturn:
    raise AssertionError("the router itself looks at nothing")


look = Look(_never, _never)


def scripted(approach: Approach) -> Scripted:
    return Scripted(DRAFT[approach])


CLARIFICATION = Clarification(Approach.PATTERN, "Which rating?", (Choice("a", "a"), Choice("b", "b")))


@pytest.mark.parametrize("reply", [DRAFT[Approach.PATTERN], CLARIFICATION])
async def test_auto_keeps_to_pattern_match_when_it_understood(reply: Reply) -> None:
    ai, agents = scripted(Approach.AI), scripted(Approach.AGENTS)
    assert await Router(Scripted(reply), ai, agents).draft(asked(ANALYSIS), look) == reply
    assert ai.asked == agents.asked == []


@pytest.mark.parametrize(("text", "approach"), [(PLAIN, Approach.AI), (ANALYSIS, Approach.AGENTS)])
async def test_auto_gives_what_was_not_understood_to_the_right_model(text: str, approach: Approach) -> None:
    router = Router(Scripted(LOST), scripted(Approach.AI), scripted(Approach.AGENTS))
    assert await router.draft(asked(text), look) == DRAFT[approach]


async def test_auto_without_a_model_says_what_was_not_understood() -> None:
    assert await Router(Scripted(LOST)).draft(asked(PLAIN), look) == LOST
    assert await Router(Scripted(LOST)).draft(asked(ANALYSIS), look) == LOST


async def test_when_the_agents_fail_the_single_model_answers_and_the_person_is_told() -> None:
    router = Router(Scripted(LOST), scripted(Approach.AI), Scripted(GenerationFailed("It was too slow.")))
    draft = await router.draft(asked(ANALYSIS), look)
    assert isinstance(draft, Draft)
    assert draft.approach is Approach.AI
    assert draft.statements[0].notes == ("AutoGen Multi-Agent was tried and failed: It was too slow.",)


async def test_when_every_model_fails_the_person_gets_pattern_match_and_is_told() -> None:
    failing = Scripted(GenerationFailed("It was too slow."))
    reply = await Router(Scripted(LOST), failing, failing).draft(asked(ANALYSIS), look)
    assert isinstance(reply, NotUnderstood)
    assert reply.nearest == LOST.nearest
    assert reply.message == (
        "I did not understand “zebras”."
        " AutoGen Multi-Agent was tried and failed: It was too slow. AI-Powered was tried and failed: It was too slow."
    )


async def test_a_model_that_does_not_understand_still_offers_the_nearest_questions() -> None:
    reply = await Router(Scripted(LOST), Scripted(NotUnderstood(Approach.AI, "No zebras."))).draft(asked(PLAIN), look)
    assert reply == NotUnderstood(Approach.AI, "No zebras.", nearest=("How many loans?",))


@pytest.mark.parametrize("approach", list(Approach))
async def test_the_approach_asked_for_is_the_one_used(approach: Approach) -> None:
    router = Router(*(scripted(one) for one in Approach))
    assert await router.draft(asked(PLAIN), look, approach) == DRAFT[approach]


async def test_an_approach_asked_for_that_fails_is_not_swapped_for_another() -> None:
    with pytest.raises(GenerationFailed):
        await Router(scripted(Approach.PATTERN), Scripted(GenerationFailed())).draft(asked(PLAIN), look, Approach.AI)


@pytest.mark.parametrize("approach", [Approach.AI, Approach.AGENTS])
async def test_an_approach_that_is_off_says_how_to_switch_it_on(approach: Approach) -> None:
    declined = await Router(scripted(Approach.PATTERN)).draft(asked(PLAIN), look, approach)
    assert isinstance(declined, Declined)
    assert declined.approach is approach
    for setting in ("TELLER_MODEL_URL", "TELLER_MODEL_NAME", "TELLER_MODEL_KEY"):
        assert setting in declined.message


@pytest.mark.parametrize("approach", [None, *Approach])
async def test_what_is_no_question_reaches_no_generator(approach: Approach | None) -> None:
    generators = [scripted(one) for one in Approach]
    assert isinstance(await Router(*generators).draft(asked("delete all loans"), look, approach), Declined)
    assert [one.asked for one in generators] == [[], [], []]


SPENT = Usage("a-model", 2, 800, 200, 0.5)


def heard() -> list[Doing]:
    """What is told from now on, each once it has ended."""
    told: list[Doing] = []
    listen(lambda doing: told.append(doing) if doing.seconds is not None else None)
    return told


async def test_what_a_failed_approach_spent_is_on_the_bill_and_off_the_budget_of_the_next() -> None:
    ai = Scripted(Draft(Approach.AI, DRAFT[Approach.AI].statements, usage=Usage("a-model", 1, 90, 10, 0.1)))
    agents = Scripted(GenerationFailed("It was too slow.", SPENT))
    question = replace(asked(ANALYSIS), budget=Budget(5000, 2.0))
    draft = await Router(Scripted(LOST), ai, agents).draft(question, look)
    assert isinstance(draft, Draft)
    assert draft.usage == Usage("a-model", 3, 890, 210, 0.6)
    assert (ai.questions[0].spent, ai.questions[0].budget) == (SPENT, Budget(4000, 1.5))


async def test_what_was_tried_and_why_is_in_the_trace() -> None:
    told = heard()
    router = Router(Scripted(LOST), scripted(Approach.AI), Scripted(TooSlow("It was too slow.")))
    await router.draft(asked(ANALYSIS), look)
    (tried,) = [doing for doing in told if doing.name == "tried"]
    assert tried.note.splitlines() == [
        "Pattern Match: I did not understand “zebras”.",
        "AutoGen Multi-Agent: TooSlow",
        "AI-Powered answered",
    ]


async def test_what_was_tried_in_vain_is_in_the_trace_too() -> None:
    told = heard()
    await Router(Scripted(LOST), Scripted(TooSlow("Slow."))).draft(asked(PLAIN), look)
    (tried,) = [doing for doing in told if doing.name == "tried"]
    assert tried.note.splitlines()[1:] == ["AI-Powered: TooSlow"]


async def test_once_the_day_is_spent_no_other_model_is_tried() -> None:
    ai = scripted(Approach.AI)
    reply = await Router(Scripted(LOST), ai, Scripted(DaySpent())).draft(asked(ANALYSIS), look)
    assert isinstance(reply, NotUnderstood)
    assert ai.asked == []
    assert "until midnight UTC" in reply.message


@pytest.mark.parametrize("approach", [None, *Approach])
async def test_what_a_word_means_is_said_by_the_catalogue_whichever_approach_is_asked_for(
    approach: Approach | None,
) -> None:
    meaning = Explained(Approach.PATTERN, "“substandard” means …")
    ai, agents = scripted(Approach.AI), scripted(Approach.AGENTS)
    router = Router(Scripted(meaning), ai, agents)
    assert await router.draft(asked("what does substandard mean?"), look, approach) == meaning
    assert ai.asked == agents.asked == []


async def test_what_the_catalogue_does_not_explain_is_asked_of_the_approach_that_was_named() -> None:
    router = Router(Scripted(LOST), scripted(Approach.AI))
    assert await router.draft(asked("what does zebra mean?"), look, Approach.AI) == DRAFT[Approach.AI]
