"""Evaluation: whose rows are the same, and what each end of a question counts as."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bank.catalogue import Catalogue
from bank.door import Bank
from bank.errors import BankError
from bot.answering import Answering
from generators.contract import Approach, Choice, Clarification, Draft, NotUnderstood, Reply, Statement
from jobs.evaluation import Evaluation, Score, same
from jobs.golden import Case, Golden
from tests.fakes import FakeRouter
from tracking.ledger import Ledger

GOLDEN = Golden("golden.yaml", "fern", (), None, {"rich": "SELECT * FROM customer WHERE balance > 50"})
CATALOGUE = {
    "bank": "Fern Bank",
    "tables": {
        "customer": {
            "noun": "customer",
            "row": "one customer",
            "key": "id",
            "columns": {"id": {"kind": "id"}, "balance": {"kind": "amount", "currency": "EUR"}},
        }
    },
}


def said(sql: str) -> Reply:
    return Draft(Approach.PATTERN, (Statement(sql, "a reading"),))


WHICH = Clarification(Approach.PATTERN, "Which?", (Choice("all of them", "all"), Choice("the rich ones", "rich")))
REPLIES: dict[str, Reply | Exception] = {
    "how many": said("SELECT COUNT(*) FROM customer"),
    "too many": said("SELECT COUNT(*) + 1 FROM customer"),
    "which": WHICH,
    "which / rich": said("SELECT COUNT(*) FROM customer WHERE balance > 50"),
    "what": NotUnderstood(Approach.PATTERN, "What?"),
    "broken": said("SELECT nothing FROM customer"),
    "crash": RuntimeError("a fault nobody foresaw"),
}


@pytest.fixture
def fern(tmp_path: Path) -> Iterator[Evaluation]:
    file = tmp_path / "fern.db"
    with closing(sqlite3.connect(file)) as made:
        made.executescript("CREATE TABLE customer (id, balance); INSERT INTO customer VALUES (1, 10), (2, 99), (3, 60)")
    with (
        closing(Bank.open(str(file), Catalogue.model_validate(CATALOGUE))) as bank,
        closing(Ledger.open(f"sqlite:///{tmp_path}/ledger.db")) as ledger,
        closing(Answering(ledger, FakeRouter(dict(REPLIES)), bank)) as answering,
    ):
        yield Evaluation(answering, bank, "cli:ada", "pattern")


ALL, RICH = ("SELECT COUNT(*) FROM customer",), ("SELECT COUNT(*) FROM rich",)


@pytest.mark.parametrize(
    ("case", "verdict", "rightly"),
    [
        (Case(question="how many", sql=ALL), "right", True),
        (Case(question="how many", sql=(*RICH, *ALL)), "right", True),
        (Case(question="too many", sql=ALL), "wrong", False),
        (Case(question="how many", expect=("clarify",)), "wrong", False),
        (Case(question="which", expect=("clarify",)), "asked back", True),
        (Case(question="which", sql=ALL), "asked back", False),
        (Case(question="which", sql=ALL, expect=("clarify",)), "asked back", True),
        (Case(question="which", sql=RICH, chosen=("rich",)), "right", True),
        (Case(question="which", sql=RICH, chosen=("rich ones",)), "right", True),
        (Case(question="which", sql=RICH, chosen=("poor",)), "asked back", False),
        (Case(question="which", sql=RICH, chosen=("the",)), "asked back", False),
        (Case(question="how many", sql=ALL, chosen=("all",)), "wrong", False),
        (Case(question="what", expect=("not_understood",)), "refused", True),
        (Case(question="what", expect=("clarify",)), "refused", False),
        (Case(question="what", sql=ALL), "refused", False),
        (Case(question="never heard of", expect=("refused",)), "refused", True),
        (Case(question="broken", sql=ALL), "refused", False),
        (Case(question="crash", sql=ALL), "failed", False),
    ],
    ids=lambda value: value.key if isinstance(value, Case) else str(value),
)
async def test_each_end_of_a_question_counts_as_one_thing(
    fern: Evaluation, case: Case, verdict: str, rightly: bool
) -> None:
    judged = await fern.judge(GOLDEN, case)
    assert (judged.verdict, judged.rightly) == (verdict, rightly), judged.why


async def test_hand_written_sql_that_does_not_run_is_the_file_s_fault(fern: Evaluation) -> None:
    with pytest.raises(BankError):
        await fern.judge(GOLDEN, Case(question="how many", sql=("SELECT COUNT(*) FROM nowhere",)))


async def test_precision_is_of_the_answers_and_coverage_of_the_questions_that_have_one(fern: Evaluation) -> None:
    asked = [
        Case(question="how many", sql=ALL),
        Case(question="too many", sql=ALL),
        Case(question="which", sql=ALL),
        Case(question="what", sql=ALL),
        Case(question="what", expect=("not_understood",)),
        Case(question="how many", expect=("clarify",)),
    ]
    score = Score(tuple([await fern.judge(GOLDEN, case) for case in asked]))
    assert (score.precision.part, score.precision.whole) == (1, 3)
    assert (score.coverage.part, score.coverage.whole) == (1, 4)
    assert (score.held.part, score.held.whole) == (1, 2)


def test_an_answer_may_show_more_columns_but_never_other_rows() -> None:
    truth = [("Leeds", 2), ("York", 1)]
    assert same(truth, [("York", "x", 1), ("Leeds", "y", 2)])
    assert not same(truth, [("Leeds", 1), ("York", 2)])
    assert not same(truth, [("Leeds", 2)])
    assert not same(truth, [("Leeds", 2), ("York", 1), ("York", 1)])
    assert not same([(1, 1)], [(1, 2)])
    assert same([], [])
    assert not same([], [(None,)])


def test_the_order_counts_only_where_it_is_asked_for() -> None:
    assert same([(2,), (1,)], [(1,), (2,)])
    assert not same([(2,), (1,)], [(1,), (2,)], ordered=True)


def test_the_same_figure_is_the_same_however_a_database_writes_it() -> None:
    assert same([(0.1 + 0.2, 5, "2026-09", "1997")], [(Decimal("0.3"), 5.0, 202609, 1997)])
    assert same([(date(2026, 9, 30),)], [("2026-09-30",)])
    assert not same([(1_000_000.01,)], [(1_000_000.02,)])
    assert not same([(None,)], [(0,)])
