"""What the bank calls trouble: of all questions, and of single approaches where it says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.ending import APPROACHES

FEWEST = 10  # cases: from fewer no rate is ever told
_MOST = {"success": 100.0, "satisfaction": 100.0}
_MEASURES = ("success", "satisfaction", "seconds", "hours", "cases")


class UnknownThreshold(ValueError):
    """This is no threshold of an approach."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as trouble, over the last `window` of time and from at least `fewest` cases. Rates in percent.

    `approaches` are those that have thresholds of their own, by the names they carry in the ledger.
    """

    success: float = 90.0
    seconds: float = 10.0
    satisfaction: float = 70.0
    window: timedelta = timedelta(hours=24)
    fewest: int = FEWEST
    quiet: timedelta = timedelta(hours=1)
    approaches: Mapping[str, "Thresholds"] = field(default_factory=dict)

    def of(self, approach: str) -> "Thresholds":
        """Those of one approach: its own, or the same as of all."""
        return self.approaches.get(approach, self)

    def with_own(self, words: Sequence[str]) -> "Thresholds":
        """With those of single approaches: `agents seconds 45`. What is not said of one is as for all.

        Raises `UnknownThreshold`.
        """
        own: dict[str, Thresholds] = {}
        for each in words:
            name, changed = _read(each)
            own[name] = replace(own.get(name, self), **changed)
        return replace(self, approaches=own)


def _read(words: str) -> tuple[str, dict[str, Any]]:
    """The approach, and the field of `Thresholds` with its value."""
    match words.split():
        case [approach, measure, number] if approach in APPROACHES and measure in _MEASURES:
            return APPROACHES[approach].value, _changed(words, measure, number)
    raise UnknownThreshold(
        f"{words!r} is no threshold; one is agents seconds 45: "
        f"{', '.join(APPROACHES)}, then {', '.join(_MEASURES)}, then a number"
    )


def _changed(words: str, measure: str, said: str) -> dict[str, Any]:
    try:
        number = float(said)
    except ValueError:
        raise UnknownThreshold(f"{words!r} ends in no number") from None
    if measure == "cases":
        if number < FEWEST or number != int(number):
            raise UnknownThreshold(f"{words!r}: from fewer than {FEWEST} cases no alert opens")
        return {"fewest": int(number)}
    if not 0 < number <= _MOST.get(measure, 1_000_000.0):
        raise UnknownThreshold(f"{words!r}: that is no number of {'percent' if measure in _MOST else measure}")
    return {"window": timedelta(hours=number)} if measure == "hours" else {measure: number}
