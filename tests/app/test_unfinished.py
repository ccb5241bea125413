"""An evaluation by a model says what it will cost, and never asks twice what it has paid for."""

from pathlib import Path

from app.unfinished import Unfinished, estimate
from bot.answer import Answer
from generators.ai.model import Prices
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


def test_the_estimate_names_tokens_and_money() -> None:
    (sentence,) = estimate([FILE], ["pattern", "ai"], Prices(1, 4), "m")
    assert sentence == "ai: 1 questions to m, about 3,250 tokens, about 0.00 at the prices set."
