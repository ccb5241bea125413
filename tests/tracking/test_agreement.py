"""Ledger and MLflow compared: every way in which they can differ is found, and brought over again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.tracking.examples import NINE, answered, asked, clarify, finish, vote
from tracking.agreement import Agreement, compare
from tracking.delivery import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlflow import MlflowClient

    from tracking.ledger import Ledger
    from tracking.mlflow_store import MlflowStore


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def client(store: MlflowStore) -> MlflowClient:
    from mlflow import MlflowClient  # noqa: PLC0415

    return MlflowClient(tracking_uri=store.tracking_uri)


@pytest.fixture
def look(ledger: Ledger, store: MlflowStore) -> Callable[[], Agreement]:
    """Four questions, two of them rated, all delivered; then whatever `look` finds."""
    from tracking.mlflow_store import Reader  # noqa: PLC0415

    for number in range(3):
        finish(ledger, asked(number), answered())
    finish(ledger, asked(3), clarify())
    ledger.vote(vote(True, number=0, comment="well done"))
    ledger.vote(vote(False, "U2", number=0))
    ledger.vote(vote(number=1))
    deliver(ledger, store)
    return lambda: compare(
        ledger, Reader(store.tracking_uri, store.experiment), NINE - timedelta(days=1), NINE + timedelta(days=1)
    )


def deliver(ledger: Ledger, store: MlflowStore) -> None:
    delivery = Delivery(ledger, store, "doctor")
    while delivery.once():
        pass
    delivery.release()


def test_what_was_just_delivered_agrees_in_every_field(look: Callable[[], Agreement]) -> None:
    assert look() == Agreement(questions=4, runs=4, sampled=4, differences=())


def run_of(ledger: Ledger, number: int) -> str:
    entry = ledger.entry(f"C1:{number}")
    assert entry is not None
    return entry.run_id


def lost(ledger: Ledger, client: MlflowClient, experiment: str) -> None:
    client.delete_run(run_of(ledger, 1))


def doubled(ledger: Ledger, client: MlflowClient, experiment: str) -> None:
    tags = client.get_run(run_of(ledger, 1)).data.tags
    start = client.get_run(run_of(ledger, 1)).info.start_time
    client.set_terminated(client.create_run(experiment, start_time=start, tags=tags).info.run_id)


def rated_otherwise(ledger: Ledger, client: MlflowClient, experiment: str) -> None:
    client.log_metric(run_of(ledger, 1), "user_rating", 0, step=50)


def left_running(ledger: Ledger, client: MlflowClient, experiment: str) -> None:
    client.update_run(run_of(ledger, 1), "RUNNING")


def tag_changed(ledger: Ledger, client: MlflowClient, experiment: str) -> None:
    client.set_tag(run_of(ledger, 1), "outcome", "failed")


def trace_gone(ledger: Ledger, client: MlflowClient, experiment: str) -> None:
    from tracking.mlflow_store.traces import trace_id_of  # noqa: PLC0415

    client.delete_traces(experiment, trace_ids=[trace_id_of(experiment, "C1:1")])


def artifact_changed(ledger: Ledger, client: MlflowClient, experiment: str) -> None:
    run_id = run_of(ledger, 1)
    client.log_text(run_id, "{}", f"query_result_{run_id}.json")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lost, "has no run"),
        (doubled, "has 2 runs"),
        (rated_otherwise, "is rated otherwise"),
        (left_running, "is RUNNING"),
        (tag_changed, "tag outcome"),
        (trace_gone, "the trace's assessments"),
        (artifact_changed, "query_result"),
    ],
)
def test_every_way_to_differ_is_found_and_mended(
    ledger: Ledger,
    store: MlflowStore,
    client: MlflowClient,
    look: Callable[[], Agreement],
    spoil: Callable[[Ledger, MlflowClient, str], None],
    said: str,
) -> None:
    spoil(ledger, client, store.setup())
    differences = look().differences
    assert {difference.question_id for difference in differences} == {"C1:1"}
    assert said in " ".join(difference.sentence for difference in differences)
    ledger.redeliver(["C1:1"])
    deliver(ledger, store)
    assert look() == Agreement(questions=4, runs=4, sampled=4, differences=())


def test_a_run_of_a_question_the_ledger_never_had_is_said_and_one_of_somebody_else_is_not(
    store: MlflowStore, client: MlflowClient, look: Callable[[], Agreement]
) -> None:
    start = int(NINE.timestamp() * 1000)
    client.create_run(store.setup(), start_time=start, tags={"question_id": "C9:9"})
    client.create_run(store.setup(), start_time=start)
    (difference,) = look().differences
    assert difference.question_id == ""
    assert "C9:9" in difference.sentence


def test_what_is_still_on_its_way_is_no_difference(ledger: Ledger, look: Callable[[], Agreement]) -> None:
    ledger.vote(vote(False, number=2))
    finish(ledger, asked(9), answered())
    assert look().differences == ()
