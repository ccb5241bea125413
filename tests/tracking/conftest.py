"""A ledger of one's own for every test, and one real MLflow store for all of them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.postgres import postgres_server  # noqa: F401 - a fixture
from tracking.ledger import Ledger
from tracking.schema import metadata

if TYPE_CHECKING:
    from tracking.mlflow_store import MlflowStore


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty file, or a server's database that other tests have used: `ledger` empties it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'teller' / 'ledger.db'}"
    return str(request.getfixturevalue("postgres_server"))


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    opened = Ledger.open(ledger_url)
    with opened.writing() as connection:
        for table in metadata.tables.values():
            connection.execute(table.delete())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def mlflow_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"
    os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] = "5"
    os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow') / 'mlflow.db'}"


@pytest.fixture
def store(mlflow_uri: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> "MlflowStore":
    """An experiment of its own in the one store, and the notebook's environment set to it."""
    import mlflow  # noqa: PLC0415 - 1.3 s that only these tests need

    from tracking.mlflow_store import MlflowStore  # noqa: PLC0415

    made = MlflowStore(mlflow_uri, experiment=request.node.name)
    made.setup()
    mlflow.set_tracking_uri(mlflow_uri)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", request.node.name)
    return made
