"""Nine made-up banks after `teller learn` alone: Pattern Match answers rightly or says that it cannot, on each engine."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from bank.door import Bank
from bank.learn.learn import learn
from bank.person import Person
from bank.values import Values
from generators.pattern.doubt import Chosen, Lost, Unclear
from generators.pattern.match import PatternMatch
from jobs.evaluation import same
from jobs.golden import Case, load
from tests.bank.learn.banks import BANKS, make_duckdb, make_postgres, make_sqlite
from tests.bank.learn.more_banks import MORE_BANKS
from tests.postgres import postgres_server

__all__ = ["postgres_server"]  # the fixture, for pytest to find here
GOLDEN = Path(__file__).parent.parent / "golden" / "learnt"
SOMEBODY = Person("cli:somebody")
ALL = BANKS | MORE_BANKS
PRECISION, COVERAGE = 95, 75  # percent, of each bank: the goal is 90 for a bank nobody has seen


class Asked:
    """What became of the questions over one learnt bank."""

    def __init__(self, url: str, truth: Path, name: str) -> None:
        learnt = learn(url, name)
        bank = Bank.open(url, learnt.catalogue, row_cap=10_000)
        match = PatternMatch(learnt.catalogue, Values.read(bank), bank.dialect)
        self.right, self.meant, self.wrong = 0, 0, list[str]()
        with closing(bank), closing(sqlite3.connect(truth)) as straight:
            for case in load(GOLDEN / f"{name}.yaml").cases:
                self.meant += not case.expect
                self._judge(case, bank, match, straight)

    def _judge(self, case: Case, bank: Bank, match: PatternMatch, straight: sqlite3.Connection) -> None:
        try:
            statement = match.statement(case.question, Chosen(()), datetime(2026, 11, 24))
        except (Lost, Unclear):
            return
        rows = bank.run(statement.sql, SOMEBODY, statement.columns).rows
        if case.sql and any(same(straight.execute(sql).fetchall(), rows) for sql in case.sql):
            self.right += 1
        else:
            self.wrong.append(f"{case.question} → {statement.reading} → {statement.sql} → {rows[:3]}")

    def holds(self) -> None:
        assert 100 * self.right >= PRECISION * (self.right + len(self.wrong)), self.wrong
        assert 100 * self.right >= COVERAGE * self.meant, (self.right, self.meant)


@pytest.fixture(scope="module", params=ALL)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The name of a bank, and its SQLite file, over which the SQL was written by hand."""
    path = tmp_path_factory.mktemp("learnt") / f"{request.param}.db"
    make_sqlite(path, ALL[request.param]())
    return request.param, path


def test_a_bank_in_sqlite_is_answered_after_learn_alone(made: tuple[str, Path]) -> None:
    name, path = made
    Asked(str(path), path, name).holds()


def test_a_bank_in_duckdb_is_answered_after_learn_alone(made: tuple[str, Path]) -> None:
    name, path = made
    make_duckdb(path.with_suffix(".duckdb"), ALL[name]())
    Asked(f"duckdb:///{path.with_suffix('.duckdb')}", path, name).holds()


@pytest.mark.postgres
def test_a_bank_in_postgres_is_answered_after_learn_alone(made: tuple[str, Path], postgres_server: str) -> None:
    name, path = made
    Asked(make_postgres(postgres_server, name, ALL[name]()), path, name).holds()
