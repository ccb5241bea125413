"""What every room's tests may read: the sample bank, made once a run however many processes test."""

import fcntl
import os
from pathlib import Path

import pytest

from bank.sample.make import make_bank


@pytest.fixture(scope="session")
def sample_bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the sample bank, which all tests share: nobody writes to it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = folder / "sample-bank.db"
    with (folder / "sample-bank.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            make_bank(path)
            path.chmod(0o444)
    return path
