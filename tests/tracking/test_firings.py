"""Firings and states: one caller runs a job, everybody sees the same state."""

import threading

from tests.tracking.examples import NINE, minutes
from tracking.ledger import Ledger
from tracking.state import States


def test_a_firing_belongs_to_one_of_eight_callers(ledger: Ledger) -> None:
    mine: list[bool] = []
    start = threading.Barrier(8)

    def call() -> None:
        start.wait(timeout=10)
        mine.append(ledger.fire("digest", NINE))

    callers = [threading.Thread(target=call) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=30)
    assert sorted(mine) == [False] * 7 + [True]


def test_the_last_firing_is_the_latest_instant_of_that_job(ledger: Ledger) -> None:
    assert ledger.last_fired("digest") is None
    for at in (minutes(2), minutes(1)):
        assert ledger.fire("digest", NINE + at)
    assert ledger.fire("stats", NINE + minutes(3))
    assert ledger.last_fired("digest") == NINE + minutes(2)


def test_a_state_is_what_was_put_last(ledger: Ledger) -> None:
    states = States(ledger)
    assert states.get("alert:success") is None
    states.put("alert:success", {"on": True, "since": "09:00"})
    states.put("alert:success", {"on": False})
    states.put("alert:speed", {"on": True})
    assert States(ledger).get("alert:success") == {"on": False}
