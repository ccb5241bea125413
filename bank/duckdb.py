"""DuckDB's own walls: a read-only file, no way to other files or the network, settings that nobody can change.

It is opened by its own driver: SQLAlchemy's for DuckDB (duckdb-engine 0.17) is no longer kept up, and fails on SQLAlchemy 2.1.
DuckDB has no grants, so what is not catalogued is refused by the names that its own parser finds in a query.
"""

import json
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import URL

from bank.engine import ReadOnlyEngine, Rows
from bank.errors import BankError, QueryFailed, Refused, Stopped, TookTooLong, TooMuchMemory, Unreachable
from bank.functions import DUCKDB_ENGINE
from bank.halt import Halt
from bank.masks import SALT
from bank.plan import Plan
from bank.schema import Schema
from bank.shape import Reference, Shape

_WALLS = {
    "enable_external_access": "false",  # no files, no network, no other databases
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": "1GB",  # and nothing is spilled to a file
    "temp_directory": "",
    "lock_configuration": "true",
}
_KEY = SALT.replace(".", "_")
_READABLE = DUCKDB_ENGINE | {"md5", "getvariable"}  # pseudonyms are made of these two, which no question may use
_SOURCES = {"BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST"}
_HERE = "database_name = current_database() AND schema_name = current_schema()"


class DuckDBEngine(ReadOnlyEngine):
    """A bank in one DuckDB file, which must exist: it is never created. Several processes may read it at once."""

    explain = "EXPLAIN (FORMAT JSON) "

    def __init__(self, url: URL, time_limit: float, mask_key: str = "") -> None:
        self.time_limit = time_limit
        self._mask_key = mask_key
        self._readable: frozenset[str] | None = None
        self._database = _connect(url.database or "")

    def live(self, tables: Collection[str]) -> dict[str, set[str]]:
        wanted = {name.lower() for name in tables}
        found: dict[str, set[str]] = {}
        for table, column in self._own(f"SELECT table_name, column_name FROM duckdb_columns() WHERE {_HERE}"):
            if table.lower() in wanted:
                found.setdefault(table, set()).add(column)
        return found

    def shapes(self) -> list[Shape]:
        views = {name for (name,) in self._own(f"SELECT view_name FROM duckdb_views() WHERE NOT internal AND {_HERE}")}
        columns = (
            f"SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE {_HERE} AND NOT internal"
        )
        types: dict[str, dict[str, str]] = {}
        comments: dict[str, dict[str, str]] = {}
        for table, column, kind, comment in self._own(f"{columns} ORDER BY table_name, column_index"):
            types.setdefault(table, {})[column] = kind.lower()
            if comment:
                comments.setdefault(table, {})[column] = comment
        said = dict(self._own(f"SELECT table_name, comment FROM duckdb_tables() WHERE {_HERE} AND comment IS NOT NULL"))
        declared = self._declared()
        return [
            Shape(
                name,
                found,
                *declared.get(name, ((), (), ())),
                said.get(name, ""),
                comments.get(name, {}),
                name in views,
            )
            for name, found in types.items()
        ]

    def fence(self, schema: Schema) -> None:
        self._readable = frozenset(table.live.lower() for table in schema.tables.values())

    def excess(self, schema: Schema) -> list[str] | None:
        """Tries to write: the file itself must refuse."""
        cursor = self._database.cursor()
        try:
            cursor.execute("CREATE TABLE teller_tries_to_write (a INTEGER)")
        except duckdb.Error:
            return []
        finally:
            cursor.close()
        return ["The file can be written."]

    def rows(self, sql: str, cap: int, ctes: Collection[str] = (), halt: Halt | None = None, before: str = "") -> Rows:
        halt = halt or Halt()
        start = time.monotonic()
        cursor = self._database.cursor()
        try:
            self._admit(cursor, sql, ctes)
            cursor.execute(f"SET VARIABLE {_KEY} = ?", [self._mask_key])  # a cursor has variables of its own
            with self._ends(cursor), halt.over(cursor.interrupt):
                if halt.stopped:
                    raise Stopped
                cursor.execute(before + sql)
                fetched = cursor.fetchmany(cap + 1)
                labels = tuple(column[0] for column in cursor.description or ())
        except duckdb.Error as error:
            raise (Stopped() if halt.stopped else _mapped(error)) from None
        finally:
            cursor.close()
        return Rows(labels, tuple(fetched[:cap]), len(fetched) > cap, time.monotonic() - start)

    def close(self) -> None:
        self._database.close()

    def _planned(self, told: Rows) -> Plan:
        return Plan.of_duckdb(told.rows)

    def _admit(self, cursor: duckdb.DuckDBPyConnection, sql: str, ctes: Collection[str]) -> None:
        """One SELECT over what is catalogued, as DuckDB's own parser reads the text: no table functions, no SHOW.

        And no function that makes large values out of small ones: within one call DuckDB does not hear that it is to stop.
        """
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise Refused
        if self._readable is None:
            return
        readable = self._readable | {name.lower() for name in ctes}
        (text,) = cursor.execute("SELECT json_serialize_sql(?)", [sql]).fetchone() or ("",)
        tree = json.loads(text)
        if not _functions(tree) <= _READABLE:
            raise Refused
        for source in _sources(tree):
            if source["type"] not in _SOURCES or source.get("catalog_name") or source.get("schema_name"):
                raise Refused
            if source["type"] == "BASE_TABLE" and source["table_name"].lower() not in readable:
                raise Refused

    @contextmanager
    def _ends(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """DuckDB keeps no time limit of its own, but ends a query when it is told to."""
        clock = threading.Timer(self.time_limit, cursor.interrupt)
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()

    def _own(self, sql: str) -> list[tuple[Any, ...]]:
        """DuckDB's own views, which no question may read."""
        cursor = self._database.cursor()
        try:
            return cursor.execute(sql).fetchall()
        except duckdb.Error as error:
            raise Unreachable(cause=str(error)) from None
        finally:
            cursor.close()

    def _declared(self) -> dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[Reference, ...]]]:
        """The primary key, unique columns and references of each table."""
        keys: dict[str, tuple[str, ...]] = {}
        unique: dict[str, list[tuple[str, ...]]] = {}
        references: dict[str, list[Reference]] = {}
        query = f"""SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
            FROM duckdb_constraints() WHERE {_HERE} ORDER BY table_name, constraint_index"""
        for table, kind, columns, other, others in self._own(query):
            if kind == "PRIMARY KEY":
                keys[table] = tuple(columns)
            elif kind == "UNIQUE":
                unique.setdefault(table, []).append(tuple(columns))
            elif kind == "FOREIGN KEY":
                references.setdefault(table, []).append(Reference(other, dict(zip(columns, others, strict=True))))
        return {
            table: (keys.get(table, ()), tuple(unique.get(table, ())), tuple(references.get(table, ())))
            for table in {*keys, *unique, *references}
        }


