"""What the bank answers with: named columns that know their kind, and rows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Kind = Literal["id", "name", "category", "amount", "percent", "count", "number", "date", "month", "flag", "text"]
Cell = str | int | float | Decimal | date | datetime | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result. `unit` is an ISO 4217 code for amounts, else None. 12.5 % is stored as 12.5.

    `personal`: it holds personal data, which goes to whom it is shown and nowhere else.
    """

    label: str
    kind: Kind = "text"
    unit: str | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as the bank returned them, at most the row cap; `truncated`: there were more. `seconds`: the query's time.

    `rights` says what the person's rights kept back, or is empty: without it, "none" and "none for you" look alike.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    truncated: bool = False
    seconds: float = 0.0
    rights: str = ""
