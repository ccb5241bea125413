"""The guard admits honest questions and refuses every attack of the corpus, in each dialect."""

import pytest

from bank.errors import Refused
from bank.guard import Guard
from bank.refusals import (
    FunctionNotAllowed,
    NotASelect,
    NotOneQuery,
    TooLarge,
    TypeNotAllowed,
    UnclearName,
    UnknownColumn,
    UnknownTable,
)
from bank.schema import Schema
from tests.bank.corpus import attacks, honest
from tests.bank.small import CATALOGUE, LIVE

DIALECTS = ("sqlite", "postgres", "duckdb")
GUARDS = {dialect: Guard(Schema.of(CATALOGUE, LIVE), dialect) for dialect in DIALECTS}


@pytest.mark.parametrize("dialect", GUARDS)
def test_refuses_every_attack(dialect: str) -> None:
    admitted = []
    for trick, statement in attacks():
        try:
            admitted.append((trick, statement, GUARDS[dialect].check(statement).sql))
        except Refused:
            continue
    assert admitted == []


def test_the_attack_corpus_is_not_shrinking() -> None:
    assert len({statement for _, statement in attacks()}) >= 400


@pytest.mark.parametrize("dialect", DIALECTS)
def test_admits_honest_questions(dialect: str) -> None:
    refused = []
    for question in honest(dialect):
        try:
            GUARDS[dialect].check(question)
        except Refused as error:
            refused.append((question, str(error)))
    assert refused == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_was_admitted_is_admitted_again_and_unchanged(dialect: str) -> None:
    for question in honest(dialect):
        once = GUARDS[dialect].check(question)
        assert GUARDS[dialect].check(once.sql) == once


def test_says_which_tables_and_columns_a_question_reads() -> None:
    admitted = GUARDS["sqlite"].check(
        "WITH t AS (SELECT client_id, sum(amount) AS s FROM loan GROUP BY 1) "
        "SELECT c.name FROM CLIENT c JOIN t ON t.client_id = c.client_id ORDER BY t.s"
    )
    assert admitted.tables == {"client", "loan"}
    assert admitted.columns == {("loan", "client_id"), ("loan", "amount"), ("client", "name"), ("client", "client_id")}
    assert admitted.ctes == {"t"}


def test_writes_a_star_out_as_the_catalogued_columns() -> None:
    assert GUARDS["sqlite"].check("SELECT * FROM client").sql == (
        'SELECT "client_id", "name", "born", "branch_id" FROM client'
    )


def test_a_star_over_two_tables_names_each_columns_table() -> None:
    sql = GUARDS["sqlite"].check("SELECT b.*, c.name FROM branch b, client c").sql
    assert sql == 'SELECT "b"."branch_id", "b"."city", c.name FROM branch AS b CROSS JOIN client AS c'


def test_corrects_the_case_of_names_where_the_database_would_not_find_them() -> None:
    sql = GUARDS["postgres"].check("SELECT rating.grade FROM rating WHERE words = 'good'").sql
    assert sql == 'SELECT rating."Grade" FROM "Rating" AS rating WHERE "Words" = \'good\''


def test_leaves_comments_behind() -> None:
    sql = GUARDS["sqlite"].check("SELECT name -- ; DROP TABLE client\nFROM client /* x */").sql
    assert sql == "SELECT name FROM client"


def test_a_cte_is_known_only_where_it_is_in_scope() -> None:
    inside = (
        "SELECT name FROM client WHERE client_id IN (WITH x AS (SELECT client_id FROM loan) SELECT client_id FROM x)"
    )
    assert GUARDS["sqlite"].check(inside).ctes == {"x"}
    with pytest.raises(UnknownTable):
        GUARDS["sqlite"].check(f"{inside} AND 1 IN (SELECT client_id FROM x)")


@pytest.mark.parametrize(
    ("statement", "refusal", "words"),
    [
        ("DROP TABLE client", NotASelect, "must be a SELECT"),
        ("SELECT 1; SELECT 2", NotOneQuery, "one query at a time"),
        ("SELECT pay FROM salaries", UnknownTable, "no table salaries"),
        ("SELECT ssn FROM client", UnknownColumn, "no column ssn"),
        ("SELECT client_id FROM client, loan", UnclearName, "client_id can mean two things"),
        ("SELECT zeroblob(9)", FunctionNotAllowed, "the function ZEROBLOB"),
        ("SELECT CAST(name AS blob) FROM client", TypeNotAllowed, "convert to"),
        (f"SELECT {'(' * 5000}1{')' * 5000}", TooLarge, "too deeply nested"),
        (f"SELECT {'(' * 1001}1{')' * 1001}", TooLarge, "too deeply nested"),
        (f"SELECT {'(' * 9000}1", TooLarge, "too deeply nested"),
        (f"SELECT {'1 + ' * 6000}1", TooLarge, "too long"),
    ],
)
def test_each_refusal_says_what_was_wrong(statement: str, refusal: type[Refused], words: str) -> None:
    with pytest.raises(refusal, match=words):
        GUARDS["sqlite"].check(statement)
