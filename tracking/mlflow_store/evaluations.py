"""Evaluations in MLflow: one run for each approach and golden file, in an experiment that holds nothing else."""

import logging
from collections.abc import Mapping, Sequence

from mlflow.entities import Metric, Param
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from tracking.mlflow_store.store import MlflowStore

log = logging.getLogger(__name__)


def put_evaluation(
    store: MlflowStore,
    name: str,
    params: Mapping[str, str],
    metrics: Mapping[str, float],
    cases: Sequence[Mapping[str, object]],
) -> bool:
    """Makes one finished run with the cases as the table `cases.json`; False where MLflow cannot be reached.

    `store` must be of an experiment of its own, so that no statistics over bankers' questions count it.
    """
    try:
        _put(store, name, params, metrics, cases)
    except MlflowException:
        log.warning("The evaluation %s was not written to MLflow", name, exc_info=True)
        return False
    return True


def _put(
    store: MlflowStore,
    name: str,
    params: Mapping[str, str],
    metrics: Mapping[str, float],
    cases: Sequence[Mapping[str, object]],
) -> None:
    experiment = store.setup()
    client = MlflowClient(tracking_uri=store.tracking_uri)
    run = client.create_run(experiment, run_name=name)
    run_id, now = str(run.info.run_id), int(run.info.start_time)
    client.log_batch(
        run_id,
        [Metric(metric, value, now, 0) for metric, value in metrics.items()],
        [Param(param, value) for param, value in params.items()],
    )
    columns = list(cases[0]) if cases else []
    table = {"columns": columns, "data": [[case[column] for column in columns] for case in cases]}
    client.log_dict(run_id, table, "cases.json")
    client.set_terminated(run_id)
