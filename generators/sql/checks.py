"""What would make the figures of a query wrong, told from its tree: rows counted twice, tables not joined, months added up,
shares left out, currencies mixed. Each fault is a sentence that says what to change."""

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from bank.catalogue import TableEntry
from generators.sql.level import Level, Place, Stored, bare, within
from generators.sql.read import Reader, grouping

_ONCE = (exp.Max, exp.Min)  # rows that stand there twice do not change them


def faults(reader: Reader, sql: str) -> list[str]:
    """Every fault, each once; none where the query cannot be read."""
    levels = reader.levels(sql)
    found = [fault for level in levels for check in _CHECKS for fault in check(reader, level)]
    return list(dict.fromkeys(found))


def _months(reader: Reader, level: Level) -> Iterator[str]:
    """A snapshot table repeats its rows each month: without its month every figure is a multiple."""
    settled = level.fixed | level.told | level.grouped | _by_figure(level)
    settled |= {
        (alias, name) for alias, source in level.sources.items() for name in source.outputs if name not in source.months
    }
    for alias, source in level.sources.items():
        for month in source.months:
            at = (alias, month)
            if level.closure({at}) & settled or _flows(reader, level, at) or _about_days(reader, level, at):
                continue
            if not level.aggregates and not level.select.args.get("distinct") and _shows(level, at):
                continue
            name = source.table or alias
            yield (
                f"{name} repeats its rows every month: restrict {month.upper()} to one month (the latest unless the"
                " question says otherwise), or group by it."
            )


def _shows(level: Level, at: Place) -> bool:
    same = level.closure({at})
    return any(
        isinstance(value := bare(one), exp.Column) and level.place(value) in same for one in level.select.expressions
    )


def _by_figure(level: Level) -> set[Place]:
    """Months that every figure holds to one by itself: SUM(CASE WHEN MONTH = 202609 THEN …)."""
    each: list[set[Place]] = []
    for figure in level.figures():
        whole = figure.parent if isinstance(figure.parent, exp.Filter) else figure
        equal = [node for node in within(whole) if isinstance(node, exp.EQ)]
        each.append(level.closure(level.places(*(side for one in equal for side in (one.this, one.expression)))))
    return set.intersection(*each) if each else set()


def _about_days(reader: Reader, level: Level, month: Place) -> bool:
    """What happened on some day, the first and last of it, the words that occur: these do not repeat with the months."""
    figures = list(level.figures())
    once = all(isinstance(figure, _ONCE) or isinstance(figure.this, exp.Distinct) for figure in figures)
    if not once or not (figures or level.select.args.get("group") or level.select.args.get("distinct")):
        return False
    same = level.closure({month})
    if figures and all(isinstance(figure, _ONCE) and level.places(figure) <= same for figure in figures):
        return True
    shown = {_kind(reader, one) for part in level.select.expressions for one in level.stored(part)}
    if shown <= {"category", "month"} or (figures and shown == {"date"}):
        return True
    return any(_kind(reader, one) == "date" for part in level.conditions for one in level.stored(part)) or any(
        _kind(reader, one) == "date" for part in grouping(level.select) for one in level.stored(part)
    )


def _kind(reader: Reader, one: Stored) -> str:
    return reader.catalogue.tables[one.table].columns[one.column].kind


def _flows(reader: Reader, level: Level, at: Place) -> bool:
    """What happened in each month may be added up over several that are named."""
    if not level.closure(level.bounded) & level.closure({at}):
        return False
    flows = {
        (measure.table, column.name.lower())
        for measure in reader.catalogue.measures.values()
        if measure.flow and measure.value
        for column in sqlglot.parse_one(measure.value, read="sqlite").find_all(exp.Column)
    }
    summed = [one for figure in level.figures() for one in level.stored(figure) if _is_amount(reader, one)]
    return bool(summed) and all((one.table, one.column.lower()) in flows for one in summed)


def _fan_out(reader: Reader, level: Level) -> Iterator[str]:
    """A join to the many side repeats the rows of the one side, and a sum over these counts them again."""
    if len(level.sources) < 2:
        return
    whole = {alias: level.reached(alias) == level.sources.keys() for alias in level.sources}
    for figure in level.figures():
        if isinstance(figure, _ONCE) or isinstance(figure.this, exp.Distinct):
            continue
        homes = {alias for alias, _ in level.places(figure)} or set(level.sources)
        if not any(whole[alias] for alias in homes):
            yield (
                f"{figure.sql(reader.dialect)[:80]} counts rows more than once: the joins repeat each row of"
                f" {' and '.join(sorted(_called(level, alias) for alias in homes))}. Aggregate it before joining, join on"
                " the whole key (with the month), or count distinct keys."
            )


