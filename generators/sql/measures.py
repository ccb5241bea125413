"""Whether a query computes the measures of the catalogue as the catalogue defines them."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Literal

import sqlglot
from sqlglot import exp

from bank.catalogue import Catalogue, Measure
from generators.sql.level import Level, bare, conjuncts, within
from generators.sql.read import Reader

_SQLITE = "sqlite"  # what catalogues are written in
_ONCE = (exp.Max, exp.Min)
_AGGREGATES = {"sum": exp.Sum, "average": exp.Avg, "minimum": exp.Min, "maximum": exp.Max, "count": exp.Count}


def measure_faults(reader: Reader, sql: str, asked: Iterable[str]) -> list[str]:
    """A sentence for each measure that is asked for, or that the query names an output by, and does not compute.

    `asked` are names of measures in the catalogue.
    """
    levels = reader.levels(sql)
    named = [name for level in levels for name in _named(reader.catalogue, level)]
    wanted = [name for name in asked if _adds_up(levels) and not _only_tested(reader.catalogue, levels, name)]
    return [
        f"“{name}” is defined by the catalogue as {formula(reader.catalogue, name)}: compute it exactly so."
        for name in dict.fromkeys([*wanted, *named])
        if levels and not _computed(reader.catalogue, levels, name)
    ]


def formula(catalogue: Catalogue, name: str) -> str:
    """How a measure is computed, in words and SQL."""
    measure = catalogue.measures[name]
    if measure.over:
        return f"{formula(catalogue, measure.of)}, divided by {formula(catalogue, measure.over)}"
    where = f" where {measure.where}" if measure.where else ""
    return f"{measure.aggregate} of {measure.value or 'rows'} from {measure.table}{where}"


def _adds_up(levels: list[Level]) -> bool:
    """Whether more than things are counted: "customers with deposits" asks for no figure of deposits."""
    return any(not isinstance(figure, exp.Count) for level in levels for figure in level.figures())


def _only_tested(catalogue: Catalogue, levels: list[Level], name: str) -> bool:
    """Whether the measure's table is read only to see whether there is a row: "customers without deposits"."""
    reading = [level for level in levels if _table(catalogue, name) in _tables(level)]
    inner = {id(one) for level in reading for source in level.sources.values() for one in source.levels}
    return bool(reading) and all(_is_test(level) or id(level) in inner for level in reading)


def _table(catalogue: Catalogue, name: str) -> str:
    measure = catalogue.measures[name]
    return _table(catalogue, measure.of) if measure.of else measure.table


def _is_test(level: Level) -> bool:
    place = level.select.parent
    while isinstance(place, exp.Subquery | exp.Paren):
        place = place.parent
    return isinstance(place, exp.Exists | exp.In) and not level.aggregates


def _named(catalogue: Catalogue, level: Level) -> Iterator[str]:
    """Measures that outputs of a level are called by."""
    words = {
        word.casefold(): name for name, measure in catalogue.measures.items() for word in (name, *measure.synonyms)
    }
    for one in level.select.expressions:
        name = words.get(one.alias.replace("_", " ").casefold()) if one.alias else None
        if name and _written_out(catalogue, level, one.unalias()).find(exp.AggFunc):
            yield name


def _computed(catalogue: Catalogue, levels: list[Level], name: str) -> bool:
    measure = catalogue.measures[name]
    if measure.over:
        parts = all(_computed(catalogue, levels, part) for part in (measure.of, measure.over))
        return parts and any(level.select.find(exp.Div) for level in levels)
    reading = [level for level in levels if measure.table in _tables(level)]
    found = {_figured(catalogue, measure, level, figure) for level in reading for figure in _values(level)}
    return "as defined" in found or ("of each row" in found and "otherwise" not in found)


def _values(level: Level) -> Iterator[exp.Expr]:
    """What a level figures, plain outputs and what is compared in a condition among it."""
    select = level.select
    for part in (*select.expressions, select.args.get("having"), select.args.get("order"), *level.conditions):
        yield from (node for node in within(part) if isinstance(node, exp.AggFunc))
    yield from (bare(one) for one in select.expressions)
    yield from (side for one in level.conditions if isinstance(one, exp.Predicate) for side in one.iter_expressions())


