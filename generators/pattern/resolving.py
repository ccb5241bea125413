"""Which column or measure a name means: the nearest to what is asked about; where several are as near, the banker is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from bank.catalogue import Aggregate, Measure
from bank.values import month_end
from generators.pattern.doubt import Chosen, Lost
from generators.pattern.intent import Figure
from generators.pattern.meanings import Attribute, Item, Several
from generators.pattern.meanings import Figure as Named
from generators.pattern.phrases import option_name, picks
from generators.pattern.query import Ground
from generators.pattern.reading import plural
from generators.pattern.sketch import Asked, Sketch
from generators.pattern.tokens import stems

Place = tuple[str, str]  # table, column
_SUMMED = {"amount", "count", "number"}
_SAYS = {"average": "average", "minimum": "lowest", "maximum": "highest", "sum": "total", "count": "number of"}


class Resolving:
    """Names of one question."""

    def __init__(self, ground: Ground, chosen: Chosen, sketch: Sketch) -> None:
        self.ground, self.chosen = ground, chosen
        self.catalogue, self.graph = ground.catalogue, ground.graph
        self.picked = {item.stem for item in sketch.picked}
        self.used: set[str] = set()
        self.things = {phrase.table for phrase in sketch.phrases}

    def beginning(self, table: str, word: str) -> Place:
        """The date that something's age counts from: of birth, or of its beginning."""
        entry = self.catalogue.tables[table]
        if not entry.born:
            raise Lost(word, why=f"I do not know from which date the age of a {entry.noun} counts.")
        if entry.columns[entry.born].personal:
            raise Lost(word, why=f"The {self.catalogue.label(table, entry.born)} of a {entry.noun} is personal.")
        return table, entry.born

    def years_before(self, months: int) -> date:
        """The day so many months before the bank's today."""
        today = self.ground.today
        first = today.year * 12 + today.month - 1 - months
        last = month_end(first // 12, first % 12 + 1)
        return last.replace(day=min(today.day, last.day))

    def total(self, figure: Figure) -> Figure:
        """The sum of what is averaged."""
        if figure.aggregate == "count":
            return figure
        says = figure.says.removeprefix("average ")
        return replace(figure, aggregate="sum", says=_says("sum", says))

    def column(self, item: Item, home: str, narrow: str = "", kinds: Iterable[str] = ()) -> Place:
        """The column a name means, seen from a table."""
        several = next((found for found in item.meanings if isinstance(found, Several)), None)
        named = [found for found in item.meanings if isinstance(found, Attribute)]
        own = [found for found in named if found.table in {narrow, home}]
        named = (
            own
            if own and any(found.short for found in named)
            else [found for found in named if not found.short] or self._called_short(named)
        )
        direct = [(found.table, found.column) for found in named]
        direct = [place for place in self._happened_to(item.text, direct, home) if not narrow or place[0] == narrow]
        if kinds:
            direct = [place for place in direct if self.catalogue.tables[place[0]].columns[place[1]].kind in kinds]
        if several and not (narrow and direct):
            option = self.option(several.word)
            if "." not in option:
                raise Lost(item.text)
            table, _, column = option.partition(".")
            return table, column
        return self.nearest(item.text, direct, home)

    def _happened_to(self, word: str, places: list[Place], home: str) -> list[Place]:
        """A verb is said of the things that are asked about: loans do not expire where only facilities have an expiry."""
        if home not in self.things or word.casefold().split()[-1] in {"date", "dates", "day", "month", "year"}:
            return places
        dates = [place for place in places if self.catalogue.tables[place[0]].columns[place[1]].kind == "date"]
        strange = [place for place in dates if place[0] not in self.things]
        return [place for place in places if place not in strange]

    def _called_short(self, named: list[Attribute]) -> list[Attribute]:
        """Only things of the question are "opened" or "issued": what another table's date is about is not meant."""
        dates = [found for found in named if self.catalogue.tables[found.table].columns[found.column].kind == "date"]
        return [found for found in named if found not in dates or found.table in self.things]

    def nearest(self, word: str, places: Sequence[Place], home: str) -> Place:
        """The one place that is fewest joins away; the banker is asked between equals."""
        if not places:
            raise Lost(word)
        distances = {place: self.distance(home, place[0]) for place in places}
        least = min(distances.values())
        near = [place for place in places if distances[place] == least]
        options = [(f"{table}.{column}", self.named(table, column)) for table, column in dict.fromkeys(near)]
        message = "Who is meant?" if word.casefold().startswith("who ") else f"Which {word} do you mean?"
        table, _, column = self.chosen.among(word.casefold(), options, message).partition(".")
        return table, column

    def distance(self, home: str, table: str) -> int:
        """Joins up; things below count as further than all things above."""
        if not home:
            return 0
        up = self.graph.distance(home, table)
        return up if up < 50 else 100 + self.graph.distance(table, home)

    def named(self, table: str, column: str) -> str:
        """A column with its noun, to tell it from others with the same label."""
        label, noun = self.catalogue.label(table, column), self.catalogue.tables[table].noun
        return label if noun in label else f"{label} of the {noun}"

    def option(self, word: str, allowed: Iterable[str] = ()) -> str:
        """The option of an ambiguous word: chosen, picked by other words of the question, or asked for."""
        options = [option for option in self.catalogue.ambiguous[word] if not allowed or option in set(allowed)]
        if not options:
            raise Lost(word)
        if self.chosen.made(word) in options:
            return self.chosen.made(word)
        by_words = picks(self.catalogue, word, self.catalogue.ambiguous[word])
        for pick in sorted(self.picked & set(by_words)):
            if by_words[pick] in options:
                self.used.add(pick)
                return by_words[pick]
        own = [option for option in options if self._is_of_things(option)]
        if len(own) == 1:
            return own[0]
        earlier = [option for option in options if option in self.chosen.all]
        if len(earlier) == 1:
            return earlier[0]
        named = [(option, option_name(self.catalogue, option)) for option in options]
        return self.chosen.among(word, named, f"Which {word} do you mean?")

    def _is_of_things(self, option: str) -> bool:
        """Whether a measure is the things' own ("balance" of accounts, of loans)."""
        measure = self.catalogue.measures.get(option)
        if not measure or not measure.table:
            return False
        key = self.catalogue.tables[measure.table].key
        shares = {thing for thing in self.things if self.graph.distance(measure.table, thing) == 1}
        same = any(self.catalogue.tables[thing].key == key for thing in shares)
        return measure.table in self.things or same

    def figure(self, asked: Asked, home: str) -> Figure:
        """The figure that is asked for."""
        if asked.age:
            return self._age(asked, home)
        if asked.table:
            return self._of_things(asked)
        if asked.distinct:
            table, column = self.column(asked.item, home, asked.narrow)
            label = self.catalogue.label(table, column)
            return Figure(table, "count", f"number of different values of {label}", "count", distinct=column)
        measure = next((found.measure for found in asked.item.meanings if isinstance(found, Named)), "")
        several = next((found for found in asked.item.meanings if isinstance(found, Several)), None)
        if several and not measure:
            measure = self.option(several.word)
            if measure not in self.catalogue.measures:
                raise Lost(asked.item.text)
        if measure:
            return self.measure(measure, asked.aggregate, asked.item.text)
        return self._of_column(asked, home)

    def _of_things(self, asked: Asked) -> Figure:
        """How many of them, or their main amount."""
        if asked.aggregate in {"main", "rank"}:
            return self.main_figure(asked)
        return self.count(asked.table) if asked.aggregate == "count" else self._main(asked)

    def _age(self, asked: Asked, home: str) -> Figure:
        """Whole years from a thing's beginning to the bank's today."""
        if not home:
            raise Lost(asked.item.text)
        table, column = self.beginning(home, asked.item.text)
        stored = self.catalogue.tables[table].columns[column].stored
        name = f'"{column}"'
        day = {"native": f"STRFTIME('%Y-%m-%d', {name})", "iso": name}.get(stored, "")
        if stored == "yyyymmdd":
            text = f"CAST({name} AS TEXT)"
            day = f"(SUBSTR({text}, 1, 4) || '-' || SUBSTR({text}, 5, 2) || '-' || SUBSTR({text}, 7, 2))"
        if not day:
            raise Lost(asked.item.text)
        today = self.ground.today
        before = f"CASE WHEN SUBSTR({day}, 6, 5) > '{today:%m-%d}' THEN 1 ELSE 0 END"
        value = f"{today.year} - CAST(SUBSTR({day}, 1, 4) AS INTEGER) - {before}"
        noun = self.catalogue.tables[table].noun
        says = _says(asked.aggregate, f"age of a {noun} in whole years, by the {self.catalogue.label(table, column)}")
        return Figure(table, asked.aggregate, says, "number", value)  # type: ignore[arg-type]

    def count(self, table: str) -> Figure:
        """How many things of a table there are."""
        if not self.catalogue.tables[table].countable:
            raise Lost(self.catalogue.tables[table].noun)
        return Figure(table, "count", f"number of {plural(self.catalogue, table)}", "count")

    def measure(self, name: str, aggregate: str = "", word: str = "") -> Figure:
        """A measure of the catalogue, perhaps aggregated in another way."""
        measure = self.catalogue.measures[name]
        if measure.of:
            if aggregate:
                raise Lost(aggregate, word)
            parts = (self.measure(measure.of), self.measure(measure.over))
            return Figure(parts[0].table, "sum", measure.says or name, measure.kind, parts=parts)
        how = _how(measure, aggregate)
        if not how:
            raise Lost(aggregate, word or name)
        kind = "count" if how == "count" else measure.kind
        column = self.catalogue.tables[measure.table].columns.get(measure.value)
        currency = column.currency if column else ""
        says = measure.says or name
        says = says if how == measure.aggregate and how in {"count", "average"} else _says(how, says)
        return Figure(measure.table, how, says, kind, measure.value, measure.where, currency)

    def main_measure(self, table: str) -> str:
        """The first measure that sums amounts of a thing and is named after it; else its only one, or the one meant."""
        noun = set(stems(self.catalogue.tables[table].noun))
        summed = [
            (name, measure)
            for name, measure in self.catalogue.measures.items()
            if measure.table and measure.aggregate == "sum" and measure.kind == "amount"
        ]
        for name, measure in summed:
            if self._is_of(measure.table, table) and noun <= set(stems(name)):
                return name
        summed = [(name, measure) for name, measure in summed if not _caps(measure.says or name)]
        own = [name for name, measure in summed if measure.table == table and not measure.where]
        columns = self.catalogue.tables[table].columns
        of_some = [name for name, measure in summed if measure.table == table and measure.value in columns]
        own = own or (of_some if len(of_some) == 1 else [])  # "balance of accounts that are not closed"
        named = [name for name in own if self._named_after(table, self.catalogue.measures[name].value, noun)]
        own = named if len(named) == 1 else own
        options = [(name, self.catalogue.measures[name].says or name) for name in own]
        return self.chosen.among(f"main {table}", options, "Which of their amounts do you mean?") if own else ""

    def same_thing(self, fact: str, table: str) -> bool:
        """Whether the rows of a fact are the thing itself, or its shares."""
        return fact == table or self.catalogue.tables[fact].key == self.catalogue.tables[table].key

    def _named_after(self, table: str, column: str, noun: set[str]) -> bool:
        """Whether a column is just the amount of the thing: "loan amount", "amount"."""
        known = column in self.catalogue.tables[table].columns
        label = set(stems(self.catalogue.label(table, column))) if known else set()
        return label == {*noun, "amount"} or label == {"amount"}

    def _is_of(self, fact: str, table: str) -> bool:
        """Whether a table holds the amounts of the things of another: it is theirs, or the shares they are parted into."""
        return fact == table or (not self.catalogue.tables[fact].countable and self.graph.distance(fact, table) == 1)

    def main_figure(self, asked: Asked) -> Figure:
        """The main amount of things: the measure named after them, else their only amount."""
        name, column = self.main_measure(asked.table), self.main_column(asked.table)
        name = name or (self._ranking(asked) if asked.aggregate == "rank" else "")
        if name:
            return self.measure(name)
        if not column:
            return self.measure(self._ranking(asked))
        about, label = self.catalogue.tables[asked.table].columns[column], self.catalogue.label(asked.table, column)
        return Figure(asked.table, "sum", _says("sum", label), about.kind, column, currency=about.currency)

    def _ranking(self, asked: Asked) -> str:
        """The measure by which things without an amount of their own are ranked: the first of each table of amounts is offered."""
        first: dict[str, tuple[str, str]] = {}
        for name, measure in self.catalogue.measures.items():
            summed = measure.aggregate == "sum" and measure.kind == "amount" and bool(measure.table)
            if summed and measure.table not in first and self.graph.reaches(measure.table, asked.table):
                first[measure.table] = (name, measure.says or name)
        if not first:
            raise Lost(asked.item.text, why="I do not know by what they are to be ranked.")
        many = plural(self.catalogue, asked.table)
        message = f"By what are the {many} to be ranked?"
        options = [*first.values(), ("", "something else")] if len(first) == 1 else list(first.values())
        found = self.chosen.among(f"rank of {many}", options, message)
        if not found:
            raise Lost(asked.item.text, why="Say by what they are to be ranked.")
        return found

    def main_column(self, table: str) -> str:
        """The only amount of a thing; what is left after each booking does not count."""
        entry = self.catalogue.tables[table]
        amounts = [name for name, column in entry.columns.items() if column.kind == "amount" and not column.personal]
        amounts = [name for name in amounts if stems(self.catalogue.label(table, name))[0] not in {"average", "mean"}]
        amounts = [name for name in amounts if not _caps(self.catalogue.label(table, name))]
        own = [name for name in amounts if "balance" not in stems(self.catalogue.label(table, name))]
        found = own if len(own) == 1 else amounts
        return found[0] if len(found) == 1 else ""

    def adds_up(self, table: str, column: str) -> bool:
        """Whether some measure of the catalogue sums this column: then it may be summed without being told to."""
        found = self.catalogue.measures.values()
        return any((known.table, known.aggregate, known.value) == (table, "sum", column) for known in found)

    def _main(self, asked: Asked) -> Figure:
        name = self.main_measure(asked.table)
        column = "" if name else self.main_column(asked.table)
        if column:
            figure = self.main_figure(asked)
            label = self.catalogue.label(asked.table, column)
            main = replace(figure, aggregate=asked.aggregate, says=_says(asked.aggregate, label))  # type: ignore[arg-type]
            if asked.aggregate != "sum" or not asked.plainly:
                return main
        if asked.aggregate != "sum":
            if not name:
                raise Lost(asked.aggregate, asked.item.text)
            return self.measure(name, asked.aggregate)
        options = [("count", f"the number of {plural(self.catalogue, asked.table)}")] if asked.plainly else []
        options += [(name, _says("sum", self.catalogue.measures[name].says or name))] if name else []
        options += [("main", main.says)] if column else []
        if not options:
            raise Lost(asked.item.text)
        word = f"total {asked.item.text}".casefold()
        found = self.chosen.among(word, options, f"What do you mean by {word}?")
        if found == "main":
            return main
        return self.count(asked.table) if found == "count" else self.measure(found)

    def _of_column(self, asked: Asked, home: str) -> Figure:
        kinds = (
            "amount",
            "percent",
            "count",
            "number",
            *(("date",) if asked.aggregate in {"minimum", "maximum"} else ()),
        )
        table, column = self.column(asked.item, home, asked.narrow, kinds)
        about = self.catalogue.tables[table].columns[column]
        how = asked.aggregate or ("sum" if self.adds_up(table, column) else "")
        if asked.implied and not how:
            how = {"count": "sum", "percent": "average"}.get(about.kind, "")
        label = stems(self.catalogue.label(table, column))
        # Averages, rates and running balances do not add up.
        lasting = bool(self.catalogue.tables[table].date) and not self.catalogue.tables[table].snapshot
        averaged = label[0] in {"average", "mean"}
        how = how or ("average" if averaged and (asked.implied or asked.grouped) else "")
        foolish = averaged or "rate" in label or not about.additive
        running = lasting and "balance" in label  # after each booking: neither its sum nor its average means anything
        if (
            not how
            or (how == "sum" and (about.kind not in _SUMMED or foolish))
            or (running and how in {"sum", "average"})
        ):
            raise Lost(asked.item.text)
        says = _says(how, self.catalogue.label(table, column))
        return Figure(table, how, says, about.kind, column, currency=about.currency)  # type: ignore[arg-type]


def _caps(label: str) -> bool:
    """A limit is how large something may become, not how large it is."""
    return "limit" in stems(label)


def _how(measure: Measure, aggregate: str) -> Aggregate | None:
    """The aggregate, unless it would make no sense: a sum of rates, the average of a count."""
    if not aggregate:
        return measure.aggregate
    if measure.aggregate == "count" or (aggregate == "sum" and measure.kind not in _SUMMED):
        return "count" if aggregate == "sum" and measure.aggregate == "count" else None
    if measure.aggregate == "average" and aggregate == "sum":
        return None
    return aggregate  # type: ignore[return-value]


def _says(how: str, says: str) -> str:
    word = _SAYS[how]
    if how in {"minimum", "maximum"}:
        return f"{word} {says.removeprefix('total ').removeprefix('average ')}"
    return says if says.split()[0] in {word, "total", "number", "average"} else f"{word} {says}"
