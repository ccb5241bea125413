"""Every command runs in an empty folder, and nothing that this machine has set reaches it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app import settings
from app.settings import Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(settings.variable(field), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def fern_db(bare: None) -> None:
    """A bank of two customers, fern.db, in the folder of the command."""
    with closing(sqlite3.connect("fern.db")) as made:
        made.executescript("CREATE TABLE customer (id, city); INSERT INTO customer VALUES (1, 'Leeds'), (2, 'York')")
