"""AI-Powered over real HTTP: what becomes of each thing a model may answer."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bank.catalogue import Catalogue
from bank.errors import QueryFailed, Unreachable
from bank.person import Person
from bank.plan import Plan
from bank.table import Column, Table
from generators.ai.failures import (
    ModelAway,
    ModelBusy,
    ModelTookTooLong,
    ModelTurnedUsAway,
    ModelUnclear,
    NoWorkingQuery,
)
from generators.ai.generator import AIPowered
from generators.ai.model import Model
from generators.ai.prompt import VERSION
from generators.ai.workbench import Workbench
from generators.contract import (
    Approach,
    Draft,
    GenerationFailed,
    Look,
    Question,
    Turn,
    Usage,
)
from tests.fakes import FakeModel, Says, says

QUESTION = Question("C1-1", "What do the Leeds loans owe?", Person("U1"), datetime(2025, 3, 31, tzinfo=UTC))
GOOD = (
    "SELECT SUM(BALANCE * PCT / 100) AS total FROM LOAN JOIN BRANCH ON BRANCH_ID = ID WHERE CITY = 'Leeds'"
    " AND MONTH = (SELECT MAX(MONTH) FROM LOAN)"
)
NOW = {"Retry-After": "0.01"}


def written(sql: str = "", **fields: Any) -> Says:
    empty = {"reading": "Total balance of the Leeds loans.", "assumptions": [], "clarification": "", "choices": []}
    return says(**{**empty, "sql": sql, **fields})


@pytest.fixture
def ai(loans_catalogue: Catalogue, model: Model) -> AIPowered:
    return AIPowered(Workbench(loans_catalogue, "sqlite", model))


async def test_a_good_query_passes_the_door_and_is_a_draft(ai: AIPowered, fake_model: FakeModel, door: Any) -> None:
    fake_model.queue(written(GOOD, assumptions=["The latest month is meant."]))
    draft = await ai.draft(QUESTION, door)
    assert isinstance(draft, Draft)
    assert draft.approach is Approach.AI
    (statement,) = draft.statements
    assert (statement.sql, statement.reading) == (GOOD, "Sum of balance, where city is Leeds")
    assert statement.columns == (Column("total", "amount", "EUR"),)
    assert statement.notes == ("The latest month is meant.",)
    assert draft.usage == Usage("fake-model", 1, 100, 10, prompt_version=VERSION)
    assert door.looked == [GOOD]


async def test_the_model_is_asked_for_a_strict_shape_and_told_catalogue_and_question(
    ai: AIPowered, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(written(f"{GOOD} AND BALANCE > 0"))
    earlier = (Turn("loans by branch", "Loans by branch", "SELECT 7"),)
    chosen = Question("C1-2", 'and exposure in "Leeds"?', Person("U1"), QUESTION.asked_at, ("ai:by balance",), earlier)
    await ai.draft(chosen, door)
    assert fake_model.requests[0]["response_format"]["json_schema"]["strict"] is True
    told = fake_model.text_of(0)
    for part in (
        "BALANCE * PCT / 100",
        "S = substandard",
        "LOAN.BRANCH_ID = BRANCH.ID",
        "SNAPSHOT by MONTH",
        "in sqlite",
    ):
        assert part in told
    assert '"question": "and exposure in \\"Leeds\\"?"' in told
    assert '"chosen_readings": ["by balance"]' in told
    assert '"sql": "SELECT 7"' in told


async def test_no_row_and_nothing_personal_is_told_to_the_model(
    ai: AIPowered, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(
        written("SELECT GUARANTOR, NOPE FROM LOAN WHERE MONTH = 202403"),
        written("SELECT GUARANTOR FROM LOAN WHERE MONTH = 202403"),
    )
    await ai.draft(QUESTION, door)
    assert "Secret" not in str(fake_model.requests)
    assert "Annie" not in str(fake_model.requests)


async def test_a_wrong_column_is_mended_with_the_database_s_words(
    ai: AIPowered, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(written("SELECT SUM(OWED) FROM LOAN"), written(GOOD))
    draft = await ai.draft(QUESTION, door)
    assert isinstance(draft, Draft)
    assert draft.statements[0].sql == GOOD
    assert draft.usage == Usage("fake-model", 2, 200, 20, prompt_version=VERSION)
    assert "no such column: OWED" in fake_model.text_of(1)


async def test_a_cell_that_the_database_quotes_is_not_told_to_the_model(ai: AIPowered, fake_model: FakeModel) -> None:
    cause = 'invalid input syntax for type integer: "Ann Secret" in column "GUARANTOR"\nLINE 1: Ann Secret'

    async def quoting(sql: str) -> Table:
        raise QueryFailed(cause=cause)

    fake_model.queue(*[written("SELECT CAST(GUARANTOR AS INT) AS guarantor FROM LOAN WHERE MONTH = 202403")] * 3)
    with pytest.raises(NoWorkingQuery):
        await ai.draft(QUESTION, Look(quoting, quoting))
    assert "invalid input syntax for type integer: “…”" in fake_model.text_of(1)
    assert "Secret" not in str(fake_model.requests)


async def test_a_table_that_does_not_exist_is_given_up_after_two_repairs(
    ai: AIPowered, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(*[written("SELECT COUNT(*) FROM CLIENT")] * 3)
    with pytest.raises(NoWorkingQuery):
        await ai.draft(QUESTION, door)
    assert len(fake_model.requests) == 3
    assert "There is no table CLIENT." in fake_model.text_of(2)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 700 AS total",
        "SELECT 700 AS total FROM LOAN",
        "SELECT CITY, 3 + 4 AS loans FROM BRANCH",
        "WITH t AS (SELECT 700 AS n) SELECT n FROM t",
        "SELECT '700 euros' AS total FROM LOAN",
    ],
)
async def test_a_figure_of_the_model_s_own_never_passes(
    sql: str, ai: AIPowered, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(written(sql), written(GOOD))
    draft = await ai.draft(QUESTION, door)
    assert isinstance(draft, Draft)
    assert draft.statements[0].sql == GOOD
    assert door.looked == [GOOD]


async def test_what_the_database_refuses_to_plan_is_not_run(ai: AIPowered, fake_model: FakeModel, door: Any) -> None:
    fake_model.queue(written("SELECT SUM(OWED) FROM LOAN"), written(GOOD))
    await ai.draft(QUESTION, door)
    assert (len(door.planned), door.looked) == (2, [GOOD])


async def test_a_query_of_which_the_database_expects_too_many_rows_is_not_run(
    ai: AIPowered, fake_model: FakeModel, door: Any
) -> None:
    door.expects = Plan(read=1e6, joined=1e12)
    fake_model.queue(*[written(GOOD)] * 3)
    with pytest.raises(NoWorkingQuery):
        await ai.draft(QUESTION, door)
    assert door.looked == []
    assert "expects about 1,000,000,000,000 rows of one of the joins" in fake_model.text_of(1)


async def test_words_with_a_figure_from_nowhere_are_left_out(ai: AIPowered, fake_model: FakeModel, door: Any) -> None:
    sql = "SELECT COUNT(DISTINCT NO) AS loans FROM LOAN WHERE BALANCE + 0 > 10000 AND MONTH = 202403"
    fake_model.queue(
        written(
            sql,
            reading="Loans above 10,000 in March 2024. There are 42 of them.",
            assumptions=["About 1.5 million in total.", "Over 10k means above."],
        )
    )
    draft = await ai.draft(QUESTION, door)
    assert isinstance(draft, Draft)
    assert draft.statements[0].reading == "In the model's words: Loans above 10,000 in March 2024."
    assert draft.statements[0].notes == ("Over 10k means above.",)


async def test_a_reading_of_nothing_but_invented_figures_falls_back_to_the_question(
    ai: AIPowered, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(written(GOOD.replace("SUM(BALANCE", "SUM(0 + BALANCE"), reading="They owe 700 euros."))
    draft = await ai.draft(QUESTION, door)
    assert isinstance(draft, Draft)
    assert draft.statements[0].reading == "In the model's words: read as asked, “What do the Leeds loans owe?”"


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (Says('{"sql": 5}'), ModelUnclear),
        (Says(""), ModelUnclear),
        (Says(status=401), ModelTurnedUsAway),
        (Says(status=400), ModelTurnedUsAway),
    ],
)
async def test_a_reply_that_is_none_is_not_asked_for_again(
    reply: Says, failure: type[GenerationFailed], ai: AIPowered, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(reply)
    with pytest.raises(failure) as caught:
        await ai.draft(QUESTION, door)
    assert str(caught.value) == failure.__doc__
    assert len(fake_model.requests) == 1


async def test_a_busy_model_is_asked_once_more(ai: AIPowered, fake_model: FakeModel, door: Any) -> None:
    fake_model.queue(Says(status=429, headers=NOW), written(GOOD))
    assert isinstance(await ai.draft(QUESTION, door), Draft)


@pytest.mark.parametrize(("status", "failure"), [(429, ModelBusy), (500, ModelAway), (503, ModelAway)])
async def test_a_model_that_stays_busy_or_broken_is_given_up(
    status: int, failure: type[GenerationFailed], ai: AIPowered, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(*[Says(status=status, headers=NOW)] * 2)
    with pytest.raises(failure):
        await ai.draft(QUESTION, door)
    assert len(fake_model.requests) == 2


async def test_a_model_that_does_not_answer_is_hung_up_on(
    loans_catalogue: Catalogue, fake_model: FakeModel, door: Any
) -> None:
    fake_model.queue(Says(never=True), Says(never=True))
    impatient = Model(fake_model.url, "fake-model", "", seconds=0.1)
    with pytest.raises(ModelTookTooLong):
        await AIPowered(Workbench(loans_catalogue, "sqlite", impatient)).draft(QUESTION, door)
    await impatient.close()


async def test_nobody_at_the_address_is_a_sentence(loans_catalogue: Catalogue, door: Any) -> None:
    nowhere = Model("http://127.0.0.1:9/v1", "fake-model", "")
    with pytest.raises(ModelAway):
        await AIPowered(Workbench(loans_catalogue, "sqlite", nowhere)).draft(QUESTION, door)
    await nowhere.close()


async def test_a_bank_that_is_away_is_no_reason_to_mend_the_query(ai: AIPowered, fake_model: FakeModel) -> None:
    async def away(sql: str) -> Table:
        raise Unreachable

    fake_model.queue(written(GOOD))
    with pytest.raises(Unreachable):
        await ai.draft(QUESTION, Look(away, away))
    assert len(fake_model.requests) == 1


async def test_what_was_not_queued_is_not_found(ai: AIPowered, door: Any) -> None:
    with pytest.raises(ModelTurnedUsAway):
        await ai.draft(QUESTION, door)