def computes(catalogue: Catalogue, measure: Measure, level: Level, figure: exp.Expr) -> bool:
    """Whether a figure of a level is the very aggregate that a measure is defined as."""
    right = isinstance(figure, _AGGREGATES[measure.aggregate]) and measure.table in _tables(level)
    return right and _figured(catalogue, measure, level, figure) == "as defined"


_Figured = Literal["", "as defined", "of each row", "otherwise"]


def _figured(catalogue: Catalogue, measure: Measure, level: Level, figure: exp.Expr) -> _Figured:
    """How a figure makes use of a measure's value; empty where it does not.

    Any aggregate of the value will do (the largest exposure is one), but a rate has no sum. Of one row it is what it is,
    whatever the average leaves out.
    """
    whole = _written_out(catalogue, level, figure.parent if isinstance(figure.parent, exp.Filter) else figure)
    counts = isinstance(figure, exp.Count)
    if not (_holds(parsed(measure.value), whole) if measure.value else counts):
        return ""
    averages = measure.aggregate == "average"
    if averages and not whole.find(exp.AggFunc):
        return "of each row"
    if averages and isinstance(figure, exp.Sum):
        return "otherwise"
    given = {same for one in _conditions(catalogue, level) for same in _alike(catalogue, one)}
    given |= {same for node in within(whole) for one in _asides(node) for same in _alike(catalogue, one)}
    return "as defined" if all(plain(one) in given for one in _needed(measure)) else "otherwise"


def _alike(catalogue: Catalogue, one: exp.Expr) -> Iterator[str]:
    """A condition as it compares; that a product is not zero says so of the one factor that is no share, rate or number."""
    one = bare(one)
    yield plain(one)
    if isinstance(one, exp.NEQ) and one.expression.sql() == "0":
        factors = [factor for factor in _product(one.this) if not _scales(catalogue, factor)]
        if len(factors) == 1:
            yield plain(exp.NEQ(this=factors[0].copy(), expression=exp.Literal.number(0)))


def _product(node: exp.Expr) -> list[exp.Expr]:
    node = bare(node)
    if isinstance(node, exp.Mul | exp.Div):
        return [*_product(node.this), *_product(node.expression)]
    return [node]


def _scales(catalogue: Catalogue, factor: exp.Expr) -> bool:
    rates = catalogue.currencies
    shares = {entry.share.column for entry in catalogue.tables.values() if entry.share}
    scales = shares | ({rates.rate} if rates else set())
    return isinstance(factor, exp.Literal) or factor.name.upper() in {name.upper() for name in scales}


def _asides(node: exp.Expr) -> Iterator[exp.Expr]:
    """The conditions of a CASE or a FILTER."""
    if isinstance(node, exp.If | exp.Where):
        yield from conjuncts(node.this)


def _conditions(catalogue: Catalogue, level: Level) -> Iterator[exp.Expr]:
    """What holds for the rows of a level, that of the queries it stands on included."""
    yield from (_written_out(catalogue, level, one) for one in level.conditions)
    for source in level.sources.values():
        if len(source.levels) == 1:
            yield from _conditions(catalogue, source.levels[0])


def _written_out(catalogue: Catalogue, level: Level, node: exp.Expr) -> exp.Expr:
    """An expression with every output of an inner query replaced by what it is made of."""
    copy = exp.Paren(this=node.copy())
    for picked in list(copy.find_all(*_ONCE)):
        if _is_of_one_thing(catalogue, level, picked):
            picked.replace(exp.Paren(this=picked.this.copy()))
    for column in [one for one in within(copy) if isinstance(one, exp.Column)]:
        at = level.place(column)
        made = level.sources[at[0]].levels if at else ()
        if at and len(made) == 1 and (inner := _output(made[0], at[1])) is not None:
            column.replace(_written_out(catalogue, made[0], bare(inner)))
    return bare(copy) if isinstance(bare(copy), exp.Column | exp.Literal) else copy


