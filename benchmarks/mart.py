"""A commercial-lending mart of 898 columns, made from the column list of a real one, with made-up rows."""

import csv
import random
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

COLUMNS = Path(__file__).parents[2] / "shared" / "data" / "fis_mart_columns.csv"
MONTHS = [202601 + month for month in range(6)]
_KEYS = ("_KEY", "_ID", "_NUMBER")


def make_mart(path: Path, things: int = 300) -> int:
    """Writes the mart, of so many things in each table for each of six months; returns its number of columns."""
    chance = random.Random(898)
    tables: dict[str, list[tuple[str, str]]] = {}
    with COLUMNS.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            tables.setdefault(line["table"], []).append((line["column"], line["type"]))
    with closing(sqlite3.connect(path)) as database:
        for table, columns in tables.items():
            listed = ", ".join(f'"{name}" {kind or "TEXT"}' for name, kind in columns)
            database.execute(f'CREATE TABLE "{table}" ({listed})')
            places = ", ".join("?" * len(columns))
            months = MONTHS if any("MONTH" in name for name, _ in columns) else MONTHS[:1]
            rows = (
                [_cell(chance, name, thing, month) for name, _ in columns]
                for month in months
                for thing in range(things)
            )
            database.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)
        database.commit()
    return sum(map(len, tables.values()))


def _cell(chance: random.Random, name: str, thing: int, month: int) -> str | int | float | None:
    """A value such as a column of that name has; every twentieth is missing where nothing depends on it."""
    if "MONTH" in name and name.endswith(("_ID", "MONTH")):
        return month
    if name.endswith(_KEYS) or name.endswith("_NBR"):
        return f"{thing + 1:06}"
    if chance.random() < 0.05:
        return None
    return next(
        (made(chance) for form, made in _MADE.items() if re.search(form, name)),
        f"{name[:12].title()} {chance.randrange(8)}",
    )


_MADE: dict[str, Callable[[random.Random], str | float]] = {
    "DATE": lambda chance: f"20{chance.randrange(10, 27):02}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
    "FLAG|_IND$": lambda chance: chance.choice("YN"),
    "AMOUNT|BALANCE|LIMIT|PRINCIPAL|FEE|INTEREST|EXPOSURE|COLLATERAL": lambda chance: round(chance.uniform(0, 1e6), 2),
    "PERCENT|PCT|RATE$|YIELD": lambda chance: round(chance.uniform(0, 15), 3),
    "NAME$": lambda chance: f"Name {chance.randrange(1000)}",
}
