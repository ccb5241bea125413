"""One run and one trace per question in MLflow, brought to what the ledger says."""

import fcntl
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow.entities import Experiment, Metric, Param, RunTag, ViewType
from mlflow.entities import Run as StoredRun
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from mlflow.tracking import MlflowClient
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ArgumentError

from tracking.mlflow_store.traces import Traces, trace_id_of
from tracking.records import Entry, Vote
from tracking.run import WHEN_RATED, Run, run_of

_ACTIVE = "active"
_TRACE = "trace_id"  # what a run is searched by: no filter of MLflow finds a question id with a quote in it


Beat = Callable[[], None]


def _nothing() -> None: ...


class MlflowStore:
    """Brings one question at a time. Use from one thread: MLflow's store deadlocks on its own pool under many.

    Whoever makes it sets these before MLflow is imported, for MLflow reads them from the environment:
    MLFLOW_DISABLE_TELEMETRY=true, MLFLOW_HTTP_REQUEST_MAX_RETRIES=0 (its own retry of a lost reply makes a second
    run), MLFLOW_HTTP_REQUEST_TIMEOUT=5 and MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT=true.
    """

    def __init__(
        self, tracking_uri: str, experiment: str = "FIS_Text2SQL_Banking", artifacts: str | None = None
    ) -> None:
        """`artifacts`: where a new experiment keeps files; None: beside a SQLite store, else the server's choice."""
        self.tracking_uri = tracking_uri
        self.experiment = experiment
        self._artifacts = artifacts
        self._client: MlflowClient | None = None
        self._experiment_id = ""

    def setup(self) -> str:
        """Makes the store, the experiment and the index where they are missing; returns the experiment's id."""
        with _alone(self.tracking_uri):
            client = MlflowClient(tracking_uri=self.tracking_uri)
        experiment = client.get_experiment_by_name(self.experiment) or self._make_experiment(client)
        if experiment.lifecycle_stage != _ACTIVE:
            client.restore_experiment(experiment.experiment_id)
        _tune(self.tracking_uri)
        self._client, self._experiment_id = client, str(experiment.experiment_id)
        return self._experiment_id

    def probe(self) -> None:
        """One small write: raises if MLflow is away, locked or out of space."""
        client = self._open()
        client.set_experiment_tag(self._experiment_id, "teller.last_probe", str(int(time.time())))

    def put(self, entry: Entry, votes: Sequence[Vote], beat: Beat = _nothing) -> str:
        """Makes MLflow hold exactly this, however often it is called and wherever it was interrupted; the run's id.

        `beat` is called before every request.
        """
        client = self._open()
        wanted = run_of(entry, votes)
        kept, spare = self._runs(entry)
        if kept is None or _contradicts(kept, wanted):
            spare += [] if kept is None else [kept]
            beat()
            kept = self._create(entry, wanted, "" if not spare else spare[-1].info.run_id)
        run_id = str(kept.info.run_id)
        beat()
        self._complete(kept, wanted, entry.revision)
        files = {f"query_result_{run_id}.json": wanted.query_result}
        if WHEN_RATED in kept.data.params or votes:
            files[f"feedback_{run_id}.json"] = wanted.feedback
        for name, content in files.items():
            beat()
            _write(kept, client.tracking_uri, name, _json(content))
        if kept.info.status != "FINISHED":
            beat()
            client.set_terminated(run_id, "FINISHED", end_time=_milliseconds(wanted.ended.timestamp()))
        Traces(client, self._experiment_id, beat).put(entry, votes, wanted, run_id)
        for run in spare:
            beat()
            self._remove_run(run)
        return run_id

    def remove(self, entry: Entry, beat: Beat = _nothing) -> None:
        """Removes the question's runs, their files and its trace."""
        client = self._open()
        kept, spare = self._runs(entry)
        for run in [*spare, *([] if kept is None else [kept])]:
            beat()
            self._remove_run(run)
        Traces(client, self._experiment_id, beat).remove(entry.asked.id)

    def _open(self) -> MlflowClient:
        """The first use sets up, so that an MLflow that is away at the start delays nothing."""
        if self._client is None:
            self.setup()
        assert self._client is not None  # noqa: S101 - set by setup()
        return self._client

    def _make_experiment(self, client: MlflowClient) -> Experiment:
        try:
            made = client.create_experiment(self.experiment, self._artifacts or _beside(self.tracking_uri))
            return client.get_experiment(made)
        except MlflowException:
            # Another process may have been quicker.
            other = client.get_experiment_by_name(self.experiment)
            if other is None:
                raise
            return other

    def _runs(self, entry: Entry) -> tuple[StoredRun | None, list[StoredRun]]:
        """The run to keep, if any, and those that must go.

        Only after a failure is MLflow searched for a run that was made but not noted: that takes 0.1 s at 100,000 runs.
        """
        if entry.in_doubt:
            made_for = f"tags.{_TRACE} = '{trace_id_of(self._experiment_id, entry.asked.id)}'"
            found = list(self._open().search_runs([self._experiment_id], made_for, ViewType.ALL, 100))
        else:
            run = self._run(entry.run_id)
            found = [] if run is None else [run]
        alive = [run for run in found if run.info.lifecycle_stage == _ACTIVE]
        noted = [run for run in alive if run.info.run_id == entry.run_id]
        kept = next(iter([*noted, *alive]), None)
        return kept, [run for run in found if run is not kept]

    def _run(self, run_id: str) -> StoredRun | None:
        if not run_id:
            return None
        try:
            return self._open().get_run(run_id)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise

    def _create(self, entry: Entry, wanted: Run, supersedes: str) -> StoredRun:
        tags = wanted.tags | {_TRACE: trace_id_of(self._experiment_id, entry.asked.id)}
        tags |= {"supersedes": supersedes} if supersedes else {}
        started = _milliseconds(wanted.started.timestamp())
        return self._open().create_run(self._experiment_id, start_time=started, tags=tags, run_name=wanted.name)

    def _complete(self, run: StoredRun, wanted: Run, revision: int) -> None:
        """Writes what differs. A later revision is a later step, so that it counts even within one millisecond.

        MLflow shows the value of the highest step, so a step somebody else wrote is not left ahead of ours.
        """
        now = _milliseconds(time.time())
        step = max([revision, *(metric.step for metric in run.data._metric_objs)])
        metrics = [
            Metric(name, value, now, step)
            for name, value in wanted.metrics.items()
            if not _same(run.data.metrics.get(name), value)
        ]
        params = [Param(name, value) for name, value in wanted.params.items() if name not in run.data.params]
        tags = [RunTag(name, value) for name, value in wanted.tags.items() if run.data.tags.get(name) != value]
        if metrics or params or tags:
            self._open().log_batch(run.info.run_id, metrics, params, tags)

    def _remove_run(self, run: StoredRun) -> None:
        """For good where the database is at hand; on a server it stays in the bin until `mlflow gc` is run there."""
        client = self._open()
        run_id = run.info.run_id
        if run.info.lifecycle_stage == _ACTIVE:
            client.delete_run(run_id)
        get_artifact_repository(run.info.artifact_uri, client.tracking_uri).delete_artifacts()  # type: ignore[no-untyped-call]
        erase = getattr(client._tracking_client.store, "_hard_delete_run", None)
        if erase is not None:
            erase(run_id)


