"""When a figure is to be told of: above or below a number, or by how much it moved in a time. Deterministic throughout."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from bank.table import Column

Way = Literal["above", "below", "falls", "rises", "moves"]

WINDOWS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}  # days


class UnclearCondition(Exception):
    """The words leave open what is to be told of; says in a sentence what is missing."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`number` in the column's own unit, or with `percent` in percent of what it was; `days` is the time of a movement.

    `unit` is what stood behind the number: %, a currency, or nothing. `column` is the label of the figure, once chosen.
    """

    way: Way
    number: float
    unit: str = ""
    days: int = 0
    column: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Condition":
        return cls(**kept)

    @property
    def is_level(self) -> bool:
        """Whether the figure itself is compared, not what became of it."""
        return self.way in ("above", "below")

    @property
    def relative(self) -> bool:
        """Whether a movement is meant in percent of what the figure was."""
        return not self.is_level and self.unit == "%"

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.days)

    @property
    def words(self) -> str:
        """goes above 3 % · falls by more than 10 % in a week."""
        number = f"{self.number:,.10g}" + (f" {self.unit}" if self.unit else "")
        if self.is_level:
            return f"goes {self.way} {number}"
        within = next((f"in a {name}" for name, days in WINDOWS.items() if days == self.days), f"in {self.days} days")
        return f"{self.way} by more than {number} {within}"

    def on(self, column: Column) -> "Condition":
        """The same for a column of the answer; raises `UnclearCondition` where its number cannot be meant of that."""
        held = "%" if column.kind == "percent" else column.unit or ""
        if self.is_level and self.unit and self.unit != held:
            raise UnclearCondition(
                f"“{column.label}” is in {held or 'plain numbers'}, not in {self.unit}. Which number is meant?"
            )
        if not self.is_level and self.unit not in ("", "%", "points", held):
            raise UnclearCondition(
                f"“{column.label}” is in {held or 'plain numbers'}, not in {self.unit}. Which number is meant?"
            )
        if self.way in ("falls", "rises", "moves") and self.unit == "%" and column.kind == "percent":
            raise UnclearCondition(
                f"“{column.label}” is a percentage itself: say “by more than {self.number:g} points”, which is what it moves by."
            )
        unit = self.unit or (held if self.is_level or held != "%" else "points")
        return replace(self, column=column.label, unit=unit)


_NUMBER = r"(?P<sign>-|minus )?(?P<currency>[$€£]|usd |eur |gbp |chf |czk )?(?P<number>\d[\d,]*(?:\.\d+)?)"
_SCALE = r" ?(?P<scale>k|thousand|m|mn|mm|million|millions|bn|b|billion|billions)?\b"
_UNIT = r" ?(?P<unit>%|percent|per cent|percentage points?|points?|pp|usd|eur|gbp|chf|czk|dollars|euros|pounds)?"
_LEVEL = re.compile(
    r"\b(?P<verb>exceeds?|(?:(?:goes|go|rises|rise|climbs|gets|get|is|are|grows|jumps|falls|fall|drops|drop|sinks|dips|moves) )?"
    r"(?P<side>above|over|beyond|higher than|more than|greater than|below|under|lower than|less than|beneath)) "
    + _NUMBER
    + r"(?:"
    + _SCALE
    + r")?"
    + _UNIT
)
_MOVE = re.compile(
    r"\b(?P<move>falls?|drops?|declines?|decreases?|shrinks?|sinks?|loses?|rises?|increases?|grows?|gains?|jumps?|changes?|moves?)"
    r"(?: by)?(?: more than| over| at least)? " + _NUMBER + r"(?:" + _SCALE + r")?" + _UNIT
)
_WITHIN = re.compile(
    r"\b(?:with)?(?:in|over|per) (?:a|one|the last|any|a single)? ?(?:(?P<count>\d+) )?(?P<span>day|week|month|quarter|year)s?\b"
)
_SCALES = {"k": 1e3, "t": 1e3, "m": 1e6, "b": 1e9}
_UNITS = {"percent": "%", "per cent": "%", "pp": "points", "point": "points", "$": "USD", "€": "EUR", "£": "GBP"}
_UNITS |= {
    "dollars": "USD",
    "euros": "EUR",
    "pounds": "GBP",
    "percentage point": "points",
    "percentage points": "points",
}
_DOWN = ("fall", "drop", "decline", "decrease", "shrink", "sink", "lose")
_EITHER = ("change", "move")
_LESS = ("below", "under", "lower than", "less than", "beneath")


def condition_in(words: str) -> tuple[Condition, str] | None:
    """The condition that lower-case words end with, and what stands before it: its subject. None without a number.

    Raises `UnclearCondition`.
    """
    moved = _MOVE.search(words)
    level = _LEVEL.search(words)
    if moved and (level is None or moved.start() <= level.start()) and not _is_level(moved, level):
        return _movement(moved, words), _before(words, moved.start())
    if level is None:
        return None
    _nothing_left(words[level.end() :])
    way: Way = "below" if (level["side"] or "") in _LESS else "above"
    return Condition(way, _number(level), _unit(level)), _before(words, level.start())


def _is_level(moved: re.Match[str], level: re.Match[str] | None) -> bool:
    """ "falls below 3": the verb of a level; "falls by more than 3" is a movement, and holds a level's words."""
    return level is not None and level.start() == moved.start() and " by" not in moved[0]


def _movement(found: re.Match[str], words: str) -> Condition:
    rest = words[found.end() :]
    within = _WITHIN.search(rest)
    if within is None:
        raise UnclearCondition(f"In what time? Say for example “{found[0].strip()} in a week”.")
    _nothing_left(rest[: within.start()] + rest[within.end() :])
    days = WINDOWS[within["span"]] * int(within["count"] or 1)
    verb = found["move"]
    way: Way = "falls" if verb.startswith(_DOWN) else "moves" if verb.startswith(_EITHER) else "rises"
    if found["sign"]:
        raise UnclearCondition("By how much, without a minus sign?")
    return Condition(way, _number(found), _unit(found), days)


def _nothing_left(rest: str) -> None:
    """What stands behind the number and was not understood may change what is meant."""
    if left := rest.strip(" .!?,;"):
        raise UnclearCondition(f"I did not understand “{left}”. Say for example “tell me when this goes above 3 %”.")


def _before(words: str, at: int) -> str:
    return words[:at].strip(" ,")


def _number(found: re.Match[str]) -> float:
    value = float(found["number"].replace(",", "")) * _SCALES.get((found["scale"] or "")[:1], 1)
    return -value if found["sign"] else value


def _unit(found: re.Match[str]) -> str:
    said = (found["unit"] or found["currency"] or "").strip()
    return _UNITS.get(said, said if said == "%" or said == "points" else said.upper())
