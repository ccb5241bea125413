"""How long Pattern Match takes from question to SQL, how that grows with the bank, and what its index of values weighs.

Asks the golden questions over the sample bank. `--mart FILE.csv` (table, column, type, definition) adds a mart of that shape.
"""

import argparse
import asyncio
import csv
import sqlite3
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import bank.sample
from bank.catalogue import Catalogue, ColumnEntry, load
from bank.door import Bank
from bank.learn.dictionary import Dictionary
from bank.learn.learn import learn
from bank.person import Person
from bank.sample.make import make_bank
from bank.values import Value, Values
from generators.contract import Draft, Question, Reply
from generators.pattern.match import PatternMatch
from jobs.golden import find
from jobs.golden import load as golden

ROOT = Path(__file__).parents[1]
SYLLABLES = "al ber cor dun el fen gar hol is jor kel lun mar nor os pel quin ros sel tor ul ven wes yor zan".split()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--mart", type=Path, help="a data dictionary: a catalogue is learnt from a database of that shape"
    )
    mart: Path | None = arguments.parse_args().mart
    questions = [
        case.question
        for file in find(ROOT / "tests" / "golden")
        if (read := golden(file)).bank == "sample"
        for case in read.cases
    ]
    with tempfile.TemporaryDirectory() as folder:
        sample = Bed.sample(Path(folder))
        many = sample.with_values(10 * len(sample.values.known))
        wide = sample.with_columns(10)
        print(
            f"{len(questions):,} questions, each once, after one round to warm up; milliseconds of one processor from question to SQL"
        )
        for title, bed in (
            ("sample bank", sample),
            ("10 × the values", many),
            ("10 × the columns", wide),
            ("10 × both", wide.with_values(10 * len(sample.values.known))),
        ):
            report(title, bed, questions)
        if mart is None:
            print("learnt mart       give its data dictionary: --mart FILE.csv")
        else:
            learnt = Bed.learnt(mart, Path(folder))
            report("learnt mart", learnt, questions)
            report("its own questions", learnt, own_questions(learnt.catalogue))
        for number in (len(sample.values.known), 100_000, 300_000):
            weigh(sample.with_values(number))


@dataclass(frozen=True)
class Bed:
    """A catalogue and the values of its bank, from which Pattern Match is made."""

    catalogue: Catalogue
    values: Values
    dialect: str

    @classmethod
    def sample(cls, folder: Path) -> "Bed":
        make_bank(folder / "sample.db")
        return cls.of(folder / "sample.db", load(bank.sample.CATALOGUE))

    @classmethod
    def of(cls, file: Path, catalogue: Catalogue) -> "Bed":
        door = Bank.open(str(file), catalogue)
        try:
            return cls(catalogue, Values.read(door), door.dialect)
        finally:
            door.close()

    @classmethod
    def learnt(cls, dictionary: Path, folder: Path) -> "Bed":
        """What `teller learn` drafts from a database of that shape, filled with made-up dates, amounts and words."""
        file = folder / "mart.db"
        make_mart(dictionary, file)
        began = time.perf_counter()
        catalogue = learn(f"sqlite:///{file}", "Mart", Dictionary.read(dictionary)).catalogue
        print(f"learnt mart       drafted in {time.perf_counter() - began:.1f} s")
        return cls.of(file, catalogue)

    def with_values(self, number: int) -> "Bed":
        """As many values, the further ones being names of made-up customers."""
        more = number - len(self.values.known)
        named = (Value("CUSTOMER_DIMENSION", "CUSTOMER_NAME", name, name) for name in names(more))
        return Bed(self.catalogue, replace(self.values, known=(*self.values.known, *named)), self.dialect)

    def with_columns(self, times: int) -> "Bed":
        """As many times the columns in each table, the further ones with labels of three made-up words."""
        words = iter(names(10_000))
        tables = {}
        for name, table in self.catalogue.tables.items():
            more = {
                f"{column}_{copy}": ColumnEntry(kind="number", label=next(words))
                for copy in range(1, times)
                for column in table.columns
            }
            tables[name] = table.model_copy(update={"columns": {**table.columns, **more}})
        return Bed(self.catalogue.model_copy(update={"tables": tables}), self.values, self.dialect)

    @property
    def columns(self) -> int:
        return sum(len(table.columns) for table in self.catalogue.tables.values())

    def made(self) -> PatternMatch:
        return PatternMatch(self.catalogue, self.values, self.dialect)


