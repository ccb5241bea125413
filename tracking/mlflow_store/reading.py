"""What MLflow holds, read back: for the doctor that compares it with the ledger, and for bringing old runs over."""

import json
import logging
import math
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mlflow.artifacts import download_artifacts
from mlflow.entities import Feedback, ViewType
from mlflow.entities import Run as StoredRun
from mlflow.exceptions import MlflowException
from mlflow.tracing.client import TracingClient
from mlflow.tracking import MlflowClient

from tracking.mlflow_store.traces import RATING, trace_id_of

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Stored:
    """One run as MLflow has it. NaN metrics are left out: MLflow has no other way to say "none"."""

    run_id: str
    status: str
    started: datetime
    ended: datetime | None
    params: dict[str, str]
    metrics: dict[str, float]
    tags: dict[str, str]

    @property
    def question_id(self) -> str:
        """Empty for a run that Teller did not make."""
        return self.tags.get("question_id", "")


class Reader:
    """One experiment of one store, only ever read."""

    def __init__(self, tracking_uri: str, experiment: str) -> None:
        self._client = MlflowClient(tracking_uri=tracking_uri)
        found = self._client.get_experiment_by_name(experiment)
        self.experiment_id = "" if found is None else str(found.experiment_id)

    def runs(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[Stored]:
        """Every run that is not in the bin and began in that time, the newest first."""
        bounds = [("start_time >= ", since), ("start_time < ", until)]
        which = " AND ".join(f"attributes.{words}{_milliseconds(at)}" for words, at in bounds if at is not None)
        token = None
        while self.experiment_id:
            page = self._client.search_runs([self.experiment_id], which, ViewType.ACTIVE_ONLY, _PAGE, page_token=token)
            yield from map(_stored, page)
            token = page.token
            if not token:
                return

    def assessments(self, question_id: str) -> dict[str, tuple[bool, str]] | None:
        """What each person thinks according to the question's trace: thumb and comment; None without a trace."""
        trace_id = trace_id_of(self.experiment_id, question_id)
        try:
            info = TracingClient(self._client.tracking_uri).get_trace_info(trace_id)
        except MlflowException as error:
            if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"):
                return None
            raise
        return {
            str(found.source.source_id): (bool(found.value), found.rationale or "")
            for found in info.assessments
            if isinstance(found, Feedback) and found.name == RATING and found.source is not None
        }

    def artifact(self, run_id: str, name: str) -> Any:
        """A JSON artifact of a run; None where there is none."""
        with tempfile.TemporaryDirectory() as folder:
            try:
                file = download_artifacts(
                    run_id=run_id, artifact_path=name, dst_path=folder, tracking_uri=self._client.tracking_uri
                )
                with open(file, encoding="utf-8") as content:
                    return json.load(content)
            except (MlflowException, OSError, ValueError):
                return None


def old_runs(source: str, experiment: str) -> Iterator[Stored]:
    """The runs of another store: a tracking URI, or a folder of files, which MLflow reads only when allowed to.

    Such a folder often holds artifacts of a database beside its own runs; MLflow would log a traceback for each.
    """
    os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    logging.getLogger().addFilter(_is_no_stray_folder)
    try:
        reader = Reader(source, experiment)
    finally:
        logging.getLogger().removeFilter(_is_no_stray_folder)
    yield from reader.runs()


def _is_no_stray_folder(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith("Malformed experiment")


def _stored(run: StoredRun) -> Stored:
    return Stored(
        run_id=str(run.info.run_id),
        status=str(run.info.status),
        started=datetime.fromtimestamp(run.info.start_time / 1000, UTC),
        ended=None if not run.info.end_time else datetime.fromtimestamp(run.info.end_time / 1000, UTC),
        params=dict(run.data.params),
        metrics={name: value for name, value in run.data.metrics.items() if not math.isnan(value)},
        tags=dict(run.data.tags),
    )


def _milliseconds(at: datetime) -> int:
    return math.floor(at.timestamp() * 1000)
