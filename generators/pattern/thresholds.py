"""Figures against numbers or other figures: of a row itself, or of all rows of a thing together."""

from collections.abc import Callable

from generators.pattern.doubt import Lost
from generators.pattern.intent import Both, Condition, Figure, Limit, OneOf, Total, Versus
from generators.pattern.meanings import Figure as Measured
from generators.pattern.meanings import Item, Several, Thing
from generators.pattern.resolving import Resolving
from generators.pattern.sketch import Asked, Compared, Raw

Seen = Callable[[str, str, Condition], Condition]  # a condition on a table, seen from a thing


class Thresholds:
    """The comparisons of one question. `of` makes any condition certain, `on` brings it to the thing it is said of."""

    def __init__(self, names: Resolving, of: Callable[[Raw, str], Condition], on: Seen) -> None:
        self.names, self._of, self._on = names, of, on
        self.catalogue, self.graph = names.catalogue, names.graph

    def of(self, raw: Compared, home: str) -> Condition:
        """The condition, as said of the thing of a table."""
        if raw.against:
            return self._versus(raw, raw.against, home)
        if raw.currency and not self._is_converted(raw) and self.catalogue.reporting_currency not in {"", raw.currency}:
            raise Lost(raw.currency, why=f"I compare amounts in {self.catalogue.reporting_currency}.")
        if raw.item is None:
            name, column = self.names.main_measure(home), self.names.main_column(home)
            if not name and column:
                label = self.catalogue.label(home, column)
                return Limit(home, column, "amount", raw.operator, raw.numbers, label, self._foreign(raw))
            if not name:
                raise Lost("than" if not raw.numbers else f"{raw.numbers[0]:,.0f}")
            return self._figure(self.names.measure(name), raw, home)
        if raw.aggregate == "distinct":
            return self._figure(
                self.names.figure(Asked(raw.item, "count", narrow=raw.narrow, distinct=True), home), raw, home
            )
        measured = any(isinstance(found, Measured | Several) for found in raw.item.meanings)
        if measured or raw.aggregate:
            return self._figure(self.names.figure(Asked(raw.item, raw.aggregate, narrow=raw.narrow), home), raw, home)
        return self._column(raw, raw.item, home)

    def _column(self, raw: Compared, item: Item, home: str) -> Condition:
        """A column of a row; an amount of many other things may be meant of each or of all of them: that is asked."""
        table, column = self.names.column(item, home, raw.narrow, ("amount", "percent", "count", "number", "id"))
        about = self.catalogue.tables[table].columns[column]
        label = self.catalogue.label(table, column)
        limit = Limit(table, column, about.kind, raw.operator, raw.numbers, label, self._foreign(raw))
        if about.kind == "amount" and not self.graph.reaches(home, table) and self.names.adds_up(table, column):
            noun = self.catalogue.tables[table].noun
            options = [("total", f"the total {label}"), ("one", f"the {label} of at least one {noun}")]
            if self.names.chosen.among(item.text.casefold(), options, f"Which {label} do you mean?") == "total":
                return self._figure(self.names.figure(Asked(item, "sum", narrow=raw.narrow), home), raw, home)
        return self._on(home, table, limit)

    def _in_currency(self, raw: Compared, home: str, table: str, held: Condition) -> Condition:
        """ "loans over 2 million pounds": the loans in pounds, or all that are worth so much?"""
        if not self._foreign(raw):
            return held
        column = self.catalogue.tables[table].currency
        if not column:
            return held
        code = raw.currency
        options = [("of", f"only what is in {code}"), ("worth", f"all that is worth so much in {code}")]
        way = self.names.chosen.among(
            f"so much in {code}".casefold(), options, f"What do you mean by amounts in {code}?"
        )
        return held if way == "worth" else Both((held, self._on(home, table, OneOf(table, column, (code,)))))

    def _foreign(self, raw: Compared) -> str:
        """The currency of the numbers, if they have to be converted."""
        return "" if raw.currency == self.catalogue.reporting_currency else raw.currency

    def _is_converted(self, raw: Compared) -> bool:
        rates = self.catalogue.currencies
        column = self.catalogue.tables[rates.table].columns.get(rates.source) if rates else None
        return column is not None

    def _versus(self, raw: Compared, against: Item, home: str) -> Condition:
        """ "customers whose deposits are larger than their loans": two sums of the same thing."""
        assert raw.item is not None  # noqa: S101 - it is compared with another
        figures = [self.names.figure(self._summed(item), home) for item in (raw.item, against)]
        plain = all(one.aggregate in {"sum", "count"} and not one.parts and not one.share for one in figures)
        below = all(self.graph.reaches(one.table, home) and one.table != home for one in figures)
        if not plain or not below or figures[0].kind != figures[1].kind or raw.operator not in {">", "<"}:
            raise Lost(raw.item.text, against.text)
        return Versus(home, figures[0], raw.operator, figures[1])

    def _summed(self, item: Item) -> Asked:
        tables = [found.table for found in item.meanings if isinstance(found, Thing)]
        measured = any(isinstance(found, Measured | Several) for found in item.meanings)
        return Asked(item) if measured or not tables else Asked(item, "main", tables[0])

    def _figure(self, figure: Figure, raw: Compared, home: str) -> Condition:
        """Of a row itself, or of all rows of a thing together."""
        if figure.distinct and self.graph.reaches(home, figure.table):
            raise Lost(raw.item.text if raw.item else figure.says)
        inner = tuple(self._of(part, figure.table) for part in raw.conditions)
        if raw.operator == "=" and raw.numbers == (0.0,) and figure.where:
            raise Lost(raw.item.text if raw.item else "0", why=f"I know the {figure.says} only where there is one.")
        if figure.table == home and figure.value and not raw.aggregate and not inner:
            says = bare(figure.says)
            return Limit(home, figure.value, figure.kind, raw.operator, raw.numbers, says, self._foreign(raw))
        if self.graph.reaches(figure.table, home):
            total = Total(home, figure, raw.operator, raw.numbers, inner, self._foreign(raw))
            return self._in_currency(raw, home, home, total)
        raise Lost(raw.item.text if raw.item else figure.says)


def bare(says: str) -> str:
    """A measure's words, of one row."""
    return says.removeprefix("total ")
