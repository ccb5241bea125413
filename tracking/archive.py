"""Writes what is about to be deleted into Parquet files, and proves by reading them that all of it is there."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

PART = 50_000  # rows of one file: some 100 MB in memory


class NotArchived(Exception):
    """The archive does not hold what was written to it, so nothing was deleted."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A file of the archive, as the report of a deletion names it."""

    name: str
    rows: int
    sha256: str


class Archive:
    """One folder for each deletion. Whoever may read it sees everything that was deleted: keep it accordingly."""

    def __init__(self, folder: Path, at: datetime) -> None:
        self.folder = folder / f"{at:%Y-%m-%dT%H-%M-%SZ}"
        self.files: list[Archived] = []

    def write(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """One more file `NAME-0001.parquet`; on disk and read again when this returns. Raises OSError, `NotArchived`."""
        if not rows:
            return
        # 0.4 s that only this needs.
        import pyarrow  # noqa: PLC0415
        from pyarrow import parquet  # noqa: PLC0415

        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = 1 + sum(file.name.startswith(f"{name}-") for file in self.files)
        file = self.folder / f"{name}-{number:04}.parquet"
        table = pyarrow.Table.from_pylist([{key: _plain(value) for key, value in row.items()} for row in rows])
        with file.open("xb") as target:
            parquet.write_table(table, target, compression="zstd")
            target.flush()
        if parquet.read_table(file).num_rows != len(rows):
            raise NotArchived
        self.files.append(Archived(file.name, len(rows), hashlib.sha256(file.read_bytes()).hexdigest()))

    def report(self, said: Mapping[str, Any]) -> Path:
        """What went, with the files that hold it, as `report.json`; its path."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        files = [{"name": file.name, "rows": file.rows, "sha256": file.sha256} for file in self.files]
        path = self.folder / "report.json"
        path.write_text(json.dumps({**said, "files": files}, indent=2, default=str) + "\n", encoding="utf-8")
        return path


def in_parts(rows: Iterable[Any], size: int = PART) -> Iterable[list[Any]]:
    """Rows in lists of at most so many."""
    part: list[Any] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def _plain(value: Any) -> Any:
    """Lists and the like as JSON: what Parquet makes of nested rows differs from one part to the next."""
    return json.dumps(value) if isinstance(value, list | dict) else value
