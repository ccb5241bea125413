"""A tenth of the simulated quarter; `make quarter` runs it whole."""

import pytest

from tests.quarter.__main__ import trial

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_everything_is_said_once_while_processes_are_killed(kind: str) -> None:
    assert trial(kind, kills=20, days=9, seed=7) == []
