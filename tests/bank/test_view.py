"""What each role sees: rows, columns and masks hold in every corner of a query, and an answer names them."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bank.door import Bank
from bank.errors import Misfit, QueryFailed, Refused
from bank.person import Person
from bank.policy import Policy
from bank.refusals import MaskedUse, NoRole, NotYours, UnclearName, UnknownTable
from bank.table import Column
from tests.bank.rights import AUDITOR, BANKER, CLERK, NOBODY, POLICY, READER, WIDER, WORDS
from tests.bank.small import make_sqlite

KEY = "a secret key \\ with spaces"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    file = make_sqlite(tmp_path_factory.mktemp("small") / "small.db")
    bank = Bank.open(str(file), WORDS, POLICY, mask_key=KEY)
    yield bank
    bank.close()


def rows(bank: Bank, sql: str, person: Person) -> list[tuple[object, ...]]:
    return list(bank.run(sql, person).rows)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM client",
        "SELECT count(*) FROM client AS c",
        "SELECT count(*) FROM (SELECT client_id FROM client) AS c",
        "WITH c AS (SELECT client_id FROM client) SELECT count(*) FROM c",
        "SELECT sum(n) FROM (SELECT 1 AS n FROM client WHERE branch_id = 1 UNION ALL "
        "SELECT 1 FROM client WHERE branch_id <> 1 OR branch_id IS NULL)",
        "SELECT (SELECT count(*) FROM client)",
        "SELECT max(n) FROM (SELECT count(*) AS n FROM client UNION SELECT 0)",
        "SELECT count(DISTINCT c.client_id) FROM client c LEFT JOIN branch b ON b.branch_id = c.branch_id OR 1 = 1",
        "SELECT count(*) FROM client WHERE branch_id = 2 OR branch_id IS NULL OR 1 = 1",
        "SELECT count(*) FROM branch b JOIN client c ON 1 = 1 WHERE b.branch_id = 3",
    ],
)
def test_a_row_filter_holds_wherever_the_table_stands(bank: Bank, sql: str) -> None:
    assert rows(bank, sql, BANKER) == [(2,)]
    assert rows(bank, sql, WIDER) == [(3,)]
    assert rows(bank, sql, AUDITOR) == [(4,)]


def test_rows_of_another_table_follow_its_filter_along_the_join(bank: Bank) -> None:
    assert rows(bank, "SELECT sum(amount) FROM loan", BANKER) == [(425.75,)]
    assert rows(bank, "SELECT count(*) FROM loan WHERE client_id = 3", BANKER) == [(0,)]
    assert rows(bank, "SELECT count(*) FROM loan", WIDER) == [(5,)]


def test_an_answer_says_which_rights_kept_something_back(bank: Bank) -> None:
    seen = bank.run("SELECT c.name, l.amount FROM client c JOIN loan l ON l.client_id = c.client_id", BANKER)
    assert seen.rights == "By your rights you see only clients of your branch; only loans of your branch's clients."
    assert bank.run("SELECT name, born FROM client LIMIT 1", CLERK).rights == (
        "By your rights you see of the born only the year; of the name only a pseudonym."
    )
    assert bank.run("SELECT city FROM branch", BANKER).rights == ""
    assert bank.run("SELECT born FROM client", AUDITOR).rights == ""


def test_none_for_you_is_told_apart_from_none(bank: Bank) -> None:
    nobody = "SELECT count(*) FROM client WHERE name = 'Cy Cole'"
    assert (rows(bank, nobody, BANKER), bank.run(nobody, BANKER).rights) == (
        [(0,)],
        "By your rights you see only clients of your branch.",
    )
    nothing = "SELECT count(*) FROM client WHERE name = 'Zoe'"
    assert (rows(bank, nothing, AUDITOR), bank.run(nothing, AUDITOR).rights) == ([(0,)], "")


def test_whom_the_policy_does_not_name_sees_nothing(bank: Bank) -> None:
    with pytest.raises(NoRole, match="Ask whoever looks after me"):
        bank.run("SELECT 1", NOBODY)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT status FROM loan", "As banker you may not see the status"),
        ("SELECT loan_id FROM loan WHERE status = 'A'", "the status"),
        ("SELECT count(*) FROM lent", "As banker you may not see lents"),
        ("SELECT loan_id FROM loan ORDER BY status", "the status"),
        ("SELECT x.status FROM (SELECT * FROM loan) AS x JOIN lent ON 1 = 1", "lents, the status"),
    ],
)
def test_what_a_role_may_not_see_is_named_as_that(bank: Bank, sql: str, words: str) -> None:
    with pytest.raises((NotYours, Refused), match=words):
        bank.run(sql, BANKER)


def test_a_star_shows_what_the_role_may_see(bank: Bank) -> None:
    assert [column.label for column in bank.run("SELECT * FROM loan", BANKER).columns] == [
        "loan_id",
        "client_id",
        "amount",
        "granted",
    ]


def test_what_nobody_catalogued_stays_unknown(bank: Bank) -> None:
    with pytest.raises(UnknownTable, match="no table salaries"):
        bank.run("SELECT pay FROM salaries", BANKER)


def test_a_cte_cannot_take_the_place_of_a_table_that_a_row_filter_reads(bank: Bank) -> None:
    with pytest.raises(UnclearName):
        bank.run("WITH lent AS (SELECT 1 AS a) SELECT a FROM lent", BANKER)
    forged = "WITH client AS (SELECT 3 AS client_id, 1 AS branch_id) SELECT count(*) FROM loan JOIN client ON 1 = 1"
    with pytest.raises(UnclearName):
        bank.run(forged, BANKER)


def test_a_personal_column_is_hidden_unless_the_role_shows_it(bank: Bank) -> None:
    assert rows(bank, "SELECT DISTINCT born FROM client", READER) == [(None,)]
    assert rows(bank, "SELECT born FROM client WHERE client_id = 1", AUDITOR) == [("1970-01-02",)]


def test_masks_show_what_they_say(bank: Bank) -> None:
    pseudonym = hashlib.md5(f"{KEY}Ann Archer".encode(), usedforsecurity=False).hexdigest()[:12]
    assert rows(bank, "SELECT name, born FROM client WHERE client_id = 1", CLERK) == [(pseudonym, "1970-01-01")]
    assert rows(bank, "SELECT amount FROM loan ORDER BY loan_id", CLERK) == [(100,), (200,), (0,), (1000,), (0,)]
    assert rows(bank, "SELECT words FROM rating", CLERK) == [("…",), ("…",)]
    assert rows(bank, "SELECT city FROM branch", CLERK) == [(None,), (None,), (None,)]
    assert bank.run("SELECT born FROM client LIMIT 1", CLERK, (Column("Born", "date"),)).rows == ((date(1970, 1, 1),),)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name, count(*) FROM client GROUP BY name ORDER BY name",
        "SELECT count(DISTINCT name) FROM client",
        "SELECT count(name) FROM client",
        "SELECT count(*) FROM client a JOIN client b ON a.name = b.name",
        "SELECT count(*) FROM client a JOIN client b USING (name)",
        "SELECT n, count(*) FROM (SELECT amount AS n FROM loan) AS x GROUP BY n ORDER BY n",
        "SELECT born FROM client UNION SELECT granted FROM loan",
        "WITH x(n) AS (SELECT name FROM client) SELECT n FROM x",
        "SELECT client_id FROM client WHERE EXISTS (SELECT name FROM client)",
    ],
)
def test_masked_values_can_be_shown_grouped_counted_and_pseudonyms_joined(bank: Bank, sql: str) -> None:
    if "EXISTS" in sql:
        with pytest.raises(MaskedUse):
            bank.run(sql, CLERK)
    else:
        assert rows(bank, sql, CLERK)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sum(amount) FROM loan",
        "SELECT amount * 2 FROM loan",
        "SELECT count(*) FROM loan WHERE amount > 100",
        "SELECT count(*) FROM client WHERE name = 'Ann Archer'",
        "SELECT count(*) FROM client WHERE name LIKE 'A%'",
        "SELECT count(*) FROM client WHERE born < '1975-01-01'",
        "SELECT count(*) FROM client WHERE client_id IN (SELECT client_id FROM client WHERE name > 'B')",
        "SELECT n FROM (SELECT name AS n FROM client) AS x WHERE n = 'Ann Archer'",
        "WITH x(n) AS (SELECT name FROM client) SELECT 1 FROM x WHERE n = 'Ann Archer'",
        "SELECT name AS n FROM client WHERE n = 'Ann Archer'",
        "SELECT n FROM (SELECT 'a' AS n UNION SELECT name FROM client) AS x WHERE n = 'Ann Archer'",
        "SELECT 1 WHERE 'Ann Archer' IN (SELECT name FROM client)",
        "SELECT 1 WHERE 'Ann Archer' = (SELECT name FROM client LIMIT 1)",
        "SELECT count(*) FROM client a JOIN client b USING (born)",
        "SELECT count(DISTINCT amount) FROM loan",
        "SELECT count(city) FROM branch",
        "SELECT max(amount) FROM loan",
        "SELECT status FROM loan GROUP BY status HAVING min(amount) > 5",
        "SELECT CASE WHEN name = 'Ann Archer' THEN 1 END FROM client",
        "SELECT row_number() OVER (PARTITION BY amount) FROM loan",
        "SELECT a.client_id FROM client a JOIN client b ON a.name = 'Ann Archer'",
    ],
)
def test_a_masked_value_is_neither_filtered_by_nor_computed_with(bank: Bank, sql: str) -> None:
    with pytest.raises(MaskedUse, match="the number would be wrong"):
        bank.run(sql, CLERK)
    assert bank.run(sql, AUDITOR)


def test_nothing_about_other_rows_can_be_learnt_from_a_query_that_fails(bank: Bank) -> None:
    """An overflow on a row outside the filter would tell that the row is there, and one bit of what is in it."""
    probe = "SELECT count(*) FROM loan WHERE abs(CASE WHEN amount > 900 THEN -9223372036854775807 - 1 ELSE 1 END) > 0"
    assert rows(bank, probe, BANKER) == [(3,)]
    with pytest.raises(QueryFailed):
        bank.run(probe, AUDITOR)


def test_a_role_has_its_own_row_cap(bank: Bank) -> None:
    assert len(rows(bank, "SELECT loan_id FROM loan", BANKER)) == 2
    assert len(rows(bank, "SELECT loan_id FROM loan", AUDITOR)) == 5


@pytest.mark.parametrize(
    ("sql", "personal"),
    [
        ("SELECT name, born FROM client", [1]),
        ("SELECT name, born AS b FROM (SELECT born, name FROM client) AS c", [1]),
        ("WITH c(a, b) AS (SELECT born, name FROM client) SELECT b, a, b || a FROM c", [1, 2]),
        ("SELECT name FROM client UNION ALL SELECT born FROM client", [0]),
        ("SELECT max(born), count(born), count(*) FROM client WHERE born > '1970-01-01'", [0]),
        ("SELECT (SELECT born FROM client WHERE client_id = 1), 5", [0]),
    ],
)
def test_columns_that_hold_personal_data_are_known(bank: Bank, sql: str, personal: list[int]) -> None:
    columns = bank.run(sql, AUDITOR).columns
    assert [place for place, column in enumerate(columns) if column.personal] == personal


def test_who_may_also_see_an_answer(bank: Bank) -> None:
    everyone = {
        "BANKER": BANKER,
        "WIDER": WIDER,
        "CLERK": CLERK,
        "AUDITOR": AUDITOR,
        "READER": READER,
        "NOBODY": NOBODY,
    }

    def others(sql: str, asker: Person) -> set[str]:
        return {name for name, other in everyone.items() if bank.may_also_see(sql, asker, other, 0)}

    assert others("SELECT city FROM branch", BANKER) == {"BANKER", "WIDER", "AUDITOR", "READER"}
    assert others("SELECT city FROM branch", CLERK) == {"BANKER", "WIDER", "CLERK", "AUDITOR", "READER"}
    assert others("SELECT count(*) FROM client", BANKER) == {"BANKER", "CLERK", "AUDITOR", "READER"}
    assert others("SELECT count(*) FROM client", WIDER) == {"WIDER", "CLERK", "AUDITOR", "READER"}
    assert others("SELECT name FROM client", BANKER) == {"BANKER", "AUDITOR", "READER"}
    assert others("SELECT born FROM client", AUDITOR) == {"AUDITOR"}
    assert others("SELECT born FROM client", READER) == {"AUDITOR", "READER", "CLERK"}
    assert others("SELECT status FROM loan", AUDITOR) == {"CLERK", "AUDITOR", "READER"}
    assert others("SELECT 1", AUDITOR) == set(everyone) - {"NOBODY"}


def test_a_channels_clearance_stands_for_its_members(bank: Bank) -> None:
    cleared = POLICY.cleared("C1")
    assert cleared is not None
    assert bank.may_also_see("SELECT name FROM client", BANKER, cleared, 0)
    assert not bank.may_also_see("SELECT name FROM client", WIDER, cleared, 0)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"people": [{"user": "U1", "role": "banker"}]}, "it lacks your branch"),
        ({"everybody_else": "banker"}, "The policy gives everybody else the role banker"),
        ({"terminal": "banker"}, "The policy gives the terminal the role banker"),
        ({"channels": {"C1": {"clearance": "banker"}}}, "The policy gives the channel C1 the role banker"),
        ({"roles": {"r": {"tables": {"loan": {"rows": "amuont > 5", "says": "x"}}}}}, "I have no column amuont"),
        ({"roles": {"r": {"tables": {"loan": {"rows": "readfile('x') > 5", "says": "x"}}}}}, "READFILE"),
        ({"roles": {"r": {"tables": {"loan": {"rows": "1 = 1) OR (1", "says": "x"}}}}}, "are not one SQL condition"),
        (
            {"roles": {"r": {"tables": {"loan": {"rows": "amount > (SELECT max(pay) FROM salaries)", "says": "x"}}}}},
            "salaries",
        ),
        ({"roles": {"r": {"tables": {"loans": {}}}}}, "the table loans, which the catalogue does not list"),
    ],
)
def test_a_policy_that_does_not_fit_stops_at_the_door(tmp_path: Path, change: dict[str, object], fault: str) -> None:
    document = POLICY.model_dump() | {"people": [], "channels": {}} | change
    if "roles" in change:
        document["people"] = [{"user": "U9", "role": "r"}]
    with pytest.raises(Misfit, match=fault):
        Bank.open(str(make_sqlite(tmp_path / "small.db")), WORDS, Policy.model_validate(document))


def test_words_in_a_filter_are_data_whatever_they_say(tmp_path: Path) -> None:
    document = POLICY.model_dump() | {"channels": {}}
    document["roles"]["banker"]["tables"]["client"]["rows"] = "name = :branch"
    document["people"] = [{"user": "U1", "role": "banker", "attributes": {"branch": "x' OR '1' = '1"}}]
    bank = Bank.open(str(make_sqlite(tmp_path / "small.db")), WORDS, Policy.model_validate(document))
    assert rows(bank, "SELECT count(*) FROM client", BANKER) == [(0,)]
    bank.close()