def _write(run: StoredRun, tracking_uri: str, name: str, content: str) -> None:
    """As `log_text`, which would ask MLflow once more where the run keeps its files."""
    with TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_text(content, encoding="utf-8")
        get_artifact_repository(run.info.artifact_uri, tracking_uri).log_artifact(str(file))  # type: ignore[no-untyped-call]


def _contradicts(stored: StoredRun, wanted: Run) -> bool:
    """A param can never be changed, so a run that says something else must be made anew.

    When it was rated is excepted: the tag of that name always holds the latest, and a changed thumb alone should not
    cost the run its id.
    """
    if stored.info.lifecycle_stage != _ACTIVE:
        return True
    return any(value != wanted.params.get(name, "") for name, value in stored.data.params.items() if name != WHEN_RATED)


def _same(stored: float | None, wanted: float) -> bool:
    return stored is not None and (stored == wanted or (math.isnan(stored) and math.isnan(wanted)))


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _sqlite_file(tracking_uri: str) -> Path | None:
    if not tracking_uri.startswith("sqlite:"):
        return None
    name = make_url(tracking_uri).database
    return Path(name).resolve() if name else None


@contextmanager
def _alone(tracking_uri: str) -> Iterator[None]:
    """Two processes that open a new SQLite store at once both make its tables, and one fails half-way."""
    file = _sqlite_file(tracking_uri)
    if file is None:
        yield
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(f"{file.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _beside(tracking_uri: str) -> str | None:
    """MLflow's own choice is a folder in whatever directory the process happens to run."""
    file = _sqlite_file(tracking_uri)
    return None if file is None else (file.parent / "mlflow_artifacts").as_uri()


def _tune(tracking_uri: str) -> None:
    """Readers that never wait (SQLite), and a day of a million runs in 26 ms instead of 1,684 (index)."""
    try:
        address = make_url(tracking_uri)
    except ArgumentError:
        return
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        return
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA journal_mode=WAL"))
        connection.execute(text("CREATE INDEX IF NOT EXISTS teller_runs_by_time ON runs (experiment_id, start_time)"))
    engine.dispose()
