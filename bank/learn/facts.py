"""What a look at the data says: how many rows, and for each column which values in a sample of them, through the guard."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlglot import exp

from bank.catalogue import Catalogue
from bank.engine import ReadOnlyEngine
from bank.errors import BankError
from bank.guard import Guard
from bank.schema import Schema
from bank.shape import Shape

CELLS = 400_000  # of a table that are looked at: 100,000 rows of four columns, 1,500 of 254
FEW = 200  # different values that a category may have


@dataclass(frozen=True)
class Column:
    """One column: its SQL type in lower case, and the values of the sample that are not null."""

    name: str
    type: str
    cells: tuple[Any, ...] = ()
    empty: int = 0  # nulls and empty texts in the sample

    @cached_property
    def different(self) -> set[Any]:
        return set(self.cells)

    @cached_property
    def texts(self) -> list[str]:
        return [str(cell).strip() for cell in self.cells]


@dataclass(frozen=True)
class Facts:
    """One table. `whole` says that the sample is all there is."""

    shape: Shape
    rows: int
    whole: bool
    columns: dict[str, Column] = field(default_factory=dict)


class Looking:
    """Reads a database that no catalogue describes yet: each query of ours passes a guard over all that it has."""

    def __init__(self, engine: ReadOnlyEngine, dialect: str, shapes: Sequence[Shape]) -> None:
        live = {shape.name: set(shape.types) for shape in shapes}
        schema = Schema.of(_everything(shapes), live)
        engine.fence(schema)
        self._engine, self._dialect = engine, dialect
        self._guard = Guard(schema, dialect)

    def facts(self, shapes: Sequence[Shape], done: Callable[[str], None]) -> Iterator[Facts]:
        """Each table's facts in turn; a table that cannot be read in time counts as empty."""
        for shape in shapes:
            yield self._table(shape)
            done(shape.name)

    def _table(self, shape: Shape) -> Facts:
        wanted = max(1000, CELLS // max(1, len(shape.types)))
        query = exp.select(*(column(name) for name in shape.types)).from_(table(shape.name))
        rows = self.rows(query.limit(wanted), wanted)
        cells = list(zip(*rows, strict=True)) if rows else [()] * len(shape.types)
        found = {name: _column(name, kind, part) for (name, kind), part in zip(shape.types.items(), cells, strict=True)}
        whole = len(rows) < wanted
        count = len(rows) if whole else self.count(shape.name)
        return Facts(shape, count, whole, found)

    def count(self, name: str) -> int:
        rows = self.rows(exp.select(exp.Count(this=exp.Star())).from_(table(name)), 1)
        return int(rows[0][0]) if rows else 0

    def is_unique(self, facts: Facts, *columns: str) -> bool:
        """Whether no two rows have the same values in these columns, and none is null in the first."""
        inner = exp.select(*(column(name) for name in columns)).from_(table(facts.shape.name)).distinct()
        query = exp.select(exp.Count(this=exp.Star())).from_(inner.subquery("found"))
        some = exp.select(exp.Count(this=column(columns[0]))).from_(table(facts.shape.name))
        different, filled = self.rows(query, 1), self.rows(some, 1)
        return bool(different and filled) and different[0][0] == filled[0][0] == facts.rows > 0

    def orphans(self, child: tuple[str, str], parent: tuple[str, str]) -> tuple[int, int]:
        """How many different values of a column there are, and how many of them the other column does not have."""
        there = exp.select(column(parent[1])).distinct().from_(table(parent[0])).subquery("there")
        filled = exp.Not(this=exp.Is(this=column(child[1]), expression=exp.Null()))
        here = exp.select(column(child[1])).distinct().from_(table(child[0])).where(filled).subquery("here")
        this, other = exp.column(column(child[1]).this, "here"), exp.column(column(parent[1]).this, "there")
        missing = exp.Case(
            ifs=[exp.If(this=exp.Is(this=other.copy(), expression=exp.Null()), true=exp.Literal.number(1))]
        )
        query = exp.select(exp.Count(this=exp.Star()), exp.Count(this=missing)).from_(here)
        on = exp.EQ(this=this, expression=other)
        rows = self.rows(query.join(there, on=on, join_type="left"), 1)
        return (int(rows[0][0]), int(rows[0][1])) if rows else (0, 0)

    def different(self, name: str, of: str, cap: int = FEW) -> list[Any]:
        """The different values of a column, at most cap + 1 of them."""
        query = exp.select(column(of)).distinct().from_(table(name))
        return [row[0] for row in self.rows(query.limit(cap + 2), cap + 1) if row[0] not in (None, "")]

    def rows(self, query: exp.Select, cap: int) -> Sequence[tuple[Any, ...]]:
        """The rows of a query of ours; none where the database does not answer it in time."""
        try:
            admitted = self._guard.check(query.sql(self._dialect))
            return self._engine.rows(admitted.sql, cap, admitted.ctes).rows
        except BankError:
            return ()


def column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def table(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def _column(name: str, kind: str, cells: Sequence[Any]) -> Column:
    filled = tuple(cell for cell in cells if cell is not None and cell != "")
    return Column(name, kind, filled, len(cells) - len(filled))


def _everything(shapes: Sequence[Shape]) -> Catalogue:
    """A catalogue that only lists what there is, for the guard."""
    tables = {
        shape.name: {
            "noun": shape.name,
            "row": shape.name,
            "key": next(iter(shape.types)),
            "columns": {name: {"kind": "text"} for name in shape.types},
        }
        for shape in shapes
        if shape.types
    }
    return Catalogue.model_validate({"bank": "unknown", "tables": tables})
