"""What a thing has or has not of others: "with a loan", "without deposits", "with both a term loan and a bridge loan"."""

from collections.abc import Sequence
from dataclasses import replace

from generators.pattern.doubt import Lost
from generators.pattern.holding import Holding
from generators.pattern.intent import Both, Condition, During, Has, Not, OneOf
from generators.pattern.sketch import Phrase, Sketch, Valued


def can_hold(conditions: Sequence[Condition]) -> None:
    """Raises `Lost` where a column would have to hold two values at once: "the balance in Tokyo in Seattle"."""
    values: dict[tuple[str, str], set[str]] = {}
    for asked in conditions:
        if isinstance(asked, OneOf) and asked.values:
            before = values.setdefault((asked.table, asked.column), set(asked.values))
            if not before & set(asked.values):
                raise Lost(
                    *asked.values, why=f"Both {', '.join(sorted(before))} and that cannot be: say “or”, or “vs”."
                )


class Possessing:
    """The things that are had in one question."""

    def __init__(self, sketch: Sketch, holding: Holding) -> None:
        self.sketch, self.holding = sketch, holding
        self.catalogue, self.graph = holding.catalogue, holding.graph

    def of(self, phrase: Phrase) -> Condition:
        """The condition that a thing has this, or has none of it."""
        parent = phrase.of.table if phrase.of else self.holding.root
        said = tuple(self.holding.of(raw, phrase.table) for raw in phrase.conditions)
        can_hold(said)
        if phrase.period:
            said = (*said, During(phrase.table, self.catalogue.tables[phrase.table].date, phrase.period))
        if phrase.link == "hasnt":
            return Has(parent, phrase.table, said, "=", 0)
        if phrase.number > 1 - (phrase.operator == ">") and self.graph.reaches(parent, phrase.table):
            raise Lost(phrase.item.text, why=f"Each has at most one {self.catalogue.tables[phrase.table].noun}.")
        if phrase.every:
            return self._every(phrase, parent, said)
        if self._is_each(phrase) and not (self._has_two(parent) and not said):
            return self._one_of_each(phrase, parent)
        return Has(parent, phrase.table, said, phrase.operator, phrase.number)

    def _every(self, phrase: Phrase, parent: str, said: tuple[Condition, ...]) -> Condition:
        """ "only fixed-rate loans": it has some, and none that is otherwise."""
        if len(said) != 1 or phrase.number != 1 or phrase.both:
            raise Lost(phrase.item.text)
        return Both((Has(parent, phrase.table), Has(parent, phrase.table, (Not(said[0]),), "=", 0)))

    def _is_each(self, phrase: Phrase) -> bool:
        """Whether one of each value is had. "Customers with loans in EUR and GBP" may have both or any: that is asked."""
        raw = phrase.conditions[0] if len(phrase.conditions) == 1 else None
        if phrase.both or not isinstance(raw, Valued) or not raw.together or raw.negated or raw.apart or raw.onward:
            return phrase.both
        if (phrase.operator, phrase.number) != (">=", 1):
            return False
        word = " and ".join(item.text for item in raw.items)
        options = [("each", "one of each"), ("any", "any of them")]
        message = f"{word}: one of each, or any of them?"
        return self.holding.names.chosen.among(word.casefold(), options, message) == "each"

    def _has_two(self, parent: str) -> bool:
        """ "both a loan and a deposit account": two things, each of which is had anyway."""
        had = [known for known in self.sketch.phrases if known.link == "has" and known.of]
        return sum(known.of is not None and known.of.table == parent for known in had) > 1

    def _one_of_each(self, phrase: Phrase, parent: str) -> Condition:
        """ "both a term loan and a bridge loan": a thing of its own for each value."""
        raw = phrase.conditions[0] if len(phrase.conditions) == 1 else None
        if not isinstance(raw, Valued) or len(raw.items) < 2 or raw.negated or raw.onward or phrase.number != 1:
            raise Lost("both")
        each = [replace(raw, items=[item]) for item in raw.items]
        return Both(tuple(Has(parent, phrase.table, (self.holding.of(one, phrase.table),)) for one in each))
