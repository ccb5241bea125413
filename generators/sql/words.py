"""A query in words, made from its tree: what it counts or adds up, by what, for which rows. Nothing where it is not sure."""

from collections.abc import Iterable
from datetime import date

from sqlglot import exp

from bank.catalogue import Catalogue, ColumnEntry
from bank.values import Values, day
from generators.sql.level import Level, Place, bare, conjuncts
from generators.sql.measures import computes, parsed, plain
from generators.sql.read import Reader, grouping

_COMPARED: dict[type[exp.Expr], str] = {
    exp.GT: "above",
    exp.GTE: "at least",
    exp.LT: "below",
    exp.LTE: "at most",
    exp.NEQ: "other than",
}
_AGGREGATED: dict[type[exp.Expr], str] = {
    exp.Sum: "sum of",
    exp.Avg: "average",
    exp.Min: "smallest",
    exp.Max: "largest",
}


class _Unsure(Exception):
    """There is a part that these words do not cover."""


def in_words(reader: Reader, sql: str, values: Values) -> tuple[str, str]:
    """The reading of a query of one SELECT, and as of when its figures are; empty where some part has no words."""
    levels = reader.levels(sql)
    if not levels or any(not level.top and not _newest_of(level) for level in levels):
        return "", _as_of(reader, levels, values)
    tops = [level for level in levels if level.top]
    if len(tops) != 1:
        return "", ""
    try:
        said = _Words(reader, tops[0]).sentence()
    except _Unsure:
        said = ""
    return said, _as_of(reader, levels, values)


def _newest_of(level: Level) -> bool:
    """`(SELECT MAX(MONTH) FROM LOAN)`, which asks for nothing but the newest month."""
    figures = list(level.figures())
    return (
        len(level.select.expressions) == 1
        and len(figures) == 1
        and isinstance(figures[0], exp.Max)
        and not level.conditions
    )


def _as_of(reader: Reader, levels: Iterable[Level], values: Values) -> str:
    """The month end to which every snapshot is held, in words."""
    days = set()
    for level in levels:
        for alias, source in level.sources.items():
            for month in source.months if source.table else ():
                same = level.closure({(alias, month)})
                for one in level.conditions:
                    if isinstance(one, exp.EQ) and level.places(one.this) & same and not level.places(one.expression):
                        days.add(_month(reader, source.table, one.expression, values))
    known = {one for one in days if one}
    (only,) = known if len(known) == 1 else (None,)
    return f"{only.day} {only:%B %Y}" if only else ""


def _month(reader: Reader, table: str, value: exp.Expr, values: Values) -> date | None:
    snapshot = reader.catalogue.tables[table].snapshot
    if isinstance(value, exp.Subquery):
        return values.newest.get(table)
    return day(bare(value).name, snapshot.stored) if snapshot and isinstance(bare(value), exp.Literal) else None


def _factors(node: exp.Expr) -> list[exp.Expr]:
    node = bare(node)
    if isinstance(node, exp.Mul) or (isinstance(node, exp.Div) and isinstance(bare(node.expression), exp.Literal)):
        return [*_factors(node.this), *_factors(node.expression)]
    return [node]


