"""What model calls may cost: for one question, however often it is asked back or tried again, and for a person's day."""

import pytest

from generators.ai.budget import Account, DaySpent, Limits, QuestionTooDear, TooManyCalls
from generators.contract import Budget, GenerationFailed, Usage

CALL = Usage("a-model", 1, 900, 100, 0.25)
NONE = Usage("a-model")
UNLIMITED = Budget()
NOTHING = Usage()


def spent(limits: Limits, left: Budget = UNLIMITED, before: Usage = NOTHING, calls: int = 2) -> Account:
    account = Account(limits, left, NONE, before)
    for _ in range(calls):
        account.open()
        account.spend(CALL)
    return account


@pytest.mark.parametrize(
    ("limits", "left", "failure"),
    [
        (Limits(calls=2, tokens=0), Budget(), TooManyCalls),
        (Limits(calls=0, tokens=2000), Budget(), QuestionTooDear),
        (Limits(calls=0, tokens=0, cost=0.5), Budget(), QuestionTooDear),
        (Limits(calls=0, tokens=0), Budget(tokens=2000), DaySpent),
        (Limits(calls=0, tokens=0), Budget(cost=0.5), DaySpent),
    ],
)
def test_the_call_that_would_go_beyond_is_not_made(
    limits: Limits, left: Budget, failure: type[GenerationFailed]
) -> None:
    account = spent(limits, left)
    with pytest.raises(failure) as caught:
        account.open()
    assert caught.value.usage == Usage("a-model", 2, 1800, 200, 0.5)
    assert str(caught.value) == failure.__doc__


def test_where_nothing_is_set_nothing_is_held_back() -> None:
    assert spent(Limits(calls=0, tokens=0), calls=50).usage.calls == 50


def test_what_the_same_question_cost_before_counts_against_its_limits_and_not_against_the_day_again() -> None:
    before = Usage("a-model", 2, 1800, 200, 0.5)
    with pytest.raises(TooManyCalls) as caught:
        spent(Limits(calls=3, tokens=0), before=before)
    assert caught.value.usage == CALL  # of this round only: whoever adds up the rounds must not count one twice
    assert spent(Limits(calls=0, tokens=0), Budget(tokens=2500), before).usage.tokens == 2000


def test_a_day_that_is_spent_allows_not_one_call() -> None:
    with pytest.raises(DaySpent):
        spent(Limits(), Budget(tokens=0))


def test_a_budget_is_less_by_what_was_spent_and_never_below_nothing() -> None:
    assert Budget(5000, 1.0).less(CALL) == Budget(4000, 0.75)
    assert Budget(500, 0.1).less(CALL) == Budget(0, 0.0)
    assert Budget().less(CALL) == Budget()