def _connect(database: str) -> duckdb.DuckDBPyConnection:
    path = Path(database)
    if not database or not path.is_file():
        raise Unreachable(f"There is no bank database at {database or 'an empty path'}. Check the database URL.")
    try:
        return duckdb.connect(str(path.resolve()), read_only=True, config=dict(_WALLS))
    except duckdb.Error as error:  # not DuckDB's file, of a newer version, or held by a process that writes
        raise Unreachable(cause=str(error)) from None


def _sources(tree: Any) -> Iterator[dict[str, Any]]:
    """Whatever a query takes rows from. In DuckDB's tree, what has a class is an expression."""
    found = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    if isinstance(tree, dict):
        sides = (tree.get(side) for side in ("from_table", "left", "right", "source"))
        yield from (side for side in sides if isinstance(side, dict) and "class" not in side and "alias" in side)
    for part in found:
        yield from _sources(part)


def _functions(tree: Any) -> set[str]:
    found = {tree["function_name"].lower()} if isinstance(tree, dict) and tree.get("function_name") else set()
    parts = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return found.union(*map(_functions, parts))


def _mapped(error: duckdb.Error) -> BankError:
    for sort, kind in _KINDS.items():
        if isinstance(error, sort):
            return kind(cause=str(error))
    return QueryFailed(cause=str(error))


_KINDS: dict[type[duckdb.Error], type[BankError]] = {
    duckdb.InterruptException: TookTooLong,
    duckdb.PermissionException: Refused,
    duckdb.IOException: Unreachable,
    duckdb.ParserException: Refused,
    duckdb.OutOfMemoryException: TooMuchMemory,
}
