"""The sentence that says how a question was read, made from the intent alone, so that it cannot disagree with the SQL."""

from collections.abc import Callable
from datetime import date
from typing import Any

from bank.catalogue import Catalogue
from generators.pattern.intent import (
    Both,
    ByColumn,
    ByPeriod,
    Condition,
    During,
    Either,
    Facing,
    Figure,
    Group,
    Has,
    Intent,
    Limit,
    Months,
    Not,
    OneOf,
    Operator,
    Order,
    Test,
    Total,
    Versus,
    Where,
    inner_tables,
)
from generators.pattern.periods import said

_OPERATORS = {
    ">": "over",
    ">=": "at least",
    "<": "under",
    "<=": "at most",
    "=": "exactly",
    "<>": "other than",
    "between": "between",
}


def reading(intent: Intent, catalogue: Catalogue, month: date | None) -> str:
    """For instance: Total current balance by branch, where the loan is active, as of 30 Sep 2026, in USD."""
    parts = [_what(intent, catalogue)]
    if intent.groups and not intent.counted:
        parts[0] += " by " + _joined([_group(group, catalogue) for group in intent.groups])
    having = () if intent.counted else intent.having
    conditions = [asked for asked in (*intent.conditions, *having) if not isinstance(asked, Months)]
    if conditions:
        parts.append("where " + " and ".join(_condition(part, catalogue) for part in conditions))
    parts += _worked_out(intent)
    parts += [
        part
        for part in (_order(intent, catalogue), as_of(intent, catalogue, month), _currency(intent, catalogue))
        if part
    ]
    sentence = ", ".join(parts)
    return sentence[0].upper() + sentence[1:] + "."


def _worked_out(intent: Intent) -> list[str]:
    """What is made of the figures of several rows or columns."""
    said_so = (
        (bool(intent.slices), _beside(intent)),
        (intent.change and not intent.slices, "with the change from each to the next"),
        (intent.running, "with the running total"),
        (bool(intent.mean_unit), f"and of these the average over the {intent.mean_unit}s"),
        (intent.percent, "with each one's percentage of the total"),
        (intent.test is not None, _test(intent.test) if intent.test else ""),
    )
    return [words for holds, words in said_so if holds]


def _beside(intent: Intent) -> str:
    dated = any(
        piece.month or any(isinstance(one, During | Months) for one in piece.conditions) for piece in intent.slices
    )
    end = f", and the {'change' if dated else 'difference'}" if intent.change else ""
    return " beside ".join(piece.says for piece in intent.slices) + end


def _test(test: Test) -> str:
    if test.second:
        return f"and whether the first is {_OPERATORS[test.operator]} the second"
    return (
        f"and whether it is {_against(test.operator, (test.number,))}" if test.number else "and whether there are any"
    )


def as_of(intent: Intent, catalogue: Catalogue, month: date | None) -> str:
    """The date that the figures are of: only where a snapshot is read."""
    if any(piece.month for piece in intent.slices):
        return ""
    if intent.last_seen:
        return "as last recorded"
    if intent.every_month:
        return _months(intent)
    return f"as of {said(month)}" if month and _tables(intent, catalogue) else ""


def _months(intent: Intent) -> str:
    """Which month ends are read, or of which months flows are summed."""
    months = [month for asked in intent.conditions if isinstance(asked, Months) for month in asked.months]
    if not any(isinstance(group, ByPeriod) for group in intent.groups):
        return (
            f"in the months from {months[0]:%b %Y} to {months[-1]:%b %Y}"
            if len(months) > 1
            else f"in {months[0]:%b %Y}"
        )
    if intent.month or not months:
        return f"at each month end {intent.month.words}".strip() if intent.month else "at each month end"
    return f"at {_joined([said(month) for month in months])}" if len(months) <= 4 else "at the last month end of each"


def plural(catalogue: Catalogue, table: str) -> str:
    """The plural noun of a table."""
    entry = catalogue.tables[table]
    return entry.plural or (entry.noun[:-1] + "ies" if entry.noun.endswith("y") else entry.noun + "s")


