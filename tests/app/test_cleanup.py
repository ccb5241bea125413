"""`teller cleanup` and `teller hold`, as somebody types them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.retention import Retaining
from bank.audit import Audit, verify
from tests.fakes import FakeStore
from tests.tracking.examples import answered, asked, finish, vote
from tracking.ledger import Ledger


@pytest.fixture(autouse=True)
def remembered(bare: None) -> None:
    """Two questions of March, one of them rated, in the ledger that the settings name."""
    ledger = Ledger.open("sqlite:///var/ledger.db")
    finish(ledger, asked(1), answered())
    finish(ledger, asked(2), answered())
    ledger.vote(vote(number=1, comment="Fine"))
    ledger.close()


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=given, catch_exceptions=False)


def left() -> str:
    return run("export", "all.csv").stdout


def test_by_default_nothing_is_deleted() -> None:
    assert "no age is set" in run("cleanup", "--yes").stdout
    assert "2 questions" in left()


def test_it_shows_asks_and_deletes_for_good() -> None:
    assert "Nothing was deleted" in run("cleanup", "1", given="n\n").stderr
    assert "2 and 1 vote, the oldest of 02 Mar 2026" in run("cleanup", "1", "--dry-run").stdout
    assert "2 questions" in left()
    said = run("cleanup", "1", given="y\n")
    assert "2 deleted" in said.stdout
    assert "0 questions" in left()
    report = json.loads(next(Path("var/archive").glob("*/report.json")).read_text())
    assert report["deleted"] == {"questions": 2}
    assert {file["name"] for file in report["files"]} == {"questions-0001.parquet", "votes-0001.parquet"}


def test_what_is_set_is_what_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLER_KEEP_COMMENTS_DAYS", "30")
    monkeypatch.setenv("TELLER_ARCHIVE", "none")
    assert "1 deleted" in run("cleanup", "--yes").stdout
    assert "2 questions" in left()
    assert not Path("var/archive").exists()
    assert len(list(Path("var/deleted").glob("*/report.json"))) == 1


def test_a_hold_keeps_and_is_on_record() -> None:
    assert "Hold 1 stands" in run("hold", "add", "person", "U1", "--reason", "case 17").stdout
    said = run("cleanup", "1", "--yes").stdout
    assert "a hold keeps back 2 more" in said
    assert "case 17" in said
    assert "Nothing to delete" in said
    assert "case 17" in run("hold", "list").stdout
    assert "lifted" in run("hold", "lift", "1").stdout
    assert run("hold", "lift", "1").exit_code == 1
    assert run("hold", "add", "person", "--reason", "x").exit_code == 1
    audit = Audit.open("sqlite:///var/audit.db")
    assert [record.said["kind"] for record in audit.records()] == ["hold", "hold lifted"]
    audit.close()


def test_the_audit_goes_in_whole_sealed_months_and_can_still_be_verified(tmp_path: Path) -> None:
    ledger, audit = Ledger.open("sqlite:///var/ledger.db"), Audit.open("sqlite:///var/audit.db")
    january, march = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 3, 15, tzinfo=UTC)
    for at in (january, january, march):
        audit.append("read", at)
    retaining = Retaining(ledger, FakeStore(), audit, tmp_path / "archive", tmp_path / "deleted")
    assert retaining.plan({"audit": timedelta(days=30)}, march).audit == 0  # nothing is sealed
    retaining.seal_months(march)
    assert retaining.plan({"audit": timedelta(days=60)}, march).audit == 0  # January ended 42 days before
    plan = retaining.plan({"audit": timedelta(days=30)}, march)
    assert plan.audit == 2
    number = ledger.hold("person", "U7", "case 17", "ada", march)
    held = retaining.plan({"audit": timedelta(days=30)}, march)
    assert (held.audit_held, held.number) == (True, 0)
    assert "audit" not in retaining.delete(held).removed
    ledger.lift(number, march)
    assert retaining.delete(plan).removed == {"audit": 2}
    assert [file.name for file in (tmp_path / "archive").glob("*/audit-*")] == ["audit-0001.parquet"]
    assert verify(audit).fault == ""
    audit.close()
    ledger.close()
