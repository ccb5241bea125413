"""A conversation in Slack: follow-ups, several people in one thread, a restart in between, steps and stopping."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from bot.blocks.placeholder import STOPPED
from bot.conversation import as_a_chart
from bot.listeners.stopping import TOO_LATE, asks_to_stop
from bot.so_far import SoFar
from emulator.human import words
from generators.ai.generator import AIPowered
from generators.ai.model import Model
from generators.ai.workbench import Workbench
from generators.progress import doing
from generators.router import Router
from tests.bot.conftest import UNKNOWN, Office
from tests.fakes import FakeModel, FakeRouter, Says, says

ANNA, BEN, EMMA = "U0ANNA0001", "U0BEN00001", "U0EMMA0001"
LENDING = "C0LENDING1"


async def answered(office: Office, person: str, ts: str, number: int) -> None:
    """Waits until so many answers stand in the thread."""
    human = await office.person(person)
    await human.until(lambda sight: len([m for m in sight.thread(LENDING, ts) if "SQL" in words(m)]) >= number or None)


async def settled(office: Office, question_id: str, states: tuple[str, ...] = ("done",)) -> None:
    async with asyncio.timeout(10):
        while (entry := office.ledger.entry(question_id)) is None or entry.state not in states:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_everybodys_own_question_is_what_their_follow_up_refers_to(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    await settled(teller, f"{LENDING}:{ts}")
    second = await ben.says(LENDING, "@Teller List the customers", thread_ts=ts)
    await settled(teller, f"{LENDING}:{second}")
    for human in (anna, ben):
        asked = await human.says(LENDING, "and in Leeds?", thread_ts=ts)
        await settled(teller, f"{LENDING}:{asked}")
    followed = [question for question, _ in teller.router.asked if question.text == "and in Leeds?"]
    before = {question.person.id: [turn.text for turn in question.earlier] for question in followed}
    assert before == {ANNA: ["How many customers?"], BEN: ["List the customers"]}


async def test_who_has_asked_nothing_there_goes_on_with_the_only_one_who_has(teller: Office) -> None:
    anna, ben = await teller.person(ANNA), await teller.person(BEN)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    await settled(teller, f"{LENDING}:{ts}")
    asked = await ben.says(LENDING, "and in Leeds?", thread_ts=ts)
    await settled(teller, f"{LENDING}:{asked}")
    assert [turn.text for turn in teller.router.asked[-1][0].earlier] == ["How many customers?"]


async def test_a_conversation_goes_on_after_a_restart(office: Office) -> None:
    anna = await office.person(ANNA)
    async with office.hires():
        ts = await anna.says(LENDING, "@Teller How many customers?")
        await settled(office, f"{LENDING}:{ts}")
    async with office.hires():
        asked = await anna.says(LENDING, "and in Leeds?", thread_ts=ts)
        await settled(office, f"{LENDING}:{asked}")
    [turn] = office.router.asked[-1][0].earlier
    assert (turn.text, turn.reading) == ("How many customers?", "The number of customers")


async def test_as_a_chart_shows_the_last_answer_again_without_a_generator(teller: Office) -> None:
    anna = await teller.person(ANNA)
    ts = await anna.says(LENDING, "@Teller List the customers")
    await settled(teller, f"{LENDING}:{ts}")
    asked = await anna.says(LENDING, "as a bar chart please", thread_ts=ts)
    await settled(teller, f"{LENDING}:{asked}")
    first, again = teller.ledger.entry(f"{LENDING}:{ts}"), teller.ledger.entry(f"{LENDING}:{asked}")
    results = [entry.result for entry in (first, again) if entry and entry.result]
    assert len({result.sql for result in results}) == 1
    assert [result.in_full for result in results] == ["", "List the customers"]
    assert len(teller.router.asked) == 1


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("as a chart", ""),
        ("show me that as a graph", ""),
        ("plot it", ""),
        ("a pie chart please", ""),
        ("total loans by branch as a bar chart", "total loans by branch"),
        ("a chart of deposits by month", "deposits by month"),
    ],
)
def test_words_that_ask_for_a_chart_are_told_from_the_question(text: str, rest: str) -> None:
    assert as_a_chart(text) == (rest, True)


@pytest.mark.parametrize("text", ["How much of the limit is drawn?", "loans by branch", "who draws the most"])
def test_a_question_that_asks_for_no_chart_stays_as_it_is(text: str) -> None:
    assert as_a_chart(text) == (text, False)


async def test_in_direct_messages_a_follow_up_needs_no_thread(teller: Office) -> None:
    anna = await teller.person(ANNA)
    first = await anna.says(anna.direct, "How many customers?")
    await settled(teller, f"{anna.direct}:{first}")
    asked = await anna.says(anna.direct, "and in Leeds?")
    await settled(teller, f"{anna.direct}:{asked}")
    assert [turn.text for turn in teller.router.asked[-1][0].earlier] == ["How many customers?"]


async def test_in_a_channel_a_question_outside_the_thread_goes_on_with_nothing(teller: Office) -> None:
    anna = await teller.person(ANNA)
    first = await anna.says(LENDING, "@Teller How many customers?")
    await settled(teller, f"{LENDING}:{first}")
    asked = await anna.says(LENDING, "@Teller and in Leeds?")
    await settled(teller, f"{LENDING}:{asked}")
    assert teller.router.asked[-1][0].earlier == ()


# ── A model ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def with_model(office: Office) -> AsyncIterator[FakeModel]:
    """A model behind AI-Powered; Pattern Match understands nothing."""
    bank = office.answering.bank
    async with FakeModel().serving() as fake:
        model = Model(fake.url, "fake-model", "key", seconds=20)
        office.answering.frozen._router = Router(
            FakeRouter({"How many are good?": UNKNOWN, "How many are good? / ai:In Leeds": UNKNOWN}),
            AIPowered(Workbench(bank.catalogue, bank.dialect, model)),
        )
        yield fake
        await model.close()


def written(sql: str = "", clarification: str = "", choices: Sequence[str] = ()) -> Says:
    return says(
        reading="The number of customers", sql=sql, assumptions=[], clarification=clarification, choices=list(choices)
    )


async def test_a_models_question_back_is_buttons_that_go_on_with_the_same_question(
    office: Office, with_model: FakeModel
) -> None:
    with_model.queue(
        written(clarification="Which do you mean?", choices=["In Leeds", "In York"]),
        written("SELECT COUNT(*) AS customers FROM customer WHERE branch = 'Leeds'"),
    )
    async with office.hires():
        anna = await office.person(ANNA)
        ts = await anna.says(LENDING, "@Teller How many are good?")
        question_id = f"{LENDING}:{ts}"
        await settled(office, question_id, ("waiting",))
        [message] = await anna.until(
            lambda sight: [m for m in sight.thread(LENDING, ts) if "Which do you mean?" in words(m)]
        )
        assert await anna.clicks(LENDING, message["ts"], "choice_0")
        await settled(office, question_id)
    entry = office.ledger.entry(question_id)
    assert entry is not None
    assert entry.result is not None
    assert (entry.result.outcome, entry.chosen) == ("answered", ("ai:In Leeds",))
    assert len(office.ledger.thread(LENDING, ts)) == 1
    assert "In Leeds" in with_model.text_of(1)


async def test_a_word_in_the_thread_hangs_up_on_the_model(office: Office, with_model: FakeModel) -> None:
    with_model.queue(Says(never=True))
    async with office.hires():
        anna = await office.person(ANNA)
        ts = await anna.says(LENDING, "@Teller How many are good?")
        await asyncio.wait_for(with_model.asked.wait(), 10)
        await anna.says(LENDING, "stop", thread_ts=ts)
        await asyncio.wait_for(with_model.abandoned.wait(), 10)
        await anna.until(lambda sight: [m for m in sight.thread(LENDING, ts) if STOPPED in words(m)])


# ── Steps and stopping ───────────────────────────────────────────────────────────────────────────────────────────


class Slow(FakeRouter):
    """Says what it does, then waits for ever; `cancelled` once whoever waited has gone."""

    def __init__(self) -> None:
        super().__init__()
        self.cancelled = asyncio.Event()

    async def draft(self, *given: object, **named: object) -> object:  # type: ignore[override]
        try:
            with doing("linking", "Looking at loans and branches"):
                pass
            with doing("model", "Writing SQL"):
                self.reached.set()
                await asyncio.Event().wait()
        finally:
            self.cancelled.set()
        raise AssertionError


@pytest.fixture
def slow(office: Office) -> Slow:
    slow = Slow()
    office.answering.frozen._router = slow
    return slow


async def test_the_placeholder_shows_the_steps_as_they_happen(office: Office, slow: Slow) -> None:
    async with office.hires():
        anna = await office.person(ANNA)
        ts = await anna.says(LENDING, "@Teller How many customers?")
        shown = "Looking at loans and branches · Writing SQL …"
        await anna.until(lambda sight: [m for m in sight.thread(LENDING, ts) if shown in words(m)])


async def _by_reaction(office: Office, ts: str) -> None:
    await (await office.person(ANNA)).reacts(LENDING, ts, "x")


async def _by_word(office: Office, ts: str) -> None:
    await (await office.person(ANNA)).says(LENDING, "stop please", thread_ts=ts)


@pytest.mark.parametrize("stops", [_by_reaction, _by_word])
async def test_who_asked_stops_the_model_call_with_a_cross_or_a_word(
    office: Office, slow: Slow, stops: Callable[..., object]
) -> None:
    async with office.hires():
        anna = await office.person(ANNA)
        ts = await anna.says(LENDING, "@Teller How many customers?")
        await anna.until(lambda sight: sight.thread(LENDING, ts))
        await slow.reached.wait()
        await stops(office, ts)  # type: ignore[misc]
        async with asyncio.timeout(10):
            await slow.cancelled.wait()
        await anna.until(lambda sight: [m for m in sight.thread(LENDING, ts) if STOPPED in words(m)])
        entry = office.ledger.entry(f"{LENDING}:{ts}")
        assert entry is not None
        assert entry.state == "withdrawn"


async def test_slacks_own_stop_button_stops_it_and_is_taken_away(office: Office, slow: Slow) -> None:
    async with office.hires() as worker:
        worker._tell_every = 0.05
        anna = await office.person(ANNA)
        ts = await anna.says(anna.direct, "How many customers?")
        await anna.until(lambda sight: [s for s in sight.state["sessions"] if s["status"] == "processing"])
        await anna.stops(anna.direct, ts)
        async with asyncio.timeout(10):
            await slow.cancelled.wait()
        await anna.until(lambda sight: [s for s in sight.state["sessions"] if s["status"] == "active"])


async def test_a_cross_of_somebody_else_stops_nothing(office: Office, slow: Slow) -> None:
    async with office.hires():
        anna, ben = await office.person(ANNA), await office.person(BEN)
        ts = await anna.says(LENDING, "@Teller How many customers?")
        await slow.reached.wait()
        await ben.reacts(LENDING, ts, "x")
        await ben.says(LENDING, "stop", thread_ts=ts)
        await ben.until(lambda sight: [m for m in sight.messages(LENDING) if TOO_LATE in words(m)])
        entry = office.ledger.entry(f"{LENDING}:{ts}")
        assert entry is not None
        assert entry.state == "claimed"
        assert not slow.cancelled.is_set()


@pytest.mark.parametrize("text", ["stop", "Stop!", "please stop", "cancel that", "never mind"])
def test_stop_is_said_in_several_ways(text: str) -> None:
    assert asks_to_stop(text)


@pytest.mark.parametrize("text", ["stop loss orders by branch", "how many loans were cancelled?", ""])
def test_a_question_with_such_a_word_stops_nothing(text: str) -> None:
    assert not asks_to_stop(text)


def test_each_step_is_told_once_and_only_what_is_new() -> None:
    so_far = SoFar()
    assert so_far.news() == ()
    for step in ("Writing SQL", "Writing SQL", "Checking"):
        so_far.hear(step)
    assert so_far.news() == ("Writing SQL", "Checking")
    assert so_far.news() == ()
