"""Goes along the whole chain of the audit and finds the first record that was changed or is missing."""

from dataclasses import dataclass

from bank.audit.audit import Audit, Record, Seal


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. `fault` is a sentence about the first thing that is wrong; empty where all is well."""

    records: int
    head: str  # NUMBER:HASH of the last record, to write down elsewhere
    since: int  # the number of the first record that is here
    fault: str = ""


class _Broken(Exception):
    """What is wrong with the chain."""


def verify(audit: Audit, known_head: str = "") -> Verified:
    """Checks every record against the one before, from the last seal whose records were removed, or the beginning.

    `known_head` is a NUMBER:HASH that was written down earlier: that record must still be in the chain.
    """
    removed = [seal for seal in audit.seals() if seal.removed]
    walk = _Walk(audit, removed[-1] if removed else None, known_head)
    fault = ""
    try:
        walk.go()
    except _Broken as broken:
        fault = str(broken)
    return Verified(walk.count, f"{walk.end[0]}:{walk.end[1]}", walk.first, fault)


class _Walk:
    """One walk along the chain, from the last removed seal or the beginning to the end as it was when it began."""

    def __init__(self, audit: Audit, start: Seal | None, known_head: str) -> None:
        self._audit = audit
        self._start = start
        self._number, self._previous = (start.number, start.hash) if start else (0, "")
        self._known, _, self._known_hash = known_head.partition(":")
        self._sealed: dict[int, str] = {}
        self.first = self._number + 1
        self.end = audit.head()  # what is appended meanwhile is not part of this walk
        self.count = 0

    def go(self) -> None:
        for record in self._audit.records():
            if record.number > self.end[0]:
                break
            self._step(record)
        if (self._number, self._previous) != self.end:
            raise _Broken(f"Records are missing at the end: the last was {self.end[0]}, here it is {self._number}.")
        if self._known:
            raise _Broken(f"Record {self._known}, which was written down, is not here.")
        start = self._start
        if start and self._sealed.get(start.number) != start.hash:
            raise _Broken(f"Records up to {start.number} are missing, and no seal that is on record covers them.")

    def _step(self, record: Record) -> None:
        if record.number != self._number + 1:
            raise _Broken(_gap(self._number, record.number))
        if self._audit.hash(self._previous, record) != record.hash:
            raise _Broken(f"Record {record.number} of {record.at:%d %b %Y %H:%M:%S} was changed.")
        self._number, self._previous = record.number, record.hash
        self.count += 1
        if self._known == str(record.number):
            if self._known_hash != record.hash:
                raise _Broken(f"Record {record.number} is another than the one that was written down.")
            self._known = ""
        said = record.said
        if said.get("kind") == "sealed":
            self._sealed[int(said["through"])] = str(said["hash"])


def _gap(last: int, following: int) -> str:
    if following <= last:
        return f"Record {following} is one too many."
    missing = f"Record {last + 1} is" if following == last + 2 else f"Records {last + 1} to {following - 1} are"
    return f"{missing} missing."
