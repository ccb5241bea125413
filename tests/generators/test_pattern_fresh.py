"""Pattern Match for whoever sees only a part of the bank: understood by the words of that part."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from bank.door import Bank
from bank.person import Person
from bank.refusals import NoRole
from generators.contract import Draft, NotUnderstood, Question, Reply
from generators.pattern.fresh import FreshPatternMatch
from generators.pattern.match import PatternMatch
from tests.bank.rights import AUDITOR, BANKER, NOBODY, POLICY, WIDER, WORDS
from tests.bank.small import make_sqlite


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with closing(Bank.open(str(make_sqlite(tmp_path / "bank.db")), WORDS, POLICY)) as opened:
        yield opened


async def never(sql: str) -> object:
    raise AssertionError("Pattern Match never looks")


def about(person: Person, name: str) -> Question:
    return Question("1", f"How many clients are called {name}?", person, datetime(2026, 11, 24))


async def test_a_name_in_rows_somebody_may_not_see_is_as_strange_as_one_that_is_nowhere(bank: Bank) -> None:
    match = FreshPatternMatch(bank)
    told = [await match.draft(about(BANKER, name), never) for name in ("Cy Cole", "Xy Xole")]  # type: ignore[arg-type]
    assert all(isinstance(reply, NotUnderstood) for reply in told)
    assert str(told[0]).replace("Cy", "Xy").replace("Cole", "Xole") == str(told[1])


async def test_everybody_is_understood_by_the_names_they_may_know(bank: Bank) -> None:
    match = FreshPatternMatch(bank)
    for person, name in ((BANKER, "Ann Archer"), (WIDER, "Cy Cole"), (AUDITOR, "Di Dole")):
        assert isinstance(await match.draft(about(person, name), never), Draft)  # type: ignore[arg-type]


async def test_others_are_heard_while_a_question_is_read(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    read_in: list[int] = []
    reply = PatternMatch.reply

    def noted(match: PatternMatch, question: Question) -> Reply:
        read_in.append(threading.get_ident())
        return reply(match, question)

    monkeypatch.setattr(PatternMatch, "reply", noted)
    await FreshPatternMatch(bank).draft(about(AUDITOR, "a unicorn"), never)  # type: ignore[arg-type]
    assert read_in
    assert threading.get_ident() not in read_in


async def test_whom_the_policy_does_not_name_is_told_nothing_at_all(bank: Bank) -> None:
    with pytest.raises(NoRole):
        await FreshPatternMatch(bank).draft(about(NOBODY, "Cy Cole"), never)  # type: ignore[arg-type]
