"""An evaluation by a model says what it will cost, and never asks twice what it has paid for."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

import bank.sample
from app.unfinished import Unfinished, estimate
from bank.catalogue import load
from bot.answer import Answer
from generators.agents.team import AutoGenTeam
from generators.ai.generator import AIPowered
from generators.ai.model import Model, Prices
from generators.ai.workbench import Workbench
from jobs.evaluation import Judged
from jobs.golden import Case, Golden

CASE = Case(question="how many loans", sql=("SELECT 1",))
FILE = Golden("golden.yaml", "fern", (CASE,), None, {})
RIGHT = Judged(CASE, "right", True, Answer("q", "how many loans", "answered", "AI-Powered", seconds=2.5))


def test_what_was_judged_before_an_interruption_is_not_asked_again(tmp_path: Path) -> None:
    file = tmp_path / "unfinished.jsonl"
    Unfinished(file, "m").keep("ai", FILE, RIGHT)
    with file.open("a") as lines:
        lines.write('{"model": "m", "appr')  # the power went
    again = Unfinished(file, "m").judged("ai", FILE, CASE)
    assert again is not None
    assert (again.verdict, again.rightly, again.answer.seconds) == ("right", True, 2.5)


def test_another_model_another_way_or_a_changed_case_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "unfinished.jsonl"
    Unfinished(file, "m").keep("ai", FILE, RIGHT)
    changed = CASE.model_copy(update={"sql": ("SELECT 2",)})
    assert Unfinished(file, "other").judged("ai", FILE, CASE) is None
    assert Unfinished(file, "m").judged("agents", FILE, CASE) is None
    assert Unfinished(file, "m").judged("ai", FILE, changed) is None


def test_pattern_match_is_always_asked_anew_and_a_finished_evaluation_leaves_nothing(tmp_path: Path) -> None:
    unfinished = Unfinished(tmp_path / "unfinished.jsonl", "m")
    unfinished.keep("pattern", FILE, RIGHT)
    assert not (tmp_path / "unfinished.jsonl").exists()
    unfinished.keep("ai", FILE, RIGHT)
    unfinished.done()
    assert not (tmp_path / "unfinished.jsonl").exists()


@pytest.fixture
async def two(sample_bank: Path) -> AsyncIterator[tuple[AIPowered, AutoGenTeam]]:
    catalogue = load(Path(bank.sample.__file__).with_name("catalogue.yaml"))
    model = Model("http://127.0.0.1:9/v1", "m", "", prices=Prices(1000, 4000))
    bench = Workbench(catalogue, "sqlite", model)
    yield AIPowered(bench), AutoGenTeam(bench)
    await model.close()


def golden(*questions: str) -> Golden:
    return Golden(
        "g", "sample", tuple(Case(question=text, sql=("SELECT 1" + " " * 292,)) for text in questions), None, {}
    )


async def test_the_estimate_is_of_the_prompts_of_these_very_questions(
    two: tuple[AIPowered, AutoGenTeam], tmp_path: Path
) -> None:
    unfinished = Unfinished(tmp_path / "u.jsonl", "m")
    (few,) = await estimate([golden("how many branches")], ["pattern", "ai"], unfinished, two)
    (more,) = await estimate([golden("NPL ratio and exposure by industry, by branch")], ["ai"], unfinished, two)
    assert few.startswith("ai: 1 questions to m, about ")
    read = [int(sentence.split("about ")[1].split()[0].replace(",", "")) for sentence in (few, more)]
    assert 500 < read[0] < read[1] < 6000
    assert f"and 200 to write, about {read[0] / 1000 + 0.8:,.2f} at the prices set." in few


async def test_a_team_reads_what_it_is_told_four_times_and_auto_at_most_what_one_model_does(
    two: tuple[AIPowered, AutoGenTeam], tmp_path: Path
) -> None:
    file, unfinished = golden("total loan balance by industry"), Unfinished(tmp_path / "u.jsonl", "m")
    ai, agents, auto = await estimate([file], ["ai", "agents", "auto"], unfinished, two)
    read = [int(sentence.split("about ")[1].split()[0].replace(",", "")) for sentence in (ai, agents, auto)]
    assert 3 * read[0] < read[1] < 5 * read[0]
    assert read[2] == read[0]
    assert auto.startswith("auto: at most 1 questions")


async def test_what_was_judged_before_an_interruption_costs_nothing_again(
    two: tuple[AIPowered, AutoGenTeam], tmp_path: Path
) -> None:
    file, unfinished = golden("how many branches"), Unfinished(tmp_path / "u.jsonl", "m")
    Unfinished(tmp_path / "u.jsonl", "m").keep("ai", file, replace(RIGHT, case=file.cases[0]))
    (before,) = await estimate([file], ["ai"], unfinished, two)
    (after,) = await estimate([file], ["ai"], Unfinished(tmp_path / "u.jsonl", "m"), two)
    assert before.startswith("ai: 1 questions")
    assert after.startswith("ai: 0 questions")
