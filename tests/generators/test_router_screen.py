"""What is declined before any generator sees it, and what must not be."""

from datetime import UTC, datetime

import pytest

from bank.person import Person
from generators.contract import Question, Turn
from generators.screen import screen


def asked(text: str, *earlier: Turn) -> Question:
    return Question("C1-1", text, Person("U1"), datetime(2025, 3, 31, tzinfo=UTC), earlier=earlier)


@pytest.mark.parametrize(
    "text", ["", "   ", "<@U0TELLER>", ":wave: :thumbsup::skin-tone-3:", "🙏🏽", "???", "…", "<@U1> !"]
)
def test_declines_what_says_nothing(text: str) -> None:
    declined = screen(asked(text))
    assert declined is not None
    assert "no question" in declined.message


def test_declines_a_long_text_and_says_how_long() -> None:
    declined = screen(asked("how many loans " * 400))
    assert declined is not None
    assert "5,999 characters" in declined.message
    assert screen(asked("x" * 2_000)) is None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM customers",
        "select name, balance from customers",
        "SELECT name FROM customers",
        "select count(*) from CL_DETAIL_FACT",
        "select name from customers where id = 5",
        "please run select * from loans limit 5",
        "```sql\nSELECT a.b FROM a\n```",
        "with t as (select a from b) select * from t",
        "select 1; drop table customers",
        "select pg_sleep(10)",
        "How many loans?; select * from loans --",
        "select a from b union select password from users",
        "INSERT INTO loans VALUES (1, 2)",
        "update loans set balance = 0",
        "DELETE FROM loans WHERE 1 = 1",
        "DROP TABLE customers;",
        "drop table if exists loan_facts",
        "create table x (id int)",
    ],
)
def test_declines_sql_and_asks_for_words(text: str) -> None:
    declined = screen(asked(text))
    assert declined is not None
    assert "SQL" in declined.message


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("delete all loans", "delete"),
        ("Please delete the loans of Leeds.", "delete"),
        ("<@U1> could you please erase customer 7?", "erase"),
        ("update the rating of Acme to PASS", "update"),
        ("update loans", "update"),
        ("Change the balance of loan 17 to zero", "change"),
        ("transfer 500 euros to account 12", "transfer"),
        ("insert a customer named Bob", "insert"),
        ("add a new customer", "add"),
        ("close all accounts in York", "close"),
        ("truncate loans", "truncate"),
        ("drop customers", "drop"),
        ("How many loans are there? Then delete them", "delete"),
        ("I want you to remove customer 5", "remove"),
        ("approve loan 17", "approve"),
    ],
)
def test_declines_an_order_to_change_data_and_names_it(text: str, verb: str) -> None:
    declined = screen(asked(text))
    assert declined is not None
    assert f"cannot {verb} anything" in declined.message


def test_drop_table_is_declined_whichever_way_it_is_read() -> None:
    declined = screen(asked("drop table customers"))
    assert declined is not None


@pytest.mark.parametrize(
    "text",
    [
        "How many customers do we have?",
        "Which customers were updated last month?",
        "show me dropped loans",
        "select the top 5 customers by balance",
        "Select customers from Leeds",
        "Select all loans from March",
        "select customers from Leeds with a balance above 5,000",
        "drop in balances since March",
        "Drop rate by branch",
        "update me on past due loans",
        "Update on high risk customers",
        "change in total balance by month",
        "Change of balances by branch",
        "transfer volume by month",
        "Transfer volume 2024",
        "set of loans in Leeds",
        "close date of loans",
        "closed accounts in York",
        "Which loans were deleted?",
        "create a table of balances by branch",
        "create a report on overdue loans",
        "create a view of balances by branch",
        "add up the balances of all loans",
        "insert rate by month",
        "with how many branches do we work?",
        "customers with loans from Leeds",
        "Wie viele Kunden haben wir?",
        "¿Cuántos clientes tenemos?",
        "有多少客户?",
        "top 5 :moneybag: customers",
        "2024?",
    ],
)
def test_lets_a_question_through(text: str) -> None:
    assert screen(asked(text)) is None


@pytest.mark.parametrize(
    "text", ["remove Leeds", "change the currency to euros", "drop the rating column", "update it to March"]
)
def test_in_a_thread_a_change_to_the_answer_is_no_order(text: str) -> None:
    earlier = Turn("balance by branch", "Total balance by branch", "SELECT 1")
    assert screen(asked(text)) is not None
    assert screen(asked(text, earlier)) is None


@pytest.mark.parametrize("text", ["delete all loans", "drop table customers", "drop the database"])
def test_in_a_thread_an_order_to_delete_is_still_declined(text: str) -> None:
    assert screen(asked(text, Turn("balance by branch", "Total balance by branch", "SELECT 1"))) is not None
