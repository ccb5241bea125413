"""The life of a question: received once, held by one worker, finished once."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.tracking.examples import LEASE, NINE, answered, asked, clarify, finish, minutes
from tracking.ledger import Ledger


def test_a_question_comes_back_as_it_went_in(ledger: Ledger) -> None:
    question = asked(private=True, test=True, source="command", approach="ai", reply_to="https://hooks.example/1")
    assert ledger.receive(question)
    entry = ledger.entry(question.id)
    assert entry is not None
    assert (entry.asked, entry.state, entry.result, entry.attempts) == (question, "received", None, 0)


def test_the_same_question_twice_is_one(ledger: Ledger) -> None:
    assert ledger.receive(asked(1))
    assert not ledger.receive(replace(asked(1), text="other words"))
    assert ledger.entry("C1:1").asked.text == asked(1).text  # type: ignore[union-attr]


def test_a_question_survives_a_new_start(ledger: Ledger, ledger_url: str) -> None:
    finish(ledger, asked(1), answered())
    again = Ledger.open(ledger_url)
    assert again.entry("C1:1") == ledger.entry("C1:1")
    again.close()


def test_characters_no_database_takes_are_cleaned(ledger: Ledger) -> None:
    ledger.receive(asked(1, text="a\x00b \ud83d c 🙂"))
    assert ledger.entry("C1:1").asked.text == "ab \ufffd c 🙂"  # type: ignore[union-attr]


def test_an_error_of_its_database_holds_nothing_of_what_was_to_be_kept(ledger: Ledger) -> None:
    """Errors are logged, and rows of answers may hold personal data."""
    with pytest.raises(DBAPIError) as raised, ledger.writing() as connection:
        connection.execute(text("UPDATE votes SET nothing = :comment"), {"comment": "Ann Archer earns 7"})
    assert "Ann Archer" not in str(raised.value)


def test_a_time_without_a_zone_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        ledger.receive(asked(1, asked_at=NINE.replace(tzinfo=None)))
    assert ledger.entry("C1:1") is None


def test_somebody_of_whom_nothing_is_worked_on_comes_before_the_next_of_many(ledger: Ledger) -> None:
    for number in (1, 2, 3):
        ledger.receive(asked(number, person="U1"))
    for number in (4, 5):
        ledger.receive(asked(number, person="U2"))
    order = [ledger.claim(f"w{turn}", LEASE, NINE) for turn in range(5)]
    assert [entry.asked.id for entry in order if entry] == ["C1:1", "C1:4", "C1:2", "C1:5", "C1:3"]


def test_what_somebody_spent_since_midnight_is_known(ledger: Ledger) -> None:
    assert ledger.spent("U1", NINE) == (0, 0.0)
    finish(ledger, asked(1, person="U1"), answered())
    ledger.receive(asked(2, person="U1"))
    ledger.receive(asked(3, person="U2"))
    number, seconds = ledger.spent("U1", asked(1).asked_at)
    assert (number, seconds) == (2, answered().seconds)
    assert ledger.spent("U1", asked(2).asked_at + timedelta(seconds=1))[0] == 0


def test_the_oldest_question_is_claimed_first(ledger: Ledger) -> None:
    for number in (3, 1, 2):
        ledger.receive(asked(number))
    claimed = [ledger.claim("w", LEASE, NINE) for _ in range(4)]
    assert [entry and entry.asked.id for entry in claimed] == ["C1:1", "C1:2", "C1:3", None]


def test_a_question_can_be_claimed_by_name(ledger: Ledger) -> None:
    for number in (1, 2):
        ledger.receive(asked(number))
    entry = ledger.claim("w", LEASE, NINE, "C1:2")
    assert entry is not None
    assert (entry.asked.id, entry.state, entry.attempts) == ("C1:2", "claimed", 1)
    assert ledger.claim("v", LEASE, NINE, "C1:2") is None


def test_eight_threads_claim_two_hundred_questions_once_each(ledger: Ledger) -> None:
    for number in range(200):
        ledger.receive(asked(number))
    claimed: list[str] = []
    start = threading.Barrier(8)

    def work(name: str) -> None:
        start.wait(timeout=10)
        while (entry := ledger.claim(name, LEASE, NINE)) is not None:
            claimed.append(entry.asked.id)
            assert ledger.finish(entry.asked.id, name, answered(), NINE)

    workers = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert sorted(claimed) == sorted(f"C1:{number}" for number in range(200))
    assert all(entry.state == "done" and entry.attempts == 1 for entry in ledger.undelivered(500))


def test_a_lease_that_ran_out_goes_to_another_worker_and_the_first_cannot_finish(ledger: Ledger) -> None:
    ledger.receive(asked(1))
    assert ledger.claim("first", LEASE, NINE)
    assert ledger.claim("second", LEASE, NINE + timedelta(seconds=9)) is None
    taken = ledger.claim("second", LEASE, NINE + timedelta(seconds=11))
    assert taken is not None
    assert taken.attempts == 2
    assert not ledger.renew("C1:1", "first", LEASE, NINE + timedelta(seconds=12))
    assert not ledger.finish("C1:1", "first", answered(sql="SELECT 'late'"), NINE)
    assert ledger.finish("C1:1", "second", answered(), NINE)
    assert not ledger.finish("C1:1", "second", answered(), NINE)
    assert ledger.entry("C1:1").result == answered()  # type: ignore[union-attr]


def test_a_renewed_lease_keeps_the_question(ledger: Ledger) -> None:
    ledger.receive(asked(1))
    ledger.claim("w", LEASE, NINE)
    assert ledger.renew("C1:1", "w", LEASE, NINE + timedelta(seconds=9))
    assert ledger.claim("v", LEASE, NINE + timedelta(seconds=15)) is None


def test_a_clarification_waits_until_the_asker_chooses_what_was_offered(ledger: Ledger) -> None:
    assert finish(ledger, asked(1), clarify()).state == "waiting"
    assert ledger.claim("w", LEASE, NINE) is None
    assert not ledger.choose("C1:1", "rating=line", "somebody else")
    assert not ledger.choose("C1:1", "never offered", "U1")
    assert ledger.choose("C1:1", "rating=line", "U1")
    assert not ledger.choose("C1:1", "rating=regulator", "U1")
    entry = ledger.claim("w", LEASE, NINE)
    assert entry is not None
    assert entry.chosen == ("rating=line",)
    assert ledger.finish("C1:1", "w", answered(), NINE + minutes(9))
    assert ledger.entry("C1:1").state == "done"  # type: ignore[union-attr]


def test_a_question_can_be_edited_only_while_nobody_works_on_it(ledger: Ledger) -> None:
    ledger.receive(asked(1))
    assert ledger.edit("C1:1", "better words")
    assert ledger.claim("w", LEASE, NINE).asked.text == "better words"  # type: ignore[union-attr]
    assert not ledger.edit("C1:1", "too late")


def test_a_question_can_be_withdrawn_until_it_is_answered(ledger: Ledger) -> None:
    for number in (1, 2):
        ledger.receive(asked(number))
    assert ledger.withdraw("C1:2")
    assert not ledger.withdraw("C1:2")
    ledger.claim("w", LEASE, NINE)
    assert ledger.withdraw("C1:1")
    assert not ledger.renew("C1:1", "w", LEASE, NINE)
    assert not ledger.finish("C1:1", "w", answered(), NINE)
    assert ledger.claim("w", LEASE, NINE + minutes(60)) is None
    finish(ledger, asked(3), answered())
    assert not ledger.withdraw("C1:3")


def test_a_waiting_question_that_is_edited_is_asked_anew(ledger: Ledger) -> None:
    finish(ledger, asked(1), clarify())
    ledger.choose("C1:1", "rating=line", "U1")
    ledger.claim("w", LEASE, NINE)
    ledger.finish("C1:1", "w", clarify(), NINE)
    assert ledger.edit("C1:1", "loans by the regulator's rating")
    entry = ledger.claim("w", LEASE, NINE)
    assert entry is not None
    assert (entry.asked.text, entry.chosen) == ("loans by the regulator's rating", ())


def test_an_answer_is_found_by_its_message_and_a_conversation_by_its_thread(ledger: Ledger) -> None:
    for number in (2, 1, 3):
        ledger.receive(asked(number, thread="T" if number < 3 else "other"))
    ledger.placed("C1:1", "C1", "171.5")
    assert ledger.by_message("C1", "171.5").asked.id == "C1:1"  # type: ignore[union-attr]
    assert ledger.by_message("C1", "171.6") is None
    assert [entry.asked.id for entry in ledger.thread("C1", "T")] == ["C1:1", "C1:2"]


def test_what_slack_is_told_of_waits_for_the_disk_and_what_can_be_done_again_does_not(ledger: Ledger) -> None:
    asks = "PRAGMA synchronous" if ledger.dialect == "sqlite" else "SHOW synchronous_commit"
    found = []
    for hurried in (False, True, False):
        with ledger.single(hurried) as connection:
            found.append(connection.exec_driver_sql(asks).scalar())
    with ledger.writing() as connection:
        found.append(connection.exec_driver_sql(asks).scalar())
    waits, does_not = (2, 1) if ledger.dialect == "sqlite" else ("on", "off")
    assert found == [waits, does_not, waits, waits]
