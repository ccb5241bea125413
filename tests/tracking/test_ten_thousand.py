"""The original's own lines over a store of 10,000 runs: the same figures as the ledger's, from the same questions."""

from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.filling import END, YEAR, fill_ledger, fill_mlflow
from tracking.ledger import Ledger
from tracking.stats import between

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_the_originals_lines_over_ten_thousand_runs_say_what_the_ledger_says(mlflow_uri: str, tmp_path: Path) -> None:
    import mlflow  # noqa: PLC0415 - after `mlflow_uri` has set its environment

    from tracking.mlflow_store import MlflowStore  # noqa: PLC0415

    store = MlflowStore(f"sqlite:///{tmp_path / 'mlflow.db'}")
    fill_mlflow(str(tmp_path / "mlflow.db"), int(store.setup()), 10_000)
    fill_ledger(f"sqlite:///{tmp_path / 'ledger.db'}", 10_000)
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    year = between(ledger, END - YEAR, END)
    mlflow.set_tracking_uri(store.tracking_uri)

    runs = mlflow.search_runs(experiment_names=[store.experiment])
    assert len(runs) == year.questions == 10_000
    assert runs.groupby("params.approach")["metrics.success"].mean().between(0.8, 0.9).all()
    assert runs["params.approach"].value_counts().to_dict() == year.approaches
    assert runs["metrics.execution_time_seconds"].mean() == pytest.approx(year.average_seconds)
    assert runs["metrics.execution_time_seconds"].quantile(0.95) == pytest.approx(year.p95_seconds)
    assert (runs["metrics.user_rating"] == 1).sum() == year.satisfaction.part
    assert runs["metrics.user_rating"].notna().sum() == year.satisfaction.whole

    week_ago = int((END - timedelta(days=7)).timestamp() * 1000)
    week = mlflow.search_runs(experiment_names=[store.experiment], filter_string=f"start_time >= {week_ago}")
    assert len(week) == between(ledger, END - timedelta(days=7), END).questions
    ledger.close()
