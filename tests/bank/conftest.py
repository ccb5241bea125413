"""The sample bank, made once for all tests of this room that only read it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bank.sample.make import make_bank


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the sample bank."""
    path = tmp_path_factory.mktemp("sample") / "bank.db"
    make_bank(path)
    return path


@pytest.fixture(scope="module")
def bank(sample: Path) -> Iterator[sqlite3.Connection]:
    """The sample bank behind a plain read-only connection, for SQL written by hand."""
    with closing(sqlite3.connect(f"file:{sample}?mode=ro", uri=True)) as connection:
        yield connection