def _crossed(reader: Reader, level: Level) -> Iterator[str]:
    """Sources that no condition brings together: every row of one meets every row of the other."""
    several = [alias for alias, source in level.sources.items() if frozenset() not in source.keys]
    together: dict[str, set[str]] = {alias: {alias} for alias in level.sources}
    met = [{alias for alias, _ in level.places(one)} for one in level.conditions]
    for meeting in [*met, *({one[0], other[0]} for one, other in level.equal)]:
        whole = set().union(*(together[alias] for alias in meeting))
        together.update(dict.fromkeys(whole, whole))
    apart = {min(together[alias]): alias for alias in several}
    if len(apart) > 1:
        names = " and ".join(sorted(_called(level, alias) for alias in apart.values()))
        yield f"No condition joins {names}: every row of one meets every row of the other. Join them by their keys."


def _called(level: Level, alias: str) -> str:
    return level.sources[alias].table or alias


def _shares(reader: Reader, level: Level) -> Iterator[str]:
    """Where a row is a share of a thing, its amounts are those of the whole thing."""
    for figure in level.figures():
        if isinstance(figure, exp.Count):
            yield from _counted_shares(reader, level, figure)
        elif isinstance(figure, exp.Sum | exp.Avg):
            stored = level.stored(figure.this)
            for table in {one.table for one in stored if not one.figured and _is_amount(reader, one)}:
                entry = reader.catalogue.tables[table]
                if entry.share and isinstance(figure, exp.Avg):
                    yield f"Each row of {table} is a share of one {entry.noun}: take the average over one row for each {entry.key}."
                elif entry.share and not _times_share(figure, entry, stored, table):
                    share = f"{entry.share.column} / {entry.share.whole:g}"
                    yield f"Each row of {table} is a share: multiply the amount in {figure.sql(reader.dialect)[:80]} by {share}."


def _times_share(figure: exp.Expr, entry: TableEntry, stored: frozenset[Stored], table: str) -> bool:
    share = entry.share
    if share is None or Stored(table, share.column) not in stored:
        return False
    written = any(column.name.lower() == share.column.lower() for column in figure.find_all(exp.Column))
    whole = {float(one.this) for one in figure.find_all(exp.Literal) if one.is_number}
    return not written or share.whole == 1 or share.whole in whole or 1 / share.whole in whole


def _counted_shares(reader: Reader, level: Level, figure: exp.Expr) -> Iterator[str]:
    if isinstance(figure.this, exp.Distinct):
        return
    homes = {alias for alias, _ in level.places(figure)} or set(level.sources)
    for alias in homes:
        entry = reader.catalogue.tables.get(level.sources[alias].table)
        if entry and entry.share:
            yield f"Each row of {_called(level, alias)} is a share of one {entry.noun}: write COUNT(DISTINCT {entry.key})."


def _currencies(reader: Reader, level: Level) -> Iterator[str]:
    """Amounts of different currencies have no sum, and no order."""
    rates = reader.catalogue.currencies
    kept = [*level.closure(level.fixed | level.grouped)]
    apart = {(one.table, one.column) for alias, name in kept for one in level.sources[alias].outputs.get(name, ())}
    if any(reader.catalogue.tables[table].currency == column for table, column in apart):
        return
    if rates and (rates.table, rates.rate) in apart:
        return
    for part in _added_or_ordered(level):
        stored = level.stored(part)
        mixed = [one for one in stored if _is_amount(reader, one) and _has_currencies(reader, one)]
        mixed = [one for one in mixed if (one.table, reader.catalogue.tables[one.table].key) not in apart]
        named = {column.name.lower() for column in part.find_all(exp.Column)}
        converted = rates and (rates.rate.lower() in named or any(one.column == rates.rate for one in stored))
        if mixed and not converted:
            currency = reader.catalogue.tables[mixed[0].table].currency
            how = f"multiply by {rates.table}.{rates.rate} of the same month, or group by" if rates else "group by"
            yield f"{part.sql(reader.dialect)[:80]} mixes currencies: {how} {mixed[0].table}.{currency}."


def _added_or_ordered(level: Level) -> Iterator[exp.Expr]:
    yield from (figure for figure in level.figures() if not isinstance(figure, exp.Count) and not _sign_only(figure))
    if not level.aggregates and level.select.args.get("limit") and (order := level.select.args.get("order")):
        yield from order.expressions


def _sign_only(figure: exp.AggFunc) -> bool:
    """Compared with nothing, which is the same in every currency."""
    place = figure.parent
    return (
        isinstance(figure, _ONCE)
        and isinstance(place, exp.GT | exp.GTE | exp.LT | exp.LTE | exp.EQ | exp.NEQ)
        and any(isinstance(side, exp.Literal) and side.sql() == "0" for side in (place.this, place.expression))
    )


def _is_amount(reader: Reader, one: Stored) -> bool:
    return _kind(reader, one) == "amount"


def _has_currencies(reader: Reader, one: Stored) -> bool:
    table = reader.catalogue.tables[one.table]
    return bool(table.currency) and not table.columns[one.column].currency


_CHECKS = (_months, _crossed, _fan_out, _shares, _currencies)
