"""Whatever SQL is made up: what the guard admits, SQLite itself reads only from the columns the guard named."""

import sqlite3
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from bank.errors import Refused
from bank.guard import Admitted, Guard
from bank.schema import Schema
from tests.bank.small import CATALOGUE, LIVE, SCRIPT

TABLES = ("client", "loan", "branch", "salaries", "everything", "lent", "x", "y", "sqlite_master", "Rating")
ALIASES = ("client", "loan", "a", "b", "x")
COLUMNS = (
    "client_id",
    "name",
    "ssn",
    "amount",
    "score",
    "status",
    "n",
    "pay",
    "rowid",
    "branch_id",
    "city",
    "a",
    "Grade",
)

names = st.one_of(
    st.sampled_from(COLUMNS),
    st.builds("{}.{}".format, st.sampled_from(ALIASES), st.sampled_from(COLUMNS)),
    st.sampled_from(COLUMNS).map('"{}"'.format),
)
values = st.recursive(
    st.one_of(names, st.sampled_from(("1", "'a'", "NULL", "count(*)"))),
    lambda inner: st.one_of(
        st.builds("({} = {})".format, inner, inner),
        st.builds("coalesce({}, {})".format, inner, inner),
        st.builds("max({})".format, inner),
        st.builds("CASE WHEN {} THEN {} ELSE {} END".format, inner, inner, inner),
        st.builds("row_number() OVER (ORDER BY {})".format, inner),
    ),
    max_leaves=3,
)


def _selects(sources: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tails = st.sampled_from(("", " WHERE {}", " GROUP BY {}", " ORDER BY {}", " GROUP BY 1 HAVING {}"))
    heads = st.sampled_from(("{}", "{} AS n", "{} AS ssn", "*", "a.*", "{}, *"))
    return st.builds(
        lambda head, source, tail, first, last: f"SELECT {head.format(first)} FROM {source}{tail.format(last)}",
        heads,
        sources,
        tails,
        values,
        values,
    )


tables = st.builds("{} AS {}".format, st.sampled_from(TABLES), st.sampled_from(ALIASES)) | st.sampled_from(TABLES)
joined = st.one_of(
    tables,
    st.builds("{}, {}".format, tables, tables),
    st.builds("{} JOIN {} ON {} = {}".format, tables, tables, names, names),
    st.builds("{} LEFT JOIN {} USING ({})".format, tables, tables, st.sampled_from(COLUMNS)),
)
simple = _selects(joined)
queries = st.one_of(
    simple,
    _selects(st.builds("({}) AS {}".format, simple, st.sampled_from(ALIASES))),
    st.builds("WITH x AS ({}) {}".format, simple, simple),
    st.builds("WITH x AS ({}), y(n) AS ({}) {}".format, simple, simple, simple),
    st.builds("{} UNION ALL {}".format, simple, simple),
    st.builds("SELECT name FROM client AS a WHERE EXISTS ({})".format, simple),
    st.builds("SELECT name, ({} LIMIT 1) FROM client AS b".format, simple),
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


def _admit(sql: str) -> Admitted | None:
    try:
        return Guard(Schema.of(CATALOGUE, LIVE), "sqlite").check(sql)
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
    assert _admit('SELECT a.* FROM client AS a LEFT JOIN loan USING (client_id) WHERE (a."name" = NULL)') is not None
    assert _reads("SELECT ssn FROM client") == {("client", "ssn")}
