"""Two replicas of the bot on one PostgreSQL ledger: every question once, and what a dead one held goes to the other."""

import asyncio
import signal
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, text

from emulator.human import Human
from tests.e2e.conftest import ANNA, House
from tests.e2e.test_whole_way import QUESTION, answer_in
from tests.postgres import postgres_server  # noqa: F401 - a fixture
from tracking.ledger import Ledger

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(400)]
LEASE = 10  # seconds, see bot/worker.py


@pytest.fixture
def ledger_url(postgres_server: str) -> str:  # noqa: F811
    name = f"replicas_{time.time_ns()}"
    engine = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{postgres_server.rpartition('/')[0]}/{name}"


async def until_it_holds_one(ledger: Ledger, threads: list[str]) -> None:
    """Until both replicas are at work: posts are one a second in a channel, so each holds several questions."""
    async with asyncio.timeout(60):
        while True:
            entries = [await asyncio.to_thread(ledger.entry, f"C0LENDING1:{thread}") for thread in threads]
            if sum(entry is not None and entry.state == "claimed" for entry in entries) >= 8:
                return
            await asyncio.sleep(0.05)


def bot_answers(sight, thread: str) -> list:
    return [m for m in sight.thread("#lending", thread) if m.get("bot_id") and not m.get("only_for")]


async def test_every_question_is_answered_once_and_a_dead_replicas_work_moves_within_the_lease(
    house: House, ledger_url: str
):
    ledger = Ledger.open(ledger_url)
    with (
        house.running("slack", "emulator", "--port", str(house.port)),
        house.running("bot-1", "app", "bot", TELLER_LEDGER=ledger_url) as first,
        house.running("bot-2", "app", "bot", TELLER_LEDGER=ledger_url),
    ):
        await house.until_connected(lines=4, seconds=120)
        async with Human.at(house.address, ANNA) as anna:  # what she may see everybody there may
            threads = [await anna.says("#lending", f"@Teller {QUESTION}") for _ in range(20)]
            await until_it_holds_one(ledger, threads)
            first.send_signal(signal.SIGKILL)
            killed_at = datetime.now(UTC)
            for thread in threads:
                await anna.until(answer_in(thread), seconds=240)
            sight = await anna.looks()
            assert [len(bot_answers(sight, thread)) for thread in threads] == [1] * len(threads)

            moved = [ledger.entry(f"C0LENDING1:{thread}") for thread in threads]
            taken_over = [entry for entry in moved if entry is not None and entry.attempts > 1]
            late = [(entry.finished_at - killed_at).total_seconds() for entry in taken_over if entry.finished_at]
    assert taken_over, "the replica that was killed held nothing"
    assert max(late) < LEASE + 10  # the lease, and then the answers themselves, one a second in one channel
    ledger.close()
