"""What is past its age goes, what is held or still moving stays, and nothing goes that is not in the archive."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.fakes import FakeStore
from tests.tracking.examples import LEASE, NINE, answered, asked, finish, minutes, vote
from tracking.archive import Archive
from tracking.cleanup import bring_to_mlflow, cleanup, due
from tracking.delivery import Delivery
from tracking.ledger import Ledger
from tracking.retention import Doomed, Kept

NOW = NINE + timedelta(days=100)
OLD = {"questions": timedelta(days=100) - minutes(2.5)}  # questions 0, 1 and 2 are past it


def three(ledger: Ledger) -> None:
    for number in range(4):
        finish(ledger, asked(number), answered())
        ledger.vote(vote(number=number, comment=f"comment {number}"))


def clean(ledger: Ledger, archive: Archive | None = None, ages: Mapping[Kept, timedelta] = OLD) -> dict[str, int]:  # type: ignore[assignment]
    return cleanup(ledger, due(ledger, ages, NOW), archive)


def rows(archive: Archive, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pyarrow.parquet.read_table(archive.folder / f"{name}-0001.parquet").to_pylist()
    return found


def test_without_an_age_nothing_is_due(ledger: Ledger) -> None:
    three(ledger)
    assert due(ledger, {}, NOW) == []
    assert clean(ledger, ages={}) == {}
    assert ledger.entry("C1:0") is not None


def test_a_dry_run_counts_and_changes_nothing(ledger: Ledger) -> None:
    three(ledger)
    found = due(ledger, OLD, NOW)[0].found  # type: ignore[arg-type]
    assert (found.number, found.votes, found.oldest, found.held) == (3, 3, NINE, 0)
    assert ledger.entry("C1:0") is not None


def test_questions_go_from_ledger_and_mlflow_and_never_come_back(ledger: Ledger) -> None:
    three(ledger)
    mlflow = FakeStore()
    delivery = Delivery(ledger, mlflow, "one")
    delivery.once()
    delivery.release()
    assert clean(ledger) == {"questions": 3}
    assert bring_to_mlflow(ledger, mlflow) == 0
    assert sorted(mlflow.runs) == ["C1:3"]
    assert ledger.entry("C1:0") is None
    assert ledger.thread("C1", "T0") == ()
    assert ledger.votes("C1:0") == ()
    assert not ledger.receive(asked(0))
    assert not ledger.vote(vote(number=0))
    assert clean(ledger) == {"questions": 0}


def test_while_mlflow_is_away_delivery_finishes_it(ledger: Ledger) -> None:
    finish(ledger, asked(1), answered())
    mlflow = FakeStore()
    delivery = Delivery(ledger, mlflow, "one")
    delivery.once()
    delivery.release()
    clean(ledger)
    mlflow.away = True
    assert bring_to_mlflow(ledger, mlflow) == 1
    mlflow.away = False
    assert delivery.once() == 1
    assert mlflow.runs == {}


def test_the_archive_holds_every_word_of_what_goes(ledger: Ledger, tmp_path: Path) -> None:
    three(ledger)
    ledger.vote(vote(up=False, number=0, at=61))
    archive = Archive(tmp_path, NOW)
    clean(ledger, archive)
    kept = rows(archive, "questions")
    assert [row["id"] for row in kept] == ["C1:0", "C1:1", "C1:2"]
    assert kept[0]["asked_at"] == NINE
    assert kept[0]["sql"] == "SELECT count(*) FROM loans"
    assert kept[0]["preview"] == '[{"loans": 7}]'
    assert [row["comment"] for row in rows(archive, "votes")] == ["comment 0", "comment 1", "comment 2", ""]
    report = archive.report({"deleted": 3}).read_text()
    assert '"rows": 3' in report
    assert '"sha256"' in report


def test_what_cannot_be_archived_is_not_deleted(ledger: Ledger, tmp_path: Path) -> None:
    three(ledger)
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(OSError, match="file"):
        clean(ledger, Archive(blocked, NOW))
    assert ledger.entry("C1:0") is not None


def test_a_question_that_changes_after_it_was_archived_stays(ledger: Ledger) -> None:
    three(ledger)
    gone = [Doomed(row.id, row.revision) for row in ledger.doomed("questions", NOW, 10)]
    ledger.vote(vote(up=False, number=0, at=61))
    assert ledger.remove("questions", gone) == 3
    assert ledger.entry("C1:0") is not None


def test_what_is_still_being_worked_on_is_never_due(ledger: Ledger) -> None:
    ledger.receive(asked(0))
    ledger.receive(asked(1))
    ledger.claim("w", LEASE, NINE, "C1:1")
    assert clean(ledger) == {"questions": 0}


def test_previews_go_and_the_question_stays(ledger: Ledger, tmp_path: Path) -> None:
    three(ledger)
    archive = Archive(tmp_path, NOW)
    assert clean(ledger, archive, {"previews": OLD["questions"]}) == {"previews": 3}
    entry = ledger.entry("C1:0")
    assert entry is not None
    assert entry.result is not None
    assert (entry.result.preview, entry.result.sql) == ("", "SELECT count(*) FROM loans")
    assert ledger.entry("C1:3").result.preview  # type: ignore[union-attr]
    assert rows(archive, "previews")[0]["preview"] == '[{"loans": 7}]'
    assert entry.revision > 1  # so that MLflow gets to know
    assert clean(ledger, None, {"previews": OLD["questions"]}) == {"previews": 0}


def test_comments_go_and_the_thumbs_stay(ledger: Ledger, tmp_path: Path) -> None:
    three(ledger)
    archive = Archive(tmp_path, NOW)
    assert clean(ledger, archive, {"comments": OLD["questions"]}) == {"comments": 3}
    (left,) = ledger.votes("C1:0")
    assert (left.up, left.comment) == (True, "")
    assert ledger.votes("C1:3")[0].comment == "comment 3"
    assert [row["comment"] for row in rows(archive, "comments")] == ["comment 0", "comment 1", "comment 2"]
    assert clean(ledger, None, {"comments": OLD["questions"]}) == {"comments": 0}


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("question", "C1:1", ["C1:1"]),
        ("person", "U9", ["C1:2"]),  # who only voted
        ("person", "U1", ["C1:0", "C1:1", "C1:2"]),
        ("channel", "C1", ["C1:0", "C1:1", "C1:2"]),
        ("everything", "", ["C1:0", "C1:1", "C1:2"]),
        ("person", "U7", []),
    ],
)
def test_what_a_hold_names_stays_until_it_is_lifted(ledger: Ledger, kind: Any, value: str, kept: list[str]) -> None:
    three(ledger)
    ledger.vote(vote(number=2, person="U9"))
    number = ledger.hold(kind, value, "case 17", "ada", NINE)
    assert due(ledger, OLD, NOW)[0].found.held == len(kept)  # type: ignore[arg-type]
    clean(ledger)
    assert [one for one in ("C1:0", "C1:1", "C1:2") if ledger.entry(one)] == kept
    assert ledger.lift(number, NOW)
    assert not ledger.lift(number, NOW)
    clean(ledger)
    assert ledger.entry("C1:1") is None


def test_a_hold_made_after_the_archive_still_keeps(ledger: Ledger) -> None:
    three(ledger)
    gone = [Doomed(row.id, row.revision) for row in ledger.doomed("questions", NOW, 10)]
    ledger.hold("question", "C1:1", "case 17", "ada", NINE)
    assert ledger.remove("questions", gone) == 3
    assert ledger.entry("C1:1") is not None
