"""The words of the bank's data: who may know which of them, and what names one that somebody else may not know."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bank.door import Bank
from bank.engine import Rows
from bank.knowing import Knowing
from bank.person import Person
from bank.policy import Standing
from bank.values import Values
from tests.bank.rights import AUDITOR, BANKER, CLERK, NOBODY, POLICY, READER, WIDER, WORDS
from tests.bank.small import make_sqlite


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    opened = Bank.open(str(make_sqlite(tmp_path_factory.mktemp("values") / "bank.db")), WORDS, POLICY)
    yield opened
    opened.close()


def known(bank: Bank, who: Person) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for value in Values.read(bank).seen_by(bank.rights.view(who), bank).known:
        found.setdefault(f"{value.table}.{value.column}", set()).add(value.value)
    return found


ALL = {
    "branch.city": {"Hull", "Leeds", "York"},
    "client.name": {"Ann Archer", "Bob Baker", "Cy Cole", "Di Dole"},
    "loan.status": {"A", "B", "C"},
    "Rating.Words": {"bad", "good"},
    "lent.name": {"Ann Archer", "Bob Baker", "Cy Cole"},
}


def test_whoever_sees_everything_knows_every_value_and_nothing_is_made_for_them(bank: Bank) -> None:
    whole = Values.read(bank)
    assert known(bank, AUDITOR) == ALL
    assert whole.seen_by(bank.rights.view(AUDITOR), bank) is whole
    assert whole.seen_by(bank.rights.view(READER), bank) is whole


def test_whoever_sees_some_rows_knows_the_values_in_them(bank: Bank) -> None:
    assert known(bank, BANKER) == {"branch.city": ALL["branch.city"], "client.name": {"Ann Archer", "Bob Baker"}}
    assert known(bank, WIDER)["client.name"] == {"Ann Archer", "Bob Baker", "Cy Cole"}


def test_masked_values_are_known_to_nobody_who_sees_the_mask(bank: Bank) -> None:
    assert known(bank, CLERK) == {"loan.status": {"A", "B", "C"}}


def test_values_that_the_catalogue_lists_are_no_secret_of_the_rows(bank: Bank) -> None:
    document = WORDS.model_dump()
    document["tables"]["client"]["columns"]["name"]["values"] = {"Cy Cole": ["Old Cole"]}
    listed = Bank.open(bank_path(bank), WORDS.model_validate(document), POLICY)
    assert known(listed, BANKER)["client.name"] == {"Ann Archer", "Bob Baker", "Cy Cole"}
    assert "client.name" not in known(listed, CLERK)
    listed.close()


def bank_path(bank: Bank) -> str:
    return str(bank._engine._path)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "other", "more"),
    [
        ("Did you mean Cy Cole?", BANKER, True),
        ("Did you mean “CY  COLE's”?", BANKER, True),
        ("Did you mean Cy Colette?", BANKER, False),
        ("Did you mean Ann Archer?", BANKER, False),
        ("Did you mean Cy Cole?", WIDER, False),
        ("Did you mean Cy Cole?", AUDITOR, False),
        ("Which city: York or Hull?", BANKER, False),
        ("Which city: York or Hull?", CLERK, True),
        ("Which rating do you mean?", NOBODY, True),
        ("Which rating do you mean?", BANKER, False),
        ("The rating is good?", BANKER, True),
    ],
)
def test_words_that_name_a_value_somebody_may_not_know_tell_them_more(
    bank: Bank, words: str, other: Person, more: bool
) -> None:
    assert Knowing(bank).tells_more(words, AUDITOR, other) is more


def test_a_clearance_is_told_more_like_a_person(bank: Bank) -> None:
    assert Knowing(bank).tells_more("Cy Cole", AUDITOR, Standing("banker", {"branch": (1,)}))
    assert not Knowing(bank).tells_more("Cy Cole", BANKER, CLERK)  # the banker does not know of him either


def test_values_are_read_once_for_all_who_see_the_same_and_again_after_a_while(tmp_path: Path) -> None:
    file, now, asked = make_sqlite(tmp_path / "small.db"), [0.0], []
    bank = Bank.open(str(file), WORDS, POLICY)
    knowing = Knowing(bank, oldest=60.0, clock=lambda: now[0])
    bank._engine.rows = counted(bank._engine.rows, asked)  # type: ignore[method-assign]
    assert knowing.tells_more("Cy Cole", AUDITOR, BANKER)
    first = len(asked)
    assert not knowing.tells_more("Eve Elm", AUDITOR, BANKER)
    assert len(asked) == first
    with closing(sqlite3.connect(file)) as database:
        database.execute("INSERT INTO client VALUES (9, 'Eve Elm', NULL, 2, '')")
        database.commit()
    now[0] = 61.0
    assert knowing.tells_more("Eve Elm", AUDITOR, BANKER)
    bank.close()


def counted(rows: Callable[..., Rows], asked: list[str]) -> Callable[..., Rows]:
    def noted(sql: str, *rest: Any) -> Rows:
        asked.append(sql)
        return rows(sql, *rest)

    return noted
