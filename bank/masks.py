"""How a value is shown to those who may not see it whole: hidden, its last four characters, a pseudonym, a band."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal, cast

import sqlglot
from pydantic import AfterValidator
from sqlglot import exp

from bank.table import Kind

How = Literal["hide", "last four", "hash", "band"]
PSEUDONYM = "teller_pseudonym"  # the function that an SQLite connection of ours has
SALT = "teller.salt"  # the setting of a Postgres session, and with _ the variable of a DuckDB one, with the key

_WRITTEN = re.compile(r"hide|last four|hash|band (\d+(?:\.\d+)?|year)")

# The masked value of `it`. Fewer than eight characters are hidden whole: four of them would be too much. The key of
# pseudonyms never stands in the SQL, which a database quotes in errors and logs; 48 bits of the digest are shown.
_LAST_FOUR = "CASE WHEN LENGTH({it}) >= 8 THEN '…' || {end} WHEN NOT {it} IS NULL THEN '…' END"
_SQL: dict[tuple[str, str], str] = {
    ("last four", "sqlite"): _LAST_FOUR.format(it="CAST(it AS TEXT)", end="SUBSTR(CAST(it AS TEXT), -4)"),
    ("last four", ""): _LAST_FOUR.format(it="CAST(it AS TEXT)", end="RIGHT(CAST(it AS TEXT), 4)"),
    ("hash", "sqlite"): f"{PSEUDONYM}(CAST(it AS TEXT))",
    ("hash", "postgres"): f"SUBSTRING(MD5(current_setting('{SALT}') || CAST(it AS TEXT)), 1, 12)",
    ("hash", "duckdb"): f"SUBSTRING(MD5(getvariable('{SALT.replace('.', '_')}') || CAST(it AS TEXT)), 1, 12)",
    ("band", "sqlite"): "FLOOR(CAST(it AS REAL) / {width}) * {width}",
    ("band", ""): "FLOOR(CAST(it AS DECIMAL(38, 6)) / {width}) * {width}",
    ("year", "sqlite"): "STRFTIME('%Y-01-01', it)",
    ("year", ""): "CAST(DATE_TRUNC('year', it) AS DATE)",
    ("hide", ""): "NULL",
}


@dataclass(frozen=True, slots=True)
class Mask:
    """`band` is the width of a band of numbers, or "year" for dates; empty for the other masks."""

    how: How
    band: str = ""

    @classmethod
    def parse(cls, text: str) -> "Mask":
        """From how a policy writes it: hide, last four, hash, band 1000, band year."""
        found = _WRITTEN.fullmatch(text)
        if not found or (found[1] and found[1] != "year" and not float(found[1])):
            raise ValueError(f"{text!r} is no mask; masks are hide, last four, hash, band WIDTH and band year")
        return cls("band", found[1]) if found[1] else cls(cast(How, text))

    def says(self, label: str) -> str:
        """In words, as an answer names it."""
        width = "only the year" if self.band == "year" else f"only the lower end of its band of {self.band}"
        how = {
            "hide": "nothing",
            "last four": "only the last four characters",
            "hash": "only a pseudonym",
            "band": width,
        }
        return f"of the {label} {how[self.how]}"

    def misfit(self, kind: Kind, stored: str) -> str:
        """Why a column of this kind cannot be masked so; empty where it can."""
        if self.how == "band" and self.band == "year":
            return "" if kind == "date" and stored in ("native", "iso") else "band year is for dates stored as dates."
        if self.how == "band":
            return "" if kind in ("amount", "percent", "count", "number") else "a band of a width is for numbers."
        return "dates can be hidden, or shown as band year." if kind == "date" and self.how != "hide" else ""

    def over(self, column: exp.Expr, dialect: str) -> exp.Expr:
        """The masked value of a column as an expression of that database; raises KeyError for one that has none."""
        return _template(self, dialect).transform(
            lambda node: column.copy() if isinstance(node, exp.Column) and node.name == "it" else node
        )


@cache
def _template(mask: Mask, dialect: str) -> exp.Expr:
    how = "year" if mask.band == "year" else mask.how
    template = _SQL.get((how, dialect)) or _SQL[(how, "")]
    return sqlglot.parse_one(template.format(width=mask.band), read=dialect)


def pseudonym(key: str, text: str | None) -> str | None:
    """What Postgres and DuckDB make of it with md5, for SQLite: the same value has the same pseudonym in each."""
    return None if text is None else hashlib.md5((key + text).encode(), usedforsecurity=False).hexdigest()[:12]


def _checked(text: str) -> str:
    Mask.parse(text)
    return text


MaskText = Annotated[str, AfterValidator(_checked)]
"""A mask as a policy writes it."""
