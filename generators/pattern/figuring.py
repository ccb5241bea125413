"""Which figures a question asks for, said or implied, and how several of them make one."""

from bank.table import Kind
from generators.pattern.doubt import Lost
from generators.pattern.intent import ByColumn, ByThing, Figure, Group, Test
from generators.pattern.meanings import Attribute, Item
from generators.pattern.meanings import Figure as Measured
from generators.pattern.reading import plural
from generators.pattern.resolving import Resolving
from generators.pattern.sketch import Asked, Compared, Grouped, Phrase, Ranked, Sketch, Vague, Valued
from generators.pattern.telling import columns_of

_VAGUE = (("10", "the 10 {}"), ("25", "the 25 {}"), ("50", "the 50 {}"))


class Figuring:
    """The figures of one question. `subject` is the thing that is listed, where none is counted or summed."""

    def __init__(self, sketch: Sketch, names: Resolving) -> None:
        self.sketch, self.names = sketch, names
        self.catalogue, self.graph, self.chosen = names.catalogue, names.graph, names.chosen
        self.subject = next((phrase for phrase in sketch.phrases if phrase.link == "subject"), None)
        self.tested: Test | None = None

    def figures(self) -> list[Figure]:
        """What is asked for in figures; a spread, a trend or "most common" counts, where nothing else was asked for."""
        sketch, near = self.sketch, self.sketch.phrases[0].table if self.sketch.phrases else ""
        self._vague()
        self._whole()
        self._yes_or_no()
        self._implied()
        self._top_of_list()
        for asked in sketch.figures:
            asked.grouped = bool(sketch.groups)
        found = [self.names.figure(asked, near) for asked in sketch.figures] or self._unasked()
        self._which_is_more(found)
        self._each_its_own(found)
        if len(set(found)) < len(found):
            raise Lost(*(asked.item.text for asked in sketch.figures))
        counted = [phrase for phrase in sketch.phrases if phrase.link == "counted"]
        if len(counted) > 1 and any(phrase.conditions for phrase in sketch.phrases):
            # What is said of one of them may or may not be meant of the other.
            raise Lost(*(phrase.item.text for phrase in counted))
        return found

    def _each_its_own(self, found: list[Figure]) -> None:
        """ "average balance of loans and deposits": whether of the second too cannot be told, where it could be."""
        asked = self.sketch.figures
        for one, other, before, behind in zip(asked, asked[1:], found, found[1:], strict=False):
            apart = one.aggregate in {"average", "minimum", "maximum"} and not other.aggregate
            if apart and before.kind == behind.kind == "amount" and behind.aggregate == "sum":
                raise Lost(other.item.text, why=f"Say “{one.aggregate}” or “total” before each figure.")

    def _unasked(self) -> list[Figure]:
        """The figure of a question that names none."""
        sketch = self.sketch
        if sketch.head and sketch.spread and not sketch.phrases and not sketch.groups:
            sketch.groups.append(sketch.head)
            sketch.head = None
            return [self.names.count(self.names.column(sketch.groups[0].item, "", sketch.groups[0].narrow)[0])]
        if sketch.spread == "amount" and sketch.phrases and (name := self.names.main_measure(sketch.phrases[0].table)):
            self._counted(sketch.phrases[0])
            return [self.names.measure(name)]
        if sketch.common:
            return [self._common()]
        if sketch.change and sketch.phrases and not sketch.step:  # did their number grow, or their amount?
            self._counted(sketch.phrases[0])
            return [self.names.figure(Asked(sketch.phrases[0].item, "sum", sketch.phrases[0].table), "")]
        if sketch.phrases and (sketch.spread or sketch.share or sketch.groups or sketch.trend or sketch.versus):
            self._counted(sketch.phrases[0])
            return [self.names.count(sketch.phrases[0].table)]
        if sketch.dates and (sketch.trend or any(group.unit for group in sketch.groups)):
            return [self.names.count(self.home())]
        return []

    def home(self) -> str:
        """The table whose things are listed or counted."""
        if self.sketch.phrases:
            return self.sketch.phrases[0].table
        if self.sketch.dates:
            return self.names.column(self.sketch.dates[0][0], "", self.sketch.dates[0][1], ("date",))[0]
        if self.sketch.head and not self.sketch.head.unit:
            head = self.sketch.head
            return self.names.column(head.item, "", head.narrow)[0]
        raise Lost(why="I could not tell what is asked for.")

    def per_thing(self, figures: list[Figure], groups: list[Group]) -> tuple[list[Figure], list[Group]]:
        """ "average number of loans per customer": loans by the number of customers, all or those that have any."""
        averaged = [asked for asked in self.sketch.figures if asked.mean]
        means = [figure for asked, figure in zip(self.sketch.figures, figures, strict=False) if asked.mean]
        counts = any(figure.aggregate == "count" and not figure.distinct for figure in means)
        said = self.sketch.groups
        counted = len(figures) == 1 and figures[0].aggregate == "count" and not figures[0].distinct
        if not averaged and counted and len(said) > 1 and said[0].per and said[0].table and not said[1].per:
            averaged, counts = list(self.sketch.figures), True  # "number of loans per customer by industry"
        divides = bool(groups) and bool(averaged) and (counts or (bool(said) and said[0].per))
        if counts and not groups:
            raise Lost("average")
        if averaged and not groups:
            return self._of_things(figures), groups
        if not divides:
            return figures, groups
        of, *rest = groups
        figure, asked = figures[0], self.sketch.figures[0]
        if len(figures) > 1 and not counts:
            return figures, groups  # "minimum, maximum and average balance per branch"
        if len(figures) > 1 or not isinstance(of, ByThing | ByColumn) or figure.parts:
            raise Lost(asked.item.text)
        made = self._per_value(figure, of) if isinstance(of, ByColumn) else self._per_one(figure, of, asked)
        return (made, rest) if made else (figures, groups)

    def _of_things(self, figures: list[Figure]) -> list[Figure]:
        """ "average exposure of customers": of each limit of theirs, or of each customer?"""
        things = [phrase for phrase in self.sketch.phrases if phrase.link == "of"]
        figure = figures[0]
        if (
            len(figures) != 1
            or len(things) != 1
            or figure.parts
            or figure.kind != "amount"
            or not things[0].item.plural
        ):
            return figures
        table = things[0].table
        own = self.names.same_thing(figure.table, table) or not self.graph.reaches(figure.table, table)
        if own or not self.catalogue.tables[table].countable:
            return figures
        many = plural(self.catalogue, table)
        options = [
            ("row", f"over the {plural(self.catalogue, figure.table)}"),
            ("thing", f"the total by the number of {many}"),
        ]
        word = f"average of {things[0].item.text}".casefold()
        if self.chosen.among(word, options, f"Which average of {many} do you mean?") == "row":
            return figures
        says = f"average {figure.says.removeprefix('average ').removeprefix('total ')} per {self.catalogue.tables[table].noun}"
        number = Figure(table, "count", f"number of {many}", "count")
        total = self.names.total(figure)
        return [_mean(total, number, says, True), _mean(total, number, f"{says} that has any", False)]

    def _per_value(self, figure: Figure, of: ByColumn) -> list[Figure]:
        if figure.aggregate != "count":
            return []
        below = Figure(of.table, "count", "", "count", distinct=of.column)
        return [_mean(figure, below, f"average {figure.says} per {self.catalogue.label(of.table, of.column)}", False)]

    def _per_one(self, figure: Figure, of: ByThing, asked: Asked) -> list[Figure]:
        """Over all things, and beside it over those that have any; nothing where each has an average of its own."""
        noun, many = self.catalogue.tables[of.table].noun, plural(self.catalogue, of.table)
        if figure.aggregate != "count":
            if figure.table == of.table:
                return [figure]  # "average revenue per sale": of each sale there is one
            options = [("each", f"one average for each {noun}"), ("one", f"the total by the number of {many}")]
            word = f"average {asked.item.text} per {noun}".casefold()
            if self.chosen.among(word, options, f"Which average per {noun} do you mean?") == "each":
                return []
        total, number = self.names.total(figure), Figure(of.table, "count", f"number of {many}", "count")
        says = f"average {figure.says.removeprefix('average ').removeprefix('total ')} per {noun}"
        return [_mean(total, number, says, True), _mean(total, number, f"{says} that has any", False)]

    def combined(self, figures: list[Figure]) -> list[Figure]:
        """ "A divided by B", "A minus B": two figures become one."""
        sketch = self.sketch
        said = sketch.ratio or sketch.minus
        if not said or len(figures) != 2:
            return figures
        one, other = figures
        if one.parts or other.parts or one.share or other.share or (sketch.minus and one.kind != other.kind):
            raise Lost(said.text)
        apart = one.table != other.table
        if sketch.minus:
            sketch.minus = None
            says = f"{one.says} minus {other.says}"
            return [Figure(one.table, "sum", says, one.kind, parts=(one, other), operation="difference", apart=apart)]
        sketch.ratio = None
        kind: Kind = "percent" if sketch.shared else "number"
        says = f"{one.says} as a percentage of {other.says}" if sketch.shared else f"{one.says} divided by {other.says}"
        return [Figure(one.table, "sum", says, kind, parts=(one, other), apart=apart)]

    def _vague(self) -> None:
        """ "high loan balances": how many of the highest is the banker's to say."""
        for place in (self.sketch.conditions, *(phrase.conditions for phrase in self.sketch.phrases)):
            for raw in [raw for raw in place if isinstance(raw, Vague)]:
                word = f"{'high' if raw.which == 'most' else 'low'} {raw.item.text}".casefold()
                end = "highest" if raw.which == "most" else "lowest"
                options = [(key, label.format(end)) for key, label in _VAGUE]
                number = self.chosen.among(word, options, f"What counts as {word}?")
                if self.sketch.ranked or self.sketch.figures or not self.subject:
                    raise Lost(word)
                self.sketch.figures.append(Asked(raw.item, narrow=raw.narrow))
                self.sketch.ranked = Ranked(raw.which, int(number))
                place.remove(raw)

    def _whole(self) -> None:
        """ "the total balances for all customers": one total, or one for each?"""
        sketch = self.sketch
        others = [phrase for phrase in sketch.phrases if phrase.link == "of"]
        if not sketch.whole or len(others) != 1 or len(sketch.figures) != 1 or sketch.groups:
            return
        noun = self.catalogue.tables[others[0].table].noun
        name = self.names.main_measure(others[0].table)
        named = {found.measure for found in sketch.figures[0].item.meanings if isinstance(found, Measured)}
        if name in named or sketch.figures[0].table == others[0].table:
            return
        options = [("total", "one total for all of them"), ("each", f"one for each {noun}")]
        word = f"all {others[0].item.text}".casefold()
        if self.chosen.among(word, options, f"One total for {word}, or one for each?") == "each":
            sketch.groups.append(Grouped(others[0].item, table=others[0].table))

    def _which_is_more(self, figures: list[Figure]) -> None:
        """Two figures of one kind, of all rows."""
        sketch = self.sketch
        if not sketch.tested:
            return
        if (
            len(figures) != 2
            or figures[0].kind != figures[1].kind
            or sketch.groups
            or sketch.ranked
            or sketch.conditions
        ):
            raise Lost(why="I cannot tell what is to be compared.")
        self.tested = Test(sketch.tested, second=True)  # type: ignore[arg-type]

    def _yes_or_no(self) -> None:
        """Makes the figure of a question of yes or no, where none was asked for: how many there are."""
        sketch = self.sketch
        if not sketch.yes_no or sketch.figures or sketch.groups or sketch.ranked or sketch.share or sketch.columns:
            return
        if sketch.change or sketch.versus:
            return  # "did deposits decline": by how much says it
        compared = [raw for raw in sketch.conditions if isinstance(raw, Compared) and raw.item and not raw.conditions]
        if not sketch.phrases and len(compared) == 1 and not compared[0].negated and len(compared[0].numbers) == 1:
            asked = compared[0]
            assert asked.item is not None  # noqa: S101 - filtered above
            sketch.conditions.remove(asked)
            sketch.figures.append(Asked(asked.item, asked.aggregate, narrow=asked.narrow))
            self.tested = Test(asked.operator, asked.numbers[0])
        elif self.subject:
            sketch.figures.append(Asked(self.subject.item, "count", self.subject.table))
            self._counted(self.subject)
            self.tested = Test(">", 0)
        elif not sketch.phrases and not sketch.head:
            self._whether_one_is()

    def _whether_one_is(self) -> None:
        """ "Is Willowbank Mills on the watch list?": a value that names one kind of thing."""
        named = [raw for raw in self.sketch.conditions if isinstance(raw, Valued)]
        places = {table for raw in named for table, _ in columns_of(raw.items[0])}
        tables = [table for table in places if self.catalogue.tables[table].countable]
        if len(tables) == 1:
            self.sketch.figures.append(Asked(named[0].items[0], "count", tables[0]))
            self.tested = Test(">", 0)

    def _implied(self) -> None:
        """ "inhabitants by region": figures of each are added up, rates averaged; "share of each card type" counts."""
        sketch = self.sketch
        head = sketch.head
        if head and sketch.groups and not sketch.figures and not sketch.phrases:
            named = [(head.item, head.narrow), *sketch.columns]
            if all(self._kinds(item) and self._kinds(item) <= {"count", "percent", "amount"} for item, _ in named):
                sketch.figures += [Asked(item, narrow=narrow, implied=True) for item, narrow in named]
                sketch.head, sketch.columns = None, []
        elif sketch.share and sketch.groups and not sketch.figures and not sketch.phrases and not head:
            group = sketch.groups[0]
            table = group.table or self.names.column(group.item, "", group.narrow)[0]
            sketch.figures.append(Asked(group.item, "count", table))

    def _top_of_list(self) -> None:
        """ "our top 5 customers": by their main amount, or by what the banker says."""
        sketch, ranked = self.sketch, self.sketch.ranked
        said = sketch.figures or sketch.groups or sketch.head or sketch.common
        if ranked and self.subject and not (said or ranked.item or ranked.main):
            sketch.figures.append(Asked(self.subject.item, "rank", self.subject.table))

    def _kinds(self, item: Item) -> set[str]:
        columns = [found for found in item.meanings if isinstance(found, Attribute)]
        return {self.catalogue.tables[found.table].columns[found.column].kind for found in columns}

    def _counted(self, phrase: Phrase) -> None:
        phrase.link = "counted"
        self.subject = None if self.subject is phrase else self.subject

    def _common(self) -> Figure:
        """How often a column's values, or things, occur: counted by the things that have them."""
        sketch = self.sketch
        sketch.ranked = sketch.ranked or Ranked(sketch.common)
        if sketch.head:
            if not sketch.head.item.plural and not sketch.ranked.limit:
                sketch.ranked.limit, sketch.ranked.ties = 1, True
            table, _ = self.names.column(sketch.head.item, "", sketch.head.narrow)
            return self.names.count(table)
        raise Lost(sketch.common)


def _mean(above: Figure, below: Figure, says: str, apart: bool) -> Figure:
    kind: Kind = "number" if above.kind == "count" else above.kind
    return Figure(above.table, "sum", says, kind, currency=above.currency, parts=(above, below), apart=apart)
