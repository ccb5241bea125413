"""Conditions of a sketch made certain: which reading of a term, which column of a value, and on which thing they hold."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bank.catalogue import Reading
from generators.pattern.doubt import Lost
from generators.pattern.intent import (
    Both,
    Condition,
    During,
    Either,
    Facing,
    Has,
    Limit,
    Not,
    OneOf,
    Where,
)
from generators.pattern.meanings import Attribute, Item, Several, Stored
from generators.pattern.meanings import Named as TermNamed
from generators.pattern.periods import Period
from generators.pattern.resolving import Place, Resolving
from generators.pattern.sketch import (
    Aged,
    Asked,
    Compared,
    Dated,
    Eitherwise,
    Faced,
    Owned,
    Raw,
    Termed,
    Utmost,
    Valued,
)
from generators.pattern.telling import columns_of, named_columns
from generators.pattern.thresholds import Thresholds, bare
from generators.pattern.tokens import stems


class Holding:
    """Conditions of one question. `root` is the table whose rows are aggregated or listed."""

    def __init__(self, names: Resolving, root: str, nouns: frozenset[str], sums_money: bool = False) -> None:
        self.names, self.root, self.nouns, self.sums_money = names, root, nouns, sums_money
        self.catalogue, self.graph = names.catalogue, names.graph

    def of(self, raw: Raw, home: str) -> Condition:
        """The condition, as said of the thing of a table."""
        found = self._of(raw, home)
        return Not(found) if raw.negated else found

    def _of(self, raw: Raw, home: str) -> Condition:
        kinds: dict[type[Raw], Callable[[Any, str], Condition]] = {
            Termed: self._term,
            Valued: self._values,
            Compared: Thresholds(self.names, self.of, self.on).of,
            Faced: self._faced,
            Aged: self._aged,
            Dated: self._dated,
            Owned: self._owned,
            Utmost: self._utmost,
            Eitherwise: self._either,
        }
        if type(raw) not in kinds:
            raise Lost(raw.item.text)  # type: ignore[union-attr]
        return kinds[type(raw)](raw, home)

    def _dated(self, raw: Dated, home: str) -> Condition:
        table, column = self.names.column(raw.item, home, raw.narrow, ("date",))
        event = self.catalogue.tables[table].date == column
        return self.on(home, table, During(table, column, raw.period, event))

    def _faced(self, raw: Faced, home: str) -> Condition:
        """Scales against scales of the same steps, figures against figures of the same kind, dates against dates."""
        table, column = self.names.column(raw.item, home, raw.narrow)
        other_table, other = self.names.column(raw.other, home, raw.narrow)
        one, two = self.catalogue.tables[table].columns[column], self.catalogue.tables[other_table].columns[other]
        ranked = bool(one.rank) and one.rank == two.rank
        ends = {"worse": ">", "better": "<"}
        operator = ends.get(raw.operator, raw.operator)
        compares = ranked if raw.operator in ends else ranked or one.kind == two.kind != "id"
        sized = (
            raw.operator in {"<>", "="}
            or raw.operator in ends
            or (not ranked and one.kind not in {"category", "name", "text"})
        )
        stored = one.kind != "date" or one.stored == two.stored
        reached = all(self.graph.reaches(home, there) for there in (table, other_table))
        if (table, column) == (other_table, other) or not (compares and sized and stored and reached):
            raise Lost(raw.item.text, raw.other.text)
        return Facing(table, column, operator, other_table, other, ranked)  # type: ignore[arg-type]

    def _utmost(self, raw: Utmost, home: str) -> Condition:
        """The highest risk is the worst, the highest rating the best."""
        table, column = self.names.column(raw.item, home, raw.narrow)
        risks = "risk" in raw.item.stem.split()
        ends = {"worst": "worst", "best": "best", "most": "worst" if risks else "best"}
        end = ends.get(raw.which, "best" if risks else "worst")
        return self.on(home, table, OneOf(table, column, extreme=end))  # type: ignore[arg-type]

    def _either(self, raw: Eitherwise, home: str) -> Condition:
        return Either(tuple(self.of(part, home) for part in raw.parts))

    def on(self, home: str, table: str, condition: Condition) -> Condition:
        """A condition on a table, seen from a thing: directly, or through what the thing has."""
        if self.graph.reaches(home, table):
            return condition
        if table == self.root and self._same_thing(table, home):
            return condition
        if self.graph.reaches(table, home) or self.graph.between(home, table) is not None:
            return Has(home, table, (condition,))
        raise Lost(self.catalogue.tables[table].noun)

    def _same_thing(self, table: str, home: str) -> bool:
        """Whether the rows of a fact are the thing itself (shares of a loan, and the loan)."""
        keys = (self.catalogue.tables[table].key, self.catalogue.tables[home].key)
        return keys[0] == keys[1] and self.graph.distance(table, home) == 1

    def _term(self, raw: Termed, home: str) -> Condition:
        name = terms_of(raw.item)[0]
        term = self.catalogue.terms[name]
        readings = list(term.readings)
        if not term.ask:
            readings = self._about(readings, home)
        readings = self._picked(readings)
        told = len({reading.says for reading in readings}) == len(readings)
        nouns = [self.catalogue.tables[reading.table].noun for reading in readings]
        options = [
            (reading.says, reading.says if told else f"{noun}: {reading.says}")
            for reading, noun in zip(readings, nouns, strict=True)
        ]
        says = (
            self.names.chosen.among(name, options, f"What do you mean by {name}?")
            if len(readings) > 1
            else readings[0].says
        )
        reading = next(reading for reading in readings if reading.says == says)
        held: Condition = Where(reading.table, reading.where, reading.says, is_event(raw.item))
        if raw.period:
            if not reading.date:
                raise Lost(raw.item.text, why="I know how things stood at a month end, not since when.")
            held = Both((held, During(reading.table, reading.date, raw.period, event=True)))
        return self.on(home, reading.table, held)

    def _owned(self, raw: Owned, home: str) -> Condition:
        figure = self.names.figure(Asked(raw.item, narrow=raw.narrow), home)
        if figure.parts or not figure.value:
            raise Lost(raw.item.text)
        held: Condition = Limit(figure.table, figure.value, figure.kind, ">", (0.0,), bare(figure.says))
        if figure.where:
            held = Where(figure.table, figure.where, f"counted in {bare(figure.says)}")
        return self.on(home, figure.table, held)

    def _aged(self, raw: Aged, home: str) -> Condition:
        """So many years old: its birth, or its own beginning, lies before the day so many years ago."""
        table, column = self.names.beginning(home, raw.item.text)
        months = raw.years * {"month": 1, "quarter": 3, "year": 12}[raw.unit]
        then = self.names.years_before(months)
        period = Period(None, then - timedelta(days=1), "day") if raw.operator == ">" else Period(then, None, "day")
        return self.on(home, table, During(table, column, period))

    def _about(self, readings: list[Reading], home: str) -> list[Reading]:
        """The readings about the thing itself; else those its noun picks; else the nearest."""
        own = [reading for reading in readings if reading.table == home]
        home_noun = set(stems(self.catalogue.tables[home].noun))
        called = [reading for reading in readings if any(home_noun == set(stems(word)) for word in reading.synonyms)]
        named = [
            reading for reading in readings if any(" ".join(stems(word)) in self.nouns for word in reading.synonyms)
        ]
        if own or called or len(named) == 1:
            return own or called or named
        distances = [self.names.distance(home, reading.table) for reading in readings]
        return [reading for reading, distance in zip(readings, distances, strict=True) if distance == min(distances)]

    def _picked(self, readings: list[Reading]) -> list[Reading]:
        """The readings that other words of the question, or an earlier choice of a column, pick."""
        if len(readings) == 1:
            return readings
        for reading in readings:
            words = {" ".join(stems(word)) for word in reading.synonyms} & self.names.picked
            columns = [
                option.partition(".")[2] for option in self.names.chosen.all if option.startswith(reading.table + ".")
            ]
            if words or any(column in reading.where for column in columns):
                self.names.used |= words
                return [reading]
        return readings

    def _values(self, raw: Valued, home: str) -> Condition:
        places = set.intersection(*(columns_of(item) for item in raw.items))
        word = raw.items[0].text
        if raw.column:
            places &= named_columns(self.catalogue.ambiguous, raw.column)
        if not places:
            raise Lost(*(item.text for item in raw.items))
        table, column = self._place(raw, word, sorted(places), home)
        values = [self._value(item, table, column) for item in raw.items]
        if raw.onward:
            values = self._onward(table, column, values[-1], raw) + values[:-1]
        if raw.currency and column == self.catalogue.tables[table].currency and self.sums_money:
            options = [("of", f"only what is in {values[0]}"), ("in", f"all of it, converted to {values[0]}")]
            if self.names.chosen.among(f"in {word}".casefold(), options, f"What do you mean by in {word}?") == "in":
                raise Lost(word, why=f"I give amounts in {self.catalogue.reporting_currency} only.")
        return self.on(home, table, OneOf(table, column, tuple(dict.fromkeys(values))))

    def _value(self, item: Item, table: str, column: str) -> str:
        """The stored value; where a few firms are called so, the banker is asked which."""
        found = [one for one in item.meanings if isinstance(one, Stored) and (one.table, one.column) == (table, column)]
        options = [(value, value) for value in dict.fromkeys(one.value for one in found)]
        return self.names.chosen.among(item.text.casefold(), options, f"Which {item.text} do you mean?")

    def _place(self, raw: Valued, word: str, places: list[Place], home: str) -> Place:
        options = {f"{table}.{column}" for table, column in places}
        several = [found.word for found in raw.column.meanings if isinstance(found, Several)] if raw.column else []
        several = several or [known for known, names in self.catalogue.ambiguous.items() if options == set(names)][:1]
        exact = [found for found in raw.column.meanings if isinstance(found, Attribute)] if raw.column else []
        if len(options) > 1 and several and not exact:
            table, _, column = self.names.option(several[0], options).partition(".")
            return table, column
        return self.names.nearest(word, places, home)

    def _onward(self, table: str, column: str, value: str, raw: Valued) -> list[str]:
        rank = self.catalogue.tables[table].columns[column].rank
        if value not in rank or (raw.strictly and len(raw.items) > 1):
            raise Lost(raw.onward)
        at = rank.index(value)
        found = list(rank[at:] if raw.onward == "worse" else rank[: at + 1])
        beyond = [one for one in found if one != value] if raw.strictly else found
        if not beyond:
            raise Lost(raw.onward, value, why="There is nothing beyond that on its scale.")
        return beyond


def terms_of(item: Item) -> list[str]:
    """The terms that an item can mean."""
    return [found.term for found in item.meanings if isinstance(found, TermNamed)]


def is_event(item: Item) -> bool:
    """Whether a term is also something that happens on a day: "closed", "charged off", "repaid"."""
    return item.stem.split()[0].endswith("ed") or item.stem.endswith(("off", "paid", "back"))
