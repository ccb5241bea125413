"""`teller audit` in a terminal: from a question asked to a chain that is verified, exported, sealed and thinned out."""

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main

CATALOGUE = """
bank: Fern Bank
tables:
  customer: {noun: customer, row: one customer, key: id, columns: {id: {kind: id}, city: {kind: category}}}
"""
POLICY = """
version: "7"
roles:
  banker: {tables: {customer: {rows: "city = :city", says: customers of your city}}, questions_a_day: 2}
people:
  - {user: "cli:ann", role: banker, attributes: {city: Leeds}}
"""


@pytest.fixture(autouse=True)
def _fern_bank(fern_db: None) -> None:
    Path("fern.yaml").write_text(CATALOGUE, encoding="utf-8")
    Path("policy.yaml").write_text(POLICY, encoding="utf-8")


def teller(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, words, catch_exceptions=False)


def ask(person: str = "cli:ann", question: str = "How many customers are there?") -> Result:
    over = ["--database", "sqlite:///fern.db", "--catalogue", "fern.yaml"]
    return teller("ask", *over, "--as", person, question)


def test_a_question_leaves_who_asked_what_was_read_and_who_saw_it() -> None:
    shown = ask()
    assert "By your rights you see only customers of your city." in shown.stdout
    assert teller("audit", "export", "audit.jsonl").exit_code == 0
    lines = [json.loads(line) for line in Path("audit.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["asked", "read", "shown"]
    assert lines[0]["body"]["text"] == "How many customers are there?"
    assert (lines[1]["role"], lines[1]["tables"], lines[1]["rows"]) == ("banker", ["customer"], 1)
    assert lines[1]["policy"].startswith("7 ")
    assert lines[2]["readers"] == ["cli:ann"]
    assert len({line["question"] for line in lines}) == 1


def test_a_question_back_leaves_who_saw_it_for_it_may_name_values_of_the_bank() -> None:
    ask(question="How many flurbs are there?")
    teller("audit", "export", "audit.jsonl")
    lines = [json.loads(line) for line in Path("audit.jsonl").read_text().splitlines()]
    assert [(line["kind"], line["readers"]) for line in lines][1:] == [("shown", ["cli:ann"])]


def test_a_chain_that_somebody_meddled_with_ends_with_one() -> None:
    ask()
    good = teller("audit", "verify")
    assert good.exit_code == 0
    assert "3 records: none changed, none missing." in good.stdout
    with closing(sqlite3.connect("var/audit.db")) as plain:
        plain.executescript("DROP TRIGGER audit_unchanged; UPDATE audit_records SET body = replace(body, 'ann', 'bob')")
    bad = teller("audit", "verify")
    assert bad.exit_code == 1
    assert "Record 1 of" in bad.stderr


def test_the_export_as_csv_has_a_line_for_each_record() -> None:
    ask()
    teller("audit", "export", "audit.csv")
    with Path("audit.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["kind"] for line in lines] == ["asked", "read", "shown"]
    assert lines[1]["tables"] == "customer"
    assert "I write .csv and .jsonl" in teller("audit", "export", "audit.txt").stderr


def test_only_what_is_sealed_is_removed() -> None:
    ask()
    assert "No sealed period ended by then" in teller("audit", "remove", "2199-01-01", "--yes").stderr
    assert "still to come" in teller("audit", "seal", "2199-01-01").stderr
    assert "There is nothing new before that day." in teller("audit", "seal", "2020-01-01").stdout


def test_who_has_used_up_a_days_questions_is_told_so() -> None:
    for _ in range(2):
        assert "used up" not in ask().stdout
    said = ask().stdout
    assert "You have used up the 2 questions that your role has for a day." in said


def test_whom_the_policy_does_not_name_is_told_so() -> None:
    assert "I do not know what you may see of the bank" in ask("cli:eve").stdout
