"""A data dictionary: a CSV file with table, column and definition, read for names, kinds and what is personal."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bank.errors import BankError
from bank.learn.facts import Column
from bank.learn.kinds import Sort
from bank.learn.words import pieces, written_out

_PERSONAL = re.compile(
    r"\b(personal|confidential|pii|date of birth|birth date|tax identification|social security|e-?mail|phone|street)\b",
    re.IGNORECASE,
)
_KINDS: dict[str, Sort] = {
    "unique identifier": Sort("id"),
    "identifier": Sort("id"),
    "date": Sort("date", "iso"),
    "amount": Sort("amount"),
    "percentage": Sort("percent", additive=False),
    "indicator": Sort("flag"),
}


class NoDictionary(BankError):
    """A data dictionary is a CSV file whose first line names table, column and definition."""


@dataclass(frozen=True)
class Dictionary:
    """Definitions by (table, column) in lower case; the column "" is the table itself."""

    said: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Dictionary":
        """Raises `NoDictionary` with what is wrong."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                return cls(dict(_entries(csv.DictReader(lines))))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise NoDictionary(f"The data dictionary {path} cannot be read.", cause=str(error)) from None

    def of(self, table: str, column: str = "") -> str:
        return self.said.get((table.lower(), column.lower()), "")

    def phrase(self, table: str, column: str) -> str:
        """The definition where it is a name rather than a sentence: at most five words."""
        text = re.sub(r"^(the|a|an) ", "", self.of(table, column).strip().rstrip(".").lower())
        named = written_out(pieces(text))
        return " ".join(named) if 0 < len(named) <= 5 and not set(named) & {"for", "by", "or", "when", "if"} else ""

    def why_personal(self, table: str, column: str) -> str:
        found = _PERSONAL.search(self.of(table, column))
        return f"defined as {found.group().lower()}" if found else ""

    def sorted(self, table: str, column: str, sort: Sort, facts: Column) -> Sort:
        """The kind, where the data has no values to tell it and the definition does."""
        text = self.of(table, column).lower()
        if facts.cells or not text or sort.kind not in {"text", "category"}:
            return sort
        return next((found for word, found in _KINDS.items() if re.search(rf"\b{word}\b", text)), sort)


def _entries(lines: "csv.DictReader[str]") -> Iterator[tuple[tuple[str, str], str]]:
    known = {name.strip().lower(): name for name in lines.fieldnames or () if name}
    if not {"table", "column", "definition"} <= known.keys():
        raise NoDictionary
    for line in lines:
        table, column, said = ((line[known[name]] or "").strip() for name in ("table", "column", "definition"))
        if table and said:
            yield (table.lower(), column.lower()), " ".join(said.split())
