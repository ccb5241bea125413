"""Every golden question as each of the demo's three roles, against a copy of the bank that holds only what they may see."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest

import bank.sample
from bank.catalogue import load
from bank.door import Bank
from bank.errors import Refused, TookTooLong
from bank.person import Person
from bank.policy import load as load_policy
from bank.refusals import MaskedUse, NotYours
from bank.values import Values
from generators.contract import Clarification, Draft, Question
from generators.pattern.match import PatternMatch
from jobs.golden import find
from jobs.golden import load as load_golden

GOLDEN = Path(__file__).parent.parent / "golden"
KEY = "key"
ROLES = {
    "banker": Person("U0CHIARA01"),
    "analyst": Person("U0BEN00001", email="ben@alder-wharf.example"),
    "administrator": Person("U0FARID001"),
}
OURS = "SELECT CUSTOMER_MONTH_ID || ' ' || CUSTOMER_KEY FROM CUSTOMER_DIMENSION"
OUR_NUMBERS = "SELECT CUSTOMER_MONTH_ID || ' ' || CUSTOMER_ID FROM CUSTOMER_DIMENSION"
# What is not theirs, deleted by hand: written anew and not from the policy, so that both must agree.
CUTS = {
    "banker": f"""
        DELETE FROM CUSTOMER_DIMENSION WHERE SERVICING_UNIT_CODE <> 111;
        DELETE FROM LOAN_PRODUCT_DIMENSION WHERE PRODUCT_MONTH || ' ' || CL_CUSTOMER_ID NOT IN ({OUR_NUMBERS});
        DELETE FROM CA_PRODUCT_DIMENSION WHERE PRODUCT_MONTH_ID || ' ' || CA_CUSTOMER_ID NOT IN ({OUR_NUMBERS});
        DELETE FROM CL_DETAIL_FACT WHERE MONTH_ID || ' ' || CUSTOMER_KEY NOT IN ({OURS});
        DELETE FROM CA_DETAIL_FACT WHERE MONTH_ID || ' ' || CUSTOMER_KEY NOT IN ({OURS});
        DELETE FROM LIMIT_DIMENSION WHERE CA_NUMBER NOT IN (SELECT CA_NUMBER FROM CA_PRODUCT_DIMENSION);
        DELETE FROM DEPOSIT_ACCOUNT WHERE CUSTOMER_MONTH_ID || ' ' || CUSTOMER_KEY NOT IN ({OURS});
        DELETE FROM ACCOUNT_TRANSACTION WHERE ACCOUNT_ID NOT IN (SELECT ACCOUNT_ID FROM DEPOSIT_ACCOUNT);
        UPDATE CUSTOMER_DIMENSION SET TAX_ID_NUMBER = '…' || substr(TAX_ID_NUMBER, -4);
        UPDATE DEPOSIT_ACCOUNT SET ACCOUNT_NUMBER = ACCOUNT_ID || '…' || substr(ACCOUNT_NUMBER, -4);
        UPDATE CA_DETAIL_FACT SET PROBABILITY_OF_DEFAULT = -1, LOSS_GIVEN_DEFAULT = -1, EXPOSURE_AT_DEFAULT = -1;
    """,
    "analyst": """
        DELETE FROM ACCOUNT_TRANSACTION;
        UPDATE CUSTOMER_DIMENSION SET TAX_ID_NUMBER = pseudonym(TAX_ID_NUMBER);
        UPDATE DEPOSIT_ACCOUNT SET ACCOUNT_NUMBER = ACCOUNT_ID || ' hidden';
        UPDATE DEPOSIT_ACCOUNT SET OPENING_BALANCE_USD = floor(OPENING_BALANCE_USD / 10000) * 10000;
    """,
    "administrator": "",
}
DENIED = {
    "banker": {
        "PROBABILITY_OF_DEFAULT",
        "LOSS_GIVEN_DEFAULT",
        "EXPOSURE_AT_DEFAULT",
        "TAX_ID_NUMBER",
        "ACCOUNT_NUMBER",
    },
    "analyst": {"TAX_ID_NUMBER", "ACCOUNT_NUMBER", "OPENING_BALANCE_USD"},
    "administrator": set(),
}
MORE = [
    "SELECT CUSTOMER_NAME FROM CUSTOMER_DIMENSION WHERE TAX_ID_NUMBER LIKE '%1%'",
    "SELECT count(*) FROM CUSTOMER_DIMENSION WHERE TAX_ID_NUMBER > '5'",
    "SELECT max(TAX_ID_NUMBER) FROM CUSTOMER_DIMENSION",
    "SELECT CUSTOMER_NAME, TAX_ID_NUMBER FROM CUSTOMER_DIMENSION WHERE CUSTOMER_MONTH_ID = 202609",
    "SELECT count(*) FROM DEPOSIT_ACCOUNT WHERE OPENING_BALANCE_USD > 54321",
    "SELECT sum(OPENING_BALANCE_USD) FROM DEPOSIT_ACCOUNT",
    "SELECT OPENING_BALANCE_USD, count(*) FROM DEPOSIT_ACCOUNT GROUP BY OPENING_BALANCE_USD",
    "SELECT avg(PROBABILITY_OF_DEFAULT) FROM CA_DETAIL_FACT",
    "SELECT MONTH_ID FROM CA_DETAIL_FACT ORDER BY LOSS_GIVEN_DEFAULT",
    "SELECT count(*) FROM ACCOUNT_TRANSACTION",
    "SELECT b.BRANCH_NAME, count(c.CUSTOMER_KEY) FROM BRANCH b LEFT JOIN CUSTOMER_DIMENSION c"
    " ON c.SERVICING_UNIT_CODE = b.BRANCH_ID GROUP BY b.BRANCH_NAME",
    "SELECT count(*) FROM LIMIT_DIMENSION",
]


@pytest.fixture(scope="module")
def door(sample_bank: Path) -> Iterator[Bank]:
    opened = Bank.open(
        str(sample_bank), load(bank.sample.CATALOGUE), load_policy(bank.sample.POLICY), row_cap=100_000, mask_key=KEY
    )
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def queries(door: Bank) -> list[str]:
    """What Pattern Match makes of every golden question, and statements that try a masked column or another's rows."""
    match = PatternMatch(door.catalogue, Values.read(door), door.dialect)
    asked = [
        case.question for golden in map(load_golden, find(GOLDEN)) if golden.bank == "sample" for case in golden.cases
    ]
    written = MORE + [sql for text in dict.fromkeys(asked) for sql in drafted(match, text)]
    return [sql for sql in dict.fromkeys(written) if runs_at_all(door, sql)]


