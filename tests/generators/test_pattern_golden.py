"""Pattern Match against questions whose SQL was written by hand: the rows must be the same."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

import bank.berka
import bank.sample
from bank.berka.load import load_bank
from bank.catalogue import load as load_catalogue
from bank.door import Bank
from bot.answering import Answering
from generators.pattern.fresh import FreshPatternMatch
from generators.router import Router
from jobs.evaluation import Evaluation, Score
from jobs.golden import Case, Golden, find, load
from tracking.ledger import Ledger

FOLDER = Path(__file__).parent.parent / "golden"
SHARED = Path(__file__).parents[3] / "shared" / "data"
FILES = {file.name: load(file) for file in find(FOLDER)}
WITH_FLOOR = [golden for golden in FILES.values() if golden.floor]
MEANT = ["sample.yaml", "berka.yaml"]
"""Files of which every case must end as meant, now and for good; the others have a floor."""


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case.key[:90]) for case in FILES[name].cases]


@contextmanager
def evaluation(path: Path, catalogue: Path, folder: Path) -> Iterator[Evaluation]:
    door = Bank.open(str(path), load_catalogue(catalogue), row_cap=100_000)
    with (
        closing(door),
        closing(Ledger.open(f"sqlite:///{folder}/ledger.db")) as ledger,
        closing(Answering(ledger, Router(FreshPatternMatch(door)), door)) as answering,
    ):
        yield Evaluation(answering, door, "somebody", "pattern")


@pytest.fixture(scope="module")
def sample(sample_bank: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluation]:
    with evaluation(sample_bank, bank.sample.CATALOGUE, tmp_path_factory.mktemp("sample")) as made:
        yield made


@pytest.fixture(scope="module")
def berka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluation]:
    source = SHARED / "berka"
    if not (source / "loan.asc").exists():
        pytest.skip("the data of the PKDD 1999 challenge is not shipped")
    path = tmp_path_factory.mktemp("bank") / "berka.sqlite"
    load_bank(source, path)
    with evaluation(path, bank.berka.CATALOGUE, path.parent) as made:
        yield made


@pytest.mark.parametrize("case", cases("berka.yaml"))
async def test_answers_as_the_hand_written_sql_over_the_real_bank(case: Case, berka: Evaluation) -> None:
    judged = await berka.judge(FILES["berka.yaml"], case)
    assert judged.rightly, (judged.verdict, judged.why, judged.answer)


@pytest.mark.parametrize("case", cases("sample.yaml"))
async def test_answers_as_the_hand_written_sql_over_the_sample_bank(case: Case, sample: Evaluation) -> None:
    judged = await sample.judge(FILES["sample.yaml"], case)
    assert judged.rightly, (judged.verdict, judged.why, judged.answer)


@pytest.mark.slow
@pytest.mark.timeout(600)  # some files hold hundreds of questions
@pytest.mark.parametrize("golden", WITH_FLOOR, ids=[golden.name for golden in WITH_FLOOR])
async def test_reaches_the_floor_a_file_states(golden: Golden, request: pytest.FixtureRequest) -> None:
    made: Evaluation = request.getfixturevalue(golden.bank)
    score = Score(tuple([await made.judge(golden, case) for case in golden.cases]))
    assert golden.floor
    assert score.precision.rate is not None
    assert score.coverage.rate is not None
    wrong = [judged.case.key for judged in score.judged if judged.verdict == "wrong"]
    assert 100 * score.precision.rate >= golden.floor.precision, wrong
    assert 100 * score.coverage.rate >= golden.floor.coverage


def test_every_golden_file_has_a_floor_or_is_meant_to_the_last_case() -> None:
    assert {golden.name for golden in FILES.values() if golden.floor is None} == set(MEANT)


def test_there_are_enough_questions_over_each_bank_and_enough_that_have_no_answer() -> None:
    over = {
        name: [case for file in FILES.values() if file.bank == name for case in file.cases]
        for name in ("sample", "berka")
    }
    assert len({case.question for case in over["sample"] if case.sql}) >= 250
    assert len({case.question for case in over["berka"] if case.sql}) >= 80
    assert len({case.question for case in [*over["sample"], *over["berka"]] if not case.sql}) >= 60


def test_holds_every_question_the_original_system_was_asked() -> None:
    path = SHARED / "original_questions.json"
    if not path.exists():
        pytest.skip("the list of the original's questions is not shipped")
    asked = {entry["question"] for entry in yaml.safe_load(path.read_text(encoding="utf-8"))}
    assert asked == {case.question for case in FILES["sample.yaml"].cases if case.part == "original"}