def _what(intent: Intent, catalogue: Catalogue) -> str:
    if intent.values:
        return f"the different values of {catalogue.label(intent.values.table, intent.values.column)}"
    if intent.counted:
        return f"{intent.counted} whose {_joined([_condition(asked, catalogue) for asked in intent.having])}"
    if not intent.figures:
        return f"list of {plural(catalogue, intent.root)}"
    return _joined([_figure(figure, catalogue) for figure in intent.figures])


def _figure(figure: Figure, catalogue: Catalogue) -> str:
    if not figure.share:
        return figure.says
    held = " and ".join(_condition(part, catalogue) for part in figure.share)
    return f"{figure.says} where {held}"


def _group(group: Group, catalogue: Catalogue) -> str:
    if isinstance(group, ByColumn):
        return catalogue.label(group.table, group.column)
    if isinstance(group, ByPeriod):
        entry = catalogue.tables[group.table]
        if entry.snapshot and group.column == entry.snapshot.column:
            return group.unit
        return f"{group.unit} of {catalogue.label(group.table, group.column)}"
    return catalogue.tables[group.table].noun


def _condition(asked: Condition, catalogue: Catalogue) -> str:
    return _SAID[type(asked)](asked, catalogue)


def _limit(asked: Limit, catalogue: Catalogue) -> str:
    return f"{asked.says} is {_against(asked.operator, asked.numbers)} {asked.currency}".rstrip()


def _versus(asked: Versus, catalogue: Catalogue) -> str:
    more = "more" if asked.operator == ">" else "less"
    return f"the {catalogue.tables[asked.per].noun}'s {asked.figure.says} is {more} than its {asked.other.says}"


def _facing(asked: Facing, catalogue: Catalogue) -> str:
    words = {">": "worse than" if asked.ranked else "more than", "<": "better than" if asked.ranked else "less than"}
    said_so = words.get(
        asked.operator, {"=": "the same as", "<>": "other than"}.get(asked.operator, _OPERATORS[asked.operator])
    )
    return (
        f"{catalogue.label(asked.table, asked.column)} is {said_so} {catalogue.label(asked.other_table, asked.other)}"
    )


def _during(asked: During, catalogue: Catalogue) -> str:
    return f"{catalogue.label(asked.table, asked.column)} is {asked.period.words}"


def _not(asked: Not, catalogue: Catalogue) -> str:
    return f"not ({_condition(asked.condition, catalogue)})"


def _both(asked: Both, catalogue: Catalogue) -> str:
    return " and ".join(_condition(part, catalogue) for part in asked.conditions)


def _either(asked: Either, catalogue: Catalogue) -> str:
    return "(" + " or ".join(_condition(part, catalogue) for part in asked.conditions) + ")"


def _total(asked: Total, catalogue: Catalogue) -> str:
    whose = f"the {catalogue.tables[asked.per].noun}'s " if asked.per else ""
    inner = _inner(asked.conditions, catalogue)
    return f"{whose}{asked.figure.says}{inner} is {_against(asked.operator, asked.numbers)} {asked.currency}".rstrip()


def _where(asked: Where, catalogue: Catalogue) -> str:
    if not catalogue.tables[asked.table].countable:
        return f"they are ones {asked.says}"
    ones = "ones " if asked.says.split()[0] in {"with", "whose", "under", "past", "that", "who", "which"} else ""
    return f"the {plural(catalogue, asked.table)} are {ones}{asked.says}"


def _has(asked: Has, catalogue: Catalogue) -> str:
    if not catalogue.tables[asked.other].countable and asked.number == 1 and asked.operator == ">=":
        return " and ".join(_condition(part, catalogue) for part in asked.conditions)
    other, inner = catalogue.tables[asked.other], _inner(asked.conditions, catalogue)
    noun = catalogue.tables[asked.per].noun
    if (asked.operator, asked.number) in {(">=", 1), (">", 0)}:
        return f"the {noun} has at least one {other.noun}{inner}"
    if (asked.operator, asked.number) == ("=", 0):
        return f"the {noun} has no {other.noun}{inner}"
    many = {">": "more than", "<": "fewer than"}.get(asked.operator, _OPERATORS[asked.operator])
    return f"the {noun} has {many} {asked.number} {other.noun if asked.number == 1 else plural(catalogue, asked.other)}{inner}"


