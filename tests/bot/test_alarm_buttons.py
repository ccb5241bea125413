"""Buttons under an alert: the message changes at once, and the jobs go on from what was pressed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bank.policy import Policy
from bot.blocks import ids
from bot.blocks.alert import Alert
from bot.listeners.alarms import OVER
from bot.telling import Telling
from emulator.human import words
from tests.bot.conftest import Office
from tracking.alarm import Alarm
from tracking.alarms import Alarms, Kept
from tracking.records import Asked, Outcome, Result

BEN = "U0BEN00001"
ANNA = "U0ANNA0001"
LENDING, COMMITTEE = "C0LENDING1", "C0COMMITT1"  # Anna is not in the committee's channel, which is private
RULES = {
    "roles": {
        "banker": {"tables": {"customer": {"rows": "branch = 'Leeds'", "says": "customers in Leeds"}}},
        "analyst": {"tables": {"customer": {}}},
    },
    "people": [{"user": ANNA, "role": "banker"}],
    "everybody_else": "analyst",
}


async def opened(office: Office, questions: str = "") -> str:
    """An alert that the jobs have said: its ts."""
    alarms = Alarms(office.ledger)
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    alert = Alert("Success below 90 %", "Well again", (), questions=questions, since=since)
    alarm = Alarm("breached", 1, since=datetime.now(UTC), times=1, value=80.0)
    kept = Kept("service success", alarm=alarm, face=alert.as_json())
    message = Telling(alarms, office.poster().update, ZoneInfo("UTC")).message(kept)
    assert message is not None
    ts = await office.poster().post(LENDING, message.text, message.blocks)
    assert alarms.keep(replace(kept, channel=LENDING, ts=ts))
    return ts


async def test_whoever_takes_care_of_an_alert_is_named_in_it(teller: Office) -> None:
    ts = await opened(teller)
    ben = await teller.person(BEN)
    assert await ben.clicks(LENDING, ts, ids.ACKNOWLEDGE)
    await ben.until(lambda sight: [m for m in sight.messages(LENDING) if "takes care of it" in words(m)])
    alarm = Alarms(teller.ledger).get("service success").alarm
    assert (alarm.phase, alarm.acknowledged_value) == ("acknowledged", 80.0)


async def test_a_snoozed_alert_says_until_when(teller: Office) -> None:
    ts = await opened(teller)
    ben = await teller.person(BEN)
    assert await ben.clicks(LENDING, ts, f"{ids.SNOOZE}_1d")
    await ben.until(lambda sight: [m for m in sight.messages(LENDING) if "Silent until" in words(m)])
    until = Alarms(teller.ledger).get("service success").alarm.snoozed_until
    assert until is not None
    assert 23 < (until - datetime.now(UTC)).total_seconds() / 3600 <= 24


def asked(office: Office, question_id: str, text: str, channel: str, **more: Any) -> None:
    """A question that came to nothing, a moment ago."""
    outcome: Outcome = more.pop("outcome", "failed")
    at = datetime.now(UTC) - timedelta(minutes=5)
    office.ledger.receive(Asked(question_id, text, BEN, "Ben", channel, "1.0", at, **more))
    assert office.ledger.claim("w", timedelta(minutes=1), at, question_id)
    office.ledger.placed(question_id, channel, f"{question_id}.0")
    office.ledger.finish(question_id, "w", Result(outcome, "Pattern Match", message=f"Because of {question_id}."), at)


async def shows(office: Office, ts: str, user: str) -> str:
    """What somebody who presses "Show questions" is told; nobody else sees it."""
    person = await office.person(user)
    assert await person.clicks(LENDING, ts, ids.SHOW_QUESTIONS)
    found = await person.until(lambda sight: [m for m in sight.messages(LENDING) if "Behind “" in words(m)])
    return words(found[-1])


async def test_whoever_presses_sees_the_questions_behind_an_alert_that_they_may_see(office: Office) -> None:
    office.answering.bank.rights.policy = Policy.model_validate(RULES)
    asked(office, "q1", "How many customers?", LENDING)
    asked(office, "q2", "What do we earn?", LENDING, private=True)
    asked(office, "q3", "Who is dismissed?", "D0BEN", private=True)
    asked(office, "q4", "How many are in the committee?", COMMITTEE)
    asked(office, "q5", "Fine?", LENDING, outcome="answered")
    ts = await opened(office, "success")
    told = await shows(office, ts, ANNA)
    assert "How many customers?" in told
    assert "Because of q1." in told
    assert "1 more are not shown: you may not see what they are about." in told
    for secret in ("earn", "dismissed", "committee", "Fine?"):
        assert secret not in told
    assert "How many are in the committee?" in await shows(office, ts, BEN)  # he asked it himself
    onlooker = await office.person("U0FARID001")
    assert not any("Behind “" in words(message) for message in (await onlooker.looks()).messages(LENDING))


async def test_questions_behind_an_alert_of_which_nothing_is_known_are_not_shown(office: Office) -> None:
    ts = await opened(office, "success")
    Alarms(office.ledger).change("service success", lambda row: replace(row, face=None))
    anna = await office.person(ANNA)
    assert await anna.clicks(LENDING, ts, ids.SHOW_QUESTIONS)
    await anna.until(lambda sight: [m for m in sight.messages(LENDING) if words(m) == OVER])
