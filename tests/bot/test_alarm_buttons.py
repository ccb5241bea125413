"""Buttons under an alert: the message changes at once, and the jobs go on from what was pressed."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.blocks import ids
from bot.blocks.alert import Alert
from bot.telling import Telling
from emulator.human import words
from tests.bot.conftest import Office
from tracking.alarm import Alarm
from tracking.alarms import Alarms, Kept

BEN = "U0BEN00001"
LENDING = "C0LENDING1"


async def opened(office: Office) -> str:
    """An alert that the jobs have said: its ts."""
    alarms = Alarms(office.ledger)
    alarm = Alarm("breached", 1, since=datetime.now(UTC), times=1, value=80.0)
    kept = Kept("service success", alarm=alarm, face=Alert("Success below 90 %", "Well again", ()).as_json())
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
