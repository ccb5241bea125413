"""What the tests of jobs begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tracking.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    yield ledger
    ledger.close()
