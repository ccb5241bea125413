"""A question that its asker stops: the work ends down to the query in the database, wherever it runs."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bank.errors import Stopped
from bank.halt import Halt
from bot.blocks.placeholder import LOOKING, STOPPED
from bot.listeners.stopping import NOT_YOURS
from emulator.human import words
from tests.bot.conftest import Office

ANNA, BEN = "U0ANNA0001", "U0BEN00001"
LENDING = "C0LENDING1"


class SlowBank:
    """The real bank but for its engine, whose queries last until they are stopped."""

    def __init__(self, office: Office) -> None:
        self.began, self.stopped = threading.Event(), threading.Event()
        self._engine = office.answering.bank._engine
        self._rows = self._engine.rows

    def slow(self) -> None:
        def rows(sql: str, cap: int, ctes: object = (), halt: Halt | None = None) -> object:
            ended = threading.Event()
            assert halt is not None
            with halt.over(ended.set):
                self.began.set()
                assert ended.wait(20), "nobody stopped the query"
            self.stopped.set()
            raise Stopped

        self._engine.rows = rows

    def quick(self) -> None:
        self._engine.rows = self._rows


@pytest.fixture
async def bank_at_work(office: Office) -> AsyncIterator[SlowBank]:
    slow = SlowBank(office)
    slow.slow()
    yield slow
    slow.quick()


async def until(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, 10)


async def asks(office: Office) -> tuple[str, dict]:
    anna = await office.person(ANNA)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    found = await anna.until(lambda sight: [m for m in sight.thread(LENDING, ts) if LOOKING in words(m)])
    return ts, found[0]


async def test_the_stop_button_ends_the_query_in_the_database(office: Office, bank_at_work: SlowBank) -> None:
    async with office.hires():
        ts, message = await asks(office)
        await until(bank_at_work.began)
        anna = await office.person(ANNA)
        assert await anna.clicks(LENDING, message["ts"], "stop")
        await until(bank_at_work.stopped)
        await anna.until(lambda sight: [m for m in sight.thread(LENDING, ts) if STOPPED in words(m)])
        entry = office.ledger.entry(f"{LENDING}:{ts}")
        assert entry is not None
        assert entry.state == "withdrawn"


async def test_a_deleted_question_ends_its_query_and_leaves_nothing_behind(
    office: Office, bank_at_work: SlowBank
) -> None:
    async with office.hires():
        ts, _ = await asks(office)
        await until(bank_at_work.began)
        anna = await office.person(ANNA)
        await anna.deletes(LENDING, ts)
        await until(bank_at_work.stopped)
        await anna.until(lambda sight: not sight.messages(LENDING))


async def test_a_question_taken_back_elsewhere_ends_its_query_here(office: Office, bank_at_work: SlowBank) -> None:
    """Another replica heard of it: this one finds out when it renews its lease."""
    office.lease = timedelta(seconds=0.6)
    async with office.hires():
        ts, _ = await asks(office)
        await until(bank_at_work.began)
        assert office.ledger.withdraw(f"{LENDING}:{ts}")
        await until(bank_at_work.stopped)


async def test_nobody_stops_somebody_elses_question(office: Office, bank_at_work: SlowBank) -> None:
    async with office.hires():
        ts, message = await asks(office)
        await until(bank_at_work.began)
        ben = await office.person(BEN)
        await ben.clicks(LENDING, message["ts"], "stop")
        await ben.until(lambda sight: [m for m in sight.messages(LENDING) if NOT_YOURS in words(m)])
        entry = office.ledger.entry(f"{LENDING}:{ts}")
        assert entry is not None
        assert entry.state == "claimed"
        anna = await office.person(ANNA)
        await anna.clicks(LENDING, message["ts"], "stop")
        await until(bank_at_work.stopped)


async def test_what_is_finished_cannot_be_stopped(teller: Office) -> None:
    ledger = teller.ledger
    anna = await teller.person(ANNA)
    ts = await anna.says(LENDING, "@Teller How many customers?")
    await anna.until(lambda sight: [m for m in sight.thread(LENDING, ts) if "The number of customers" in words(m)])
    async with asyncio.timeout(5):
        while ledger.entry(f"{LENDING}:{ts}").state != "done":  # noqa: ASYNC110 - a file does not tell of its changes
            await asyncio.sleep(0.02)
    assert not ledger.withdraw(f"{LENDING}:{ts}")
