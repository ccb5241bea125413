"""The copy in a real MLflow store, read back as a notebook reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING, Any

import pytest

from tests.tracking.examples import NINE, answered, asked, clarify, finish, forget, minutes, vote
from tracking.delivery import Delivery
from tracking.records import Step
from tracking.retention import Doomed

if TYPE_CHECKING:
    from pathlib import Path

    import pandas

    from tracking.ledger import Ledger
    from tracking.mlflow_store import MlflowStore


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    """These tests are about MLflow: one kind of ledger will do."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def delivery(ledger: Ledger, store: MlflowStore) -> Delivery:
    return Delivery(ledger, store, "one")


def search(**arguments: Any) -> pandas.DataFrame:
    import mlflow  # noqa: PLC0415

    found: pandas.DataFrame = mlflow.search_runs(**arguments)
    return found


def the_run() -> dict[str, Any]:
    runs = search()
    assert len(runs) == 1
    only: dict[str, Any] = runs.iloc[0].to_dict()
    assert only["status"] == "FINISHED"
    return only


def artifact(run: dict[str, Any], name: str) -> Any:
    import mlflow  # noqa: PLC0415

    uri = f"{run['artifact_uri']}/{name}_{run['run_id']}.json"
    return json.loads(mlflow.artifacts.load_text(uri))


def trace_of(question_id: str) -> Any:
    import mlflow  # noqa: PLC0415

    from tracking.mlflow_store.traces import trace_id_of  # noqa: PLC0415

    (experiment,) = set(search()["experiment_id"])
    return mlflow.get_trace(trace_id_of(experiment, question_id))


def test_a_notebook_of_old_runs_unchanged(ledger: Ledger, delivery: Delivery) -> None:
    approaches = ("Pattern Match", "AI-Powered", "AutoGen Multi-Agent")
    for number in range(6):
        outcome = "failed" if number == 0 else "answered"
        finish(ledger, asked(number), answered(outcome=outcome, approach=approaches[number % 3], seconds=number))
    for number, up in ((1, True), (2, False)):
        ledger.vote(vote(up, number=number, comment="so slow" if not up else ""))
    assert delivery.once() == 6

    runs = search()
    assert runs.groupby("params.approach")["metrics.success"].mean().to_dict() == {
        "Pattern Match": 0.5,
        "AI-Powered": 1.0,
        "AutoGen Multi-Agent": 1.0,
    }
    assert runs.groupby("params.approach")["metrics.execution_time_seconds"].mean()["AI-Powered"] == 2.5
    assert runs.groupby("params.approach")["metrics.user_rating"].mean().dropna().to_dict() == {
        "AI-Powered": 1.0,
        "AutoGen Multi-Agent": 0.0,
    }
    assert runs[runs["metrics.user_rating"] == 1]["params.question"].tolist() == ["How many loans has branch 1?"]
    assert [comment for comment in runs["params.user_comment"].dropna() if comment] == ["so slow"]
    since = int((NINE + minutes(4)).timestamp() * 1000)
    assert len(search(filter_string=f"start_time >= {since}")) == 2
    assert search(filter_string="metrics.success = 0")["params.error_message"].tolist() == [""]


def test_the_columns_of_ratings_are_there_before_anybody_rates(ledger: Ledger, delivery: Delivery) -> None:
    finish(ledger, asked(1), answered())
    delivery.once()
    assert search()["metrics.user_rating"].isna().all()


def test_run_artifact_and_trace_hold_the_question(ledger: Ledger, delivery: Delivery) -> None:
    entry = finish(ledger, asked(1, text="Wie viele Kredite? 🙂"), answered())
    delivery.once()
    run = the_run()
    assert run["start_time"].to_pydatetime() == entry.asked.asked_at
    assert run["end_time"].to_pydatetime() == entry.finished_at
    assert artifact(run, "query_result") == {
        "question": "Wie viele Kredite? 🙂",
        "approach": "Pattern Match",
        "execution_time": 0.5,
        "timestamp": entry.asked.asked_at.isoformat(),
        "result": [{"loans": 7}],
    }
    trace = trace_of("C1:1")
    assert trace.info.trace_metadata["mlflow.trace.session"] == "T1"
    assert trace.info.trace_metadata["mlflow.trace.user"] == "U1"
    assert trace.info.execution_duration == 500
    (span, *steps) = trace.data.spans
    assert steps == []
    assert span.inputs == {"question": "Wie viele Kredite? 🙂"}
    assert span.outputs["sql"] == "SELECT count(*) FROM loans"
    assert search(filter_string="tags.question_id = 'C1:1'")["run_id"].tolist() == [run["run_id"]]


WAY = (
    Step("routing", 0.0, 0.2),
    Step("generation", 0.01, 0.18, "Pattern Match"),
    Step("door", 0.2, 0.3, "SELECT count(*) FROM loans"),
    Step("query", 0.25, 0.24, "SELECT count(*) FROM loans"),
    Step("posting", 0.5, 0.1, "C1"),
)


