"""Text beside tables in which every figure is a reference to a cell: `{1:total:1}` is table 1, column "total", row 1.

Written before anything has run, filled in after; a sentence that states a figure, or compares without the order of rows
bearing it out, is left out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from bank.table import Cell, Column, Table

MOST = 6  # sentences
Write = Callable[[Cell, Column], str]
"""A cell as a banker reads it."""

_REFERENCE = re.compile(r"\{(\d):([^:{}]+):(\d{1,3})\}")
_FIGURE = re.compile(
    r"[\d%]|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundreds?|thousands?|millions?|billions?"
    r"|half|halves|third|quarters? of|twice|double[ds]?|triple[ds]?|fold|per ?cent|majority|minority|most of|none|nobody|all of)\b",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\b(?:more|less|fewer|higher|lower|larger|smaller|greater|bigger|better|worse|above|below|exceed\w*|ros\w*|rise\w*|rising|grew|grow\w*"
    r"|increas\w*|decreas\w*|declin\w*|fell|fall\w*|drop\w*|improv\w*|deteriorat\w*|stable|unchanged|trend\w*|because|caus\w+|driven|due to"
    r"|correlat\w*|concentrat\w*|dominat\w*|significant\w*|only|every|always|never|total of|average)\b",
    re.IGNORECASE,
)
_GREATEST = re.compile(r"\b(?:largest|highest|most|biggest|greatest|top|leading|first)\b", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:smallest|lowest|least|fewest)\b", re.IGNORECASE)
_OTHER_ENDS = re.compile(r"\b(?:best|worst|second|last|next|strongest|weakest|riskiest|safest)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Order:
    """How the rows of a table come: `single`: there is one; else by which column, and whether the greatest is first."""

    single: bool
    by: str = ""
    descending: bool = False


def trustworthy(sentences: Iterable[str], queries: Sequence[str], dialect: str) -> tuple[str, ...]:
    """Those sentences that state nothing but what the cells they refer to will say; at most `MOST`."""
    orders = [_order(sql, dialect) for sql in queries]
    return tuple(sentence.strip() for sentence in sentences if _bears_out(sentence, orders))[:MOST]


def filled(sentences: Iterable[str], tables: Sequence[Table], write: Write) -> tuple[str, ...]:
    """The sentences with their cells in place; one that refers to a cell that is not there is left out."""
    return tuple(said for sentence in sentences if (said := _filled(sentence, tables, write)))


def _bears_out(sentence: str, orders: Sequence[_Order]) -> bool:
    references = list(_REFERENCE.findall(sentence))
    rest = _REFERENCE.sub(" ", sentence)
    if not references or _FIGURE.search(rest) or _CLAIM.search(rest) or _OTHER_ENDS.search(rest) or "{" in rest:
        return False
    if any(
        not 0 < int(table) <= len(orders) or not _stands(orders[int(table) - 1], int(row))
        for table, _, row in references
    ):
        return False
    ends = [descending for form, descending in ((_GREATEST, True), (_LEAST, False)) if form.search(rest)]
    return all(_is_end(references, orders, descending) for descending in ends)


def _stands(order: _Order, row: int) -> bool:
    """Whether it is always the same row that stands there."""
    return row == 1 if order.single else bool(order.by)


def _is_end(references: Sequence[tuple[str, str, str]], orders: Sequence[_Order], descending: bool) -> bool:
    """Whether all that is referred to is the first row of a table that is ordered by a column referred to."""
    if len({table for table, _, _ in references}) != 1 or any(row != "1" for _, _, row in references):
        return False
    order = orders[int(references[0][0]) - 1]
    return order.descending is descending and any(_same(order.by, column) for _, column, _ in references)


def _order(sql: str, dialect: str) -> _Order:
    try:
        tree = sqlglot.parse_one(sql, dialect=dialect)
    except SqlglotError:
        return _Order(False)
    if not isinstance(tree, exp.Query):
        return _Order(False)
    order = tree.args.get("order")
    if order is None:
        grouped = tree.args.get("group") or not isinstance(tree, exp.Select)
        return _Order(not grouped and all(one.find(exp.AggFunc) and not one.find(exp.Window) for one in tree.selects))
    first = order.expressions[0]
    return _Order(False, _name(first.this, tree.selects), bool(first.args.get("desc")))


def _name(key: exp.Expr, outputs: Sequence[exp.Expr]) -> str:
    """The output that ORDER BY orders by."""
    if isinstance(key, exp.Literal) and key.is_int and 0 < int(key.this) <= len(outputs):
        return str(outputs[int(key.this) - 1].alias_or_name)
    text = key.sql()
    named = (one.alias_or_name for one in outputs if one.unalias().sql() == text or one.alias_or_name == key.name)
    return next(named, "")


def _filled(sentence: str, tables: Sequence[Table], write: Write) -> str:
    cells = list(_cells(sentence, tables, write))
    if any(cell is None for cell in cells):
        return ""
    parts = iter(cells)
    return _REFERENCE.sub(lambda _: str(next(parts)), sentence)


def _cells(sentence: str, tables: Sequence[Table], write: Write) -> Iterator[str | None]:
    for table, named, row in _REFERENCE.findall(sentence):
        yield _cell(tables[int(table) - 1], named, int(row) - 1, write) if 0 < int(table) <= len(tables) else None


def _cell(table: Table, named: str, row: int, write: Write) -> str | None:
    places = [place for place, column in enumerate(table.columns) if _same(column.label, named)]
    if len(places) != 1 or not 0 <= row < len(table.rows):
        return None
    cell, column = table.rows[row][places[0]], table.columns[places[0]]
    return None if cell is None or column.personal else write(cell, column)


def _same(one: str, other: str) -> bool:
    return bool(one) and one.replace("_", " ").casefold().strip() == other.replace("_", " ").casefold().strip()
