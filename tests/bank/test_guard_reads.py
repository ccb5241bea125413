"""Whatever SQL is made up: what the guard admits, SQLite itself reads only from the columns the guard named."""

import sqlite3
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from bank.errors import Refused
from bank.guard import Admitted, Guard
from bank.schema import Schema
from tests.bank.small import CATALOGUE, LIVE, SCRIPT

TABLES = {
    **{table: sorted(columns) for table, columns in LIVE.items()},
    "salaries": ["amount", "pay"],
    "x": ["n", "name"],
}
ODD = ("ssn", "score", "rowid", "pay", "n", "x", "a", "client", "name", "amount")
VALUES = ("{}", "max({})", "coalesce({}, {})", "({} = {})", "CASE WHEN {} > {} THEN {} END", "count(*)", "'a'")
HEADS = ("{}", "{} AS n", "{} AS ssn", "{}, {}", "*", "a.*", "count(*) AS n", "row_number() OVER (ORDER BY {}) AS n")
TAILS = ("", "", " WHERE {}", " GROUP BY {}", " ORDER BY {}", " GROUP BY n", " ORDER BY n", " GROUP BY 1 HAVING {}")


@st.composite
def sources(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Something in FROM, and the names that mostly stand for something in it."""
    kind = draw(st.sampled_from(("table", "table", "table", "join", "join", "using", "query")))
    if kind == "query":
        return f"({draw(selects(sources()))}) AS a", ["n", "a.n", "a.name", "name"]
    table = draw(st.sampled_from(sorted(TABLES)))
    first = f"{table} AS a" if kind == "table" else table
    if kind == "table":
        return first, [*TABLES[table], *(f"a.{column}" for column in TABLES[table])]
    other = draw(st.sampled_from(sorted(TABLES)))
    columns = [f"a.{column}" for column in TABLES[table]] + [f"b.{column}" for column in TABLES[other]]
    shared = sorted({*TABLES[table]} & {*TABLES[other]}) or ["name"]
    if kind == "using":
        return f"{table} AS a JOIN {other} AS b USING ({draw(st.sampled_from(shared))})", [*columns, *shared]
    return f"{table} AS a LEFT JOIN {other} AS b ON {columns[0]} = {columns[-1]}", columns


@st.composite
def selects(draw: st.DrawFn, source: st.SearchStrategy[tuple[str, list[str]]]) -> str:
    text, columns = draw(source)

    def filled(pattern: str, names: tuple[str, ...]) -> str:
        while "{}" in pattern:
            odd = draw(st.integers(0, 14)) == 0
            pattern = pattern.replace("{}", draw(st.sampled_from(ODD if odd else names)), 1)
        return pattern

    def value(pattern: str) -> str:
        while "{}" in pattern:
            pattern = pattern.replace("{}", filled(draw(st.sampled_from(VALUES)), tuple(columns)), 1)
        return pattern

    return f"SELECT {value(draw(st.sampled_from(HEADS)))} FROM {text}{value(draw(st.sampled_from(TAILS)))}"


simple = selects(sources())
queries = st.one_of(
    simple,
    st.builds("WITH x AS ({}) {}".format, simple, simple),
    st.builds("WITH x(n, name) AS ({} UNION SELECT name, n FROM x) {}".format, simple, simple),
    st.builds("{} UNION ALL {}".format, simple, simple),
    st.builds("SELECT name FROM client AS c WHERE EXISTS ({})".format, simple),
    st.builds("SELECT name, ({} LIMIT 1) FROM client AS a".format, simple),
    st.builds("SELECT n FROM ({}) AS y ORDER BY n".format, simple),
)


@cache
def _database() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.executescript(SCRIPT)
    return database


def _reads(sql: str) -> set[tuple[str, str]]:
    """The (table, column) pairs that SQLite itself says the query reads, views counting as tables."""
    seen: set[tuple[str, str]] = set()

    def note(action: int, first: str | None, second: str | None, _: str | None, inside: str | None) -> int:
        if action == sqlite3.SQLITE_READ and inside != "lent":
            seen.add((str(first), str(second)))
        return sqlite3.SQLITE_OK

    database = _database()
    database.set_authorizer(note)
    try:
        database.execute(f"EXPLAIN {sql}")
    except sqlite3.OperationalError:
        pass  # the guard need not know all that SQLite finds wrong
    finally:
        database.set_authorizer(None)
    return seen


def _admit(sql: str, dialect: str = "sqlite") -> Admitted | None:
    try:
        return Guard(Schema.of(CATALOGUE, LIVE), dialect).check(sql)
    except Refused:
        return None


@given(queries)
@settings(max_examples=600, deadline=None)
def test_what_is_admitted_reads_only_the_columns_the_guard_named(sql: str) -> None:
    admitted = _admit(sql)
    if admitted is None:
        return
    named = {*admitted.columns, *((table, "") for table in admitted.tables), *((cte, "") for cte in admitted.ctes)}
    assert _reads(admitted.sql) <= named, admitted.sql


def test_the_made_up_queries_are_not_all_refused() -> None:
    assert _admit("SELECT a.* FROM client AS a LEFT JOIN loan AS b ON a.client_id = b.loan_id") is not None
    assert _reads("SELECT ssn FROM client") == {("client", "ssn")}
