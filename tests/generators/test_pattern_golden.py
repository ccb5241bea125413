"""Pattern Match against questions whose SQL was written by hand: the rows must be the same."""

import itertools
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import bank.berka
import bank.sample
from bank.berka.load import load_bank
from bank.catalogue import load
from bank.door import Bank
from bank.person import Person
from bank.sample.make import make_bank
from bank.values import Values
from generators.contract import Clarification, Draft, NotUnderstood, Question
from generators.pattern.match import PatternMatch

GOLDEN = Path(__file__).parent.parent / "golden"
SHARED = Path(__file__).parents[3] / "shared" / "data"
SOMEBODY = Person("U1")


def cases(name: str) -> list[Any]:
    document = yaml.safe_load((GOLDEN / name).read_text(encoding="utf-8"))
    listed = [case for part, found in document.items() if part != "views" for case in found]
    return [pytest.param(case, id=f"{case['question'][:70]}{' +' if 'chosen' in case else ''}") for case in listed]


class Truth:
    """A bank twice: through the door with Pattern Match, and straight for the SQL written by hand."""

    def __init__(self, path: Path, catalogue: Path, views: dict[str, str]) -> None:
        words = load(catalogue)
        self.bank = Bank.open(str(path), words, row_cap=10_000)
        self.match = PatternMatch(words, Values.read(self.bank), self.bank.dialect)
        self.straight = sqlite3.connect(path)
        for name, sql in views.items():
            self.straight.execute(f"CREATE TEMP VIEW {name} AS {sql}")

    async def holds(self, case: dict[str, Any]) -> None:
        question = Question("1", case["question"], SOMEBODY, datetime(2026, 11, 24), tuple(case.get("chosen", ())))
        reply = await self.match.draft(question, look=never)
        expected = {"clarify": Clarification, "not_understood": NotUnderstood}.get(case.get("expect", ""), Draft)
        assert isinstance(reply, expected), reply
        if isinstance(reply, Draft):
            statement = reply.statements[0]
            table = self.bank.run(statement.sql, SOMEBODY, statement.columns)
            assert len(table.columns) == len(statement.columns)
            truth = self.straight.execute(case["sql"]).fetchall()
            assert same(truth, list(table.rows), case.get("ordered", False)), (statement.sql, truth[:5], table.rows[:5])

    def close(self) -> None:
        self.bank.close()
        self.straight.close()


async def never(sql: str) -> Any:
    raise AssertionError("Pattern Match does not look at the bank.")


def same(truth: list[Any], rows: list[Any], ordered: bool) -> bool:
    """Whether some of the answer's columns hold exactly the rows that were expected."""
    if len(truth) != len(rows) or not truth:
        return len(truth) == len(rows)
    wanted = [tuple(plain(cell) for cell in row) for row in truth]
    found = [tuple(plain(cell) for cell in row) for row in rows]
    columns = list(zip(*found, strict=True))
    fits = [
        [place for place, other in enumerate(columns) if sorted(map(str, column)) == sorted(map(str, other))]
        for column in zip(*wanted, strict=True)
    ]
    for places in itertools.product(*fits):
        picked = [tuple(row[place] for place in places) for row in found]
        if picked == wanted or (not ordered and sorted(map(str, picked)) == sorted(map(str, wanted))):
            return True
    return False


def plain(cell: Any) -> Any:
    """Nine significant digits; the nudge keeps floating point from rounding the same amount both up and down."""
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    return (
        float(f"{float(cell) * (1 + 1e-12):.9g}")
        if isinstance(cell, int | float) and not isinstance(cell, bool)
        else cell
    )


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Truth]:
    path = tmp_path_factory.mktemp("bank") / "sample.sqlite"
    make_bank(path)
    views = yaml.safe_load((GOLDEN / "sample.yaml").read_text(encoding="utf-8"))["views"]
    truth = Truth(path, bank.sample.CATALOGUE, views)
    yield truth
    truth.close()


@pytest.fixture(scope="module")
def berka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Truth]:
    source = SHARED / "berka"
    if not (source / "loan.asc").exists():
        pytest.skip("the data of the PKDD 1999 challenge is not shipped")
    path = tmp_path_factory.mktemp("bank") / "berka.sqlite"
    load_bank(source, path)
    truth = Truth(path, bank.berka.CATALOGUE, {})
    yield truth
    truth.close()


@pytest.mark.parametrize("case", cases("berka.yaml"))
async def test_answers_as_the_hand_written_sql_over_the_real_bank(case: dict[str, Any], berka: Truth) -> None:
    await berka.holds(case)


@pytest.mark.parametrize("case", cases("sample.yaml"))
async def test_answers_as_the_hand_written_sql_over_the_sample_bank(case: dict[str, Any], sample: Truth) -> None:
    await sample.holds(case)


def test_holds_every_question_the_original_system_was_asked() -> None:
    path = SHARED / "original_questions.json"
    if not path.exists():
        pytest.skip("the list of the original's questions is not shipped")
    asked = {entry["question"] for entry in yaml.safe_load(path.read_text(encoding="utf-8"))}
    document = yaml.safe_load((GOLDEN / "sample.yaml").read_text(encoding="utf-8"))
    assert asked == {case["question"] for case in document["original"]}
