"""Follow-ups of Pattern Match: the rows are those of SQL written by hand, and what has two meanings is asked back."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from generators.contract import Approach, Clarification, Draft, Explained, NotUnderstood, Question, Reply, Turn
from jobs.evaluation import same
from jobs.golden import Golden, load
from tests.generators.test_pattern_asking import SOMEBODY, Asker
from tests.generators.test_pattern_asking import asker as asker

HERE = Path(__file__).parent
FILE = yaml.safe_load((HERE / "follow_ups.yaml").read_text(encoding="utf-8"))
SAMPLE = load(HERE.parent / "golden" / "sample.yaml")
VIEWS = Golden("follow-ups", "sample", (), None, {**SAMPLE.views, **FILE["views"]})
THEN = datetime(2026, 11, 24)


def talks() -> Iterator[Any]:
    for before, talk in FILE["talks"].items():
        for number, said in enumerate(talk):
            yield pytest.param(before, said, id=f"{before[:40]} - {said['says']} {number}")


async def after(asker: Asker, text: str, before: str | Turn, *chosen: str) -> Reply:
    turn = before
    if isinstance(before, str):
        first = await asker.statement(before)
        turn = Turn(before, first.reading, first.sql, Approach.PATTERN)
    question = Question("2", text, SOMEBODY, THEN, chosen, (turn,))  # type: ignore[arg-type]
    return await asker.match.draft(question, asker.look)


def test_there_are_enough_of_them() -> None:
    assert len(list(talks())) >= 60


@pytest.mark.parametrize(("before", "said"), list(talks()))
async def test_a_follow_up_gives_the_rows_of_the_question_in_full(
    asker: Asker, before: str, said: dict[str, Any]
) -> None:
    reply = await after(asker, said["says"], before)
    if said.get("lost"):
        assert isinstance(reply, NotUnderstood), reply
        return
    if asks := said.get("asks"):
        assert isinstance(reply, Clarification), reply
        labels = [choice.label for choice in reply.choices]
        assert len(labels) == len(asks)
        assert all(words in label for words, label in zip(asks, labels, strict=True)), labels
        picked = next(choice.key for choice in reply.choices if said["picks"] in choice.label)
        reply = await after(asker, said["says"], before, picked)
    assert isinstance(reply, Draft), reply
    truth = asker.bank.run(VIEWS.with_views(said["sql"]), SOMEBODY).rows
    assert truth
    assert same(truth, asker.rows(reply.statements[0]), said.get("ordered", False))


async def test_a_follow_up_of_a_follow_up_needs_only_the_one_before(asker: Asker) -> None:
    turn: str | Turn = "total loan balance by branch"
    for text in ("by industry instead", "only active loans", "same for last quarter", "top 3"):
        reply = await after(asker, text, turn)
        assert isinstance(reply, Draft), reply
        turn = Turn(reply.in_full, reply.statements[0].reading, reply.statements[0].sql, Approach.PATTERN)
    assert turn.reading == (  # type: ignore[union-attr]
        "Total outstanding loan balance by industry, where the loans are active, the 3 highest by total outstanding loan"
        " balance, equals included, as of 30 Jun 2026, in USD at month-end rates."
    )


async def test_a_whole_question_in_a_thread_is_answered_by_itself(asker: Asker) -> None:
    reply = await after(asker, "How many customers do we have in Leeds?", "total loan balance by branch")
    assert isinstance(reply, Draft)
    assert reply.in_full == ""
    assert reply.statements[0].reading.startswith("Number of customers, where city is Leeds")


async def test_a_follow_up_of_nothing_says_so(asker: Asker) -> None:
    reply = await asker.reply("and for Leeds?")
    assert isinstance(reply, NotUnderstood)
    assert "It goes on with something" in reply.message


async def test_what_a_model_has_answered_is_gone_on_with_where_its_question_is_understood(asker: Asker) -> None:
    asked = Turn("total loan balance by branch", "Loans", "SELECT 1", Approach.AI)
    reply = await after(asker, "only the top 3", asked)
    assert isinstance(reply, Draft), reply
    assert reply.in_full == "total loan balance by branch top 3"
    assert "by branch" in reply.statements[0].reading


@pytest.mark.parametrize("earlier", [1, 2])
async def test_what_only_a_model_understood_is_left_to_a_model(asker: Asker, earlier: int) -> None:
    turns = {
        1: (Turn("a comprehensive review of our loans", "Loans", "SELECT 1", Approach.AI),),
        2: (  # "and the balance?" was of Germany, which its words do not say
            Turn("what do the Germans owe, roughly speaking", "Loans", "SELECT 1", Approach.AI),
            Turn("and the total loan balance?", "Balance in Germany", "SELECT 2", Approach.AI),
        ),
    }[earlier]
    question = Question("2", "only the top 3", SOMEBODY, THEN, (), turns)
    reply = await asker.match.draft(question, asker.look)
    assert isinstance(reply, NotUnderstood), reply
    assert "AI-Powered" in reply.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("what does substandard mean?", "SUBSTANDARD is number 3 of 5 of line officer risk rating"),
        ("What is meant by NPL ratio?", "non-performing balance over loan balance"),
        ("define watch list", "WATCH_MONITOR_FLAG = 'Y'"),
        ("what does ACCR stand for", "means accruing"),
        ("what does rating mean?", "regulator risk rating"),
        ("how is exposure calculated?", "LIMIT_USED + LIMIT_AVAILABLE"),
    ],
)
async def test_what_a_word_means_is_said_in_the_catalogues_words(asker: Asker, text: str, words: str) -> None:
    reply = await asker.reply(text)
    assert isinstance(reply, Explained), reply
    assert words in reply.message


async def test_a_word_that_the_catalogue_does_not_explain_is_not_made_up(asker: Asker) -> None:
    reply = await asker.reply("what does flurb mean?")
    assert isinstance(reply, NotUnderstood)
    assert "does not say" in reply.message


async def test_why_is_not_known_but_what_it_can_be_broken_down_by_is_offered(asker: Asker) -> None:
    reply = await after(asker, "why so low?", "total loan balance by branch")
    assert isinstance(reply, NotUnderstood)
    assert "not why" in reply.message
    assert len(reply.nearest) == 3
    for text in reply.nearest:
        assert asker.rows(await asker.statement(text))


async def test_what_is_suggested_next_can_be_answered(asker: Asker) -> None:
    question = Question("1", "number of customers by industry", SOMEBODY, THEN)
    draft = await asker.match.draft(question, asker.look)
    assert isinstance(draft, Draft)
    found = asker.match.next(question, draft)
    assert len(found) == 3
    for text in found:
        assert asker.rows(await asker.statement(text))


@pytest.mark.parametrize(
    ("asked", "next_ones"),
    [
        ("How many customers do we have?", ["How many customers do we have by industry?"]),
        ("What is the total loan balance by industry?", ["What is the total loan balance by industry, top 3?"]),
        ("Who are our top 10 customers by loan balance?", []),
    ],
)
async def test_what_may_come_next_is_said_in_the_words_of_the_asker(
    asker: Asker, asked: str, next_ones: list[str]
) -> None:
    question = Question("1", asked, SOMEBODY, THEN)
    draft = await asker.match.draft(question, asker.look)
    assert isinstance(draft, Draft)
    assert list(asker.match.next(question, draft)[:1]) == next_ones


GUIDE = (HERE.parents[1] / "docs" / "asking.md").read_text(encoding="utf-8").partition("# In a conversation")[2]
ENDS = (Draft, Clarification, Explained)


def guided() -> list[Any]:
    """The conversations of the guide; those of its first list are answered, of its second asked back, of its third explained."""
    found, end = [], -1
    for line in GUIDE.splitlines():
        number, dot, talk = line.partition(". ")
        if dot and number.isdigit():
            end += number == "1"
            found.append(pytest.param(talk.split(" → "), ENDS[end], id=talk))
    return found


@pytest.mark.parametrize(("talk", "end"), guided())
async def test_every_conversation_of_the_guide_ends_as_it_says(asker: Asker, talk: list[str], end: type) -> None:
    reply = await asker.reply(talk[0])
    before = talk[0]
    for text in talk[1:]:
        assert isinstance(reply, Draft), (before, reply)
        turn = Turn(reply.in_full or before, reply.statements[0].reading, reply.statements[0].sql, Approach.PATTERN)
        before, reply = text, await after(asker, text, turn)
    assert isinstance(reply, end), reply
    if isinstance(reply, Draft):
        assert asker.rows(reply.statements[0])


def test_the_guide_has_conversations_of_each_kind() -> None:
    assert {parameters.values[1] for parameters in guided()} == set(ENDS)
