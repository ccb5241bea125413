"""The words of the sample bank fit its data: every name, code, join and condition."""

import csv
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from bank.catalogue import Catalogue, load
from bank.sample import CATALOGUE

MART = Path(__file__).parents[3] / "shared" / "data" / "fis_mart_columns.csv"
OWN_TABLES = {"BRANCH", "DEPOSIT_ACCOUNT", "ACCOUNT_TRANSACTION"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(CATALOGUE)


@pytest.fixture(scope="module")
def schema(bank: sqlite3.Connection) -> dict[str, set[str]]:
    names = bank.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
    return {name: {row[1] for row in bank.execute(f"PRAGMA table_info({name})")} for (name,) in names}


def test_names_every_table_and_column_of_the_database_and_no_other(
    catalogue: Catalogue, schema: dict[str, set[str]]
) -> None:
    assert {name: set(table.columns) for name, table in catalogue.tables.items()} == schema


def test_tables_and_columns_are_named_as_in_the_mart(schema: dict[str, set[str]]) -> None:
    if not MART.exists():
        pytest.skip("the list of the mart's columns is not beside this checkout")
    mart: dict[str, set[str]] = defaultdict(set)
    with MART.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            mart[row["table"]].add(row["column"])
    assert {name: columns - mart[name] for name, columns in schema.items() if name not in OWN_TABLES} == {
        name: set() for name in schema if name not in OWN_TABLES
    }


def test_every_join_leads_to_exactly_one_row(catalogue: Catalogue, bank: sqlite3.Connection) -> None:
    for join in catalogue.joins:
        ones = ", ".join(join.on.values())
        twice = f"SELECT COUNT(*) FROM (SELECT 1 FROM {join.one} GROUP BY {ones} HAVING COUNT(*) > 1)"
        on = " AND ".join(f"one.{there} = many.{here}" for here, there in join.on.items())
        lost = f"SELECT COUNT(*) FROM {join.many} AS many WHERE NOT EXISTS (SELECT 1 FROM {join.one} AS one WHERE {on})"
        assert bank.execute(twice).fetchone() == (0,), join
        assert bank.execute(lost).fetchone() == (0,), join


def test_a_join_to_a_snapshot_names_its_month(catalogue: Catalogue) -> None:
    for join in catalogue.joins:
        snapshot = catalogue.tables[join.one].snapshot
        assert snapshot is None or snapshot.column in join.on.values(), join


def test_there_is_one_shortest_way_up_between_any_two_tables(catalogue: Catalogue) -> None:
    """Two ways of the same length would let "by branch" mean two things."""
    for start in catalogue.tables:
        seen, reached = {start}, [start]
        while reached:
            step = [join.one for table in reached for join in catalogue.joins if join.many == table]
            reached = [table for table in step if table not in seen]
            assert len(reached) == len(set(reached)), f"{start}: {reached}"
            seen.update(reached)


def test_keys_identify_the_thing_within_a_month(catalogue: Catalogue, bank: sqlite3.Connection) -> None:
    for name, table in catalogue.tables.items():
        if table.share:
            continue  # a row is only a part of the thing
        keys = [table.key, *([table.snapshot.column] if table.snapshot else [])]
        twice = f"SELECT COUNT(*) FROM (SELECT 1 FROM {name} GROUP BY {', '.join(keys)} HAVING COUNT(*) > 1)"
        assert bank.execute(twice).fetchone() == (0,), name


def test_every_code_value_and_rank_occurs(catalogue: Catalogue, bank: sqlite3.Connection) -> None:
    for name, table in catalogue.tables.items():
        for column, entry in table.columns.items():
            if not (entry.codes or entry.values or entry.rank):
                continue
            stored = {value for (value,) in bank.execute(f"SELECT DISTINCT {column} FROM {name}")}
            assert {*entry.codes, *entry.values, *entry.rank} <= stored, f"{name}.{column}"
            assert not entry.codes or set(entry.codes) == stored, f"{name}.{column}"
            assert not entry.rank or set(entry.rank) == stored, f"{name}.{column}"


def test_a_code_has_one_description(catalogue: Catalogue, bank: sqlite3.Connection) -> None:
    for name, table in catalogue.tables.items():
        for column, entry in table.columns.items():
            if entry.described_by:
                pairs = f"SELECT DISTINCT {column} AS code, {entry.described_by} FROM {name}"
                found, different = bank.execute(f"SELECT COUNT(*), COUNT(DISTINCT code) FROM ({pairs})").fetchone()
                assert found == different, f"{name}.{column}"


def test_every_measure_gives_a_figure_at_the_newest_month(catalogue: Catalogue, bank: sqlite3.Connection) -> None:
    for name, measure in catalogue.measures.items():
        if measure.of:
            assert {measure.of, measure.over} <= set(catalogue.measures), name
            continue
        snapshot = catalogue.tables[measure.table].snapshot
        where = [measure.where or "1"] + ([f"{snapshot.column} = 202609"] if snapshot else [])
        (figure,) = bank.execute(
            f"SELECT SUM({measure.value}) FROM {measure.table} WHERE {' AND '.join(where)}"
        ).fetchone()
        assert figure, name


def test_every_reading_of_every_term_is_true_of_some_and_not_of_all(
    catalogue: Catalogue, bank: sqlite3.Connection
) -> None:
    for name, term in catalogue.terms.items():
        for reading in term.readings:
            snapshot = catalogue.tables[reading.table].snapshot
            newest = f"{snapshot.column} = 202609" if snapshot else "1"
            sql = (
                f"SELECT SUM(CASE WHEN {reading.where} THEN 1 ELSE 0 END), COUNT(*) FROM {reading.table} WHERE {newest}"
            )
            met, rows = bank.execute(sql).fetchone()
            assert 0 < met < rows, f"{name}: {reading.says}"


def test_every_word_that_a_condition_compares_with_is_stored(catalogue: Catalogue, bank: sqlite3.Connection) -> None:
    conditions = [
        (measure.table, measure.where or measure.value) for measure in catalogue.measures.values() if not measure.of
    ]
    conditions += [(reading.table, reading.where) for term in catalogue.terms.values() for reading in term.readings]
    compared = [
        (table, comparison.this.name, literal.name)
        for table, sql in conditions
        for comparison in sqlglot.parse_one(sql, read="sqlite").find_all(exp.EQ, exp.NEQ, exp.In)
        for literal in comparison.find_all(exp.Literal)
        if literal.is_string
    ]
    assert len(compared) > 40
    for table, column, word in compared:
        assert bank.execute(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", (word,)).fetchone(), (
            f"{column} = {word}"
        )


def test_an_ambiguous_word_offers_two_to_four_things_that_exist(catalogue: Catalogue) -> None:
    for word, options in catalogue.ambiguous.items():
        assert 2 <= len(options) <= 4, word
        for option in options:
            table, _, column = option.partition(".")
            assert option in catalogue.measures or column in catalogue.tables[table].columns, option


def test_high_risk_has_a_reading_for_each_rating_system(catalogue: Catalogue) -> None:
    for name in ("high risk", "concerning", "low risk"):
        term = catalogue.terms[name]
        assert term.ask
        assert len({reading.says for reading in term.readings}) == 4


def test_no_word_stands_for_two_things(catalogue: Catalogue) -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for word, meaning in words(catalogue):
        meanings[word.lower()].add(meaning)
    assert {word: found for word, found in meanings.items() if len(found) > 1} == {}


def test_no_value_of_the_data_is_also_a_word_of_the_catalogue(catalogue: Catalogue, bank: sqlite3.Connection) -> None:
    known = {word.lower() for word, _ in words(catalogue)}
    for name, column in indexed(catalogue):
        entry = catalogue.tables[name].columns[column]
        stored = {value for (value,) in bank.execute(f"SELECT DISTINCT {column} FROM {name}")}
        said = {*stored, *entry.codes.values(), *(word for spoken in entry.values.values() for word in spoken)}
        assert known & {word.lower() for word in said} == set(), f"{name}.{column}"


def test_a_value_means_one_thing_but_for_ratings_and_currencies(catalogue: Catalogue, bank: sqlite3.Connection) -> None:
    columns: dict[str, set[str]] = defaultdict(set)
    for name, column in indexed(catalogue):
        for (value,) in bank.execute(f"SELECT DISTINCT {column} FROM {name}"):
            columns[value.lower()].add(column)
    several = {value for value, found in columns.items() if len(found) > 1}
    ratings = {"pass", "special mention", "substandard", "doubtful", "loss"}
    assert several == ratings | {"usd", "eur", "gbp", "chf", "cad", "jpy"}


def words(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Each word a banker may use, and what it stands for."""
    for name, table in catalogue.tables.items():
        yield from ((word, name) for word in (table.noun, table.plural, *table.synonyms) if word)
        for column, entry in table.columns.items():
            yield from ((word, f"{name}.{column}") for word in (catalogue.label(name, column), *entry.synonyms))
    for name, measure in catalogue.measures.items():
        yield from ((word, f"measure {name}") for word in (name, *measure.synonyms))
    for name, term in catalogue.terms.items():
        yield from ((word, f"term {name}") for word in (name, *term.synonyms))
    yield from ((word, f"ambiguous {word}") for word in catalogue.ambiguous)


def indexed(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The columns whose values a banker may type."""
    for name, table in catalogue.tables.items():
        for column, entry in table.columns.items():
            if entry.kind in ("category", "name") and entry.indexed and not entry.personal:
                yield name, column


def test_what_belongs_to_a_person_is_marked_and_not_shown(catalogue: Catalogue) -> None:
    personal = {
        (name, column)
        for name, table in catalogue.tables.items()
        for column, entry in table.columns.items()
        if entry.personal
    }
    assert personal == {("CUSTOMER_DIMENSION", "TAX_ID_NUMBER"), ("DEPOSIT_ACCOUNT", "ACCOUNT_NUMBER")}
    for name, column in personal:
        table = catalogue.tables[name]
        assert column not in (*table.listing, table.name, table.key)
