"""Statistics: what counts, what has a verdict, and whose words may be shown."""

from datetime import timedelta
from math import isnan

import pytest
from sqlalchemy.dialects import sqlite

from tests.tracking.examples import NINE, answered, asked, clarify, finish, forget, minutes, vote
from tracking.ledger import Ledger
from tracking.listing import listing, statements, troubled
from tracking.records import Share, Statistics
from tracking.stats import _totals, asked_between, between, percentile
from tracking.tracker import Tracker

DAY = (NINE, NINE + timedelta(days=1))


def test_a_day_without_questions_has_no_rates(ledger: Ledger) -> None:
    found = between(ledger, *DAY)
    assert found == Statistics(*DAY)
    assert found.success.rate is None


def test_only_questions_with_a_verdict_make_the_success_rate(ledger: Ledger) -> None:
    for number, outcome in enumerate(("answered", "answered", "answered", "failed", "not_understood", "refused")):
        finish(ledger, asked(number), answered(outcome=outcome))
    finish(ledger, asked(6), clarify())
    ledger.receive(asked(7))
    found = between(ledger, *DAY)
    assert (found.questions, found.success) == (8, Share(3, 5))
    assert found.outcomes == {"answered": 3, "clarify": 1, "failed": 1, "not_understood": 1, "refused": 1}


def test_the_end_of_a_period_belongs_to_the_next(ledger: Ledger) -> None:
    for number in (0, 1, 2):
        finish(ledger, asked(number), answered())
    halves = [between(ledger, NINE, NINE + minutes(1)), between(ledger, NINE + minutes(1), NINE + minutes(3))]
    assert [half.questions for half in halves] == [1, 2]


def test_test_users_withdrawn_and_forgotten_questions_never_count(ledger: Ledger) -> None:
    finish(ledger, asked(0), answered())
    forget(ledger, NINE + minutes(0.5))
    finish(ledger, asked(1), answered())
    finish(ledger, asked(2, test=True, person="U2"), answered(outcome="failed", seconds=99))
    ledger.receive(asked(3))
    ledger.withdraw("C1:3")
    ledger.vote(vote(False, number=2, comment="test"))
    found = between(ledger, *DAY)
    assert (found.questions, found.people, found.success) == (1, 1, Share(1, 1))
    assert found.satisfaction == Share(0, 0)
    listed = listing(ledger, *DAY)
    assert (listed.remarks, [entry.asked.id for entry in listed.slowest]) == ((), ["C1:1"])


def test_times_are_exact(ledger: Ledger) -> None:
    for number in range(21):
        finish(ledger, asked(number), answered(seconds=float(number)))
    found = between(ledger, *DAY)
    assert (found.average_seconds, found.median_seconds, found.p95_seconds, found.timed) == (10.0, 10.0, 19.0, 21)
    slowest = listing(ledger, *DAY, most=5).slowest
    assert [entry.result.seconds for entry in slowest if entry.result] == [20.0, 19.0, 18.0, 17.0, 16.0]
    assert found.average_error == pytest.approx(1.35401, abs=1e-5)  # as scipy.stats.sem gives it
    assert found.p95_between == (17.0, 20.0)


@pytest.mark.parametrize(("part", "expected"), [(0.0, 1.0), (0.5, 2.5), (0.95, 3.85), (1.0, 4.0)])
def test_a_percentile_lies_on_the_line_between_two_values(part: float, expected: float) -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], part) == pytest.approx(expected)
    assert percentile([7.0], part) == 7.0
    assert percentile([], part) is None


def test_satisfaction_counts_the_last_vote_of_everybody(ledger: Ledger) -> None:
    for number in (1, 2):
        finish(ledger, asked(number), answered())
    ledger.vote(vote(False, "U1", 1))
    ledger.vote(vote(True, "U1", 2))
    ledger.vote(vote(True, "U2", 3))
    ledger.vote(vote(False, "U2", 4, number=2, comment="old rate"))
    ledger.vote(vote(False, "U3", 5, number=2))
    ledger.unvote("C1:2", "U3", False, NINE + minutes(6))
    found = between(ledger, *DAY)
    assert found.satisfaction == Share(2, 3)
    assert [remark.vote.comment for remark in listing(ledger, *DAY).remarks] == ["old rate"]


