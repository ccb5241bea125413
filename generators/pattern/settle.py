"""From a sketch to an intent: every word gets its one meaning and its place, or the question stops."""

from dataclasses import replace
from datetime import timedelta

from generators.pattern.doubt import Chosen, Lost
from generators.pattern.holding import Holding
from generators.pattern.intent import (
    ByColumn,
    ByPeriod,
    ByThing,
    Condition,
    During,
    Figure,
    Group,
    Has,
    Intent,
    Limit,
    Order,
    Total,
    Where,
)
from generators.pattern.meanings import Figure as Measured
from generators.pattern.meanings import Item
from generators.pattern.periods import Period
from generators.pattern.query import Ground, Unreachable
from generators.pattern.resolving import Resolving
from generators.pattern.sketch import Asked, Grouped, Phrase, Ranked, Raw, Sketch, Termed, Vague
from generators.pattern.statement import needs_wholes, root_of

_EVENTS = ("ed", "off", "paid", "paid back", "written off")  # terms that are also something that happens on a day
_VAGUE = (("10", "the 10 {}"), ("25", "the 25 {}"), ("50", "the 50 {}"))


def settle(sketch: Sketch, ground: Ground, chosen: Chosen) -> Intent:
    """The intent of a sketch. Raises `Lost` or `Unclear`."""
    return _Settling(sketch, ground, chosen).intent()


