"""The commands over what is remembered, as somebody types them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from tests.tracking.examples import answered, asked, finish, vote
from tracking.export import COLUMNS
from tracking.ledger import Ledger


@pytest.fixture(autouse=True)
def remembered(bare: None) -> None:
    """Two questions of March, one of them rated, in the ledger that the settings name."""
    ledger = Ledger.open("sqlite:///var/ledger.db")
    finish(ledger, asked(1), answered(role="banker"))
    finish(ledger, asked(2), answered(approach="AI-Powered", outcome="failed"))
    ledger.vote(vote(number=1))
    ledger.close()


def run(*words: str, given: str | None = None):
    return CliRunner().invoke(main, words, input=given, catch_exceptions=False)


def test_statistics_of_any_period_are_shown_with_their_bars():
    said = run("stats", "--since", "2026-03-02").stdout
    assert "Questions" in said
    assert "2026-03-02" in said
    assert "█" in said
    assert "Nobody" not in said
    assert "0" in run("stats", "--since", "1h").stdout


@pytest.mark.parametrize("what", ["approach", "role", "hour", "week"])
def test_statistics_side_by_side(what: str):
    said = run("stats", "--since", "2026-03-01", "--until", "2026-03-08", "--by", what)
    assert said.exit_code == 0
    assert what.capitalize() in said.stdout
    assert "1 of 1" in said.stdout


def test_statistics_can_be_narrowed():
    assert "AI-Powered" not in run("stats", "--since", "2026-03-01", "--role", "banker").stdout


def test_a_period_nobody_understands_is_said():
    said = run("stats", "--since", "yesterday")
    assert said.exit_code == 2
    assert "'yesterday' is no time" in said.output


def test_an_export_comes_with_its_dictionary():
    said = run("export", "all.csv", "--since", "2026-03-01")
    assert "2 questions written to all.csv" in said.stdout
    assert Path("all.dictionary.csv").read_text(encoding="utf-8-sig").count("\n") == 1 + len(COLUMNS)
    assert run("export", "all.parquet").exit_code == 0
    assert Path("all.parquet").read_bytes()[:4] == b"PAR1"


def test_an_export_to_what_is_neither_csv_nor_parquet_is_refused():
    said = run("export", "all.xlsx")
    assert said.exit_code == 1
    assert ".parquet" in said.stderr


def test_an_export_without_a_file_prints_the_summary():
    assert "Pattern Match" in run("export").stdout


def test_an_mlflow_that_does_not_answer_is_said_without_a_password(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ada:secret@127.0.0.1:9")
    said = run("setup")
    assert said.exit_code == 1
    assert "MLflow cannot be used" in said.stderr
    assert "secret" not in said.output


def test_an_import_from_nowhere_is_said_and_makes_nothing(tmp_path):
    for source in ("mlruns", "sqlite:///nowhere.db"):
        said = run("import", source)
        assert said.exit_code == 1
        assert "There is no" in said.stderr
    assert not Path("mlruns").exists()
    assert not Path("nowhere.db").exists()


def test_an_export_that_cannot_be_written_is_said():
    said = run("export", "nowhere/all.csv")
    assert said.exit_code == 1
    assert "nowhere/all.csv cannot be written: No such file or directory." in said.stderr
