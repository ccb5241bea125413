"""Questions, results and votes as the tests of this room need them: nine in the morning on a working day."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tracking.ledger import Ledger
from tracking.records import Asked, Entry, Result, Vote
from tracking.retention import Doomed

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=10)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def asked(number: int = 1, **changes: Any) -> Asked:
    """Question `number` is asked that many minutes past nine."""
    values: dict[str, Any] = {
        "id": f"C1:{number}",
        "text": f"How many loans has branch {number}?",
        "person": "U1",
        "person_name": "Ada",
        "channel": "C1",
        "thread": f"T{number}",
        "asked_at": NINE + minutes(number),
    }
    return Asked(**values | changes)


def answered(**changes: Any) -> Result:
    values: dict[str, Any] = {
        "outcome": "answered",
        "approach": "Pattern Match",
        "reading": "Number of loans of a branch",
        "sql": "SELECT count(*) FROM loans",
        "seconds": 0.5,
        "result_count": 1,
        "preview": '[{"loans": 7}]',
    }
    return Result(**values | changes)


def clarify(**changes: Any) -> Result:
    choices = (("line officer's rating", "rating=line"), ("regulator's rating", "rating=regulator"))
    return answered(outcome="clarify", sql="", preview="", result_count=0, choices=choices, **changes)


def finish(ledger: Ledger, question: Asked, result: Result, worker: str = "w") -> Entry:
    """Takes a question the whole way, to the end one second after it was asked."""
    ledger.receive(question)
    assert ledger.claim(worker, LEASE, question.asked_at, question.id) is not None
    assert ledger.finish(question.id, worker, result, question.asked_at + timedelta(seconds=1))
    entry = ledger.entry(question.id)
    assert entry is not None
    return entry


def vote(up: bool = True, person: str = "U1", at: float = 60, number: int = 1, **changes: Any) -> Vote:
    """A vote on question `number`, `at` minutes past nine."""
    return Vote(question_id=f"C1:{number}", person=person, up=up, at=NINE + minutes(at), **changes)


def forget(ledger: Ledger, before: datetime) -> int:
    """Deletes every question asked before, as a cleanup does; of how many."""
    rows = ledger.doomed("questions", before, 10_000)
    return ledger.remove("questions", [Doomed(row.id, row.revision) for row in rows])