class _Settling:
    def __init__(self, sketch: Sketch, ground: Ground, chosen: Chosen) -> None:
        self.sketch, self.ground, self.chosen = sketch, ground, chosen
        self.catalogue, self.graph = ground.catalogue, ground.graph
        self.names = Resolving(ground, chosen, sketch)
        self.subject = next((phrase for phrase in sketch.phrases if phrase.link == "subject"), None)
        self.every_month = False

    def intent(self) -> Intent:
        self._vague()
        self._whole()
        figures = self._figures()
        if len(set(figures)) < len(figures):
            raise Lost(*(asked.item.text for asked in self.sketch.figures))
        counted = [phrase for phrase in self.sketch.phrases if phrase.link == "counted"]
        if len(counted) > 1 and any(phrase.conditions for phrase in self.sketch.phrases):
            # What is said of one of them may or may not be meant of the other.
            raise Lost(*(phrase.item.text for phrase in counted))
        home = figures[0].table if figures else self._home()
        groups = self._groups(home)
        if figures:
            self.root = root_of(figures[0], tuple(groups), self.ground)
        else:
            self.root = home
        self.holding = Holding(self.names, self.root, self._nouns())
        conditions = self._conditions()
        if self.sketch.share:
            figures, conditions = self._shared(figures, conditions)
        figures, groups, having, conditions = self._listed_totals(figures, groups, conditions)
        month, conditions = self._periods(conditions, figures, groups)
        order, figures = self._order(figures, groups)
        intent = Intent(
            root=self.root,
            figures=tuple(figures),
            groups=tuple(groups),
            conditions=tuple(conditions),
            order=order,
            percent=self._percent(figures, groups),
            values=self._values(figures, groups),
            month=month,
            every_month=self.every_month,
            having=tuple(having),
            columns=tuple(self._columns(figures)),
        )
        self._all_was_used(intent)
        return intent

    def _nouns(self) -> frozenset[str]:
        """Every noun and named thing of the question, in its compared form."""
        return frozenset(item.stem for item in [*(phrase.item for phrase in self.sketch.phrases), *self.sketch.picked])

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

    def _home(self) -> str:
        if self.sketch.phrases:
            return self.sketch.phrases[0].table
        if self.sketch.dates:
            return self.names.column(self.sketch.dates[0][0], "", self.sketch.dates[0][1], ("date",))[0]
        if self.sketch.head:
            head = self.sketch.head
            return self.names.column(head.item, "", head.narrow)[0]
        raise Lost(why="I could not tell what is asked for.")

    def _figures(self) -> list[Figure]:
        """What is asked for in figures; a spread, a trend or "most common" counts, where nothing else was asked for."""
        sketch, near = self.sketch, self.sketch.phrases[0].table if self.sketch.phrases else ""
        figures = [self.names.figure(asked, near) for asked in sketch.figures]
        if figures:
            return figures
        units = any(group.unit for group in sketch.groups)
        if sketch.head and sketch.spread and not sketch.phrases and not sketch.groups:
            sketch.groups.append(sketch.head)
            sketch.head = None
            return [self.names.count(self.names.column(sketch.groups[0].item, "", sketch.groups[0].narrow)[0])]
        if sketch.spread == "amount" and sketch.phrases:
            name = self.names.main_measure(sketch.phrases[0].table)
            if name:
                self._counted(sketch.phrases[0])
                return [self.names.measure(name)]
        if sketch.common:
            return [self._common()]
        if sketch.phrases and (sketch.spread or sketch.share or sketch.groups or sketch.trend):
            self._counted(sketch.phrases[0])
            return [self.names.count(sketch.phrases[0].table)]
        if sketch.dates and (units or sketch.trend):
            return [self.names.count(self._home())]
        return []

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

    def _groups(self, home: str) -> list[Group]:
        sketch = self.sketch
        groups: list[Group] = [self._group(group, home) for group in sketch.groups]
        if sketch.head and (sketch.figures or sketch.common):
            groups.insert(0, self._group(sketch.head, home))
        if self.subject and sketch.figures:
            if groups:
                raise Lost(self.subject.item.text)
            groups.insert(0, ByThing(self.subject.table))
        if sketch.trend and not any(isinstance(group, ByPeriod) for group in groups):
            groups.append(self._unit("month", home))
        return groups

    def _group(self, group: Grouped, home: str) -> Group:
        if group.unit:
            return self._unit(group.unit, home)
        if group.table:
            entry = self.catalogue.tables[group.table]
            if not entry.countable:
                raise Lost(group.item.text)
            return ByThing(group.table)
        table, column = self.names.column(group.item, home, group.narrow)
        kind = self.catalogue.tables[table].columns[column].kind
        if kind in {"amount", "date"}:
            raise Lost(group.item.text)
        return ByColumn(table, column)

    def _unit(self, unit: str, home: str) -> Group:
        """Months of a named date; else of the snapshots; else of the table's own date."""
        if self.sketch.dates:
            item, narrow = self.sketch.dates.pop(0)
            table, column = self.names.column(item, home, narrow, ("date",))
            return ByPeriod(table, column, unit)  # type: ignore[arg-type]
        entry = self.catalogue.tables[home]
        if entry.snapshot:
            if unit != "month":
                raise Lost(unit, why="Month-end figures are not added up over months: ask by month.")
            self.every_month = True
            return ByPeriod(home, entry.snapshot.column, "month")
        if not entry.date:
            raise Lost(unit)
        return ByPeriod(home, entry.date, unit)  # type: ignore[arg-type]

    def _conditions(self) -> list[Condition]:
        """All that is said of things, as conditions on the rows of the root."""
        found = [self._at_root(raw) for raw in self.sketch.conditions]
        for phrase in self.sketch.phrases:
            if phrase.link in {"has", "hasnt"}:
                if not phrase.part:
                    found.append(self._had(phrase))
                continue
            said = [self.holding.of(raw, phrase.table) for raw in phrase.conditions]
            found += self._seen_from_root(phrase, said)
        return found

    def _at_root(self, raw: Raw) -> Condition:
        """Said of no noun: of what is counted or summed."""
        return self.holding.of(raw, self.root)

    def _seen_from_root(self, phrase: Phrase, said: list[Condition]) -> list[Condition]:
        if self.graph.reaches(self.root, phrase.table):
            return said
        if phrase.link == "counted" and not said:
            return []
        if phrase.link == "of":
            if not said:
                raise Lost(phrase.item.text)
            return [Has(self.root, phrase.table, tuple(said))]
        raise Unreachable(phrase.table)

    def _had(self, phrase: Phrase) -> Condition:
        parent = phrase.of.table if phrase.of else self.root
        said = tuple(self.holding.of(raw, phrase.table) for raw in phrase.conditions)
        if phrase.link == "hasnt":
            return Has(parent, phrase.table, said, "=", 0)
        return Has(parent, phrase.table, said, phrase.operator, phrase.number)

    def _shared(self, figures: list[Figure], conditions: list[Condition]) -> tuple[list[Figure], list[Condition]]:
        """A percentage: the part is what is said after the verb; without a verb, all that is said."""
        sketch = self.sketch
        if len(figures) != 1 or figures[0].parts or figures[0].aggregate not in {"count", "sum"}:
            raise Lost(sketch.share.text if sketch.share else "")
        home = sketch.phrases[0].table if sketch.phrases else self.root
        part = [self.holding.of(raw, home if self.graph.reaches(self.root, home) else self.root) for raw in sketch.part]
        part += [self._had(phrase) for phrase in sketch.phrases if phrase.part and phrase.link in {"has", "hasnt"}]
        if not part:
            part, conditions = conditions, []
        if not part:
            if not sketch.groups:
                raise Lost(sketch.share.text if sketch.share else "")
            sketch.spread = sketch.spread or "count"
            return figures, conditions
        base = figures[0]
        says = base.says.removeprefix("number of ").removeprefix("total ")
        return [replace(base, share=tuple(part), says=f"percentage of {says}", kind=base.kind)], conditions

    def _listed_totals(
        self, figures: list[Figure], groups: list[Group], conditions: list[Condition]
    ) -> tuple[list[Figure], list[Group], list[Total], list[Condition]]:
        """A list of things by their totals shows the totals: the same figure is shown and compared."""
        totals = [
            asked
            for asked in conditions
            if isinstance(asked, Total) and self.subject and asked.per == self.subject.table
        ]
        tables = {asked.figure.table for asked in totals} | {figure.table for figure in figures}
        if not totals or self.sketch.head or len(tables) != 1 or any(asked.conditions for asked in totals):
            return figures, groups, [], conditions
        if any(asked.figure.where != totals[0].figure.where for asked in totals):
            return figures, groups, [], conditions
        parted = [asked for asked in totals if needs_wholes(asked.figure, self.ground)]
        others = [asked for asked in conditions if asked not in totals or parted]
        table = totals[0].figure.table
        if groups and groups != [ByThing(totals[0].per)]:
            return figures, groups, [], conditions
        self.root = table
        shown = [*figures, *(asked.figure for asked in totals if asked.figure not in figures)]
        return list(dict.fromkeys(shown)), [ByThing(totals[0].per)], [] if parted else totals, others

    def _periods(
        self, conditions: list[Condition], figures: list[Figure], groups: list[Group]
    ) -> tuple[Period | None, list[Condition]]:
        """A period is the snapshot's, the date's of the facts, or the span of a trend."""
        if len(self.sketch.periods) > 1:
            raise Lost(*(period.words for period in self.sketch.periods))
        if not self.sketch.periods:
            return None, conditions
        period = self.sketch.periods[0]
        by_period = next((group for group in groups if isinstance(group, ByPeriod)), None)
        if by_period:
            return (period if self.every_month else None), [
                *conditions,
                During(by_period.table, by_period.column, period),
            ]
        entry = self.catalogue.tables[self.root]
        if entry.snapshot:
            self._is_one_month(period)
            self._is_a_state(period)
            if any(not self._is_snapshot(table) for asked in conditions for table in _tables(asked)):
                raise Lost(period.words, why="I cannot tell which of the two the period is about.")
            return period, conditions
        inner = [table for asked in conditions for table in _tables(asked) if table != self.root]
        if not entry.date or any(self._is_snapshot(table) for table in inner):
            raise Lost(period.words, why=f"I do not know which date of a {entry.noun} is meant.")
        return None, [*conditions, During(self.root, entry.date, period)]

    def _is_one_month(self, period: Period) -> None:
        newest = self.ground.values.newest.get(self.root)
        if not period.start or not period.end or period.unit not in {"month", "quarter", "year", "day"}:
            raise Lost(period.words, why="These are month-end figures: name one month, or ask by month.")
        spans = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
        most = {"month": 0, "quarter": 2, "year": 11, "day": 0}[period.unit]
        month_end = period.unit != "day" or _is_month_end(period)
        if spans != most or not month_end or (newest and period.start > newest):
            raise Lost(period.words, why="These are month-end figures, and there are none of that day or period.")

    def _is_a_state(self, period: Period) -> None:
        """ "charged off in 2025" is what happened in a year; month ends only know what had happened by then."""
        raws = (
            [raw for phrase in self.sketch.phrases for raw in phrase.conditions]
            + self.sketch.conditions
            + self.sketch.part
        )
        events = [raw.item.text for raw in raws if isinstance(raw, Termed) and raw.item.stem.endswith(_EVENTS)]
        if events and not self.sketch.stock:
            why = f"I know how things stood at a month end, not what happened in a period: say “at the end of {period.end:%B %Y}”."
            raise Lost(*events, why=why)

    def _is_snapshot(self, table: str) -> bool:
        entry = self.catalogue.tables[table]
        return bool(entry.snapshot) or not entry.date

    def _order(self, figures: list[Figure], groups: list[Group]) -> tuple[Order | None, list[Figure]]:
        ranked = self.sketch.ranked
        if not ranked:
            return None, figures
        descending = ranked.which in {"most", "latest"}
        if figures and not ranked.item:
            if not groups:
                raise Lost("top" if descending else "bottom")
            return Order(ranked.figure, None, descending, ranked.limit, ranked.ties), figures
        if figures or not self.subject:
            raise Lost(ranked.item.text if ranked.item else "top")
        return self._order_of_list(ranked, descending), figures

    def _order_of_list(self, ranked: Ranked, descending: bool) -> Order:
        table = self.subject.table if self.subject else self.root
        entry = self.catalogue.tables[table]
        if ranked.main and ranked.which in {"latest", "earliest"}:
            if not entry.date:
                raise Lost(ranked.item.text if ranked.item else "")
            place = (table, entry.date)
        elif ranked.item and not ranked.main:
            place = self.names.column(ranked.item, table, ranked.narrow)
        else:
            raise Lost(ranked.item.text if ranked.item else "top", why="I do not know by what they are to be ranked.")
        said = ranked.item.text if ranked.item else ""
        about = self.catalogue.tables[place[0]].columns[place[1]]
        label = self.catalogue.label(*place)
        if about.kind == "id":
            options = [("most", f"the highest {label}"), ("least", f"the lowest {label}")]
            word = f"top by {label}"
            descending = self.chosen.among(word, options, f"Which {label} comes first?") == "most"
        elif about.kind not in {"amount", "percent", "count", "number", "date", "month"}:
            raise Lost(said)
        if not self.graph.reaches(self.root, place[0]):
            raise Lost(said)
        return Order(0, Limit(place[0], place[1], about.kind, "=", (), label), descending, ranked.limit, ranked.ties)

    def _percent(self, figures: list[Figure], groups: list[Group]) -> bool:
        if not self.sketch.spread or not figures:
            return False
        additive = figures[0].aggregate in {"count", "sum"} and not figures[0].parts and not figures[0].share
        if not groups or not additive or self.every_month:
            raise Lost(self.sketch.spread)
        # Where one thing falls into several groups, percentages of the whole would exceed it.
        if any(not self.graph.reaches(figures[0].table, group.table) for group in groups):
            raise Lost(self.sketch.spread)
        return True

    def _values(self, figures: list[Figure], groups: list[Group]) -> ByColumn | None:
        head = self.sketch.head
        if not head or figures or self.subject:
            return None
        return ByColumn(*self.names.column(head.item, self.root, head.narrow))

    def _columns(self, figures: list[Figure]) -> list[ByColumn]:
        """The columns of a list that were asked for."""
        head = self.sketch.head
        heads = [(head.item, head.narrow)] if head and self.subject and not self.sketch.figures else []
        named = [*self.sketch.columns, *heads]
        if not named:
            return []
        if figures or not self.subject:
            raise Lost(*(item.text for item, _ in named))
        found = [ByColumn(*self.names.column(item, self.root, narrow)) for item, narrow in named]
        if any(not self.graph.reaches(self.root, group.table) for group in found):
            raise Lost(*(item.text for item, _ in named))
        return found

    def _all_was_used(self, intent: Intent) -> None:
        """Each word must have had an effect; one that had none was not understood."""
        sketch = self.sketch
        unused = [item.text for item in sketch.picked if item.stem not in self.names.used]
        unused += [item.text for item, _ in sketch.dates]
        unused += [item.text for item in sketch.based if not _is_said(item, intent)]
        by_period = any(isinstance(group, ByPeriod) for group in intent.groups)
        shared = intent.percent or any(figure.share for figure in intent.figures)
        inner = self.every_month and any(_tables(asked) for asked in _all(intent) if not isinstance(asked, Where))
        unused += [
            word
            for word, idle in (
                (sketch.distinct.text if sketch.distinct else "", bool(intent.figures)),
                (sketch.spread, not intent.percent),
                (sketch.share.text if sketch.share else "", not shared),
                ("top" if sketch.ranked else "", not intent.order),
                ("trend" if sketch.trend else "", not by_period),
                ("month" if inner else "", True),
            )
            if word and idle
        ]
        if unused:
            raise Lost(*unused)


def _is_said(item: Item, intent: Intent) -> bool:
    """Whether a condition is about the column that the question says it is based on."""
    said = " ".join(asked.where for asked in _all(intent) if isinstance(asked, Where))
    return any(getattr(found, "column", "") and getattr(found, "column", "") in said for found in item.meanings)


def _is_month_end(period: Period) -> bool:
    return period.end is not None and (period.end + timedelta(days=1)).day == 1


def _all(intent: Intent) -> list[Condition]:
    found: list[Condition] = []
    waiting = [*intent.conditions, *(asked for figure in intent.figures for asked in figure.share)]
    while waiting:
        asked = waiting.pop()
        found.append(asked)
        waiting.extend(getattr(asked, "conditions", ()))
        if inner := getattr(asked, "condition", None):
            waiting.append(inner)
    return found


def _tables(asked: Condition) -> list[str]:
    """The tables that a condition reads in queries of their own."""
    found = []
    for known in _all(Intent("", conditions=(asked,))):
        if isinstance(known, Has):
            found.append(known.other)
        elif isinstance(known, Total):
            found.append(known.figure.table)
    return found
