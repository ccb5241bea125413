"""What somebody has set for themselves: how they are answered by default, and how figures are written for them."""

from dataclasses import asdict, dataclass

from tracking.ledger import Ledger
from tracking.state import States


@dataclass(frozen=True, slots=True)
class Preferences:
    """`approach` is auto, pattern, ai or agents; `locale` as en-GB, empty: the one set in Slack."""

    approach: str = "auto"
    private: bool = False
    locale: str = ""


class Settled:
    """The preferences of each person, for every replica."""

    def __init__(self, ledger: Ledger) -> None:
        self._states = States(ledger)

    def of(self, person: str) -> Preferences:
        """The defaults where nothing was ever set."""
        kept = self._states.get(_name(person)) or {}
        known = {name: kept[name] for name in Preferences.__slots__ if name in kept}
        return Preferences(**known)

    def keep(self, person: str, preferences: Preferences) -> None:
        self._states.put(_name(person), asdict(preferences))


def _name(person: str) -> str:
    return f"preferences of {person}"