def make_mart(dictionary: Path, file: Path, rows: int = 1000) -> None:
    """A SQLite database with the tables and columns of a data dictionary (table, column, type)."""
    columns: dict[str, list[tuple[str, str]]] = {}
    with dictionary.open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            columns.setdefault(line["table"], []).append((line["column"], line["type"]))
    random, words = Random(11), iter(names(10 * sum(len(named) for named in columns.values())))
    made = sqlite3.connect(file)
    for table, named in columns.items():
        typed = ", ".join('"' + name + '" ' + kind for name, kind in named)
        made.execute(f'CREATE TABLE "{table}" ({typed})')
        said = {name: [next(words) for _ in range(10)] for name, _ in named}
        filled = ([cell(name, row, random, said[name]) for name, _ in named] for row in range(rows))
        made.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(named))})', filled)
    made.commit()
    made.close()


def cell(column: str, row: int, random: Random, words: Sequence[str]) -> str | int | float:
    """What a column of that name may hold."""
    last = column.rsplit("_", 1)[-1]
    if last in {"KEY", "ID", "NUMBER"}:
        return 10_000 + row
    if last == "DATE":
        return f"{random.randint(2019, 2026)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    if last in {"AMOUNT", "BALANCE", "PERCENT", "PCT", "RATE", "MTD", "YTD", "AMT", "FEE", "LIMIT", "VALUE"}:
        return round(random.uniform(0, 1_000_000), 2)
    return random.choice("YN") if last in {"FLAG", "IND"} else random.choice(words)


def names(number: int) -> Iterable[str]:
    """Different names of three words; every first word begins many of them, as in a real bank."""
    random = Random(7)
    words = ["".join(random.choices(SYLLABLES, k=3)).title() for _ in range(3000)]
    given: set[str] = set()
    while len(given) < number:
        name = " ".join(random.choices(words, k=3))
        if name not in given:
            given.add(name)
            yield name


def own_questions(catalogue: Catalogue) -> list[str]:
    """Questions in the words of any catalogue: each thing counted, listed and grouped by each of its categories."""
    asked = []
    for table in catalogue.tables.values():
        plural = table.plural or f"{table.noun}s"
        asked += [f"How many {plural} do we have?", f"list the {plural}"]
        for column, entry in table.columns.items():
            label = entry.label or column.replace("_", " ").lower()
            if entry.kind == "category":
                asked.append(f"number of {plural} by {label}")
            if entry.kind in ("amount", "number", "percent"):
                asked.append(f"average {label} of {plural}")
    return asked


def report(title: str, bed: Bed, questions: Sequence[str]) -> None:
    began = time.process_time()
    match = bed.made()
    built = time.process_time() - began
    asyncio.run(ask(match, questions))
    asked = asyncio.run(ask(match, questions))
    taken = sorted(milliseconds for milliseconds, _ in asked)
    answered = sum(isinstance(reply, Draft) for _, reply in asked) / len(asked)
    size = f"{len(bed.values.known):,} values, {bed.columns:,} columns"
    print(
        f"{title:17} ({size:30}) median {statistics.median(taken):5.2f}  95th percentile {taken[int(0.95 * len(taken))]:6.2f}"
        f"  slowest {taken[-1]:6.1f}   answered {answered:4.0%}   made in {built:4.1f} s"
    )


async def ask(match: PatternMatch, questions: Sequence[str]) -> list[tuple[float, Reply]]:
    """Milliseconds and reply for each question."""
    taken: list[tuple[float, Reply]] = []
    for number, text in enumerate(questions):
        question = Question(str(number), text, Person("bench"), datetime(2026, 11, 24))
        began = time.process_time()
        reply = await match.draft(question, never)
        taken.append((1000 * (time.process_time() - began), reply))
    return taken


async def never(sql: str) -> Any:
    raise AssertionError("Pattern Match does not look at the bank.")


def weigh(bed: Bed) -> None:
    """The memory of the values themselves and of the index over them."""
    stored = [(value.table, value.column, str(value.value), str(value.said)) for value in bed.values.known]
    tracemalloc.start()
    try:
        known = tuple(Value(table, column, f"{value}", f"{said}") for table, column, value, said in stored)
        match = PatternMatch(bed.catalogue, replace(bed.values, known=known), bed.dialect)
        current, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert match
    print(
        f"{len(stored):,} values and their index: {current / 2**20:,.0f} MB, {current / len(stored):,.0f} bytes a value"
    )


if __name__ == "__main__":
    main()
