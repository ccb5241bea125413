"""The examples of the sample bank, which a model is shown: each gives the rows that Pattern Match has for the same question."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

import bank.sample
from bank.catalogue import load
from bank.door import Bank
from bank.person import Person
from bank.values import Values
from generators.ai.examples import NEAREST, Example, Examples
from generators.ai.linking import Linker
from generators.contract import Draft, Look, Question
from generators.pattern.match import PatternMatch
from generators.sql.checks import faults
from generators.sql.measures import measure_faults
from generators.sql.read import Reader
from jobs.evaluation import same

SAMPLE = Path(bank.sample.__file__).parent
EXAMPLES = Examples.load(SAMPLE / "examples.yaml")
SOMEBODY = Person("U1")
ALL = [pytest.param(example, id=example.question) for _, example in EXAMPLES.known]


@pytest.fixture(scope="module")
def door(sample_bank: Path) -> Iterator[Bank]:
    with closing(Bank.open(str(sample_bank), load(SAMPLE / "catalogue.yaml"), row_cap=10_000)) as door:
        yield door


@pytest.fixture(scope="module")
def values(door: Bank) -> Values:
    return Values.read(door)


@pytest.fixture(scope="module")
def match(door: Bank, values: Values) -> PatternMatch:
    return PatternMatch(door.catalogue, values, door.dialect)


async def _never(sql: str) -> None:
    raise AssertionError("Pattern Match never looks")


@pytest.mark.parametrize("example", ALL)
async def test_an_example_gives_the_rows_of_its_question(example: Example, door: Bank, match: PatternMatch) -> None:
    question = Question("1", example.question, SOMEBODY, datetime(2026, 11, 24, tzinfo=UTC))
    draft = await match.draft(question, Look(_never, _never))  # type: ignore[arg-type]
    assert isinstance(draft, Draft), draft
    shown = door.run(example.sql, SOMEBODY).rows
    assert shown
    assert same(shown, door.run(draft.statements[0].sql, SOMEBODY).rows)


@pytest.mark.parametrize("example", ALL)
def test_an_example_passes_every_check_of_a_model_s_query(example: Example, door: Bank, values: Values) -> None:
    reader = Reader(door.catalogue, door.dialect)
    asked = Linker(door.catalogue).link(values, example.question).asked
    assert faults(reader, example.sql) == []
    assert measure_faults(reader, example.sql, asked) == []


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("NPL ratio by industry", "NPL ratio by portfolio"),
        ("top 10 customers by exposure in Germany", "top 5 customers by exposure"),
        ("which branches have loans past due and how much", "loan past due amount by branch"),
    ],
)
def test_the_nearest_example_comes_first(text: str, nearest: str) -> None:
    found = EXAMPLES.nearest(text)
    assert 0 < len(found) <= NEAREST
    assert found[0].question == nearest


def test_what_is_near_nothing_has_no_example() -> None:
    assert EXAMPLES.nearest("where does Alice's cat sleep?") == ()