def _inner(conditions: tuple[Condition, ...], catalogue: Catalogue) -> str:
    return f" ({' and '.join(_condition(part, catalogue) for part in conditions)})" if conditions else ""


def _one_of(asked: OneOf, catalogue: Catalogue) -> str:
    label = catalogue.label(asked.table, asked.column)
    if asked.extreme:
        return f"{label} is the {asked.extreme} that occurs"
    codes = catalogue.tables[asked.table].columns[asked.column].codes
    return f"{label} is {_joined([_value(value, codes) for value in asked.values], 'or')}"


def _value(value: str, codes: dict[str, str]) -> str:
    return f"{codes[value]} ({value})" if value in codes and codes[value] != value else value


def _against(operator: Operator, numbers: tuple[float, ...]) -> str:
    return f"{_OPERATORS[operator]} {' and '.join(f'{number:,.10g}' if number % 1 else f'{number:,.0f}' for number in numbers)}"


def _order(intent: Intent, catalogue: Catalogue) -> str:
    order = intent.order
    if not order:
        return ""
    by = order.value.says if order.value else intent.figures[order.figure].says
    by = f"change of {by}" if order.changed else by
    if order.within:
        outer = _joined([_group(group, catalogue) for group in intent.groups[: order.within]])
        return f"the {order.place or order.limit} {_end(order)} by {by} within each {outer}, equals included"
    if order.place:
        return f"only number {order.place} of the {_end(order)} by {by}"
    if order.limit and order.ties:
        count = "the" if order.limit == 1 else f"the {order.limit}"
        return f"{count} {_end(order)} by {by}, equals included"
    if order.limit:
        return f"the {order.limit} {_end(order)} by {by}"
    return f"{_end(order)} {by} first"


def _end(order: Order) -> str:
    value = order.value
    if value and value.kind == "date":
        return "latest" if order.descending else "earliest"
    return "highest" if order.descending else "lowest"


def _currency(intent: Intent, catalogue: Catalogue) -> str:
    amounts = [figure.table for figure in intent.figures if figure.kind == "amount" and not figure.share]
    weighed = [figure.table for figure in intent.figures if figure.kind == "amount"]
    limits = [asked for asked in (*intent.conditions, *intent.having) if _is_amount(asked)]
    ordered = intent.order and intent.order.value and intent.order.value.kind == "amount"
    if not catalogue.reporting_currency or not (amounts or weighed or limits or ordered):
        return ""
    tables = {*weighed, *(_table_of(asked) for asked in limits)}
    mixed = catalogue.currencies and any(catalogue.tables[table].currency for table in tables if table)
    at = " at month-end rates" if mixed else ""
    return f"in {catalogue.reporting_currency}{at}"


def _is_amount(asked: Condition) -> bool:
    return (isinstance(asked, Limit) and asked.kind == "amount") or (
        isinstance(asked, Total) and asked.figure.kind == "amount"
    )


def _table_of(asked: Condition) -> str:
    if isinstance(asked, Total):
        return asked.figure.table
    return asked.table if isinstance(asked, Limit) else ""


def _tables(intent: Intent, catalogue: Catalogue) -> bool:
    """Whether any table that the intent names is a snapshot."""
    named = {intent.root, *(figure.table for figure in intent.figures), *(group.table for group in intent.groups)}
    named |= {getattr(asked, "table", "") for asked in intent.conditions}
    named |= {table for asked in intent.conditions for table in inner_tables(asked)}
    named |= {asked.figure.table for asked in (*intent.conditions, *intent.having) if isinstance(asked, Total)}
    return any(catalogue.tables[table].snapshot for table in named if table)


def _joined(words: list[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


_SAID: dict[type[Condition], Callable[[Any, Catalogue], str]] = {
    Where: _where,
    OneOf: _one_of,
    Limit: _limit,
    Facing: _facing,
    During: _during,
    Not: _not,
    Both: _both,
    Either: _either,
    Total: _total,
    Versus: _versus,
    Has: _has,
}
