"""Standing orders in the ledger: whose they are, in which state, and what was seen for them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tracking.examples import NINE
from tracking.ledger import Ledger
from tracking.recurrence import Recurrence
from tracking.subscriptions import MOST, Subscription, TooMany

DAY = timedelta(days=1)


def wanted(**changes: object) -> Subscription:
    made = Subscription("U1", "How many loans?", {"follows": True}, Recurrence("week", "09:00", ("monday",)), NINE)
    return replace(made, **{"id": "s1", "channel": "C1", **changes})  # type: ignore[arg-type]


def test_what_was_ordered_comes_back_as_it_was(ledger: Ledger) -> None:
    ledger.subscribe(wanted(condition={"way": "above", "number": 3}))
    found = ledger.subscription("s1")
    assert found == wanted(condition={"way": "above", "number": 3}, resumed_at=NINE)
    assert ledger.subscriptions_of("U1") == [found]
    assert ledger.subscriptions_of("U2") == []


def test_ordered_twice_with_one_id_it_is_one(ledger: Ledger) -> None:
    ledger.subscribe(wanted())
    ledger.subscribe(wanted(question="Another?"))
    assert [one.question for one in ledger.subscriptions_of("U1")] == ["How many loans?"]


def test_only_its_owner_changes_it(ledger: Ledger) -> None:
    ledger.subscribe(wanted())
    assert not ledger.pause("s1", "U2")
    assert not ledger.unsubscribe("s1", "U2")
    assert not ledger.resume("s1", "U1", NINE)
    assert ledger.pause("s1", "U1")
    assert ledger.standing() == []
    assert not ledger.resume("s1", "U2", NINE)
    assert ledger.resume("s1", "U1", NINE + DAY)
    assert ledger.standing()[0].resumed_at == NINE + DAY


def test_only_its_owner_moves_it_to_another_time(ledger: Ledger) -> None:
    ledger.subscribe(wanted(only_filled=True))
    friday = Recurrence("week", "08:00", ("friday",))
    assert not ledger.reschedule("s1", "U2", friday, True, False, NINE + DAY)
    assert ledger.reschedule("s1", "U1", friday, True, False, NINE + DAY)
    assert ledger.subscription("s1") == wanted(recurrence=friday, only_changed=True, resumed_at=NINE + DAY)
    ledger.unsubscribe("s1", "U1")
    assert not ledger.reschedule("s1", "U1", friday, True, False, NINE + DAY)


def test_one_that_is_deleted_leaves_no_words(ledger: Ledger) -> None:
    ledger.subscribe(wanted())
    ledger.observe("s1", NINE, "", {1: 2.0}, "sight")
    assert ledger.unsubscribe("s1", "U1")
    assert ledger.subscription("s1") is None
    assert ledger.subscriptions_of("U1") == []
    assert ledger.observed("s1", "", NINE, "sight") == (None, {})
    assert not ledger.resume("s1", "U1", NINE)


def test_failures_in_a_row_pause_it_and_a_success_forgives_them(ledger: Ledger) -> None:
    ledger.subscribe(wanted())
    assert [ledger.failed("s1", NINE, "no", 3) for _ in range(2)] == [1, 2]
    ledger.went("s1", NINE, "it was sent", "abc")
    found = ledger.subscription("s1")
    assert found
    assert (found.failures, found.shown, found.last, found.last_at) == (0, "abc", "it was sent", NINE)
    assert [ledger.failed("s1", NINE, "no", 3) for _ in range(3)] == [1, 2, 3]
    assert ledger.subscription("s1").state == "paused"  # type: ignore[union-attr]
    assert ledger.failed("s1", NINE, "no", 3) == 0


def test_nobody_has_more_than_they_may(ledger: Ledger) -> None:
    for number in range(MOST):
        ledger.subscribe(wanted(id=f"s{number}"))
    with pytest.raises(TooMany, match="Delete one first"):
        ledger.subscribe(wanted(id="more"))
    ledger.unsubscribe("s0", "U1")
    ledger.subscribe(wanted(id="more"))


def test_what_was_seen_is_compared_only_with_what_the_same_rights_saw(ledger: Ledger) -> None:
    ledger.observe("s1", NINE, "", {1: 10.0, 2: 20.0}, "banker")
    ledger.observe("s1", NINE, "", {1: 99.0}, "banker")  # the same look again
    ledger.observe("s1", NINE + DAY, "", {1: 11.0}, "banker")
    ledger.observe("s1", NINE + DAY, "branch", {7: 5.0}, "banker")
    assert ledger.observed("s1", "", NINE + DAY / 2, "banker") == (NINE, {1: 10.0, 2: 20.0})
    assert ledger.observed("s1", "", NINE + DAY, "banker") == (NINE + DAY, {1: 11.0})
    assert ledger.observed("s1", "branch", NINE + DAY, "banker") == (NINE + DAY, {7: 5.0})
    assert ledger.observed("s1", "", NINE + DAY, "analyst") == (None, {})
    assert ledger.observed("s1", "", NINE - DAY, "banker") == (None, {})