def test_the_trace_shows_the_whole_way_with_each_step_inside_its_own(ledger: Ledger, delivery: Delivery) -> None:
    finish(ledger, asked(1), answered(steps=WAY))
    delivery.once()
    trace = trace_of("C1:1")
    spans = {span.name: span for span in trace.data.spans}
    parents = {span.name: span.parent_id for span in trace.data.spans}
    assert parents == {
        "question": None,
        "routing": spans["question"].span_id,
        "generation": spans["routing"].span_id,
        "door": spans["question"].span_id,
        "query": spans["door"].span_id,
        "posting": spans["question"].span_id,
    }
    assert spans["query"].inputs == {"sql": "SELECT count(*) FROM loans"}
    assert spans["generation"].outputs["reading"] == "Number of loans of a branch"
    assert spans["question"].outputs["rows"] == [{"loans": 7}]
    assert trace.info.execution_duration == 600
    lasted = (spans["question"].end_time_ns - spans["question"].start_time_ns) / 1e6
    assert lasted == 600


def test_without_a_preview_no_row_leaves_the_ledger(ledger: Ledger, delivery: Delivery) -> None:
    finish(ledger, asked(1), answered(preview="", steps=WAY))
    delivery.once()
    assert "rows" not in trace_of("C1:1").data.spans[0].outputs
    assert artifact(the_run(), "query_result")["result"] == []


def test_a_changed_mind_changes_the_rating_of_the_same_run(ledger: Ledger, delivery: Delivery) -> None:
    finish(ledger, asked(1), answered())
    for at, up in enumerate((True, False, True, False)):
        ledger.vote(vote(up, at=at))
        delivery.once()
        run = the_run()
        assert run["metrics.user_rating"] == float(up)
        assert run["run_id"] == ledger.entry("C1:1").run_id  # type: ignore[union-attr]
    assert run["params.user_comment"] == ""
    assert run["tags.feedback_timestamp"] == (NINE + minutes(3)).isoformat()
    (assessment,) = trace_of("C1:1").info.assessments
    assert (assessment.source.source_id, assessment.value) == ("U1", False)


def test_a_changed_comment_stands_in_one_run_with_the_new_rating(ledger: Ledger, delivery: Delivery) -> None:
    finish(ledger, asked(1), answered())
    ledger.vote(vote(False, at=1, comment="wrong month"))
    delivery.once()
    first = the_run()
    ledger.vote(vote(True, at=2, comment="my mistake"))
    delivery.once()
    run = the_run()
    assert (run["params.user_comment"], run["metrics.user_rating"]) == ("my mistake", 1.0)
    assert run["params.feedback_timestamp"] == (NINE + minutes(2)).isoformat()
    assert (run["tags.supersedes"], run["start_time"]) == (first["run_id"], first["start_time"])
    (given,) = artifact(run, "feedback")["votes"]
    assert (given["rating"], given["comment"]) == (1, "my mistake")
    (assessment,) = trace_of("C1:1").info.assessments
    assert (assessment.value, assessment.rationale) == (True, "my mistake")


def test_everybody_has_a_vote_and_a_withdrawn_one_is_gone(ledger: Ledger, delivery: Delivery) -> None:
    finish(ledger, asked(1), answered())
    ledger.vote(vote(True, "A", 1))
    ledger.vote(vote(False, "B", 2, comment="no"))
    delivery.once()
    assert (the_run()["metrics.votes_up"], the_run()["metrics.votes_down"]) == (1, 1)
    assert {found.source.source_id for found in trace_of("C1:1").info.assessments} == {"A", "B"}
    for person, up in (("A", True), ("B", False)):
        ledger.unvote("C1:1", person, up, NINE + minutes(5))
    delivery.once()
    run = the_run()
    assert isnan(run["metrics.user_rating"])
    assert not run.get("params.user_comment")
    assert trace_of("C1:1").info.assessments == []


def test_a_clarification_becomes_the_answer_in_the_same_run(ledger: Ledger, delivery: Delivery) -> None:
    finish(ledger, asked(1), clarify())
    delivery.once()
    waiting = the_run()
    assert isnan(waiting["metrics.success"])
    ledger.choose("C1:1", "rating=line", "U1")
    finish(ledger, asked(1), answered())
    delivery.once()
    run = the_run()
    assert run["run_id"] == waiting["run_id"]
    assert (run["metrics.success"], run["params.approach"]) == (1.0, "Pattern Match")
    assert artifact(run, "query_result")["result"] == [{"loans": 7}]
    assert trace_of("C1:1").data.spans[0].outputs["outcome"] == "answered"


class Crashes:
    """The real store, and a process that dies on the way."""

    def __init__(self, store: MlflowStore) -> None:
        self.store = store

    def put(self, entry: Any, votes: Any, beat: Any) -> str:
        self.store.put(entry, votes, beat)
        raise KeyboardInterrupt

    def remove(self, entry: Any, beat: Any) -> None:
        raise NotImplementedError

    def probe(self) -> None:
        raise NotImplementedError