def test_people_and_sessions_are_counted_once(ledger: Ledger) -> None:
    places = (("U1", "C1", "T"), ("U1", "C1", "T"), ("U2", "C1", "T"), ("U2", "C2", "T"))
    for number, (person, channel, thread) in enumerate(places):
        ledger.receive(asked(number, person=person, channel=channel, thread=thread))
    found = between(ledger, *DAY)
    assert (found.people, found.sessions) == (2, 2)


def test_one_approach_can_be_looked_at_alone(ledger: Ledger) -> None:
    for number, approach in enumerate(("Pattern Match", "AI-Powered", "AI-Powered", "")):
        finish(ledger, asked(number), answered(approach=approach))
    assert between(ledger, *DAY).approaches == {"AI-Powered": 2, "Pattern Match": 1}
    assert between(ledger, *DAY, "AI-Powered").questions == 2


def test_the_same_question_in_other_letters_is_the_same(ledger: Ledger) -> None:
    for number, text in enumerate(("Past due loans?", "past due loans", " PAST DUE LOANS ", "New loans", "Old loans")):
        finish(ledger, asked(number, text=text), answered(outcome="not_understood", sql=""))
    found = listing(ledger, *DAY)
    assert [each.times for each in found.most_asked] == [3]
    assert [(each.entry.asked.text.strip(), each.times) for each in found.not_understood] == [
        ("PAST DUE LOANS", 3),
        ("Old loans", 1),
        ("New loans", 1),
    ]


def test_most_asked_goes_by_what_was_meant_and_says_how_often_it_succeeded(ledger: Ledger) -> None:
    for number, text in enumerate(("How many loans?", "number of loans", "count the loans please")):
        finish(ledger, asked(number, text=text), answered(sql="SELECT COUNT(*) FROM loan"))
    finish(ledger, asked(3, text="How many loans?"), answered(outcome="failed", sql="SELECT COUNT(*)  FROM loan"))
    (most,) = listing(ledger, *DAY).most_asked
    assert (most.times, most.success, most.entry.asked.id) == (4, Share(3, 4), "C1:3")
    assert statements(ledger, *DAY) == ("SELECT COUNT(*) FROM loan",)


def test_the_same_words_count_with_what_answered_them_once_and_with_nothing_where_they_meant_two_things(
    ledger: Ledger,
) -> None:
    lost = answered(outcome="failed", sql="")
    for number, (text, result) in enumerate(
        (
            ("How many loans?", answered(sql="SELECT COUNT(*) FROM loan")),
            ("number of loans", answered(sql="SELECT COUNT(*) FROM loan")),
            ("How many loans?", lost),
            ("and for Leeds?", answered(sql="SELECT 1 FROM loan")),
            ("and for Leeds?", answered(sql="SELECT 2 FROM loan")),
            ("and for Leeds?", lost),
            ("and for Leeds?", lost),
        )
    ):
        finish(ledger, asked(number, text=text), result)
    found = {(each.entry.asked.id, each.times, each.success) for each in listing(ledger, *DAY).most_asked}
    assert found == {("C1:1", 3, Share(2, 3)), ("C1:6", 2, Share(0, 2))}


def test_an_empty_question_is_never_listed(ledger: Ledger) -> None:
    for number in range(4):
        finish(ledger, asked(number, text=" "), answered(outcome="not_understood", sql=""))
    found = listing(ledger, *DAY)
    assert (found.most_asked, found.not_understood, found.slowest) == ((), (), ())


def test_words_that_two_people_used_are_listed_and_one_persons_never(ledger: Ledger) -> None:
    said = answered(outcome="not_understood", sql="", message="I did not understand “weather”, “Mr Smith”.")
    finish(ledger, asked(0, person="U1"), said)
    finish(ledger, asked(1, person="U2"), answered(outcome="not_understood", sql="", message="… “Weather”."))
    assert listing(ledger, *DAY).words == (("weather", 2),)


