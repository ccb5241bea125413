"""Every look through the door is on record before anybody sees a row: who, as what, what was read, how much came of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bank.audit import Audit, verify
from bank.audit.audit import NotOnRecord
from bank.door import Bank
from bank.errors import BankError
from tests.bank.rights import AUDITOR, BANKER, NOBODY, POLICY, WORDS
from tests.bank.small import make_sqlite


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[Audit]:
    with closing(Audit.open(f"sqlite:///{tmp_path / 'audit.db'}")) as audit:
        yield audit


@pytest.fixture
def bank(tmp_path: Path, audit: Audit) -> Iterator[Bank]:
    with closing(Bank.open(str(make_sqlite(tmp_path / "small.db")), WORDS, POLICY, audit=audit)) as bank:
        yield bank


def test_what_was_read_is_on_record(bank: Bank, audit: Audit) -> None:
    bank.run("SELECT name FROM client AS c WHERE EXISTS (SELECT 1 FROM branch)", BANKER, question_id="C1:5.0", limit=1)
    (record,) = audit.records()
    said = record.said
    assert said.pop("seconds") >= 0
    assert "branch_id IN (1)" in said.pop("sql")
    assert said == {
        "kind": "read",
        "question": "C1:5.0",
        "person": "U1",
        "role": "banker",
        "attributes": {"branch": [1]},
        "policy": POLICY.stamp,
        "tables": ["branch", "client"],
        "columns": ["client.name"],
        "filtered_by": ["client.branch_id"],
        "rows": 1,
        "more": True,
    }


@pytest.mark.parametrize(
    ("sql", "person", "kind", "why"),
    [
        ("DELETE FROM loan", AUDITOR, "refused", "NotASelect"),
        ("SELECT ssn FROM client", AUDITOR, "refused", "UnknownColumn"),
        ("SELECT status FROM loan", BANKER, "refused", "NotYours"),
        ("SELECT city FROM branch", NOBODY, "refused", "NoRole"),
        ("SELECT abs(-9223372036854775807 - 1)", AUDITOR, "failed", "QueryFailed"),
    ],
)
def test_what_was_refused_or_failed_is_on_record_too(
    bank: Bank, audit: Audit, sql: str, person: object, kind: str, why: str
) -> None:
    with pytest.raises(BankError):
        bank.run(sql, person)
    (record,) = audit.records()
    assert (record.said["kind"], record.said["why"]) == (kind, why)


def test_what_cannot_be_put_on_record_is_not_shown(bank: Bank, audit: Audit, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "audit.db")) as plain:
        plain.execute("DROP TABLE audit_records")
    with pytest.raises(NotOnRecord):
        bank.run("SELECT city FROM branch", AUDITOR)


def test_many_looks_make_one_sound_chain(bank: Bank, audit: Audit) -> None:
    for _ in range(5):
        bank.run("SELECT city FROM branch", AUDITOR)
    assert (verify(audit).records, verify(audit).fault) == (5, "")