@pytest.mark.parametrize("comments", [(), ("wrong month",), ("wrong month", "or year")])
def test_a_crash_before_the_run_was_noted_leaves_exactly_one(
    ledger: Ledger, store: MlflowStore, delivery: Delivery, comments: tuple[str, ...]
) -> None:
    finish(ledger, asked(1), answered())
    for at, comment in enumerate(comments):
        ledger.vote(vote(False, at=at, comment=comment))
        if at < len(comments) - 1:
            delivery.once()
    delivery.release()
    with pytest.raises(KeyboardInterrupt):
        Delivery(ledger, Crashes(store), "one").once()
    made = the_run()["run_id"]
    assert ledger.entry("C1:1").run_id != made  # type: ignore[union-attr]
    assert delivery.once() == 1
    run = the_run()
    assert run["run_id"] == made == ledger.entry("C1:1").run_id  # type: ignore[union-attr]
    assert run.get("params.user_comment", "") == "".join(comments[-1:])
    assert len(trace_of("C1:1").info.assessments) == min(len(comments), 1)


def test_a_run_left_half_made_is_completed(ledger: Ledger, store: MlflowStore, delivery: Delivery) -> None:
    from mlflow import MlflowClient  # noqa: PLC0415

    from tracking.mlflow_store.traces import trace_id_of  # noqa: PLC0415

    finish(ledger, asked(1), answered())
    moment = NINE + minutes(1)
    assert ledger.delivering("C1:1", "one", moment, moment)
    client = MlflowClient()
    experiment = store.setup()
    half = client.create_run(experiment, tags={"trace_id": trace_id_of(experiment, "C1:1")})
    assert delivery.once() == 1
    assert the_run()["run_id"] == half.info.run_id


@pytest.mark.parametrize("question_id", ["C1:1", "cli:o'brien", "a\"b'c\\d 🙂"])
def test_bringing_the_same_again_changes_nothing(ledger: Ledger, store: MlflowStore, question_id: str) -> None:
    entry = finish(ledger, asked(1, id=question_id), answered())
    votes = (vote(False, comment="no"),)
    run_id = store.put(entry, votes)
    before = the_run()
    assert store.put(replace(entry, run_id=run_id), votes) == run_id
    assert store.put(replace(entry, in_doubt=True), votes) == run_id
    assert str(the_run()) == str(before)


def test_a_run_somebody_deleted_is_made_again(ledger: Ledger, delivery: Delivery) -> None:
    from mlflow import MlflowClient  # noqa: PLC0415

    finish(ledger, asked(1), answered())
    delivery.once()
    gone = the_run()["run_id"]
    MlflowClient().delete_run(gone)
    ledger.vote(vote())
    delivery.once()
    assert the_run()["run_id"] != gone


def test_forgetting_removes_run_files_and_trace(ledger: Ledger, store: MlflowStore, delivery: Delivery) -> None:
    import mlflow  # noqa: PLC0415

    finish(ledger, asked(1), answered())
    delivery.once()
    run = the_run()
    assert forget(ledger, NINE + minutes(2)) == 1
    assert delivery.once() == 1
    assert search(run_view_type=3).empty
    assert mlflow.artifacts.list_artifacts(artifact_uri=run["artifact_uri"]) == []
    assert mlflow.search_traces(locations=[store.setup()]).empty


def test_the_store_is_made_fit_for_readers_and_for_many_runs(store: MlflowStore) -> None:
    from sqlalchemy import create_engine, inspect  # noqa: PLC0415

    engine = create_engine(store.tracking_uri)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert "teller_runs_by_time" in {index["name"] for index in inspect(engine).get_indexes("runs")}
    engine.dispose()


def test_rows_and_comments_that_are_past_their_age_are_gone_from_mlflow_too(
    ledger: Ledger, store: MlflowStore, delivery: Delivery
) -> None:
    finish(ledger, asked(1), answered())
    ledger.vote(vote(comment="Far too low"))
    delivery.once()
    first = the_run()
    rows = ledger.doomed("previews", NINE + minutes(2), 10)
    assert ledger.remove("previews", [Doomed(row.id, row.revision) for row in rows]) == 1
    rows = ledger.doomed("comments", NINE + minutes(2), 10)
    assert ledger.remove("comments", [Doomed(row.id, row.revision) for row in rows]) == 1
    assert delivery.once() == 1
    run = the_run()
    assert artifact(run, "query_result")["result"] == []
    assert artifact(run, "feedback")["votes"][0]["comment"] == ""
    assert run["params.user_comment"] == ""
    assert run["run_id"] != first["run_id"]  # a param cannot be changed
    assert len(search(run_view_type=3)) == 1  # and the one before is not merely in the bin
    trace = trace_of("C1:1")
    assert "rows" not in trace.data.spans[0].outputs
    assert "Far too low" not in str(trace.to_dict())