def test_reasons_are_counted_and_what_speaks_against_a_measure_is_found(ledger: Ledger) -> None:
    finish(ledger, asked(1), answered(seconds=3.0))
    finish(ledger, asked(2), answered(seconds=9.0, approach="AI-Powered"))
    finish(ledger, asked(3, private=True), answered(outcome="failed"))
    finish(ledger, asked(4), answered(outcome="failed"))
    ledger.vote(vote(False, number=1, reason="wrong_number"))
    assert listing(ledger, *DAY).reasons == {"wrong_number": 1}
    found = {what: [each.asked.id for each in troubled(ledger, what, *DAY)] for what in ("success", "satisfaction")}
    assert found == {"success": ["C1:4"], "satisfaction": ["C1:1"]}
    assert [each.asked.id for each in troubled(ledger, "seconds", *DAY, "AI-Powered")] == ["C1:2"]


def test_words_of_private_questions_are_counted_but_not_shown(ledger: Ledger) -> None:
    for number in (1, 2):
        finish(
            ledger, asked(number, text="my salary", private=True), answered(outcome="not_understood", seconds=9, sql="")
        )
        ledger.vote(vote(False, number=number, comment="secret"))
    found, listed = between(ledger, *DAY), listing(ledger, *DAY)
    assert (found.questions, found.satisfaction.whole) == (2, 2)
    assert (listed.remarks, listed.most_asked, listed.not_understood, listed.slowest) == ((), (), (), ())
    shown = listing(ledger, *DAY, private_words=True)
    assert (len(shown.remarks), [each.times for each in shown.most_asked]) == (2, [2])


def test_any_column_can_narrow_what_is_counted(ledger: Ledger) -> None:
    finish(ledger, asked(1, channel="C1"), answered(role="banker"))
    finish(ledger, asked(2, channel="C2"), answered(role="risk", outcome="failed"))
    assert between(ledger, *DAY, channel="C2").success == Share(0, 1)
    assert between(ledger, *DAY, role="banker").success == Share(1, 1)
    assert between(ledger, *DAY, outcome="failed", role="banker").questions == 0


def test_a_question_edited_into_other_words_is_another(ledger: Ledger) -> None:
    for number in (1, 2):
        ledger.receive(asked(number, text="Old loans"))
    assert [each.times for each in listing(ledger, *DAY).most_asked] == [2]
    ledger.edit("C1:2", "New loans")
    assert listing(ledger, *DAY).most_asked == ()


def test_statistics_of_a_period_go_through_the_index_made_for_them(ledger: Ledger) -> None:
    counted = asked_between(*DAY, approach="AI-Powered")
    totals = str(_totals(counted).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    with ledger.reading() as connection:
        if connection.dialect.name == "sqlite":
            plan = " ".join(row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {totals}"))
            assert "SEARCH questions USING INDEX questions_counted (asked_at>? AND asked_at<?)" in plan


def test_the_tracker_has_every_key_from_the_start(ledger: Ledger) -> None:
    stats = Tracker(ledger).get_experiment_stats()
    assert isnan(stats.pop("average_execution_time"))
    assert isnan(stats.pop("average_user_rating"))
    assert stats == {
        "total_runs": 0,
        "successful_runs": 0,
        "approaches_used": {"pattern_match": 0, "ai_powered": 0, "autogen": 0},
        "total_rated_runs": 0,
    }


def test_the_tracker_counts_runs_not_votes(ledger: Ledger) -> None:
    for number, approach in enumerate(("Pattern Match", "Pattern Match", "AutoGen Multi-Agent")):
        finish(ledger, asked(number), answered(approach=approach, seconds=number + 1.0))
    finish(ledger, asked(3), answered(outcome="failed", approach="", seconds=2.0))
    finish(ledger, asked(4, test=True), answered())
    ledger.receive(asked(5))
    for person, up in (("A", True), ("B", True), ("C", False)):
        ledger.vote(vote(up, person, number=0))
    ledger.vote(vote(False, number=1))
    ledger.vote(vote(False, number=4))
    assert Tracker(ledger).get_experiment_stats() == {
        "total_runs": 4,
        "successful_runs": 3,
        "average_execution_time": 2.0,
        "approaches_used": {"pattern_match": 2, "ai_powered": 0, "autogen": 1},
        "average_user_rating": 0.5,
        "total_rated_runs": 2,
    }
