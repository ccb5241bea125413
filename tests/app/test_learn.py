"""From a database's address to a first answer, in two commands and without editing anything."""

import json
import logging
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from bank.catalogue import load
from tests.bank.learn.banks import BANKS, make_sqlite


@pytest.fixture
def database(tmp_path: Path) -> str:
    make_sqlite(tmp_path / "city_bank.db", BANKS["retail"]())
    return f"sqlite:///{tmp_path / 'city_bank.db'}"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def test_a_database_is_learnt_and_asked_without_editing_anything(database: str) -> None:
    learnt = run("learn", database)
    assert learnt.exit_code == 0, learnt.output
    assert f"teller ask --database {database}" in learnt.stdout
    line = json.loads(run("ask", "--json", "--database", database, "Total balance by account type").stdout)
    assert line["outcome"] == "answered"
    assert [row[0] for row in sorted(line["rows"])] == ["Checking", "Money Market", "Savings"]


def test_the_examples_of_a_draft_are_answered(database: str) -> None:
    run("learn", database)
    examples = load(Path("catalogue.yaml")).examples
    assert len(examples) >= 5
    for example in examples:
        line = json.loads(run("ask", "--json", "--database", database, example).stdout)
        assert line["outcome"] == "answered", line


def test_a_database_that_was_not_learnt_says_how_to(database: str) -> None:
    asked = run("ask", "--database", database, "How many customers are there?")
    assert asked.exit_code == 1
    assert "Draft one: teller learn" in asked.stderr


def test_a_password_is_not_shown() -> None:
    learnt = run("learn", "postgresql://somebody:hidden-word@127.0.0.1:1/bank")
    asked = run("ask", "--database", "postgresql://somebody:hidden-word@127.0.0.1:1/bank", "How many?")
    assert (learnt.exit_code, asked.exit_code) == (1, 1)
    assert "hidden-word" not in learnt.output + asked.output


def test_a_driver_that_is_not_installed_is_named_with_its_extra() -> None:
    learnt = run("learn", "trino://somebody@127.0.0.1:1/bank")
    assert learnt.exit_code == 1
    assert 'pip install "teller[trino]"' in learnt.stderr


def test_no_personal_value_is_shown_written_or_logged(
    database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        learnt = run("learn", database)
    written = learnt.output + caplog.text
    written += "".join(
        path.read_text(encoding="utf-8") for path in tmp_path.iterdir() if path.suffix in {".yaml", ".json"}
    )
    assert "@mail.example" not in written
    assert "hidden: first_name" in (tmp_path / "policy.yaml").read_text(encoding="utf-8")


def test_the_bot_does_not_start_until_a_person_has_confirmed_the_policy(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("learn", database)
    monkeypatch.setenv("TELLER_DATABASE", database)
    monkeypatch.setenv("TELLER_CATALOGUE", "catalogue.yaml")
    assert "Nobody has confirmed the policy yet" in run("bot").stderr
    policy = tmp_path / "policy.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("draft: true\n", ""), encoding="utf-8")
    assert "SLACK_BOT_TOKEN is not set" in run("bot").stderr  # the next thing that it needs
