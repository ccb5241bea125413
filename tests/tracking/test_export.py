"""Export: one line per question, names that stay, cells that no spreadsheet runs."""

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.tracking.examples import NINE, answered, asked, clarify, finish, minutes, vote
from tracking.export import COLUMNS, rows, write_csv, write_dictionary, write_parquet
from tracking.ledger import Ledger


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


CALLS = {"model_calls": 1, "cost": 0.25, "prompt_version": "2"}


def test_a_line_holds_what_is_known_of_a_question(ledger: Ledger, tmp_path: Path) -> None:
    finish(ledger, asked(1), answered(model="m", prompt_tokens=3, completion_tokens=4, **CALLS))
    ledger.vote(vote(True, "A", 2))
    ledger.vote(vote(False, "B", 3, comment="stale"))
    ledger.vote(vote(False, "C", 4))
    ledger.delivered("C1:1", 1, "run-1")
    assert write_csv(ledger, tmp_path / "all.csv") == 1
    (line,) = lines(tmp_path / "all.csv")
    assert line == {
        "question_id": "C1:1",
        "asked_at": "2026-03-02T09:01:00+00:00",
        "finished_at": "2026-03-02T09:01:01+00:00",
        "question": "How many loans has branch 1?",
        "approach": "Pattern Match",
        "outcome": "answered",
        "success": "1",
        "execution_time_seconds": "0.5",
        "result_count": "1",
        "user_rating": "0",
        "votes_up": "1",
        "votes_down": "2",
        "user_comment": "stale",
        "feedback_timestamp": "2026-03-02T09:04:00+00:00",
        "user_id": "U1",
        "user_name": "Ada",
        "session_id": "T1",
        "channel": "C1",
        "source": "mention",
        "reading": "Number of loans of a branch",
        "sql_query": "SELECT count(*) FROM loans",
        "message": "",
        "error_message": "",
        "model": "m",
        "prompt_tokens": "3",
        "completion_tokens": "4",
        "model_calls": "1",
        "cost": "0.25",
        "prompt_version": "2",
        "run_id": "run-1",
        "role": "",
    }


def test_every_row_has_every_column_whatever_became_of_the_question(ledger: Ledger) -> None:
    finish(ledger, asked(1), clarify())
    ledger.receive(asked(2))
    finish(ledger, asked(3), answered(outcome="refused"))
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows(ledger)]
    assert [(row["outcome"], row["success"]) for row in found] == [("clarify", None), (None, None), ("refused", None)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_begins_like_a_formula_stays_text(ledger: Ledger, tmp_path: Path, start: str) -> None:
    finish(ledger, asked(1, text=f"{start}cmd|' /C calc'!A0"), answered(seconds=-1.0))
    write_csv(ledger, tmp_path / "all.csv")
    (line,) = lines(tmp_path / "all.csv")
    assert line["question"] == f"'{start}cmd|' /C calc'!A0"
    assert line["execution_time_seconds"] == "-1.0"


def test_only_the_period_asked_for_is_written_and_no_test_user(ledger: Ledger, tmp_path: Path) -> None:
    for number in range(4):
        finish(ledger, asked(number, test=number == 2), answered())
    assert write_csv(ledger, tmp_path / "some.csv", NINE + minutes(1), NINE + minutes(3)) == 1
    assert [line["question_id"] for line in lines(tmp_path / "some.csv")] == ["C1:1"]


def test_more_questions_than_one_batch_are_all_written_with_their_votes(ledger: Ledger, tmp_path: Path) -> None:
    for number in range(6_003):
        ledger.receive(asked(number))
    ledger.vote(vote(number=6_002))
    assert write_csv(ledger, tmp_path / "all.csv") == 6_003
    assert [line["user_rating"] for line in lines(tmp_path / "all.csv")] == [""] * 6_002 + ["1"]


def test_an_export_that_cannot_be_finished_leaves_nothing_half_written(ledger: Ledger, tmp_path: Path) -> None:
    finish(ledger, asked(1), answered())
    folder = tmp_path / "a folder, not a file"
    folder.mkdir()
    with pytest.raises(OSError, match="a folder, not a file"):
        write_csv(ledger, folder)
    assert list(tmp_path.glob("*.part")) == []


def test_parquet_holds_the_same_with_kinds_and_meanings(ledger: Ledger, tmp_path: Path) -> None:
    from pyarrow.parquet import read_table  # noqa: PLC0415

    finish(ledger, asked(1), answered())
    ledger.receive(asked(2))
    ledger.vote(vote(False, "A", 2, comment="stale"))
    assert write_parquet(ledger, tmp_path / "all.parquet") == 2
    table = read_table(tmp_path / "all.parquet")
    assert [tuple(row.values()) for row in table.to_pylist()] == list(rows(ledger))
    assert table.column_names == list(COLUMNS)
    assert str(table.schema.field("asked_at").type) == "timestamp[us, tz=UTC]"
    assert table.schema.field("votes_up").metadata[b"description"] == "People whose last vote is 👍".encode()


def test_the_dictionary_explains_every_column(tmp_path: Path) -> None:
    write_dictionary(tmp_path / "dictionary.csv")
    explained = lines(tmp_path / "dictionary.csv")
    assert tuple(line["column"] for line in explained) == COLUMNS
    assert all(line["meaning"] for line in explained)


@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_progress_hears_of_every_row(ledger: Ledger, tmp_path: Path, write: Any) -> None:
    for number in range(3):
        ledger.receive(asked(number))
    heard: list[int] = []
    write(ledger, tmp_path / "all", NINE, NINE + minutes(60), heard.append)
    assert sum(heard) == 3