class _Words:
    def __init__(self, reader: Reader, level: Level) -> None:
        self._reader = reader
        self._catalogue: Catalogue = reader.catalogue
        self._level = level
        self._measured: set[str] = set()  # conditions that belong to a measure, which its name already says

    def sentence(self) -> str:
        select = self._level.select
        if any(select.args.get(name) for name in ("having", "qualify", "windows", "distinct", "offset")):
            raise _Unsure
        figures = [one for one in select.expressions if one.find(exp.AggFunc)]
        said = ", ".join(self._figure(one) for one in figures) if figures else self._listed(select.expressions)
        groups = [self._label(part) for part in grouping(select)]
        by = f" by {' and '.join(groups)}" if groups else ""
        where = [words for one in self._level.conditions if (words := self._condition(one))]
        rows = f", where {' and '.join(where)}" if where else ""
        sentence = f"{said}{by}{rows}{self._order(select)}"
        return f"{sentence[:1].upper()}{sentence[1:]}"

    def _figure(self, projection: exp.Expr) -> str:
        value = bare(projection)
        while isinstance(value, exp.Round | exp.Coalesce):
            value = bare(value.this)
        if isinstance(value, exp.Count):
            return self._counted(value)
        for name, measure in self._catalogue.measures.items():
            if not measure.over and computes(self._catalogue, measure, self._level, value):
                self._measured |= {plain(one) for one in conjuncts(parsed(measure.where))} if measure.where else set()
                return f"{measure.says or name}{self._currency(value)}"
        if isinstance(value, tuple(_AGGREGATED)):
            return f"{_AGGREGATED[type(value)]} {self._label(self._amount(value.this))}{self._currency(value)}"
        raise _Unsure

    def _amount(self, value: exp.Expr) -> exp.Expr:
        """The one column of a product that is no share, no rate and no number."""
        plain_factors = [one for one in _factors(value) if not isinstance(one, exp.Literal) and not self._scales(one)]
        if len(plain_factors) != 1:
            raise _Unsure
        return plain_factors[0]

    def _scales(self, factor: exp.Expr) -> bool:
        if not isinstance(factor, exp.Column) or (place := self._level.place(factor)) is None:
            return False
        entry = self._catalogue.tables.get(self._level.sources[place[0]].table)
        rates = self._catalogue.currencies
        share = bool(entry and entry.share and entry.share.column.lower() == place[1])
        return share or bool(rates and rates.rate.lower() == place[1])

    def _counted(self, count: exp.Count) -> str:
        inner = count.this
        if isinstance(inner, exp.Distinct) and len(inner.expressions) == 1:
            inner = inner.expressions[0]
            for alias, name in self._level.places(inner):
                entry = self._catalogue.tables.get(self._level.sources[alias].table)
                if entry and entry.key.lower() == name:
                    return f"number of {entry.plural or entry.noun + 's'}"
            return f"number of different {self._label(inner)}"
        if isinstance(inner, exp.Star) and len(self._level.sources) == 1:
            (source,) = self._level.sources.values()
            entry = self._catalogue.tables.get(source.table)
            if entry and not entry.share:
                return f"number of {entry.plural or entry.noun + 's'}"
        raise _Unsure

    def _currency(self, value: exp.Expr) -> str:
        rates = self._catalogue.currencies
        converted = rates and any(column.name.upper() == rates.rate.upper() for column in value.find_all(exp.Column))
        return f" in {self._catalogue.reporting_currency}" if converted else ""

    def _listed(self, projections: Iterable[exp.Expr]) -> str:
        return f"list of {', '.join(self._label(one) for one in projections)}"

    def _label(self, part: exp.Expr) -> str:
        value = bare(part)
        place = self._level.place(value) if isinstance(value, exp.Column) else None
        if place is None or (found := self._column(place)) is None:
            raise _Unsure
        return self._catalogue.label(*found)

    def _column(self, place: Place) -> tuple[str, str] | None:
        table = self._level.sources[place[0]].table
        entry = self._catalogue.tables.get(table)
        return next(((table, name) for name in entry.columns if name.lower() == place[1]), None) if entry else None

    def _condition(self, one: exp.Expr) -> str:
        if plain(one) in self._measured or self._joins(one) or self._is_month(one):
            return ""
        if term := self._term(one):
            return term
        label = self._label(one.this)
        entry = self._entry(one.this)
        if isinstance(one, exp.EQ):
            return f"{label} is {self._said(one.expression, entry)}"
        if isinstance(one, exp.In) and one.expressions:
            return f"{label} is {' or '.join(self._said(value, entry) for value in one.expressions)}"
        if isinstance(one, exp.Between):
            return f"{label} is from {self._said(one.args['low'], entry)} to {self._said(one.args['high'], entry)}"
        if type(one) in _COMPARED:
            return f"{label} is {_COMPARED[type(one)]} {self._said(one.expression, entry)}"
        raise _Unsure

    def _joins(self, one: exp.Expr) -> bool:
        return (
            isinstance(one, exp.EQ)
            and isinstance(bare(one.this), exp.Column)
            and isinstance(bare(one.expression), exp.Column)
        )

    def _is_month(self, one: exp.Expr) -> bool:
        """Said as the day that the figures are of."""
        months = {(alias, month) for alias, source in self._level.sources.items() for month in source.months}
        return isinstance(one, exp.EQ) and bool(self._level.places(one.this) & self._level.closure(months))

    def _term(self, one: exp.Expr) -> str:
        tables = {source.table for source in self._level.sources.values()}
        for term in self._catalogue.terms.values():
            for reading in term.readings:
                if reading.table in tables and plain(parsed(reading.where)) == plain(one):
                    return f"the {self._catalogue.tables[reading.table].noun} is {reading.says}"
        return ""

    def _entry(self, part: exp.Expr) -> ColumnEntry:
        value = bare(part)
        place = self._level.place(value) if isinstance(value, exp.Column) else None
        found = self._column(place) if place else None
        if found is None:
            raise _Unsure
        return self._catalogue.tables[found[0]].columns[found[1]]

    def _said(self, value: exp.Expr, entry: ColumnEntry) -> str:
        value = bare(value)
        if not isinstance(value, exp.Literal):
            raise _Unsure
        if value.is_number:
            number = float(value.this)
            return (
                f"{number:,.0f}" if number.is_integer() and entry.kind in ("amount", "count", "number") else value.this
            )
        return entry.codes.get(value.name, value.name)

    def _order(self, select: exp.Select) -> str:
        limit, order = select.args.get("limit"), select.args.get("order")
        if order is None:
            if limit is not None:
                raise _Unsure
            return ""
        first = order.expressions[0]
        way = "largest first" if first.args.get("desc") else "smallest first"
        if limit is None:
            return ""
        return (
            f", the first {limit.expression.sql()} ({way})" if self._by_figure(first.this, select) else self._unsure()
        )

    def _by_figure(self, key: exp.Expr, select: exp.Select) -> bool:
        """Whether rows are ordered by a figure that is shown, so that "largest" is said of it."""
        figures = {one.alias_or_name.lower() for one in select.expressions if one.find(exp.AggFunc)}
        place = isinstance(key, exp.Literal) and key.is_int and 0 < int(key.this) <= len(select.expressions)
        shown = select.expressions[int(key.this) - 1].alias_or_name.lower() if place else key.name.lower()
        return len(figures) == 1 and (shown in figures or bool(key.find(exp.AggFunc)))

    def _unsure(self) -> str:
        raise _Unsure
