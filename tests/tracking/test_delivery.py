"""Delivery: whatever the ledger knows and MLflow does not is brought over, once, through outages and refusals."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from tests.fakes import FakeStore
from tests.tracking.examples import LEASE, NINE, answered, asked, clarify, finish, vote
from tracking.delivery import TRIES, Delivery
from tracking.ledger import Ledger


@dataclass
class Clock:
    """Stands still until it is moved."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NINE + timedelta(seconds=self.seconds)


@pytest.fixture
def mlflow() -> FakeStore:
    return FakeStore()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delivery(ledger: Ledger, mlflow: FakeStore, clock: Clock) -> Delivery:
    return Delivery(ledger, mlflow, "one", clock, clock.now)


def test_only_what_ended_or_waits_for_its_asker_is_brought(
    ledger: Ledger, delivery: Delivery, mlflow: FakeStore
) -> None:
    finish(ledger, asked(1), answered())
    finish(ledger, asked(2), clarify())
    ledger.receive(asked(3))
    ledger.receive(asked(4))
    ledger.claim("w", LEASE, NINE, "C1:4")
    assert delivery.once() == 2
    assert sorted(mlflow.runs) == ["C1:1", "C1:2"]
    assert ledger.entry("C1:1").run_id == "run-C1:1"  # type: ignore[union-attr]
    assert not ledger.entry("C1:1").in_doubt  # type: ignore[union-attr]


def test_what_was_brought_is_not_brought_again_until_it_changes(
    ledger: Ledger, delivery: Delivery, mlflow: FakeStore
) -> None:
    finish(ledger, asked(1), answered())
    assert (delivery.once(), delivery.once()) == (1, 0)
    ledger.vote(vote(False, comment="wrong month"))
    assert (delivery.once(), delivery.once()) == (1, 0)
    assert mlflow.runs["C1:1"][1] == (vote(False, comment="wrong month"),)


def test_a_change_in_the_middle_of_a_delivery_is_brought_next(ledger: Ledger, clock: Clock) -> None:
    class Interrupted(FakeStore):
        def put(self, entry: object, votes: object, beat: object) -> str:
            if not self.puts:
                ledger.vote(vote())
            return super().put(entry, votes, beat)

    mlflow = Interrupted()
    finish(ledger, asked(1), answered())
    delivery = Delivery(ledger, mlflow, "one", clock, clock.now)
    assert (delivery.once(), delivery.once(), delivery.once()) == (1, 1, 0)
    assert mlflow.runs["C1:1"][1] == (vote(),)


def test_while_mlflow_is_away_questions_wait_and_are_brought_when_it_is_back(
    ledger: Ledger, delivery: Delivery, mlflow: FakeStore
) -> None:
    for number in range(5):
        finish(ledger, asked(number), answered())
    mlflow.away = True
    assert delivery.once() == 0
    assert delivery.away
    assert ledger.entry("C1:0").in_doubt  # type: ignore[union-attr]
    mlflow.away = False
    assert delivery.once() == 5
    assert not delivery.away
    assert mlflow.puts == [f"C1:{number}" for number in range(5)]


def test_a_poisoned_record_is_set_aside_and_blocks_nobody(
    ledger: Ledger, delivery: Delivery, mlflow: FakeStore, clock: Clock
) -> None:
    for number in range(3):
        finish(ledger, asked(number), answered())
    mlflow.refuses = {"C1:0"}
    assert delivery.once() == 2
    assert delivery.once() == 0
    assert mlflow.puts.count("C1:0") == 1
    for _ in range(TRIES - 1):
        clock.seconds += 3600
        assert delivery.once() == 0
    assert mlflow.puts.count("C1:0") == TRIES
    assert ledger.undelivered(10) == ()

    mlflow.refuses.clear()
    ledger.vote(vote(number=0))
    assert delivery.once() == 1
    assert len(mlflow.runs) == 3


def test_a_new_start_tries_again_what_was_set_aside(ledger: Ledger, delivery: Delivery) -> None:
    entry = finish(ledger, asked(1), answered())
    ledger.set_aside("C1:1", entry.revision, "poison")
    assert delivery.once() == 0
    ledger.bring_back()
    assert delivery.once() == 1


def test_one_replica_delivers_and_another_takes_over_when_it_dies(
    ledger: Ledger, delivery: Delivery, mlflow: FakeStore, clock: Clock
) -> None:
    other = Delivery(ledger, mlflow, "two", clock, clock.now)
    finish(ledger, asked(1), answered())
    finish(ledger, asked(2), answered())
    assert delivery.once(limit=1) == 1
    assert other.once() == 0
    clock.seconds += 21
    assert other.once() == 1
    finish(ledger, asked(3), answered())
    assert delivery.once() == 0
    other.release()
    assert delivery.once() == 1
    assert mlflow.puts == ["C1:1", "C1:2", "C1:3"]


def test_a_delivery_that_was_too_slow_and_taken_over_writes_no_more(ledger: Ledger, clock: Clock) -> None:
    other = Delivery(ledger, FakeStore(), "two", clock, clock.now)

    class Slow(FakeStore):
        def put(self, entry: object, votes: object, beat: Callable[[], None]) -> str:
            beat()
            clock.seconds += 21
            assert other.once(limit=1) == 1
            beat()
            raise AssertionError("written after another took over")

    for number in (1, 2):
        finish(ledger, asked(number), answered())
    slow = Delivery(ledger, Slow(), "one", clock, clock.now)
    assert slow.once() == 0
    assert not slow.away
    assert other.once() == 1


def test_a_long_delivery_keeps_its_lease(ledger: Ledger, clock: Clock) -> None:
    other = Delivery(ledger, FakeStore(), "two", clock, clock.now)

    class Slow(FakeStore):
        def put(self, entry: object, votes: object, beat: Callable[[], None]) -> str:
            for _ in range(5):
                clock.seconds += 9
                beat()
                assert other.once() == 0
            return super().put(entry, votes, beat)

    finish(ledger, asked(1), answered())
    assert Delivery(ledger, Slow(), "one", clock, clock.now).once() == 1


def test_a_withdrawn_clarification_leaves_mlflow(ledger: Ledger, delivery: Delivery, mlflow: FakeStore) -> None:
    finish(ledger, asked(1), clarify())
    delivery.once()
    assert ledger.withdraw("C1:1")
    assert delivery.once() == 1
    assert mlflow.runs == {}
    assert ledger.undelivered(10) == ()


def test_the_loop_brings_over_until_it_is_stopped(ledger: Ledger, mlflow: FakeStore) -> None:
    stop = threading.Event()

    class StopsAfterThree(FakeStore):
        def put(self, entry: object, votes: object, beat: object) -> str:
            run_id = super().put(entry, votes, beat)
            if len(self.puts) == 3:
                stop.set()
            return run_id

    store = StopsAfterThree()
    for number in range(3):
        finish(ledger, asked(number), answered())
    loop = threading.Thread(target=Delivery(ledger, store).run, args=(stop,))
    loop.start()
    loop.join(timeout=30)
    assert not loop.is_alive()
    assert len(store.runs) == 3
    assert ledger.undelivered(10) == ()
