"""The command line: every bad set-up gets a sentence, never a traceback."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main

FIELDS = [
    "question", "outcome", "approach", "reading", "sql", "columns", "rows", "seconds", "message", "choices", "more",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _bank_made_already(bare, tmp_path, sample_bank):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "bank.db").symlink_to(sample_bank)


def run(*words: str, given: str | None = None):
    return CliRunner().invoke(main, words, input=given, catch_exceptions=False)


def test_an_answer_in_the_terminal_shows_reading_table_and_sql():
    shown = run("ask", "How many active loans do we have?")
    assert shown.exit_code == 0
    assert "active" in shown.stdout.splitlines()[0]
    assert "SELECT" in shown.stdout
    assert "30 Sep 2026" in shown.stdout


def test_json_has_exactly_the_fields_it_promises():
    line = json.loads(run("ask", "--json", "How many customers do we have?").stdout)
    assert list(line) == FIELDS
    assert line["outcome"] == "answered"
    assert line["approach"] == "Pattern Match"
    assert line["rows"][0][0] == customers_in("var/bank.db")


def customers_in(file: str) -> int:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as bank:
        newest = "SELECT MAX(CUSTOMER_MONTH_ID) FROM CUSTOMER_DIMENSION"
        sql = f"SELECT COUNT(DISTINCT CUSTOMER_KEY) FROM CUSTOMER_DIMENSION WHERE CUSTOMER_MONTH_ID = ({newest})"
        found = bank.execute(sql).fetchone()[0]
    bank.close()
    return found


def test_a_file_of_questions_gives_one_line_each_whatever_becomes_of_them():
    questions = "How many customers do we have?\n\n# a comment\ndrop table customers\nWhat is the meaning of life?\n"
    lines = [json.loads(line) for line in run("ask", "--json", "--file", "-", given=questions).stdout.splitlines()]
    assert [line["outcome"] for line in lines] == ["answered", "refused", "not_understood"]
    assert all(line["message"] for line in lines[1:])


def test_a_clarification_lists_its_choices():
    line = json.loads(run("ask", "--json", "How many customers are high risk?").stdout)
    assert line["outcome"] == "clarify"
    assert len(line["choices"]) >= 2


def test_a_model_that_is_not_set_up_is_said_with_how_to_switch_it_on():
    for approach in ("ai", "agents"):
        line = json.loads(run("ask", "--json", "--approach", approach, "How many customers do we have?").stdout)
        assert line["outcome"] == "refused"
        assert "TELLER_MODEL_NAME" in line["message"]


def test_a_question_and_a_file_at_once_is_a_usage_error():
    assert run("ask", "a", "--file", "-").exit_code == 2
    assert run("ask").exit_code == 2


def test_a_missing_database_is_said_and_never_created(tmp_path):
    missing = tmp_path / "nowhere.db"
    said = run("ask", "--database", f"sqlite:///{missing}", "How many customers do we have?")
    assert said.exit_code == 1
    assert "nowhere.db" in said.stderr
    assert "Traceback" not in said.stderr
    assert not missing.exists()


def test_a_file_that_is_no_database_is_said(tmp_path):
    (tmp_path / "notes.db").write_text("Dear diary, today nobody asked me anything.")
    said = run("ask", "--database", f"sqlite:///{tmp_path / 'notes.db'}", "--catalogue", "sample", "How many loans?")
    assert said.exit_code == 1
    assert "notes.db is not an SQLite database" in said.stderr


@pytest.mark.parametrize(
    ("ledger", "said"),
    [
        ("rubbish", "TELLER_LEDGER must be"),
        ("mysql://u:hush@127.0.0.1/x", "TELLER_LEDGER must be"),
        ("sqlite:////proc/nowhere/ledger.db", "/proc/nowhere/ledger.db cannot be opened"),
        ("postgresql+psycopg://u:hush@127.0.0.1:1/x", "127.0.0.1:1/x cannot be opened"),
    ],
)
def test_a_ledger_that_cannot_be_opened_is_said_without_its_password(ledger, said, monkeypatch):
    monkeypatch.setenv("TELLER_LEDGER", ledger)
    shown = run("stats")
    assert shown.exit_code == 1
    assert said in shown.stderr
    assert "hush" not in shown.stderr


def test_a_home_that_cannot_be_written_is_said(monkeypatch):
    monkeypatch.setenv("TELLER_HOME", "/proc/nowhere")
    monkeypatch.setenv("TELLER_LEDGER", "sqlite:///var/ledger.db")
    said = run("setup")
    assert said.exit_code == 1
    assert "Check TELLER_HOME" in said.stderr


def test_a_file_without_questions_or_not_of_text_is_said(tmp_path):
    (tmp_path / "none.txt").write_text("\n# later\n")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    none, not_text = run("ask", "--file", "none.txt"), run("ask", "--file", "bytes.txt")
    assert (none.exit_code, not_text.exit_code) == (1, 1)
    assert "no question in that file" in none.stderr
    assert "UTF-8" in not_text.stderr


def test_a_catalogue_that_does_not_fit_the_schema_is_said_with_every_fault(tmp_path):
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE LOANS (ID INTEGER)").connection.close()
    said = run("ask", "--database", f"sqlite:///{other}", "--catalogue", "sample", "How many customers do we have?")
    assert said.exit_code == 1
    assert "no table CUSTOMER_DIMENSION" in said.stderr


def test_a_catalogue_that_is_not_there_is_said():
    said = run("ask", "--catalogue", "nowhere.yaml", "How many customers do we have?")
    assert said.exit_code == 1
    assert "nowhere.yaml" in said.stderr


def test_faults_in_the_settings_are_all_said(monkeypatch):
    monkeypatch.setenv("TELLER_ROW_CAP", "many")
    monkeypatch.setenv("TELLER_DATABSE", "x")
    said = run("stats")
    assert said.exit_code == 1
    assert "TELLER_ROW_CAP" in said.stderr
    assert "did you mean TELLER_DATABASE" in said.stderr


def test_statistics_and_export_count_what_was_asked_but_not_questions_over_another_bank(sample_bank):
    run("ask", "How many customers do we have?")
    run("ask", "--database", f"sqlite:///{sample_bank}", "How many customers do we have?")
    assert "Questions 1" in " ".join(run("stats").stdout.split())
    assert "1 question" in run("export", "all.csv").stdout
    rows = Path("all.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 2
    assert "How many customers do we have?" in rows[1]


def test_statistics_export_and_cleanup_of_an_empty_ledger_say_so():
    assert run("stats").exit_code == 0
    assert "Satisfaction     —" in run("export").stdout
    assert "Nothing to delete" in run("cleanup", "90").stdout
    assert "Nothing is deleted: no age is set." in run("cleanup").stdout


def test_cleanup_asks_first_and_deletes_nothing_when_told_no():
    run("ask", "How many customers do we have?")
    said = run("cleanup", "0", given="n\n")
    assert said.exit_code == 1
    assert "Questions, with their votes and runs in MLflow, before" in said.stdout
    assert "1 question" in run("export", "all.csv").stdout


def test_the_bot_without_a_slack_token_says_what_is_missing():
    said = run("bot")
    assert said.exit_code == 1
    assert "SLACK_BOT_TOKEN" in said.stderr
    assert "Traceback" not in said.stderr


def test_the_doctor_finds_a_new_house_sound_and_a_missing_bank_a_fault(tmp_path):
    said = run("doctor")
    assert said.exit_code == 0, said.output
    assert "its catalogue fits" in said.stdout
    assert "0 questions, 0 votes" in said.stdout


def test_the_doctor_says_a_bank_that_is_not_there_and_looks_at_the_rest(monkeypatch, tmp_path):
    monkeypatch.setenv("TELLER_DATABASE", f"sqlite:///{tmp_path / 'nowhere.db'}")
    said = run("doctor")
    assert said.exit_code == 1
    assert "nowhere.db" in said.stdout
    assert "The ledger opens" in said.stdout
