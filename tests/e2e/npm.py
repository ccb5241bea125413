"""Other people's checkers, from npm: `make e2e` installs what tests/npm/package.json names."""

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "npm"


def module(name: str) -> Path:
    """A file of an installed module. Where it is absent the test is skipped; in CI it fails."""
    file = FOLDER / "node_modules" / name
    if not file.exists():
        reason = f"npm's {name.split('/')[0]} is not installed: make e2e does that, with nodejs and npm"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return file
