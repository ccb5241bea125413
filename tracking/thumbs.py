"""Thumbs under what Teller says by itself, such as a digest: the last one of each person counts."""

from dataclasses import dataclass

from sqlalchemy import select

from tracking.ledger import Ledger
from tracking.schema import states
from tracking.state import States


@dataclass(frozen=True, slots=True)
class Count:
    up: int
    down: int


class Thumbs:
    """By the key of what was said."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def give(self, key: str, person: str, up: bool) -> None:
        """A person's word, instead of what they said before."""
        States(self._ledger).put(f"{_prefix(key)}{person}", {"up": up})

    def count(self, key: str) -> Count:
        """What all of them come to."""
        given = select(states.c.value).where(states.c.name.startswith(_prefix(key), autoescape=True))
        with self._ledger.reading() as connection:
            ups = [value["up"] for value in connection.execute(given).scalars()]
        return Count(sum(ups), len(ups) - sum(ups))


def _prefix(key: str) -> str:
    return f"thumb {key} by "
