"""What was given out beside an answer, files and copies in other channels, so that it can be taken back with it."""

from collections.abc import Sequence
from typing import Any

from tracking.ledger import Ledger
from tracking.state import States


class HandedOut:
    """Slack's ids, by question."""

    def __init__(self, ledger: Ledger) -> None:
        self._states = States(ledger)

    def add_files(self, question_id: str, files: Sequence[str]) -> None:
        if files:
            self._add(question_id, "files", list(files))

    def add_copy(self, question_id: str, channel: str, ts: str) -> None:
        """A message that shows the answer somewhere else too."""
        self._add(question_id, "copies", [[channel, ts]])

    def files(self, question_id: str) -> tuple[str, ...]:
        """Empty where none was ever given out."""
        return tuple(str(file) for file in self._of(question_id).get("files", ()))

    def copies(self, question_id: str) -> tuple[tuple[str, str], ...]:
        """(channel, ts) of each."""
        return tuple((channel, ts) for channel, ts in self._of(question_id).get("copies", ()))

    def forget(self, question_id: str) -> None:
        self._states.put(_name(question_id), {})

    def _add(self, question_id: str, kind: str, more: list[Any]) -> None:
        there = self._of(question_id)
        self._states.put(_name(question_id), there | {kind: [*there.get(kind, ()), *more]})

    def _of(self, question_id: str) -> dict[str, list[Any]]:
        return dict(self._states.get(_name(question_id)) or {})


def _name(question_id: str) -> str:
    return f"handed out with {question_id}"
