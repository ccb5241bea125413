"""Votes: the last word of each person counts, and every word is kept."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.tracking.examples import NINE, answered, asked, finish, minutes, vote
from tracking.ledger import Ledger
from tracking.records import Vote
from tracking.schema import vote_history
from tracking.votes import latest_comment, rating


@pytest.fixture
def answer(ledger: Ledger) -> Ledger:
    finish(ledger, asked(1), answered())
    return ledger


def test_a_vote_on_no_question_is_none(ledger: Ledger) -> None:
    assert not ledger.vote(vote())
    assert not ledger.unvote("C1:1", "U1", True, NINE)


def test_the_last_vote_of_each_person_counts_and_all_are_kept(answer: Ledger) -> None:
    assert answer.vote(vote(True, "U1", 1))
    assert answer.vote(vote(False, "U2", 2))
    assert answer.vote(vote(False, "U1", 3, reason="wrong_number", comment="that is last month"))
    assert answer.votes("C1:1") == (
        vote(False, "U2", 2),
        vote(False, "U1", 3, reason="wrong_number", comment="that is last month"),
    )
    assert kept(answer) == [(True, ""), (False, ""), (False, "that is last month")]


def test_saying_the_same_again_changes_nothing(answer: Ledger) -> None:
    assert answer.vote(vote(False, comment="late"))
    revision = answer.entry("C1:1").revision  # type: ignore[union-attr]
    assert not answer.vote(vote(False, at=61, comment="late"))
    assert not answer.vote(vote(False, at=62))
    assert answer.votes("C1:1")[0].comment == "late"
    assert answer.entry("C1:1").revision == revision  # type: ignore[union-attr]


def test_the_other_thumb_clears_the_comment(answer: Ledger) -> None:
    answer.vote(vote(False, at=1, comment="wrong"))
    assert answer.vote(vote(True, at=2))
    assert answer.votes("C1:1") == (vote(True, at=2),)


def test_a_thumb_that_arrives_late_does_not_undo_a_newer_word(answer: Ledger) -> None:
    answer.vote(vote(False, at=5))
    assert not answer.vote(vote(True, at=4))
    assert answer.unvote("C1:1", "U1", False, NINE + minutes(6))
    assert not answer.vote(vote(False, at=5))
    assert answer.votes("C1:1") == ()


def test_a_comment_that_arrives_late_does_not_undo_a_newer_word_and_stays_in_the_history(answer: Ledger) -> None:
    said = vote(False, at=4, reason="wrong_number", comment="the old rate")
    answer.vote(vote(True, at=5))
    assert not answer.vote(said)
    assert not answer.vote(said)
    assert answer.votes("C1:1") == (vote(True, at=5),)
    assert kept(answer) == [(True, ""), (False, "the old rate")]


def test_a_comment_opened_by_the_thumb_belongs_to_it(answer: Ledger) -> None:
    answer.vote(vote(False, at=5))
    assert answer.vote(vote(False, at=5, comment="the old rate"))
    assert answer.votes("C1:1") == (vote(False, at=5, comment="the old rate"),)


def test_a_form_sent_twice_to_two_replicas_and_a_thumb_after_it_end_with_the_thumb(answer: Ledger) -> None:
    first, again = (vote(False, at=at, reason="other", comment="hm") for at in (1, 2))
    answer.vote(again)
    answer.vote(vote(True, at=3))
    answer.vote(first)  # the replica that took it first was too slow for Slack
    assert answer.votes("C1:1") == (vote(True, at=3),)


def test_a_word_that_arrives_after_its_opposite_was_said_again_does_not_win(answer: Ledger) -> None:
    answer.vote(vote(False, at=1))
    answer.vote(vote(False, at=3))  # said again, after a thumb up that Slack has still to deliver
    assert not answer.vote(vote(True, at=2))
    assert answer.votes("C1:1") == (vote(False, at=3),)


def test_a_thumb_that_arrives_after_it_was_taken_back_does_not_count(answer: Ledger) -> None:
    assert not answer.unvote("C1:1", "U1", True, NINE + minutes(2))
    assert not answer.vote(vote(True, at=1))
    assert answer.votes("C1:1") == ()
    assert answer.vote(vote(True, at=3))
    assert answer.votes("C1:1") == (vote(True, at=3),)


def test_taking_back_one_thumb_leaves_the_other(answer: Ledger) -> None:
    answer.vote(vote(False, at=1))
    answer.vote(vote(True, at=2))
    assert not answer.unvote("C1:1", "U1", False, NINE + minutes(3))
    assert answer.votes("C1:1") == (vote(True, at=2),)


words = st.lists(st.tuples(st.booleans(), st.sampled_from(["", "late", "wrong", "taken back"])), min_size=2, max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words.flatmap(lambda said: st.tuples(st.just(said), st.permutations(range(len(said))))))
def test_in_whatever_order_words_arrive_the_last_one_is_the_same(
    ledger: Ledger, said: tuple[list[tuple[bool, str]], list[int]]
) -> None:
    given_words, order = said
    number = ledger.forgettable("questions", NINE + minutes(100_000)).number + 1
    ends = []
    for place, arrival in enumerate([sorted(order), order]):
        finish(ledger, asked(number + place), answered())
        for at in [*arrival, *arrival]:  # and each of them twice
            up, comment = given_words[at]
            if comment == "taken back":
                ledger.unvote(f"C1:{number + place}", "U1", up, NINE + minutes(at))
            else:
                ledger.vote(vote(up, at=at, number=number + place, comment=comment))
        ends.append([(one.up, one.at, one.comment) for one in ledger.votes(f"C1:{number + place}")])
    assert ends[0] == ends[1]


def kept(ledger: Ledger) -> list[tuple[bool, str]]:
    with ledger.reading() as connection:
        rows = connection.execute(select(vote_history.c.up, vote_history.c.comment).order_by(vote_history.c.number))
        return [tuple(row) for row in rows]


def test_a_vote_can_be_taken_back_once(answer: Ledger) -> None:
    answer.vote(vote())
    assert not answer.unvote("C1:1", "U1", True, NINE)
    assert answer.unvote("C1:1", "U1", True, NINE + minutes(90))
    assert not answer.unvote("C1:1", "U1", True, NINE + minutes(91))
    assert answer.votes("C1:1") == ()


@pytest.mark.parametrize(
    ("given_votes", "expected"),
    [
        ([], None),
        ([vote(True, "A", 1)], True),
        ([vote(True, "A", 1), vote(False, "B", 2)], False),
        ([vote(True, "A", 2), vote(False, "B", 1)], True),
        ([vote(False, "A", 1), vote(False, "B", 2), vote(True, "C", 3)], False),
    ],
)
def test_the_rating_is_the_majority_and_a_tie_goes_to_the_latest(given_votes: list[Vote], expected: bool) -> None:
    assert rating(given_votes) is expected


def test_the_comment_shown_is_the_newest_one() -> None:
    assert latest_comment([vote(True, "A", 1, comment="old"), vote(True, "B", 2, comment="new"), vote(at=3)]) == "new"
    assert latest_comment([vote()]) == ""


steps = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from([True, False, None])), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_any_sequence_of_votes_ends_with_the_last_word_of_each(
    ledger: Ledger, steps: list[tuple[str, bool | None]]
) -> None:
    number = ledger.forgettable("questions", NINE + minutes(100_000)).number + 1
    finish(ledger, asked(number), answered())
    last: dict[str, bool | None] = {}
    revision = 1
    for at, (person, up) in enumerate(steps):
        changed = (
            ledger.unvote(f"C1:{number}", person, last.get(person) is not False, NINE + minutes(at))
            if up is None
            else ledger.vote(vote(up, person, at, number))
        )
        assert changed == (last.get(person) != up)
        revision += changed
        last[person] = up
    assert {found.person: found.up for found in ledger.votes(f"C1:{number}")} == {
        person: up for person, up in last.items() if up is not None
    }
    assert ledger.entry(f"C1:{number}").revision == revision  # type: ignore[union-attr]
