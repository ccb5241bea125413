"""What somebody always means by an unclear word: their own default, until they take it back."""

from collections.abc import Sequence

from tracking.ledger import Ledger
from tracking.state import States


class StandingChoices:
    """Keys of choices ("high risk=…") by person; a later key for the same word replaces the earlier."""

    def __init__(self, ledger: Ledger) -> None:
        self._states = States(ledger)

    def of(self, person: str) -> tuple[str, ...]:
        """Empty where nothing was ever kept."""
        kept = self._states.get(_name(person)) or {}
        return tuple(f"{word}={choice}" for word, choice in kept.items())

    def keep(self, person: str, keys: Sequence[str]) -> None:
        """From now on these are meant without being asked for."""
        kept = dict(self._states.get(_name(person)) or {})
        kept |= dict(key.split("=", 1) for key in keys if "=" in key)
        self._states.put(_name(person), kept)

    def forget(self, person: str) -> None:
        """Everything is asked for again."""
        self._states.put(_name(person), {})


def _name(person: str) -> str:
    return f"choices of {person}"
