"""The sample bank behind a plain connection."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def bank(sample_bank: Path) -> Iterator[sqlite3.Connection]:
    """The sample bank behind a plain read-only connection, for SQL written by hand."""
    with closing(sqlite3.connect(f"file:{sample_bank}?mode=ro", uri=True)) as connection:
        yield connection