def _is_of_one_thing(catalogue: Catalogue, level: Level, picked: exp.Expr) -> bool:
    """Whether MAX or MIN is taken over the shares of one thing, which all say the same: it is grouped by the thing's key."""
    apart = level.closure(level.grouped | level.fixed)
    homes = {alias for alias, _ in level.places(picked.this)}
    entries = {alias: catalogue.tables.get(level.sources[alias].table) for alias in homes}
    return bool(homes) and all(entry and (alias, entry.key.lower()) in apart for alias, entry in entries.items())


def _output(level: Level, name: str) -> exp.Expr | None:
    return next((one for one in level.select.expressions if one.alias_or_name.lower() == name), None)


def _needed(measure: Measure) -> Iterator[exp.Expr]:
    """The conditions; that the summed value is not nothing changes no sum."""
    if not measure.where:
        return
    for one in conjuncts(parsed(measure.where)):
        idle = isinstance(one, exp.NEQ) and one.expression.sql() == "0" and one.this.sql() == measure.value
        if not (idle and measure.aggregate == "sum"):
            yield one


def _tables(level: Level) -> set[str]:
    inner = (table for source in level.sources.values() for one in source.levels for table in _tables(one))
    return {source.table for source in level.sources.values() if source.table} | set(inner)


@cache
def parsed(text: str) -> exp.Expr:
    """A piece of SQL from the catalogue, to be read only."""
    return sqlglot.parse_one(text, read=_SQLITE)


def plain(node: exp.Expr) -> str:
    """An expression as it compares: without tables, quotes, brackets and capitals, literals as they are."""
    copy = node.copy()
    for column in copy.find_all(exp.Column):
        column.set("table", None)
        column.this.set("quoted", False)
        column.this.set("this", column.name.upper())
    for bracket in list(copy.find_all(exp.Paren)):
        if bracket is not copy and isinstance(bracket.this, exp.Column | exp.Literal):
            bracket.replace(bracket.this)
    return bare(copy).sql(_SQLITE)


def _holds(value: exp.Expr, figure: exp.Expr) -> bool:
    """Whether the value stands in the figure: whole, or its factors among those it is a product of."""
    wanted = _factors(value)
    return any(
        wanted <= _factors(node)
        for node in within(figure)
        if isinstance(node, exp.Column | exp.Binary | exp.Paren | exp.Case | exp.Neg)
        and not isinstance(_around(node), exp.Add | exp.Sub | exp.Predicate | exp.Neg)
    )


def _around(node: exp.Expr) -> exp.Expr | None:
    """What stands round the product that a node is a factor of."""
    place = node.parent
    while isinstance(place, exp.Paren | exp.Mul | exp.Div):
        place = place.parent
    return place


def _factors(node: exp.Expr) -> frozenset[str]:
    """What a product or quotient is made of, numbers as numbers."""
    found: set[str] = set()
    waiting: list[tuple[exp.Expr, str]] = [(node, "")]
    while waiting:
        one, sign = waiting.pop()
        one = bare(one)
        if isinstance(one, exp.AggFunc) and not isinstance(one, exp.Count) and one.this:  # RANK() is of nothing
            waiting.append((one.this, sign))
        elif isinstance(one, exp.Mul | exp.Div):
            under = sign if isinstance(one, exp.Mul) else ("" if sign else "/")
            waiting += [(one.this, sign), (one.expression, under)]
        elif isinstance(one, exp.Literal) and one.is_number:
            found.add(f"{sign}{float(one.this):g}")
        else:
            found.add(sign + _sum(one))
    return frozenset(found)


def _sum(node: exp.Expr) -> str:
    """The terms of a sum in one order, whatever the order they are written in."""
    if not isinstance(node, exp.Add):
        return plain(node)
    terms: list[str] = []
    waiting: list[exp.Expr] = [node]
    while waiting:
        one = bare(waiting.pop())
        if isinstance(one, exp.Add):
            waiting += [one.this, one.expression]
        else:
            terms.append(plain(one))
    return " + ".join(sorted(terms))
