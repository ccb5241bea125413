"""The guide to asking is true: every question in it ends as its heading says."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import bank.sample
from bank.catalogue import load
from bank.door import Bank
from bank.person import Person
from bank.values import Values
from generators.contract import Clarification, Draft, NotUnderstood, Question, Reply, Statement
from generators.pattern.match import PatternMatch

GUIDE = (Path(__file__).parents[2] / "docs" / "asking.md").read_text(encoding="utf-8")
SOMEBODY = Person("U1")
ENDS = {"Asked back": Clarification, "Not understood": NotUnderstood}


class Asker:
    """The sample bank, asked without a word of Slack."""

    def __init__(self, path: Path) -> None:
        catalogue = load(bank.sample.CATALOGUE)
        self.bank = Bank.open(str(path), catalogue, row_cap=10_000)
        self.match = PatternMatch(catalogue, Values.read(self.bank), self.bank.dialect)

    async def reply(self, text: str, *chosen: str) -> Reply:
        return await self.match.draft(Question("1", text, SOMEBODY, datetime(2026, 11, 24), chosen), self.look)

    async def look(self, sql: str) -> Any:
        raise AssertionError("Pattern Match does not look at the bank.")

    async def statement(self, text: str, *chosen: str) -> Statement:
        reply = await self.reply(text, *chosen)
        assert isinstance(reply, Draft), reply
        return reply.statements[0]

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        return list(self.bank.run(statement.sql, SOMEBODY, statement.columns).rows)


@pytest.fixture(scope="module")
def asker(sample_bank: Path) -> Iterator[Asker]:
    made = Asker(sample_bank)
    yield made
    made.bank.close()


def questions() -> list[Any]:
    found, heading = [], ""
    for line in GUIDE.splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif line.startswith("- "):
            found.append(pytest.param(line[2:], ENDS.get(heading, Draft), id=line[2:]))
    return found


@pytest.mark.parametrize(("text", "end"), questions())
async def test_every_question_of_the_guide_ends_as_it_says(asker: Asker, text: str, end: type) -> None:
    reply = await asker.reply(text)
    assert isinstance(reply, end), reply
    if isinstance(reply, Draft):
        assert asker.rows(reply.statements[0])


READINGS = [
    (
        "top 3 customers by loan balance in each industry",
        "Total outstanding loan balance by industry and customer, the 3 highest by total outstanding loan balance within each"
        " industry, equals included, as of 30 Sep 2026, in USD at month-end rates.",
    ),
    (
        "How did the loan balance change between December 2025 and September 2026?",
        "Total outstanding loan balance, 31 Dec 2025 beside 30 Sep 2026, and the change, in USD at month-end rates.",
    ),
    (
        "customers with only fixed rate loans",
        "List of customers, where the customer has at least one loan and the customer has no loan (not (rate type is Fixed)),"
        " as of 30 Sep 2026.",
    ),
    (
        "facility fees earned in Q1 2026",
        "Total facility fees earned, in the months from Jan 2026 to Mar 2026, in USD at month-end rates.",
    ),
    (
        "How many loans were charged off in 2026?",
        "Number of loans, where the loans are charged off and charge-off date is from 1 Jan 2026 to 31 Dec 2026, as last recorded.",
    ),
    (
        "Is the NPL ratio above 5 %?",
        "Non-performing balance as a percentage of loan balance, and whether it is over 5, as of 30 Sep 2026.",
    ),
    (
        "how many industries have a loan balance over 400 million",
        "Number of industries whose total outstanding loan balance is over 400,000,000, as of 30 Sep 2026,"
        " in USD at month-end rates.",
    ),
]


@pytest.mark.parametrize(("text", "reading"), READINGS)
async def test_an_answer_says_how_it_was_read(asker: Asker, text: str, reading: str) -> None:
    assert (await asker.statement(text)).reading == reading


async def test_a_misspelt_word_is_put_right_and_said(asker: Asker) -> None:
    statement = await asker.statement("how many custmers do we have")
    assert statement.notes == ("I read “custmers” as “customer”.",)


@pytest.mark.parametrize("text", ["predict the loan balance", "loan balance of Highfeld Drilling", "how many costumes"])
async def test_a_word_that_is_no_slip_is_not_guessed_at(asker: Asker, text: str) -> None:
    assert isinstance(await asker.reply(text), NotUnderstood)


async def test_figures_of_different_tables_do_not_multiply_each_other(asker: Asker) -> None:
    together = asker.rows(await asker.statement("loan balance, deposit balance and number of loans by branch"))
    loans = dict(asker.rows(await asker.statement("loan balance by branch")))
    deposits = dict(asker.rows(await asker.statement("deposit balance by branch")))
    numbers = dict(asker.rows(await asker.statement("number of loans by branch")))
    assert {row[0] for row in together} == loans.keys() | deposits.keys() | numbers.keys()
    for branch, balance, deposited, number in together:
        assert balance == pytest.approx(loans.get(branch, 0))
        assert deposited == pytest.approx(deposits.get(branch, 0))
        assert number == numbers.get(branch, 0)


async def test_the_parts_of_a_quarter_of_flows_add_up_to_it(asker: Asker) -> None:
    months = [
        asker.rows(await asker.statement(f"facility fees earned in {month} 2026"))[0][0]
        for month in ("January", "February", "March")
    ]
    assert asker.rows(await asker.statement("facility fees earned in Q1 2026"))[0][0] == pytest.approx(sum(months))


async def test_a_running_total_ends_at_the_total(asker: Asker) -> None:
    rows = asker.rows(await asker.statement("running total of transaction amount by month in 2026"))
    total = asker.rows(await asker.statement("transaction amount in 2026"))[0][0]
    assert rows[-1][-1] == pytest.approx(total)


async def test_a_change_is_the_second_figure_less_the_first(asker: Asker) -> None:
    (before, after, change, percent) = asker.rows(
        await asker.statement("How did the loan balance change between December 2025 and September 2026?")
    )[0]
    assert change == pytest.approx(after - before)
    assert percent == pytest.approx(100 * change / before)


async def test_equals_of_the_last_one_are_kept(asker: Asker) -> None:
    every = asker.rows(await asker.statement("number of past due loans by industry"))
    ranked = sorted((number for _, number in every), reverse=True)
    found = asker.rows(await asker.statement("3 industries with the most past due loans"))
    assert [number for _, number in found] == [number for number in ranked if number >= ranked[2]]


async def test_two_ways_through_the_joins_are_asked_for_and_the_choice_is_kept(asker: Asker) -> None:
    reply = await asker.reply("average loan balance per customer")
    assert isinstance(reply, Clarification)
    assert {choice.label for choice in reply.choices} == {
        "One average for each customer",
        "The total by the number of customers",
    }
    each, one = [
        asker.rows(await asker.statement("average loan balance per customer", choice.key)) for choice in reply.choices
    ]
    assert len(each) > 1
    assert len(one) == 1


async def test_a_choice_made_before_is_taken_and_said(asker: Asker) -> None:
    key = "in euros=of"
    question = Question("1", "loan balance in euros", SOMEBODY, datetime(2026, 11, 24), remembered=(key,))
    reply = await asker.match.draft(question, asker.look)
    assert isinstance(reply, Draft)
    assert reply.statements[0].notes == ("As you chose before: in euros means only what is in EUR.",)
    assert asker.rows(reply.statements[0]) == asker.rows(await asker.statement("loan balance in euros", key))


async def test_what_lies_before_the_first_month_end_is_not_answered(asker: Asker) -> None:
    reply = await asker.reply("loan balance in 2023")
    assert isinstance(reply, NotUnderstood)
    assert "31 Oct 2024" in reply.message


def test_the_guide_names_questions_of_every_kind() -> None:
    assert len(re.findall(r"^- ", GUIDE, re.MULTILINE)) >= 50
