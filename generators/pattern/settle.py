"""From a sketch to an intent: every word gets its one meaning and its place, or the question stops."""

from dataclasses import replace

from generators.pattern.belonging import Belonging
from generators.pattern.doubt import Chosen, Lost
from generators.pattern.figuring import Figuring
from generators.pattern.grouping import groups_of
from generators.pattern.holding import Holding
from generators.pattern.intent import (
    ByColumn,
    ByPeriod,
    ByThing,
    Condition,
    Figure,
    Group,
    Has,
    Intent,
    Months,
    Total,
)
from generators.pattern.money import one_currency
from generators.pattern.ordering import order_of
from generators.pattern.possessing import Possessing, can_hold
from generators.pattern.query import Ground, Unreachable
from generators.pattern.resolving import Resolving
from generators.pattern.siding import Siding
from generators.pattern.sketch import (
    Phrase,
    Raw,
    Sketch,
    Termed,
    Valued,
)
from generators.pattern.statement import needs_wholes, root_of
from generators.pattern.timing import Timing
from generators.pattern.using import all_was_used


def settle(sketch: Sketch, ground: Ground, chosen: Chosen) -> Intent:
    """The intent of a sketch. Raises `Lost` or `Unclear`."""
    return _Settling(sketch, ground, chosen).intent()


