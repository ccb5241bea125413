"""What a question sets side by side: values become a group of their own, conditions columns of their own, differences both."""

from collections.abc import Iterable
from dataclasses import replace

from generators.pattern.doubt import Lost
from generators.pattern.holding import Holding
from generators.pattern.intent import ByColumn, Figure, Group, OneOf, Slice
from generators.pattern.sketch import Eitherwise, Raw, Sketch, Termed, Valued
from generators.pattern.telling import columns_of


class Siding:
    """The sides of one question."""

    def __init__(self, sketch: Sketch, holding: Holding) -> None:
        self.sketch, self.holding = sketch, holding

    def sides(self, groups: list[Group], figures: list[Figure]) -> tuple[Slice, ...]:
        """The conditions that stand beside each other; values beside each other are put into `groups`."""
        slices: list[Slice] = []
        self._brought_together()
        for place in self._places(self.sketch.part):
            home = next((one.table for one in self.sketch.phrases if one.conditions is place), self.holding.root)
            for raw in list(place):
                if isinstance(raw, Valued) and raw.apart:
                    slices += self._values(raw, home, place, groups)
                elif isinstance(raw, Eitherwise) and raw.apart:
                    slices += self._terms(raw, home, place)
        if (slices or groups) and not figures:
            raise Lost(why="I could not tell what is to be compared.")
        return tuple(slices)

    def _places(self, *more: list[Raw]) -> Iterable[list[Raw]]:
        return (self.sketch.conditions, *more, *(phrase.conditions for phrase in self.sketch.phrases))

    def _values(self, raw: Valued, home: str, place: list[Raw], groups: list[Group]) -> list[Slice]:
        held = self.holding.of(raw, home)
        if not isinstance(held, OneOf) or not self.holding.graph.reaches(self.holding.root, held.table):
            raise Lost(*(item.text for item in raw.items))
        self.sketch.versus = None
        group = ByColumn(held.table, held.column)
        if not self.sketch.minus:
            if group not in groups:
                groups.insert(0, group)
            return []
        if len(held.values) != 2 or raw.negated or raw.onward:
            raise Lost(*(item.text for item in raw.items))
        place.remove(raw)
        each = zip(raw.items, held.values, strict=True)
        return _less([Slice(item.text, None, (replace(held, values=(value,)),)) for item, value in each])

    def _terms(self, raw: Eitherwise, home: str, place: list[Raw]) -> list[Slice]:
        place.remove(raw)
        held_each = [self.holding.of(part, home) for part in raw.parts]
        sides = [
            Slice(part.item.text, None, (held,))
            for part, held in zip(raw.parts, held_each, strict=True)
            if isinstance(part, Termed)
        ]
        self.sketch.versus = None
        if self.sketch.minus and len(sides) != 2:
            raise Lost(self.sketch.minus.text)
        return _less(sides) if self.sketch.minus else sides

    def _brought_together(self) -> None:
        """ "the exposure of Mining compared with the exposure of Utilities": the figure was said twice, of two values."""
        if not self.sketch.twice:
            self._two_values()
            return
        if any(isinstance(raw, Valued | Eitherwise) and raw.apart for place in self._places() for raw in place):
            return
        for place in self._places():
            if len(place) == 2 and not any(raw.negated for raw in place):
                one, other = place
                if isinstance(one, Valued) and isinstance(other, Valued):
                    place[:] = [replace(one, items=[*one.items, *other.items], apart=True)]
                    return
                if isinstance(one, Termed) and isinstance(other, Termed):
                    place[:] = [Eitherwise([one, other], apart=True)]
                    return
        raise Lost(self.sketch.twice.text)

    def _two_values(self) -> None:
        """ "does Chicago have more customers than Boston": said in two places, and compared."""
        found = [(place, raw) for place in self._places() for raw in place if isinstance(raw, Valued)]
        plain = not any(raw.negated or raw.apart or raw.onward or len(raw.items) > 1 for _, raw in found)
        has = any(phrase.link in {"has", "hasnt"} for phrase in self.sketch.phrases)
        if not self.sketch.versus or len(found) != 2 or not plain or len(self.sketch.figures) > 1 or has:
            return
        (place, one), (behind, other) = found
        if columns_of(one.items[0]) & columns_of(other.items[0]):
            place.remove(one)
            behind[behind.index(other)] = replace(other, items=[*one.items, *other.items], apart=True)


def _less(sides: list[Slice]) -> list[Slice]:
    """ "the difference between Leeds and York": what the first has more than the second, which therefore comes first."""
    return sides[::-1]
