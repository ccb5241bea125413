"""The audit: what was put on record stays as it was, and whatever is changed or missing is found."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bank.audit import Audit, verify
from bank.audit.audit import NotOnRecord

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "here" / "audit.db"


@pytest.fixture
def audit(file: Path) -> Iterator[Audit]:
    audit = Audit.open(f"sqlite:///{file}", "key")
    for day in range(10):
        audit.append("read", NOON + day * DAY, person=f"U{day}", tables=["client"], rows=day)
    yield audit
    audit.close()


def meddle(file: Path, *statements: str) -> None:
    """Somebody who can write the file, and has taken the triggers away."""
    with closing(sqlite3.connect(file)) as plain:
        plain.executescript("DROP TRIGGER audit_unchanged; DROP TRIGGER audit_kept")
        for statement in statements:
            plain.execute(statement)
        plain.commit()


def test_an_untouched_chain_is_sound(audit: Audit) -> None:
    found = verify(audit)
    assert (found.records, found.since, found.fault) == (10, 1, "")
    assert found.head == "{}:{}".format(*audit.head())


def test_an_empty_audit_is_sound(tmp_path: Path) -> None:
    assert verify(Audit.open(f"sqlite:///{tmp_path / 'audit.db'}")).fault == ""


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "UPDATE audit_records SET body = replace(body, 'U3', 'U4') WHERE number = 4",
            "Record 4 of 27 Nov 2026 12:00:00 was changed.",
        ),
        ("UPDATE audit_records SET body = body || ' ' WHERE number = 4", "Record 4 of"),
        ("UPDATE audit_records SET body = 'nothing' WHERE number = 4", "Record 4 of"),
        ("UPDATE audit_records SET at = at + 1 WHERE number = 4", "Record 4 of"),
        (
            "UPDATE audit_records SET hash = (SELECT hash FROM audit_records WHERE number = 5) WHERE number = 4",
            "Record 4 of",
        ),
        ("DELETE FROM audit_records WHERE number = 4", "Record 4 is missing."),
        ("DELETE FROM audit_records WHERE number BETWEEN 4 AND 6", "Records 4 to 6 are missing."),
        ("DELETE FROM audit_records WHERE number = 1", "Record 1 is missing."),
        (
            "DELETE FROM audit_records WHERE number > 7",
            "Records are missing at the end: the last was 10, here it is 7.",
        ),
        ("DELETE FROM audit_records", "Records are missing at the end"),
        ("UPDATE audit_records SET number = 11 WHERE number = 10", "Records are missing at the end"),
        (
            "INSERT INTO audit_records SELECT 0, at, body, hash FROM audit_records WHERE number = 1",
            "Record 0 is one too many.",
        ),
        (
            "INSERT INTO audit_seals SELECT number, hash, at, 1 FROM audit_records WHERE number = 4; "
            "DELETE FROM audit_records WHERE number < 5",
            "no seal that is on record covers them",
        ),
    ],
)
def test_whatever_is_changed_or_missing_is_found(audit: Audit, file: Path, statement: str, fault: str) -> None:
    meddle(file, *statement.split("; "))
    assert fault in verify(audit).fault


def test_a_chain_made_anew_without_the_key_is_found(audit: Audit, file: Path) -> None:
    forger = Audit.open(f"sqlite:///{file.with_name('other.db')}", "")
    for record in audit.records():
        forger.append("read", record.at, person="nobody")
    with closing(sqlite3.connect(file.with_name("other.db"))) as plain:
        forged = plain.execute("SELECT number, at, body, hash FROM audit_records").fetchall()
    meddle(file, "DELETE FROM audit_records")
    with closing(sqlite3.connect(file)) as plain:
        plain.executemany("INSERT INTO audit_records VALUES (?, ?, ?, ?)", forged)
        plain.execute("UPDATE audit_head SET hash = ?", [forged[-1][3]])
        plain.commit()
    assert verify(audit).fault.startswith("Record 1 ")


def test_a_whole_chain_put_back_to_an_earlier_state_is_found_by_a_head_that_was_written_down(
    audit: Audit, file: Path
) -> None:
    written_down = verify(audit).head
    meddle(
        file,
        "DELETE FROM audit_records WHERE number > 7",
        "UPDATE audit_head SET number = 7, hash = (SELECT hash FROM audit_records WHERE number = 7)",
    )
    assert verify(audit).fault == ""
    assert verify(audit, written_down).fault == "Record 10, which was written down, is not here."
    for _ in range(3):
        audit.append("read", person="somebody else")
    assert verify(audit, written_down).fault == "Record 10 is another than the one that was written down."


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_records SET rows = 1",
        "UPDATE audit_records SET body = '' WHERE number = 3",
        "DELETE FROM audit_records",
    ],
)
def test_the_database_itself_refuses_changes(audit: Audit, file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as plain, pytest.raises(sqlite3.Error):
        plain.execute(statement)


def test_only_whole_sealed_periods_are_removed_and_verify_starts_at_the_last_seal(audit: Audit) -> None:
    assert audit.remove(NOON + 99 * DAY) == 0
    sealed = audit.seal(NOON + 4 * DAY)
    assert sealed is not None
    assert sealed.number == 4
    assert audit.seal(NOON + 4 * DAY) is None
    audit.seal(NOON + 7 * DAY)
    assert verify(audit).records == 12  # each seal is on record itself
    assert audit.remove(NOON + 6 * DAY) == 4
    found = verify(audit)
    assert (found.records, found.since, found.fault) == (8, 5, "")
    assert [record.number for record in audit.records()] == [5, 6, 7, 8, 9, 10, 11, 12]


def test_what_is_missing_after_a_seal_is_still_found(audit: Audit, file: Path) -> None:
    audit.seal(NOON + 4 * DAY)
    audit.remove(NOON + 6 * DAY)
    meddle(file, "DELETE FROM audit_records WHERE number = 5")
    assert verify(audit).fault == "Record 5 is missing."


def test_records_of_a_period_come_oldest_first(audit: Audit) -> None:
    period = audit.records(NOON + 2 * DAY, NOON + 4 * DAY)
    assert [(record.number, record.said["person"]) for record in period] == [(3, "U2"), (4, "U3")]


def test_odd_characters_are_kept(audit: Audit) -> None:
    odd = "naïve \x00 \ud800 “…” 👍 <!channel>"
    audit.append("asked", NOON + 99 * DAY, text=odd)
    assert [found.said["text"] for found in audit.records(NOON + 50 * DAY)] == [odd]
    assert verify(audit).fault == ""


def test_several_writers_make_one_chain(file: Path) -> None:
    audits = [Audit.open(f"sqlite:///{file}", "key") for _ in range(3)]

    def write(audit: Audit) -> None:
        for number in range(20):
            audit.append("read", rows=number)

    threads = [threading.Thread(target=write, args=(audit,)) for audit in audits for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify(audits[0])
    assert (found.records, found.fault) == (120, "")


def test_what_cannot_be_put_on_record_is_said(audit: Audit, file: Path) -> None:
    meddle(file, "DROP TABLE audit_records")
    with pytest.raises(NotOnRecord, match="so I may not look"):
        audit.append("read", rows=1)