class _Settling:
    def __init__(self, sketch: Sketch, ground: Ground, chosen: Chosen) -> None:
        self.sketch, self.ground, self.chosen = sketch, ground, chosen
        self.catalogue, self.graph = ground.catalogue, ground.graph
        self.names = Resolving(ground, chosen, sketch)

    def intent(self) -> Intent:
        Belonging(self.sketch, self.names).settled()
        figuring = Figuring(self.sketch, self.names)
        figures = figuring.figures()
        self.subject = figuring.subject
        home = figures[0].table if figures else figuring.home()
        groups, within = groups_of(self.sketch, self.names, self.subject, home)
        figures, groups = figuring.per_thing(figures, groups)
        figures = figuring.combined(figures)
        self.root = root_of(figures[0], tuple(groups), self.ground) if figures else home
        money = any(figure.kind == "amount" for figure in figures) and not self.sketch.phrases and not self.sketch.share
        self.holding = Holding(self.names, self.root, self._nouns(), money)
        self.had = Possessing(self.sketch, self.holding)
        self._part_behind()
        apart = Siding(self.sketch, self.holding).sides(groups, figures)
        conditions = self._conditions()
        if self.sketch.share:
            figures, conditions = self._shared(figures, conditions)
        figures, groups, having, conditions = self._listed_totals(figures, groups, conditions)
        having += self._having(figures)
        time = Timing(self.ground, self.sketch, self.root, figures, groups).of(conditions)
        stepped = bool(self.sketch.step and time.slices)  # the step became two columns
        if (time.groups or time.slices) and not figures:
            raise Lost(*(period.words for period in self.sketch.periods), why="I list things as of one month end.")
        groups = [*(group for group in groups if not (stepped and isinstance(group, ByPeriod))), *time.groups]
        percent = self._percent(figures, groups, time.every_month)
        intent = Intent(
            root=self.root,
            figures=tuple(figures),
            groups=tuple(groups),
            conditions=tuple(time.conditions),
            order=order_of(self.sketch.ranked, figures, groups, within, self.subject, self.names),
            percent=percent,
            values=self._values(figures, groups),
            month=time.month,
            every_month=time.every_month and not stepped,
            last_seen=time.last_seen,
            slices=apart or time.slices,
            change=bool(self.sketch.change or self.sketch.minus)
            and (bool(time.slices or apart) or bool(self.sketch.step)),
            mean_unit=self._mean_unit(figures, groups),
            running=bool(self.sketch.running),
            test=figuring.tested,
            counted=f"number of {self.sketch.counted.text}" if self.sketch.counted else "",
            having=tuple(having),
            columns=tuple(self._columns(figures)),
        )
        all_was_used(self.sketch, intent, self.names)
        one_currency(intent.figures, intent.groups, intent.conditions, self.ground)
        return intent

    def _part_behind(self) -> None:
        """ "percentage of German customers on the watch list": what is said behind the noun is the part."""
        sketch = self.sketch
        if not sketch.share or sketch.part or len(sketch.phrases) != 1:
            return
        said = sketch.phrases[0].conditions
        behind = [raw for raw in said if isinstance(raw, Valued | Termed) and raw.behind]
        if behind and len(behind) < len(said):
            sketch.part = list(behind)
            sketch.phrases[0].conditions = [raw for raw in said if raw not in behind]

    def _having(self, figures: list[Figure]) -> list[Total]:
        """ "regions with more than 100 loans": said of a figure of each."""
        return [Total("", figures[place], asked.operator, asked.numbers) for place, asked in self.sketch.having]

    def _nouns(self) -> frozenset[str]:
        """Every noun and named thing of the question, in its compared form."""
        return frozenset(item.stem for item in [*(phrase.item for phrase in self.sketch.phrases), *self.sketch.picked])

    def _conditions(self) -> list[Condition]:
        """All that is said of things, as conditions on the rows of the root."""
        found = [self._at_root(raw) for raw in self.sketch.conditions]
        for phrase in self.sketch.phrases:
            if phrase.link in {"has", "hasnt"}:
                if not phrase.part:
                    found.append(self.had.of(phrase))
                continue
            said = [self.holding.of(raw, phrase.table) for raw in phrase.conditions]
            found += self._seen_from_root(phrase, said)
        can_hold(found)
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

    def _shared(self, figures: list[Figure], conditions: list[Condition]) -> tuple[list[Figure], list[Condition]]:
        """A percentage: the part is what is said after the verb; without a verb, all that is said."""
        sketch = self.sketch
        if len(figures) != 1 or figures[0].parts or figures[0].aggregate not in {"count", "sum"}:
            raise Lost(sketch.share.text if sketch.share else "")
        home = sketch.phrases[0].table if sketch.phrases else self.root
        part = [self.holding.of(raw, home if self.graph.reaches(self.root, home) else self.root) for raw in sketch.part]
        part += [self.had.of(phrase) for phrase in sketch.phrases if phrase.part and phrase.link in {"has", "hasnt"}]
        if not part and sketch.conditions and not sketch.phrases and sketch.groups and sketch.share:
            options = [
                ("of each", "within each, the percentage for which that holds"),
                ("among", "of all for which that holds, each one's percentage"),
            ]
            if self.chosen.among(sketch.share.text.casefold(), options, "Which percentage do you mean?") == "among":
                sketch.spread = sketch.spread or "count"
                return figures, conditions
        if not part and conditions and self.subject and sketch.share:
            # "share of fixed rate loans in the loan balance": each loan's own share would be all or nothing.
            raise Lost(sketch.share.text, self.subject.item.text)
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
        others += self._still_there(totals[0].per, table)
        if groups and groups != [ByThing(totals[0].per)]:
            return figures, groups, [], conditions
        self.root = table
        shown = [*figures, *(asked.figure for asked in totals if asked.figure not in figures)]
        return list(dict.fromkeys(shown)), [ByThing(totals[0].per)], [] if parted else totals, others

    def _still_there(self, thing: str, fact: str) -> list[Condition]:
        """Bookings remain of customers that have left; a list of customers is of those there are."""
        snapshot, newest = self.catalogue.tables[thing].snapshot, self.ground.values.newest.get(thing)
        if not snapshot or not newest or self.catalogue.tables[fact].snapshot:
            return []
        return [Months(thing, snapshot.column, (newest,))]

    def _mean_unit(self, figures: list[Figure], groups: list[Group]) -> str:
        unit = self.sketch.mean_unit
        if not unit:
            return ""
        plain = (
            len(figures) == 1
            and not figures[0].share
            and not (self.sketch.ranked or self.sketch.change or self.sketch.running)
        )
        averages = figures and (figures[0].aggregate not in {"count", "sum"} or figures[0].parts)
        if not plain or averages or not any(isinstance(group, ByPeriod) for group in groups):
            raise Lost(unit, why="I cannot say that as an average over time.")
        return unit

    def _percent(self, figures: list[Figure], groups: list[Group], every_month: bool) -> bool:
        if not self.sketch.spread or not figures:
            return False
        additive = figures[0].aggregate in {"count", "sum"} and not figures[0].parts and not figures[0].share
        if not groups or not additive or every_month:
            raise Lost(self.sketch.spread)
        # Where one thing falls into several groups, percentages of the whole would exceed it.
        if any(not self.graph.reaches(figures[0].table, group.table) for group in groups):
            raise Lost(self.sketch.spread)
        return True

    def _values(self, figures: list[Figure], groups: list[Group]) -> ByColumn | None:
        head = self.sketch.head
        if not head or figures or self.subject:
            return None
        if groups:
            raise Lost(head.item.text)
        return ByColumn(*self.names.column(head.item, self.root, head.narrow))

    def _columns(self, figures: list[Figure]) -> list[ByColumn]:
        """The columns of a list that were asked for."""
        head = self.sketch.head
        heads = [(head.item, head.narrow)] if head and self.subject and not self.sketch.figures else []
        dates = self.sketch.dates if self.subject and not figures else []
        named = [*self.sketch.columns, *heads, *dates]
        self.sketch.dates = [] if dates else self.sketch.dates
        beside = [self.catalogue.tables[table] for table in self.sketch.beside] if not figures else []
        shown = [
            ByColumn(table, entry.name or entry.key) for table, entry in zip(self.sketch.beside, beside, strict=False)
        ]
        if not named:
            return shown
        if figures or not self.subject:
            raise Lost(*(item.text for item, _ in named))
        found = [ByColumn(*self.names.column(item, self.root, narrow)) for item, narrow in named]
        if any(not self.graph.reaches(self.root, group.table) for group in found):
            raise Lost(*(item.text for item, _ in named))
        return [*found, *shown]
