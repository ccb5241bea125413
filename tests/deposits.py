"""A bank of deposits at two branches, small enough to say by hand what every figure must be."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

CATALOGUE: dict[str, Any] = {
    "bank": "Fern Bank",
    "tables": {
        "deposit": {
            "noun": "account",
            "row": "one deposit account",
            "key": "id",
            "columns": {
                "id": {"kind": "id"},
                "branch": {"kind": "category"},
                "product": {"kind": "category"},
                "balance": {"kind": "amount", "currency": "EUR"},
            },
        }
    },
}


def make_deposits(file: Path, rows: str) -> None:
    """`rows` as they stand behind VALUES: id, branch, product, balance."""
    run(file, "CREATE TABLE deposit (id INTEGER, branch TEXT, product TEXT, balance REAL)")
    run(file, f"INSERT INTO deposit VALUES {rows}")


def run(file: Path, sql: str) -> None:
    """Changes the bank behind Teller's back."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(sql)
        connection.commit()
