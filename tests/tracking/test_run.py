"""How a question looks in MLflow: names, verdicts and what a rating adds."""

from dataclasses import replace
from math import isnan

import pytest

from tests.tracking.examples import NINE, answered, asked, clarify, finish, vote
from tracking.ledger import Ledger
from tracking.run import run_of


def test_an_answered_question_has_the_names_of_old(ledger: Ledger) -> None:
    run = run_of(finish(ledger, asked(0), answered()), ())
    assert run.params == {
        "question": "How many loans has branch 0?",
        "session_id": "T0",
        "timestamp": NINE.isoformat(),
        "user_id": "U1",
        "sql_query": "SELECT count(*) FROM loans",
        "approach": "Pattern Match",
    }
    rating = run.metrics.pop("user_rating")
    assert isnan(rating)
    assert run.metrics == {
        "execution_time_seconds": 0.5,
        "success": 1.0,
        "result_count": 1.0,
        "votes_up": 0.0,
        "votes_down": 0.0,
        "pattern_match_used": 1.0,
    }
    assert run.query_result["result"] == [{"loans": 7}]
    assert (run.started, (run.ended - run.started).total_seconds()) == (NINE, 1.0)


@pytest.mark.parametrize(
    ("outcome", "success"),
    [("answered", 1.0), ("failed", 0.0), ("not_understood", 0.0), ("refused", None), ("clarify", None)],
)
def test_success_is_a_verdict_only_where_there_is_one(ledger: Ledger, outcome: str, success: float | None) -> None:
    metric = run_of(finish(ledger, asked(1), answered(outcome=outcome)), ()).metrics["success"]
    assert isnan(metric) if success is None else metric == success


@pytest.mark.parametrize(
    ("approach", "used"),
    [("AI-Powered", {"ai_powered_used"}), ("AutoGen Multi-Agent", {"autogen_used"}), ("", set())],
)
def test_exactly_the_approach_that_answered_is_marked(ledger: Ledger, approach: str, used: set[str]) -> None:
    run = run_of(finish(ledger, asked(1), answered(approach=approach)), ())
    assert {name for name in run.metrics if name.endswith("_used")} == used
    assert run.params.get("approach", "") == approach


def test_a_failure_says_why(ledger: Ledger) -> None:
    failed = answered(outcome="failed", message="Sorry.", error="TookTooLong: 20 s")
    assert run_of(finish(ledger, asked(1), failed), ()).params["error_message"] == "TookTooLong: 20 s"


def test_a_waiting_question_leaves_open_what_its_answer_will_settle(ledger: Ledger) -> None:
    waiting = run_of(finish(ledger, asked(1), clarify()), ())
    assert not {"sql_query", "approach"} & set(waiting.params)


def test_a_rating_adds_comment_and_time_and_counts_everybody(ledger: Ledger) -> None:
    votes = (vote(True, "A", 1), vote(False, "B", 2, comment="stale"), vote(False, "C", 3))
    run = run_of(finish(ledger, asked(1), answered()), votes)
    assert (run.metrics["user_rating"], run.metrics["votes_up"], run.metrics["votes_down"]) == (0.0, 1.0, 2.0)
    assert run.params["user_comment"] == "stale"
    assert run.params["feedback_timestamp"] == votes[-1].at.isoformat()
    assert [given["rating"] for given in run.feedback["votes"]] == [1, 0, 0]


def test_what_is_too_long_for_mlflow_is_cut(ledger: Ledger) -> None:
    entry = finish(ledger, asked(1), answered(sql="x" * 10_000, reading="y" * 10_000))
    run = run_of(replace(entry, asked=replace(entry.asked, text="\ud800\x00" + "z" * 7_000)), ())
    assert len(run.params["sql_query"]) == 6_000
    assert len(run.tags["reading"]) == 8_000
    assert run.params["question"].startswith("\ufffdz")
