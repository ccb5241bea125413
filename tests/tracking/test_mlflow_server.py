"""A real MLflow server that is killed and started again while questions are brought to it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tracking.examples import answered, asked, finish, vote
from tracking.delivery import Delivery
from tracking.ledger import Ledger

pytestmark = pytest.mark.slow


class Server:
    """`mlflow server` with one worker on a free port, its store in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        store = f"--backend-store-uri sqlite:///{folder}/mlflow.db --artifacts-destination {folder}/artifacts"
        listen = f"--host 127.0.0.1 --port {self.url.rpartition(':')[2]} --workers 1"
        self.command = [sys.executable, "-m", "mlflow", "server", *store.split(), *listen.split()]
        self.log = folder / "log"

    def start(self) -> None:
        environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"The MLflow server did not start: {self.log.read_text()}")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)


@pytest.fixture
def server(tmp_path: Path, mlflow_uri: str) -> Iterator[Server]:
    """`mlflow_uri` has set MLflow's time limits."""
    made = Server(tmp_path)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    """These tests are about MLflow: one kind of ledger will do."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def test_through_a_server_that_is_killed_every_question_has_one_finished_run(ledger: Ledger, server: Server) -> None:
    import mlflow  # noqa: PLC0415 - 1.3 s that only these tests need

    from tracking.mlflow_store import MlflowStore  # noqa: PLC0415

    store = MlflowStore(server.url)
    brought = threading.Event()

    class Noticed(MlflowStore):
        def put(self, entry: object, votes: object, beat: object) -> str:
            brought.set()
            return super().put(entry, votes, beat)  # type: ignore[arg-type]

    for number in range(40):
        finish(ledger, asked(number), answered())
        ledger.vote(vote(False, number=number, at=number, comment="first"))
    delivery = Delivery(ledger, Noticed(server.url))
    assert delivery.once(20) == 20
    for number in range(20):
        ledger.vote(vote(True, number=number, at=90, comment="second"))
    stop = threading.Event()
    loop = threading.Thread(target=delivery.run, args=(stop,))
    loop.start()
    for _ in range(3):
        brought.clear()
        assert brought.wait(timeout=60)
        server.kill()
        server.start()
    deadline = time.monotonic() + 90
    while ledger.undelivered(1) and time.monotonic() < deadline:
        time.sleep(0.2)
    stop.set()
    loop.join(timeout=60)

    mlflow.set_tracking_uri(server.url)
    runs = mlflow.search_runs([store.setup()])
    assert sorted(runs["tags.question_id"]) == sorted(f"C1:{number}" for number in range(40))
    assert set(runs["status"]) == {"FINISHED"}
    assert runs["params.user_comment"].value_counts().to_dict() == {"first": 20, "second": 20}
    assert sorted(runs["metrics.user_rating"]) == [0.0] * 20 + [1.0] * 20
    traces = mlflow.search_traces(locations=[store.setup()], return_type="list")
    assert len(traces) == 40
    assert all(len(trace.info.assessments) == 1 for trace in traces)
