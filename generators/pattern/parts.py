"""The parts of a question, as the grammar takes them: what it groups by, which period, which rows, which figure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bank.catalogue import Catalogue
from generators.pattern.cursor import Cursor, of_type, role
from generators.pattern.doubt import Lost
from generators.pattern.grammar import RULES
from generators.pattern.meanings import Item, Role, Thing
from generators.pattern.shaping import arranged, whom
from generators.pattern.sketch import Sketch

Kind = Literal["group", "period", "held", "rank", "how", "figure", "noun", "name", "link", "share", "other"]

_KINDS: dict[str, Kind] = {
    "group": "group",
    "_every": "group",
    "wise": "group",
    "split": "group",
    "_trend": "group",
    "_period": "period",
    "stored": "held",
    "term": "held",
    "numbered": "held",
    "older": "held",
    "top": "rank",
    "extreme": "rank",
    "direction": "rank",
    "common": "rank",
    "aggregate": "how",
    "how_many": "how",
    "share": "share",
    "spread": "share",
    "running": "share",
    "change": "share",
    "step": "share",
    "link": "link",
    "only": "link",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the question that one rule of the grammar takes."""

    kind: Kind
    items: tuple[Item, ...]

    @property
    def text(self) -> str:
        return " ".join(item.text for item in self.items)

    def is_in(self, *roles: Role) -> bool:
        """Whether its first word can have one of these roles."""
        return any(role(self.items[0], known) for known in roles)


def parts(items: Sequence[Item], catalogue: Catalogue) -> list[Part]:
    """The parts in order. A word that no rule takes here is a part of its own: it may mean something elsewhere."""
    cursor = Cursor(whom(arranged(items), catalogue), catalogue)
    found: list[Part] = []
    while cursor.at < len(cursor.items):
        begin, before = cursor.at, _said(cursor.sketch)
        name = _taken(cursor)
        cursor.at = max(cursor.at, begin + 1)
        kind = _KINDS.get(name) or _kind(cursor.sketch, before, name)
        part = Part(kind, tuple(cursor.items[begin : cursor.at]))
        found.append(replace(part, kind="rank") if part.is_in(Role.DIRECTION) else part)
    return found


def text_of(found: Sequence[Part]) -> str:
    """The question again; words without which it means the same are gone."""
    return " ".join(part.text for part in found)


def is_noun(part: Part) -> bool:
    """Whether it names things of the bank."""
    return part.kind == "noun" or (part.kind != "held" and of_type(part.items[-1], Thing))


def _taken(cursor: Cursor) -> str:
    """The name of the rule that takes what comes next."""
    begin = cursor.began = cursor.at
    for rule in RULES:
        try:
            if rule(cursor) and cursor.at > begin:
                return rule.__name__
        except Lost:
            return ""
    return ""


def _said(sketch: Sketch) -> tuple[int, int, int]:
    conditions = [*sketch.conditions, *sketch.part, *(raw for one in sketch.phrases for raw in one.conditions)]
    return len(sketch.figures), len(sketch.phrases), len(conditions)


def _kind(sketch: Sketch, before: tuple[int, int, int], name: str) -> Kind:
    """Nouns and columns do several things; what has grown says which."""
    figures, phrases, conditions = (now - then for now, then in zip(_said(sketch), before, strict=True))
    if name == "noun" or phrases:
        return "noun"
    if conditions:
        return "held"
    return "figure" if figures else "name" if name == "column" else "other"
