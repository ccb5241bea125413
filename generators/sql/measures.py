"""Whether a query computes the measures of the catalogue as the catalogue defines them."""

from collections.abc import Iterable, Iterator

import sqlglot
from sqlglot import exp

from bank.catalogue import Catalogue, Measure
from generators.sql.level import Level, bare, conjuncts, within
from generators.sql.read import Reader

_SQLITE = "sqlite"  # what catalogues are written in
_AGGREGATES = {"sum": exp.Sum, "average": exp.Avg, "minimum": exp.Min, "maximum": exp.Max, "count": exp.Count}


def measure_faults(reader: Reader, sql: str, asked: Iterable[str]) -> list[str]:
    """A sentence for each measure that is asked for, or that the query names an output by, and does not compute.

    `asked` are names of measures in the catalogue.
    """
    levels = reader.levels(sql)
    named = [name for level in levels for name in _named(reader.catalogue, level)]
    return [
        f"“{name}” is defined by the catalogue as {formula(reader.catalogue, name)}: compute it exactly so."
        for name in dict.fromkeys([*(asked if _adds_up(levels) else ()), *named])
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


def _named(catalogue: Catalogue, level: Level) -> Iterator[str]:
    """Measures that outputs of a level are called by."""
    words = {
        word.casefold(): name for name, measure in catalogue.measures.items() for word in (name, *measure.synonyms)
    }
    for one in level.select.expressions:
        if one.alias and one.find(exp.AggFunc) and (name := words.get(one.alias.replace("_", " ").casefold())):
            yield name


def _computed(catalogue: Catalogue, levels: list[Level], name: str) -> bool:
    measure = catalogue.measures[name]
    if measure.over:
        parts = all(_computed(catalogue, levels, part) for part in (measure.of, measure.over))
        return parts and any(level.select.find(exp.Div) for level in levels)
    return any(
        measure.table in _tables(level) and _figures_it(measure, level, figure)
        for level in levels
        for figure in _values(level)
    )


def _values(level: Level) -> Iterator[exp.Expr]:
    """What a level figures, plain outputs and what is compared in a condition among it."""
    select = level.select
    for part in (*select.expressions, select.args.get("having"), select.args.get("order"), *level.conditions):
        yield from (node for node in within(part) if isinstance(node, exp.AggFunc))
    yield from (bare(one) for one in select.expressions)
    yield from (side for one in level.conditions if isinstance(one, exp.Predicate) for side in one.iter_expressions())


def computes(measure: Measure, level: Level, figure: exp.Expr) -> bool:
    """Whether a figure of a level is the very aggregate that a measure is defined as."""
    wanted = _AGGREGATES[measure.aggregate]
    return isinstance(figure, wanted) and measure.table in _tables(level) and _figures_it(measure, level, figure)


def _figures_it(measure: Measure, level: Level, figure: exp.Expr) -> bool:
    """Any aggregate of the value will do (the largest exposure is one), but a rate has no sum."""
    if measure.aggregate == "average" and isinstance(figure, exp.Sum):
        return False
    whole = _written_out(level, figure.parent if isinstance(figure.parent, exp.Filter) else figure)
    if measure.value and not _holds(parsed(measure.value), whole):
        return False
    if not measure.value and not isinstance(figure, exp.Count):
        return False
    given = {plain(one) for one in _conditions(level)}
    given |= {plain(one) for node in within(whole) for one in _asides(node)}
    return all(plain(one) in given for one in _needed(measure))


def _asides(node: exp.Expr) -> Iterator[exp.Expr]:
    """The conditions of a CASE or a FILTER."""
    if isinstance(node, exp.If | exp.Where):
        yield from conjuncts(node.this)


def _conditions(level: Level) -> Iterator[exp.Expr]:
    """What holds for the rows of a level, that of the queries it stands on included."""
    yield from (_written_out(level, one) for one in level.conditions)
    for source in level.sources.values():
        if len(source.levels) == 1:
            yield from _conditions(source.levels[0])


def _written_out(level: Level, node: exp.Expr) -> exp.Expr:
    """An expression with every output of an inner query replaced by what it is made of."""
    copy = exp.Paren(this=node.copy())
    for column in [one for one in within(copy) if isinstance(one, exp.Column)]:
        at = level.place(column)
        made = level.sources[at[0]].levels if at else ()
        if at and len(made) == 1 and (inner := _output(made[0], at[1])) is not None:
            column.replace(_written_out(made[0], bare(inner)))
    return bare(copy) if isinstance(bare(copy), exp.Column | exp.Literal) else copy


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


def parsed(text: str) -> exp.Expr:
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
        if isinstance(one, exp.AggFunc) and not isinstance(one, exp.Count):
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
