"""`teller evaluate` in a terminal: figures, flips, floors, and nothing among the bankers' questions."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main

CATALOGUE = """
bank: Fern Bank
reporting_currency: EUR
tables:
  customer:
    noun: customer
    row: one customer
    key: id
    columns: {id: {kind: id}, city: {kind: category}}
"""
GOLDEN = """
bank: fern.yaml
floor: {precision: 100, coverage: 50}
questions:
  - {question: "How many customers are there?", sql: SELECT COUNT(*) FROM customer}
  - {question: customers by city, sql: "SELECT city, COUNT(*) FROM customer GROUP BY city"}
  - {question: "how many unicorns are there?", expect: not_understood}
"""


@pytest.fixture(autouse=True)
def _fern_bank(fern_db: None) -> None:
    Path("fern.yaml").write_text(CATALOGUE, encoding="utf-8")
    Path("golden.yaml").write_text(GOLDEN, encoding="utf-8")


def evaluate(*words: str) -> Result:
    over = ["--database", "sqlite:///fern.db", "--catalogue", "fern.yaml"]
    runner = CliRunner(env={"COLUMNS": "200"})
    return runner.invoke(main, ["evaluate", *over, "--golden", "golden.yaml", *words], catch_exceptions=False)


def figures(shown: Result) -> list[str]:
    return next(line for line in shown.stdout.splitlines() if "golden.yaml" in line).replace("│", " ").split()


def test_each_file_gets_a_line_and_nothing_is_counted_among_the_bankers_questions() -> None:
    shown = evaluate("--no-mlflow")
    assert shown.exit_code == 0
    assert figures(shown)[:8] == ["pattern", "golden.yaml", "3", "2", "0", "0", "1", "0"]
    assert figures(shown)[8:14] == ["100.0", "%", "100.0", "%", "100.0", "%"]
    assert not Path("var/ledger.db").exists()


def test_what_ended_otherwise_than_the_last_time_is_said_once() -> None:
    assert "→" not in evaluate("--no-mlflow").stdout
    wrong = GOLDEN.replace("SELECT COUNT(*) FROM customer}", "SELECT COUNT(*) + 1 FROM customer}")
    Path("golden.yaml").write_text(wrong, encoding="utf-8")
    shown = evaluate("--no-mlflow")
    assert "golden.yaml, pattern: right → wrong: How many customers are there?" in shown.stdout
    assert "Wanted 1 rows, the first (3.0,); got 1, the first (2.0,)." in shown.stdout
    assert "→" not in evaluate("--no-mlflow").stdout


def test_a_floor_that_is_not_reached_ends_with_one() -> None:
    high = GOLDEN.replace("How many customers are there?", "How many flurbs of customers?")
    Path("golden.yaml").write_text(high.replace("coverage: 50", "coverage: 60"), encoding="utf-8")
    shown = evaluate("--no-mlflow", "--misses")
    assert shown.exit_code == 1
    assert "coverage is 50.0 %, its floor is 60 %" in shown.stderr
    assert "refused  How many flurbs of customers?" in shown.stdout


def test_questions_over_another_bank_and_a_missing_file_are_said() -> None:
    Path("golden.yaml").write_text(GOLDEN.replace("fern.yaml", "berka"), encoding="utf-8")
    shown = evaluate("--no-mlflow")
    assert shown.exit_code == 1
    assert "over berka" in shown.stderr
    Path("golden.yaml").unlink()
    assert "no file or folder golden.yaml" in evaluate("--no-mlflow").stderr


@pytest.mark.slow
def test_mlflow_gets_a_run_in_an_experiment_of_its_own() -> None:
    from mlflow.tracking import MlflowClient  # noqa: PLC0415 - 1.3 s that only this test needs

    assert evaluate().exit_code == 0
    client: Any = MlflowClient(tracking_uri=f"sqlite:///{Path('var/mlflow.db').resolve()}")
    assert client.get_experiment_by_name("FIS_Text2SQL_Banking") is None
    experiment = client.get_experiment_by_name("FIS_Text2SQL_Banking_evaluation")
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.data.params == {"approach": "pattern", "golden": "golden.yaml", "bank": "fern.yaml"}
    assert run.data.metrics["right"] == 2
    assert run.data.metrics["precision_percent"] == 100
    assert [file.path for file in client.list_artifacts(run.info.run_id)] == ["cases.json"]


@pytest.mark.slow
def test_figures_are_shown_when_mlflow_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    shown = evaluate()
    assert shown.exit_code == 0
    assert figures(shown)[3] == "2"
    assert "MLflow cannot be reached" in shown.stderr
    assert "Traceback" not in shown.stderr
