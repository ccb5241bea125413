"""Firings, leases, sayings, alarms and states: one caller runs a job, everybody sees the same."""

import threading
from collections.abc import Callable
from dataclasses import replace

from tests.tracking.examples import NINE, minutes
from tracking.alarms import Alarms, Kept
from tracking.ledger import Ledger
from tracking.state import States


def eight_callers(call: Callable[[], bool]) -> list[bool]:
    """What each of them is told when all call at once."""
    mine: list[bool] = []
    start = threading.Barrier(8)

    def one() -> None:
        start.wait(timeout=10)
        mine.append(call())

    callers = [threading.Thread(target=one) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=30)
    return sorted(mine)


def test_a_firing_belongs_to_one_of_eight_callers(ledger: Ledger) -> None:
    assert eight_callers(lambda: ledger.fire("digest", NINE)) == [False] * 7 + [True]


def test_a_message_is_begun_by_one_of_eight_callers(ledger: Ledger) -> None:
    assert eight_callers(lambda: ledger.begin_saying("digest 1", "C1", NINE)) == [False] * 7 + [True]
    assert ledger.said("digest 1").ref == ""  # type: ignore[union-attr]
    ledger.say("digest 1", "1.0")
    assert ledger.said("digest 1").ref == "1.0"  # type: ignore[union-attr]
    assert ledger.said("digest 2") is None


def test_a_change_of_an_alarm_is_made_by_one_of_eight_callers(ledger: Ledger) -> None:
    alarms = Alarms(ledger)
    for _ in range(2):  # where there is no row yet, and where there is one
        read = alarms.get("rate")
        assert eight_callers(lambda: alarms.keep(read) is not None) == [False] * 7 + [True]  # noqa: B023


def test_a_button_and_a_look_at_the_same_moment_both_count(ledger: Ledger) -> None:
    alarms = Alarms(ledger)
    read = alarms.get("rate")

    def snoozed(row: Kept) -> Kept:
        return replace(row, alarm=replace(row.alarm, snoozed_by="Ann"))

    def looked(row: Kept) -> Kept:
        if row == read:
            alarms.change("rate", snoozed)  # somebody is quicker
        return replace(row, alarm=replace(row.alarm, value=80.0))

    kept = alarms.change("rate", looked)
    assert (kept.alarm.snoozed_by, kept.alarm.value) == ("Ann", 80.0)
    assert alarms.get("rate") == kept
    alarms.forget("rate")
    assert alarms.get("rate") == Kept("rate")


def test_a_lease_is_one_holders_until_it_is_over_or_given_back(ledger: Ledger) -> None:
    assert ledger.lease("job", "a", NINE + minutes(1), NINE)
    assert not ledger.lease("job", "b", NINE + minutes(1), NINE)
    assert ledger.lease("job", "a", NINE + minutes(2), NINE + minutes(1))
    assert not ledger.lease("job", "b", NINE + minutes(3), NINE + minutes(2))
    assert ledger.lease("job", "b", NINE + minutes(4), NINE + minutes(3))
    ledger.give_back("job", "a")
    assert not ledger.lease("job", "a", NINE + minutes(4), NINE + minutes(3))
    ledger.give_back("job", "b")
    assert ledger.lease("job", "a", NINE + minutes(4), NINE + minutes(3))


def test_the_last_firing_is_the_latest_instant_of_that_job(ledger: Ledger) -> None:
    assert ledger.last_fired("digest") is None
    for at in (minutes(2), minutes(1)):
        assert ledger.fire("digest", NINE + at)
    assert ledger.fire("stats", NINE + minutes(3))
    assert ledger.last_fired("digest") == NINE + minutes(2)


def test_a_firing_is_unfinished_until_it_ends(ledger: Ledger) -> None:
    ledger.know("digest", NINE)
    ledger.know("digest", NINE + minutes(9))  # known already
    ledger.fire("digest", NINE + minutes(1), skipped=3)
    ledger.tried("digest", NINE + minutes(1))
    ledger.stumbled("digest", NINE + minutes(1), NINE + minutes(2))
    (one,) = ledger.unfinished("digest")
    assert (one.tries, one.failed_at, one.skipped) == (1, NINE + minutes(2), 3)
    ledger.end("digest", NINE + minutes(1), "done")
    assert ledger.unfinished("digest") == ()
    assert [fired.run_at for fired in ledger.ended(NINE, "done")] == [NINE + minutes(1)]


def test_a_state_is_what_was_put_last(ledger: Ledger) -> None:
    states = States(ledger)
    assert states.get("choices of U1") is None
    states.put("choices of U1", {"on": True, "since": "09:00"})
    states.put("choices of U1", {"on": False})
    states.put("choices of U2", {"on": True})
    assert States(ledger).get("choices of U1") == {"on": False}


def test_old_firings_go_but_for_the_newest_of_each_job_and_those_under_way(ledger: Ledger) -> None:
    for job in ("daily", "weekly"):
        for day in range(3):
            ledger.fire(job, NINE + minutes(day))
            if (job, day) != ("weekly", 0):
                ledger.end(job, NINE + minutes(day), "done")
    assert ledger.prune_firings(NINE + minutes(60)) == 3
    assert [(one.job, one.run_at) for one in ledger.ended(NINE, "done")] == [
        ("daily", NINE + minutes(2)),
        ("weekly", NINE + minutes(2)),
    ]
    assert [one.run_at for one in ledger.unfinished("weekly")] == [NINE]
    assert ledger.prune_firings(NINE) == 0


def test_what_was_said_long_ago_goes_and_what_is_in_doubt_stays(ledger: Ledger) -> None:
    for key, at in (("old", 0), ("doubtful", 0), ("new", 9)):
        ledger.begin_saying(key, "C1", NINE + minutes(at))
    ledger.say("old", "1.0")
    ledger.say("new", "2.0")
    assert ledger.prune_sayings(NINE + minutes(5)) == 1
    assert ledger.said("old") is None
    assert ledger.said("doubtful") is not None
    assert ledger.said("new") is not None
