"""What a database expects of a query before it runs it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_MANY = 100_000_000  # rows; no bank's database passes so many in the seconds a question may take
_FOLD = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """Estimates in rows: `read` is the most that comes of one table, `joined` the most that a join makes. Both are 0 where
    the database has none to give: then the plan only says that the query can run."""

    read: float = 0.0
    joined: float = 0.0

    @property
    def multiplies(self) -> bool:
        """Whether a join makes far more rows than there are: every row of one side meets very many of the other."""
        return self.joined >= max(_MANY, _FOLD * self.read)

    @classmethod
    def of_postgres(cls, rows: Sequence[Sequence[Any]]) -> "Plan":
        """From EXPLAIN (FORMAT JSON)."""
        (told,) = rows[0]
        tree = json.loads(told) if isinstance(told, str) else told
        return cls._of(tree[0]["Plan"], "Plans", lambda node: node["Plan Rows"])

    @classmethod
    def of_duckdb(cls, rows: Sequence[Sequence[Any]]) -> "Plan":
        """From EXPLAIN (FORMAT JSON)."""
        return cls._of(json.loads(rows[0][1])[0], "children", _duckdb_rows)

    @classmethod
    def _of(cls, tree: dict[str, Any], below: str, expected: Any) -> "Plan":
        read = joined = 0.0
        for node in _nodes(tree, below):
            parts = node.get(below) or ()
            if not parts:
                read = max(read, float(expected(node)))
            elif len(parts) > 1:
                joined = max(joined, float(expected(node)))
        return cls(read, joined)


def _nodes(node: dict[str, Any], below: str) -> Iterator[dict[str, Any]]:
    yield node
    for part in node.get(below) or ():
        yield from _nodes(part, below)


def _duckdb_rows(node: dict[str, Any]) -> float:
    """A cross product comes without an estimate: it is that of its sides, multiplied."""
    if told := node.get("extra_info", {}).get("Estimated Cardinality"):
        return float(told)
    parts = node.get("children") or ()
    rows = 1.0 if parts else 0.0
    for part in parts:
        rows = rows * _duckdb_rows(part) if len(parts) > 1 else _duckdb_rows(part)
    return rows
