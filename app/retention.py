"""One deletion from beginning to end: what is due, the archive, the ledger, the audit, MLflow, and the report of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from bank.audit import Audit
from tracking.archive import Archive, in_parts
from tracking.cleanup import Due, bring_to_mlflow, due
from tracking.cleanup import cleanup as clean
from tracking.delivery import Store
from tracking.ledger import Ledger
from tracking.retention import Kept

Class = Kept | Literal["audit"]
Ages = Mapping[Class, timedelta]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go. The audit goes in whole sealed periods only, and not while any hold stands: it cannot be parted."""

    at: datetime
    due: tuple[Due, ...]
    audit_before: datetime | None = None
    audit: int = 0
    audit_held: bool = False

    @property
    def number(self) -> int:
        """How many things would be deleted."""
        return sum(one.found.number for one in self.due) + (0 if self.audit_held else self.audit)


@dataclass(frozen=True, slots=True)
class Gone:
    """What was deleted of each class; `remaining` runs MLflow still has to remove."""

    removed: Mapping[str, int]
    remaining: int
    report: Path


@dataclass(frozen=True, slots=True)
class Retaining:
    """`archive` is where what goes is written first (None: nowhere), `reports` where the report of it stays."""

    ledger: Ledger
    store: Store
    audit: Audit
    archive: Path | None
    reports: Path

    def plan(self, ages: Ages, now: datetime) -> Plan:
        """A dry run: changes nothing."""
        kept: dict[Kept, timedelta] = {what: age for what, age in ages.items() if what != "audit"}
        found = tuple(due(self.ledger, kept, now))
        if "audit" not in ages:
            return Plan(now, found)
        before = now - ages["audit"]
        number = sum(1 for _ in self._sealed(before))
        return Plan(now, found, before, number, bool(self.ledger.holds()))

    def delete(self, plan: Plan, archived: bool = True, progress: Callable[[int], None] = lambda more: None) -> Gone:
        """Archives and deletes what the plan names, and puts on record that it did.

        Raises OSError or `NotArchived` before anything that is not in the archive is deleted.
        """
        folder = self.archive if archived else None
        archive = Archive(folder or self.reports, plan.at)
        removed: dict[str, int] = dict(clean(self.ledger, plan.due, archive if folder else None, progress))
        if plan.audit_before and not plan.audit_held:
            removed["audit"] = self._remove_audit(plan.audit_before, archive if folder else None)
        remaining = bring_to_mlflow(self.ledger, self.store)
        said: dict[str, Any] = {
            "counted_at": plan.at.isoformat(),
            "before": {one.what: one.before.isoformat() for one in plan.due}
            | ({"audit": plan.audit_before.isoformat()} if plan.audit_before else {}),
            "deleted": removed,
            "held_back": {one.what: one.found.held for one in plan.due},
            "still_in_mlflow": remaining,
            "archived": folder is not None,
        }
        self.audit.append("deleted", **said)
        return Gone(removed, remaining, archive.report(said))

    def seal_months(self, now: datetime) -> None:
        """Seals each month of the audit that is over, so that there are whole periods that can age."""
        this_month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        sealed = [seal.until for seal in self.audit.seals()]
        first = sealed[-1] if sealed else next((record.at for record in self.audit.records()), now)
        month = _following(first)
        while month <= this_month:
            self.audit.seal(month)
            month = _following(month)

    def _remove_audit(self, before: datetime, archive: Archive | None) -> int:
        if archive:
            for part in in_parts(self._sealed(before)):
                archive.write("audit", part)
        return self.audit.remove(before)

    def _sealed(self, before: datetime) -> Iterator[dict[str, Any]]:
        """The records of the sealed periods that ended by then."""
        ended = [seal.number for seal in self.audit.seals() if seal.until <= before and not seal.removed]
        if not ended:
            return
        for record in self.audit.records():
            if record.number > ended[-1]:
                return
            yield {"number": record.number, "at": record.at, "body": record.body, "hash": record.hash}


def _following(moment: datetime) -> datetime:
    """The beginning of the month after."""
    return (
        moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)
    ).replace(day=1)
