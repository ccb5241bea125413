"""Statements put together once, and handed to the database's own driver as they stand."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Dialect
from sqlalchemy.sql.dml import Insert, Update


class Prepared:
    """An INSERT or UPDATE of at most one row that returns `returning`; `names` are the values it is given each time.

    For the writes on the way of every answer: SQLAlchemy still puts the statement together and says how values go in and
    come out, but what it does around each execution took longer than the database did.
    """

    def __init__(
        self, statement: Insert | Update, names: Iterable[str], returning: Iterable[ColumnElement[Any]]
    ) -> None:
        self._columns = tuple(returning)
        self._statement = statement.returning(*self._columns)
        self._names = tuple(names)
        self._for: dict[str, _Worded] = {}

    def first(self, connection: Connection, values: dict[str, Any]) -> Any:
        """The values that were written, by the names of their columns; None where nothing was."""
        dialect = connection.dialect
        worded = self._for.get(dialect.name)
        if worded is None:
            worded = self._for[dialect.name] = _Worded(self._statement, self._names, self._columns, dialect)
        return worded.first(connection, values)


class _Worded:
    """A statement in the words of one kind of database."""

    def __init__(
        self,
        statement: Insert | Update,
        names: tuple[str, ...],
        columns: tuple[ColumnElement[Any], ...],
        dialect: Dialect,
    ) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
        self._words = str(compiled)
        self._order: list[str] | None = compiled.positiontup  # SQLite takes values by place, PostgreSQL by name
        into = {
            name: convert
            for name, bind in compiled.binds.items()
            if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }
        fixed = {name: value for name, value in compiled.params.items() if name not in names}
        fixed |= {column.key: _default(column) for column in compiled.insert_prefetch}
        self._fixed = {name: into[name](value) if name in into else value for name, value in fixed.items()}
        self._into = [(name, convert) for name, convert in into.items() if name in names]
        self._columns, self._dialect = columns, dialect
        self._out: list[tuple[int, Any]] | None = None
        self._keys = [str(column.key) for column in columns]

    def first(self, connection: Connection, values: dict[str, Any]) -> Any:
        given = self._fixed | values
        for name, convert in self._into:
            given[name] = convert(given[name])
        bound = given if self._order is None else [given[name] for name in self._order]
        driver: Any = connection.connection.dbapi_connection
        try:
            cursor = driver.execute(self._words, bound)
            rows = cursor.fetchall()
        except Exception:
            connection.invalidate()  # the line itself may have broken
            raise
        if self._out is None:
            self._out = self._coming_out([about[1] for about in cursor.description])
        if not rows:
            return None
        row = list(rows[0])
        for place, convert in self._out:
            row[place] = convert(row[place])
        return SimpleNamespace(**dict(zip(self._keys, row, strict=True)))

    def _coming_out(self, kinds: list[Any]) -> list[tuple[int, Any]]:
        """What to do with which value of a row; `kinds` are the driver's own numbers for the types."""
        types = [column.type.dialect_impl(self._dialect) for column in self._columns]
        both = enumerate(zip(types, kinds, strict=True))
        found = [(place, one.result_processor(self._dialect, kind)) for place, (one, kind) in both]
        return [(place, convert) for place, convert in found if convert is not None]


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg
