"""`docs/notebook.md` is run cell by cell, over a week of questions that a bank may have asked."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.tracking.conftest import mlflow_uri, store  # noqa: F401 - fixtures
from tests.tracking.examples import answered, asked, clarify, finish
from tests.tracking.test_mlflow_store import WAY
from tracking.delivery import Delivery
from tracking.ledger import Ledger
from tracking.records import Vote

NOTEBOOK = Path(__file__).parents[1] / "docs" / "notebook.md"
CELLS = re.findall(r"^```python\n(.*?)^```", NOTEBOOK.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
APPROACHES = ("Pattern Match", "Pattern Match", "AI-Powered", "AutoGen Multi-Agent")


@pytest.fixture
def week(store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Twelve questions of the last week: answered, failed, not understood, asked back; two of them rated."""
    monkeypatch.setenv("TELLER_HOME", str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.tracking_uri)
    monkeypatch.chdir(tmp_path)
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    now = datetime.now(UTC)
    outcomes = {3: "failed", 7: "not_understood"}
    for number in range(12):
        result = answered(
            outcome=outcomes.get(number, "answered"), approach=APPROACHES[number % 4], error="TookTooLong: 20 s",
            seconds=number / 10, steps=WAY,
        )  # fmt: skip
        finish(ledger, asked(number, asked_at=now - timedelta(hours=13 * number + 1)), result)
    finish(ledger, asked(12, asked_at=now - timedelta(hours=2)), clarify())
    ledger.vote(Vote("C1:1", "U1", True, now))
    ledger.vote(Vote("C1:2", "U2", False, now, "wrong_number", "Leeds is missing"))
    assert Delivery(ledger, store).once() == 13
    ledger.close()


def test_every_cell_runs_and_shows_what_it_promises(week: None, capsys: pytest.CaptureFixture[str]) -> None:
    cells: dict[str, Any] = {}
    assert len(CELLS) == 8
    for cell in CELLS:
        exec(compile(cell, "docs/notebook.md", "exec"), cells)  # noqa: S102 - our own document
    said = capsys.readouterr().out
    assert "Questions:    13" in said
    assert "Satisfaction: 50% of 2 rated" in said
    assert "TookTooLong" not in said.split("Success by approach")[0]  # it failed before yesterday
    assert "How many loans has branch 2? → Leeds is missing" in said
    assert "1 liked, 1 not" in said
    assert "AutoGen Multi-Agent" in said
    assert "How many loans has branch 7?" in said
    assert "generation" in said
    cells["tracker"]._ledger.close()
