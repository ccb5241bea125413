"""Where what was said belongs, once the tables are known: to the thing, to what it has, or to the day on which it happened."""

from generators.pattern.doubt import Lost
from generators.pattern.holding import is_event, terms_of
from generators.pattern.meanings import Attribute
from generators.pattern.meanings import Figure as Measured
from generators.pattern.reading import plural
from generators.pattern.resolving import Resolving
from generators.pattern.sketch import Compared, Owned, Phrase, Raw, Sketch, Termed, Valued
from generators.pattern.telling import columns_of


class Belonging:
    """The conditions of one sketch, which it moves to where they belong."""

    def __init__(self, sketch: Sketch, names: Resolving) -> None:
        self.sketch, self.names = sketch, names
        self.catalogue, self.graph, self.chosen = names.catalogue, names.graph, names.chosen

    def settled(self) -> None:
        """Every condition belongs to what it is said of. Raises `Lost` or `Unclear` where that cannot be told."""
        self._happened()
        self._beside()
        self._joined()

    def _happened(self) -> None:
        """ "charged off in 2025": where the catalogue knows the day, the period is of that, not of the snapshot."""
        for raw in [
            *self.sketch.conditions,
            *self.sketch.part,
            *(r for p in self.sketch.phrases for r in p.conditions),
        ]:
            if not isinstance(raw, Termed) or len(self.sketch.periods) != 1 or self.sketch.stock:
                continue
            readings = [one for name in terms_of(raw.item) for one in self.catalogue.terms[name].readings]
            if not is_event(raw.item):
                continue
            if any(reading.date for reading in readings):
                raw.period = self.sketch.periods.pop()
            elif raw.adjacent:
                raise Lost(raw.item.text, why="I know how things stand, not when that happened.")

    def _beside(self) -> None:
        """ "loans with their customers": each loan has one anyway, so it is shown."""
        for phrase in list(self.sketch.phrases):
            plain = phrase.link == "has" and not phrase.conditions and (phrase.operator, phrase.number) == (">=", 1)
            if plain and phrase.of and not phrase.every and self.graph.reaches(phrase.of.table, phrase.table):
                self.sketch.phrases.remove(phrase)
                self.sketch.beside.append(phrase.table)

    def _joined(self) -> None:
        """ "branches with more than 50 customers and deposits above 5 million": of the branch, not of each customer.

        Neither has a loan deposits, where customers have "no loans and no deposits".
        """
        for phrase in self.sketch.phrases:
            if phrase.link in {"has", "hasnt"} and phrase.of:
                one = (phrase.operator, phrase.number) == (">=", 1)
                rather = [raw for raw in phrase.conditions if self._is_of_holder(raw, phrase, phrase.of.table, one)]
                phrase.conditions = [raw for raw in phrase.conditions if not any(raw is moved for moved in rather)]
                phrase.of.conditions += rather

    def _is_of_holder(self, raw: Raw, phrase: Phrase, holder: str, one: bool) -> bool:
        if isinstance(raw, Owned) or (isinstance(raw, Compared) and raw.joined and raw.item):
            return not (one and self._is_of(phrase.table, raw))
        return phrase.link == "hasnt" and self._is_rather_of(holder, phrase.table, raw)

    def _is_rather_of(self, holder: str, had: str, raw: Raw) -> bool:
        """ "accounts without a payment order in north Moravia": an order is where its account is, so that is said of the account."""
        tables: set[str] = set()
        if isinstance(raw, Valued):
            tables = {table for table, _ in columns_of(raw.items[0])}
        elif isinstance(raw, Termed):
            tables = {one.table for name in terms_of(raw.item) for one in self.catalogue.terms[name].readings}
        near = min(tables, key=lambda table: self.names.distance(had, table), default=had)
        if not tables or had in tables or not self.graph.reaches(holder, near):
            return False
        if self.graph.distance(had, near) == self.graph.distance(had, holder) + self.graph.distance(holder, near):
            return True
        said = raw.items[0].text if isinstance(raw, Valued) else raw.item.text  # type: ignore[union-attr]
        options = [(table, f"the {plural(self.catalogue, table)}") for table in (holder, had)]
        return self.chosen.among(f"{said} of none".casefold(), options, f"Of which is “{said}” said?") == holder

    def _is_of(self, table: str, raw: Owned | Compared) -> bool:
        """Whether what is compared is a figure of these things themselves."""
        named = [found for found in (raw.item.meanings if raw.item else ()) if isinstance(found, Attribute)]
        measures = [found.measure for found in (raw.item.meanings if raw.item else ()) if isinstance(found, Measured)]
        tables = {found.table for found in named} | {self.catalogue.measures[name].table for name in measures}
        return any(known == table or (known and self.names.same_thing(known, table)) for known in tables)
