"""Deleting what is past its age: into the archive first, then out of the ledger, then out of MLflow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracking.archive import PART, Archive
from tracking.delivery import Delivery, Store
from tracking.ledger import Ledger
from tracking.retention import CLASSES, Doomed, Forgettable, Kept

Progress = Callable[[int], None]
"""Hears how many more are done."""


@dataclass(frozen=True, slots=True)
class Due:
    """One class of what is kept, since when it is past its age, and what of it is."""

    what: Kept
    before: datetime
    found: Forgettable


def due(ledger: Ledger, ages: Mapping[Kept, timedelta], now: datetime) -> list[Due]:
    """What would go, class by class; a class without an age is kept for good."""
    return [Due(what, now - ages[what], ledger.forgettable(what, now - ages[what])) for what in CLASSES if what in ages]


def cleanup(
    ledger: Ledger, everything: Sequence[Due], archive: Archive | None, progress: Progress = lambda more: None
) -> dict[str, int]:
    """Deletes it from the ledger, each part once it is in the archive; of how many questions each class went."""
    return {one.what: _removed(ledger, one, archive, progress) for one in everything}


def _removed(ledger: Ledger, one: Due, archive: Archive | None, progress: Progress) -> int:
    """Ends where a round removes nothing: what changes all the time is left for the next cleanup."""
    removed = 0
    while rows := ledger.doomed(one.what, one.before, PART):
        gone = [Doomed(row.id, row.revision) for row in rows]
        if archive:
            _keep(ledger, one.what, archive, rows)
        now = ledger.remove(one.what, gone, progress)
        removed += now
        if not now:
            break
    return removed


def _keep(ledger: Ledger, what: Kept, archive: Archive, rows: Sequence[object]) -> None:
    """Of a question everything, of a preview only that, of comments every word that was ever said."""
    known = [dict(row._mapping) for row in rows]  # type: ignore[attr-defined]
    if what == "questions":
        archive.write("questions", known)
    elif what == "previews":
        archive.write("previews", [{name: row[name] for name in ("id", "asked_at", "preview")} for row in known])
    if what != "previews":
        said = ledger.words_on([row["id"] for row in known])
        archive.write("votes" if what == "questions" else "comments", [dict(row._mapping) for row in said])


def bring_to_mlflow(ledger: Ledger, store: Store, progress: Progress = lambda more: None) -> int:
    """Lets MLflow forget the same: runs with their files and traces, previews, comments. How many questions it still has to.

    None should; if MLflow is away or another process is delivering, that process or the next start sees to the rest.
    """
    delivery = Delivery(ledger, store)
    try:
        while brought := delivery.once():
            progress(brought)
    finally:
        delivery.release()
    return ledger.unremoved()