def runs_at_all(door: Bank, sql: str) -> bool:
    """A query that nobody may run is its generator's fault, and says nothing about rights."""
    try:
        door.check(sql, ROLES["administrator"])
    except Refused:
        return False
    return True


def drafted(match: PatternMatch, text: str, chosen: tuple[str, ...] = ()) -> Iterator[str]:
    """The statements of a question, along every choice it asks for."""
    reply = match.reply(Question("1", text, Person("U"), datetime(2026, 11, 24), chosen))
    if isinstance(reply, Draft):
        yield from (statement.sql for statement in reply.statements)
    elif isinstance(reply, Clarification) and len(chosen) < 3:
        for choice in reply.choices:
            yield from drafted(match, text, (*chosen, choice.key))


def cut(whole: Path, path: Path, role: str) -> sqlite3.Connection:
    shutil.copyfile(whole, path)
    connection = sqlite3.connect(path)
    connection.create_function(
        "pseudonym", 1, lambda text: md5(f"{KEY}{text}".encode(), usedforsecurity=False).hexdigest()[:12]
    )
    connection.executescript(CUTS[role])
    return connection


@pytest.mark.slow
@pytest.mark.timeout(1200)  # a thousand queries, each run twice
@pytest.mark.parametrize("role", ROLES)
def test_no_answer_holds_more_than_the_role_may_see(
    role: str, sample_bank: Path, tmp_path: Path, door: Bank, queries: list[str]
) -> None:
    person, refused, slow = ROLES[role], [], []
    with closing(cut(sample_bank, tmp_path / "cut.sqlite", role)) as theirs:
        for sql in queries:
            try:
                rows = door.run(sql, person).rows
            except (NotYours, MaskedUse):
                refused.append(sql)
            except TookTooLong:
                slow.append(sql)
            else:
                assert alike(rows) == alike(theirs.execute(sql).fetchall()), sql
    assert len(refused) < 0.12 * len(queries)
    assert len(slow) < 0.02 * len(queries), slow
    for sql in refused:  # only what reads something that is not theirs
        reads = door.check(sql, ROLES["administrator"])
        assert {column for _, column in reads.columns} & DENIED[role] or "ACCOUNT_TRANSACTION" in reads.tables, sql


def alike(rows: Any) -> list[str]:
    """Rows to compare whatever their order, numbers to nine digits: sums of floats depend on the order of adding."""
    return sorted(str([_plain(cell) for cell in row]) for row in rows)


def _plain(cell: Any) -> Any:
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    return float(f"{float(cell) * (1 + 1e-12):.9g}") if isinstance(cell, int | float) else cell
