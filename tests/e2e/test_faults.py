"""A tenth of the fault test, on both databases at the same time with `-n 2`; `make faults` runs it whole."""

import os
import subprocess
import sys

import pytest

from tests.e2e.conftest import ROOT
from tests.postgres import programs

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(1500)]


@pytest.mark.parametrize("ledger", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_while_everything_is_killed_cut_off_and_filled_up_nothing_is_lost_or_doubled(ledger: str):
    if ledger == "postgres" and programs() is None:
        absent = "PostgreSQL is not installed"
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    amount = ["--questions", "200", "--votes", "150", "--kills", "10", "--disk", "1g"]
    said = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--ledger", ledger, *amount],
        cwd=ROOT, capture_output=True, text=True, timeout=1400, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr[-2000:]
    assert "nothing lost, nothing doubled, every last word right" in said.stdout
