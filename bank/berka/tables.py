"""The eight files of the Czech bank as tables: their columns, keys, and how a line of a file becomes a row.

Names are the original's, but for `order` (an SQL keyword, here `orders`), the district columns A1 to A16, and the two
columns made of `birth_number`. Source: the guide to the data of the PKDD 1999 Discovery Challenge.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

Cell = str | int | float | None


def text(field: str) -> str | None:
    return field.strip() or None


def number(field: str) -> int | None:
    """A whole number; a question mark is how the files say that it is not known."""
    return None if field in {"", "?"} else int(field)


def amount(field: str) -> float | None:
    return None if field in {"", "?"} else float(field)


def day(field: str) -> str:
    """YYMMDD, perhaps with a time behind it, as an ISO date: all of them are of the twentieth century."""
    return date(1900 + int(field[:2]), int(field[2:4]), int(field[4:6])).isoformat()


def birth_date(birth_number: str) -> str:
    """In Czech birth numbers a woman's month is 50 higher."""
    month = int(birth_number[2:4])
    return date(1900 + int(birth_number[:2]), month - 50 if month > 50 else month, int(birth_number[4:6])).isoformat()


def sex(birth_number: str) -> str:
    return "F" if int(birth_number[2:4]) > 50 else "M"


@dataclass(frozen=True, slots=True)
class FileTable:
    """One file and its table. Each column: its name, its place in the line, its SQL type, and how its field is read.

    The first column is the key; `belongs` maps columns to the tables whose keys they hold.
    """

    file: str
    name: str
    columns: Sequence[tuple[str, int, str, Callable[[str], Cell]]]
    belongs: dict[str, str]
    indices: tuple[str, ...] = ()

    @property
    def fields(self) -> int:
        """How many fields a whole line has."""
        return max(place for _, place, _, _ in self.columns) + 1

    def row(self, fields: Sequence[str]) -> tuple[Cell, ...]:
        """Raises ValueError where the line or a field is not what it should be."""
        if len(fields) != self.fields:
            raise ValueError(f"{len(fields)} fields instead of {self.fields}")
        return tuple(read(fields[place]) for _, place, _, read in self.columns)


_DISTRICT_FIGURES = (
    *(("inhabitants", number), ("municipalities_under_500", number), ("municipalities_500_1999", number)),
    *(("municipalities_2000_9999", number), ("municipalities_over_10000", number), ("cities", number)),
    *(("urban_percent", amount), ("average_salary", number), ("unemployment_1995", amount)),
    *(("unemployment_1996", amount), ("entrepreneurs_per_1000", number), ("crimes_1995", number)),
    ("crimes_1996", number),
)

TABLES = (
    FileTable(
        "district.asc",
        "district",
        [
            ("district_id", 0, "INTEGER", number),
            ("name", 1, "TEXT", text),
            ("region", 2, "TEXT", text),
            *(
                (name, place, "INTEGER" if read is number else "REAL", read)
                for place, (name, read) in enumerate(_DISTRICT_FIGURES, start=3)
            ),
        ],
        {},
    ),
    FileTable(
        "client.asc",
        "client",
        [
            ("client_id", 0, "INTEGER", number),
            ("birth_date", 1, "TEXT", birth_date),
            ("sex", 1, "TEXT", sex),
            ("district_id", 2, "INTEGER", number),
        ],
        {"district_id": "district"},
    ),
    FileTable(
        "account.asc",
        "account",
        [
            ("account_id", 0, "INTEGER", number),
            ("district_id", 1, "INTEGER", number),
            ("frequency", 2, "TEXT", text),
            ("date", 3, "TEXT", day),
        ],
        {"district_id": "district"},
        ("date",),
    ),
    FileTable(
        "disp.asc",
        "disp",
        [
            ("disp_id", 0, "INTEGER", number),
            ("client_id", 1, "INTEGER", number),
            ("account_id", 2, "INTEGER", number),
            ("type", 3, "TEXT", text),
        ],
        {"client_id": "client", "account_id": "account"},
    ),
    FileTable(
        "loan.asc",
        "loan",
        [
            ("loan_id", 0, "INTEGER", number),
            ("account_id", 1, "INTEGER", number),
            ("date", 2, "TEXT", day),
            ("amount", 3, "REAL", amount),
            ("duration", 4, "INTEGER", number),
            ("payments", 5, "REAL", amount),
            ("status", 6, "TEXT", text),
        ],
        {"account_id": "account"},
        ("date",),
    ),
    FileTable(
        "order.asc",
        "orders",
        [
            ("order_id", 0, "INTEGER", number),
            ("account_id", 1, "INTEGER", number),
            ("bank_to", 2, "TEXT", text),
            ("account_to", 3, "TEXT", text),
            ("amount", 4, "REAL", amount),
            ("k_symbol", 5, "TEXT", text),
        ],
        {"account_id": "account"},
    ),
    FileTable(
        "trans.asc",
        "trans",
        [
            ("trans_id", 0, "INTEGER", number),
            ("account_id", 1, "INTEGER", number),
            ("date", 2, "TEXT", day),
            ("type", 3, "TEXT", text),
            ("operation", 4, "TEXT", text),
            ("amount", 5, "REAL", amount),
            ("balance", 6, "REAL", amount),
            ("k_symbol", 7, "TEXT", text),
            ("bank", 8, "TEXT", text),
            ("account", 9, "TEXT", text),
        ],
        {"account_id": "account"},
        ("date",),
    ),
    FileTable(
        "card.asc",
        "card",
        [
            ("card_id", 0, "INTEGER", number),
            ("disp_id", 1, "INTEGER", number),
            ("type", 2, "TEXT", text),
            ("issued", 3, "TEXT", day),
        ],
        {"disp_id": "disp"},
        ("issued",),
    ),
)
