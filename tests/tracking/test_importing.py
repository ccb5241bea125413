"""The history of the system before Teller: taken over once, counted rightly, never doubled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.tracking.examples import NINE
from tracking.delivery import Delivery
from tracking.importing import Imported, take_over
from tracking.ledger import Ledger
from tracking.listing import listing
from tracking.records import Share
from tracking.stats import between
from tracking.tracker import Tracker

ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def old_run(client: Any, experiment: str, **changes: Any) -> str:
    """As the original wrote them: one value at a time, rated afterwards."""
    values = {
        "question": "How many customers do we have?",
        "approach": "Pattern Match",
        "session_id": "s1",
        "timestamp": NINE.replace(tzinfo=None).isoformat(),
        "sql_query": "SELECT COUNT(*) FROM CUSTOMER_DIMENSION",
        "success": 1.0,
        "execution_time_seconds": 0.25,
        "result_count": 1.0,
        "pattern_match_used": 1.0,
    } | changes
    run = client.create_run(experiment, start_time=int(NINE.timestamp() * 1000))
    for name, value in values.items():
        if isinstance(value, float):
            client.log_metric(run.info.run_id, name, value)
        elif value is not None:
            client.log_param(run.info.run_id, name, value)
    client.set_terminated(run.info.run_id)
    return str(run.info.run_id)


@pytest.fixture(params=["files", "database"])
def old(request: pytest.FixtureRequest, tmp_path: Path, mlflow_uri: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A store such as the original left behind: (its address, a client, the experiment's id)."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    from mlflow import MlflowClient  # noqa: PLC0415

    address = str(tmp_path / "mlruns") if request.param == "files" else mlflow_uri
    client = MlflowClient(tracking_uri=address)
    return address, client, client.create_experiment(f"old {request.node.name}"), f"old {request.node.name}"


def read(old: Any) -> Any:
    from tracking.mlflow_store import old_runs  # noqa: PLC0415

    return old_runs(old[0], old[3])


def test_questions_votes_and_comments_are_taken_over_once(ledger: Ledger, old: Any) -> None:
    _, client, experiment, _ = old
    liked = old_run(client, experiment, user_rating=1.0, user_comment="", feedback_timestamp="2026-03-02T10:00:00")
    old_run(client, experiment, user_rating=0.0, user_comment="stale", user_id="ada", approach="AI-Powered")
    old_run(client, experiment, success=0.0, error_message="no such column", approach="AutoGen Multi-Agent")
    old_run(client, experiment, question=None)
    assert take_over(ledger, read(old), same_store=False) == Imported(new=3, empty=1)
    assert take_over(ledger, read(old), same_store=False) == Imported(here=3, empty=1)
    found, listed = between(ledger, *ALWAYS), listing(ledger, *ALWAYS, private_words=True)
    assert (found.questions, found.success, found.satisfaction) == (3, Share(2, 3), Share(1, 2))
    assert [remark.vote.comment for remark in listed.remarks] == ["stale"]
    assert found.average_seconds == 0.25
    entry = ledger.entry(f"import:{liked}")
    assert entry is not None
    assert (entry.asked.asked_at, entry.asked.thread, entry.state) == (NINE, "s1", "done")
    assert ledger.votes(entry.asked.id)[0].at == NINE + timedelta(hours=1)
    assert Tracker(ledger).get_experiment_stats()["total_rated_runs"] == 2


def test_artifacts_of_another_store_in_the_same_folder_are_passed_over_quietly(
    ledger: Ledger, old: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old_run(old[1], old[2])
    (tmp_path / "mlruns" / "1").mkdir(parents=True, exist_ok=True)
    assert take_over(ledger, read(old), same_store=False) == Imported(new=1)
    assert caplog.text == ""


def test_taken_over_from_elsewhere_they_become_runs_of_the_new_experiment(ledger: Ledger, old: Any, store: Any) -> None:
    import mlflow  # noqa: PLC0415

    old_run(old[1], old[2], user_rating=0.0, user_comment="stale")
    take_over(ledger, read(old), same_store=False)
    assert Delivery(ledger, store).once() == 1
    run = mlflow.search_runs().iloc[0]
    assert (run["params.question"], run["params.user_comment"]) == ("How many customers do we have?", "stale")
    assert run["metrics.user_rating"] == 0
    assert run["start_time"].to_pydatetime() == NINE
    assert len(list(read(old))) == 1


def test_runs_of_the_very_same_experiment_stay_as_they_are_and_are_not_doubled(ledger: Ledger, store: Any) -> None:
    import mlflow  # noqa: PLC0415
    from mlflow import MlflowClient  # noqa: PLC0415

    from tracking.mlflow_store import old_runs  # noqa: PLC0415

    made = old_run(MlflowClient(), store.setup())
    assert take_over(ledger, old_runs(store.tracking_uri, store.experiment), same_store=True).new == 1
    assert ledger.entry(f"import:{made}").run_id == made  # type: ignore[union-attr]
    assert Delivery(ledger, store).once() == 0
    assert mlflow.search_runs()["run_id"].tolist() == [made]


def test_tellers_own_runs_are_not_imported(ledger: Ledger, store: Any) -> None:
    from mlflow import MlflowClient  # noqa: PLC0415

    from tracking.mlflow_store import old_runs  # noqa: PLC0415

    MlflowClient().create_run(store.setup(), tags={"question_id": "C1:1"})
    assert take_over(ledger, old_runs(store.tracking_uri, store.experiment), same_store=True) == Imported(own=1)
