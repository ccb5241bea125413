"""Amounts in several currencies are never summed as if they were one."""

from collections.abc import Sequence

from generators.pattern.doubt import Lost
from generators.pattern.intent import ByColumn, Condition, Figure, Group, Limit, OneOf, Total, asked_in
from generators.pattern.query import Ground


def one_currency(
    figures: Sequence[Figure], groups: Sequence[Group], conditions: Sequence[Condition], ground: Ground
) -> None:
    """Raises `Lost` where amounts of a table that holds several currencies meet, and no rates are known to convert them."""
    if ground.catalogue.currencies:
        return
    summed = [part for figure in figures for part in (figure.parts or (figure,))]
    summed += [asked.figure for asked in asked_in(conditions) if isinstance(asked, Total)]
    amounts = [(figure.table, figure.currency) for figure in summed if figure.kind == "amount"]
    compared = [asked for asked in asked_in(conditions) if isinstance(asked, Limit) and asked.kind == "amount"]
    amounts += [(asked.table, _fixed(asked, ground)) for asked in compared]
    for table, currency in amounts:
        column = ground.catalogue.tables[table].currency
        if currency or not column or _stored(table, column, ground) == 1:
            continue
        apart = ByColumn(table, column) in groups
        named = any(
            isinstance(asked, OneOf) and (asked.table, asked.column) == (table, column) and len(asked.values) == 1
            for asked in conditions
        )
        if not apart and not named:
            label = ground.catalogue.label(table, column)
            raise Lost(
                why=f"These amounts are in several currencies, and I know no rates: name one, or ask by {label}."
            )


def _fixed(asked: Limit, ground: Ground) -> str:
    column = ground.catalogue.tables[asked.table].columns.get(asked.value)
    return column.currency if column else ""


def _stored(table: str, column: str, ground: Ground) -> int:
    """How many currencies are there; 0 where that is not known."""
    found = {value.value for value in ground.values.known if (value.table, value.column) == (table, column)}
    return len(found)
