"""Loads the files of the Czech bank into one SQLite file: whole, or not at all."""

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bank.berka.tables import TABLES, Cell, FileTable
from bank.errors import BankError


class NoBerkaFiles(BankError):
    """That folder does not hold the eight .asc files of the Czech bank."""


def load_bank(source: Path, path: Path) -> list[str]:
    """Reads `source`/*.asc and writes the database at `path`, replacing it. Returns a sentence for each line skipped.

    Raises `NoBerkaFiles` where a file is missing.
    """
    missing = [table.file for table in TABLES if not (source / table.file).is_file()]
    if missing:
        raise NoBerkaFiles(f"{source} does not hold {', '.join(missing)}. Name the folder with the eight .asc files.")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        skipped = _write(source, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return skipped


def _write(source: Path, path: Path) -> list[str]:
    skipped: list[str] = []
    with closing(sqlite3.connect(path)) as database:
        for table in TABLES:
            _fill(database, table, source / table.file, skipped)
        _check_references(database)
        database.commit()
    return skipped


def _fill(database: sqlite3.Connection, table: FileTable, file: Path, skipped: list[str]) -> None:
    key, *others = (f'"{name}" {kind}' for name, _, kind, _ in table.columns)
    keys = [f'FOREIGN KEY ("{column}") REFERENCES "{other}"' for column, other in table.belongs.items()]
    database.execute(f'CREATE TABLE "{table.name}" ({", ".join([f"{key} PRIMARY KEY", *others, *keys])})')
    places = ", ".join("?" * len(table.columns))
    database.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', _rows(table, file, skipped))
    for column in (*table.belongs, *table.indices):
        database.execute(f'CREATE INDEX "{table.name}_{column}" ON "{table.name}" ("{column}")')


def _rows(table: FileTable, file: Path, skipped: list[str]) -> Iterator[tuple[Cell, ...]]:
    with file.open(encoding="ascii", newline="") as lines:
        next(lines)
        for place, line in enumerate(lines, start=2):
            if not line.endswith("\n"):
                skipped.append(
                    f"{table.file} is cut off in line {place:,}: that line was skipped, and what followed is missing."
                )
                return
            try:
                row = table.row(next(csv.reader([line], delimiter=";")))
            except ValueError:
                skipped.append(f"{table.file}: line {place:,} could not be read and was skipped.")
            else:
                yield row


def _check_references(database: sqlite3.Connection) -> None:
    broken = database.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise NoBerkaFiles(f"The files do not fit together: {len(broken):,} rows name something that is not there.")
