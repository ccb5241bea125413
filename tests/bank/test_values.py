"""The words of the bank's data: who may know which of them, and what names one that somebody else may not know."""

from collections.abc import Iterator

import pytest

from bank.door import Bank
from bank.person import Person
from bank.policy import Standing
from bank.values import Values, tells_more
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
    assert tells_more(bank, words, AUDITOR, other) is more


def test_a_clearance_is_told_more_like_a_person(bank: Bank) -> None:
    assert tells_more(bank, "Cy Cole", AUDITOR, Standing("banker", {"branch": (1,)}))
    assert not tells_more(bank, "Cy Cole", BANKER, CLERK)  # the banker does not know of him either
