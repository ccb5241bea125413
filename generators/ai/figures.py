"""No figure of a model's own: neither in its SQL nor in its words."""

import re
from collections.abc import Iterator
from decimal import Decimal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from bank.errors import Refused


class InventedFigure(Refused):
    """The query states a figure instead of computing it from the bank's tables."""


def refuse_invented(sql: str, dialect: str) -> None:
    """Raises `InventedFigure` for `SELECT 1200 AS customers`: a result column made of nothing but numbers.

    SQL that cannot be parsed passes here: the door refuses it, and says so better.
    """
    try:
        tree = sqlglot.parse_one(sql, dialect=dialect)
    except SqlglotError:
        return
    for select in tree.find_all(exp.Select):
        if not isinstance(select.parent, exp.Exists) and any(map(_only_numbers, select.expressions)):
            raise InventedFigure


def _only_numbers(projection: exp.Expr) -> bool:
    value = projection.unalias()
    if value.find(exp.Column, exp.Star, exp.AggFunc, exp.Subquery, exp.Select):
        return False
    return any(literal.is_number or re.search(r"\d", literal.name) for literal in value.find_all(exp.Literal))


def grounded(words: str, *sources: str) -> str:
    """`words` without the sentences that hold a figure found in none of the sources (the question, the SQL)."""
    known = {figure for source in sources for figure in _figures(source)}
    kept = [sentence for sentence in _SENTENCE.findall(words.strip()) if set(_figures(sentence)) <= known]
    return "".join(kept).strip()


_SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)\s*|$)", re.DOTALL)
_FIGURE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(k|m|mn|bn|thousand|million|billion)?\b", re.IGNORECASE)
_MAGNITUDE = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9}


def _figures(text: str) -> Iterator[Decimal]:
    """Every figure in a text; of one that may be a date (20240131, 202401) also its parts."""
    for digits, magnitude in _FIGURE.findall(text):
        plain = digits.replace(",", "")
        yield Decimal(plain).scaleb(_MAGNITUDE.get(magnitude.lower(), 0)).normalize()
        if re.fullmatch(r"(?:19|20)\d{4}(?:\d\d)?", plain):
            yield from (Decimal(part).normalize() for part in (plain[:4], plain[4:6], plain[6:]) if part)
