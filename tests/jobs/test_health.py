"""What goes wrong around Teller is said, by what the ledger knows of it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.telling import Telling
from jobs.health import HealthAlerts, every_part
from jobs.saying import Saying
from jobs.schedule import Firing
from jobs.watch import Watcher
from tests.jobs.channel import Channel
from tests.tracking.examples import NINE, answered, asked, finish, minutes
from tracking.alarms import Alarms
from tracking.ledger import Ledger
from tracking.mishaps import hear

LATER = NINE + minutes(14)


async def titles(ledger: Ledger, channel: Channel, at: object = LATER, bank_answers: bool = True) -> list[str]:
    alarms = Alarms(ledger)
    telling = Telling(alarms, channel.update, ZoneInfo("UTC"))
    watcher = Watcher(alarms, Saying(ledger, channel.post_once), telling)
    health = HealthAlerts(ledger, watcher, "C1", timedelta(hours=1), every_part(lambda: bank_answers))
    await health.check(Firing("health-alerts", at, at))  # type: ignore[arg-type]
    return [text.splitlines()[0] for text in channel.shown.values()]


def delivered(ledger: Ledger) -> None:
    for entry in ledger.undelivered(100):
        ledger.delivered(entry.asked.id, entry.revision, "run")


async def test_all_is_well_when_nothing_is_wrong(ledger: Ledger) -> None:
    finish(ledger, asked(1), answered())
    delivered(ledger)
    hear(ledger, LATER)
    assert await titles(ledger, Channel()) == []


async def test_a_model_that_fails_three_times_is_said_and_once_it_answers_again_that_too(ledger: Ledger) -> None:
    channel = Channel()
    for number, error in enumerate(("ModelAway: connection refused", "ModelBusy: 429", "ModelTookTooLong: 60 s")):
        finish(ledger, asked(number), answered(outcome="failed", sql="", error=error))
        delivered(ledger)
        assert await titles(ledger, channel) == (["🔴 The model does not answer"] if number == 2 else [])
    assert await titles(ledger, channel, NINE + minutes(40)) == ["✅ The model answers again"]


async def test_a_bank_that_cannot_be_reached_is_said_at_once(ledger: Ledger) -> None:
    finish(ledger, asked(1), answered(outcome="failed", sql="", error="Unreachable: no route"))
    delivered(ledger)
    assert await titles(ledger, Channel()) == ["🔴 The bank's database cannot be reached"]


async def test_a_bank_that_does_not_answer_is_said_though_nobody_asked(ledger: Ledger) -> None:
    channel = Channel()
    assert await titles(ledger, channel, bank_answers=False) == ["🔴 The bank's database cannot be reached"]
    assert "The bank's database does not answer." in channel.shown["1.0"]
    assert await titles(ledger, channel, LATER + minutes(5)) == ["✅ The bank's database answers again"]


async def test_what_mlflow_waits_for_is_said_after_a_quarter_of_an_hour(ledger: Ledger) -> None:
    channel = Channel()
    finish(ledger, asked(1), answered())
    assert await titles(ledger, channel, NINE + minutes(15)) == []
    assert await titles(ledger, channel, NINE + minutes(20)) == ["🔴 MLflow is behind"]
    assert "Answers and votes wait since 19 min" in channel.shown["1.0"]
    delivered(ledger)
    assert await titles(ledger, channel, NINE + minutes(25)) == ["✅ MLflow is up to date again"]


async def test_a_line_to_slack_that_no_bot_hears_is_said(ledger: Ledger) -> None:
    channel = Channel()
    hear(ledger, NINE)
    assert await titles(ledger, channel, NINE + minutes(3)) == []
    assert await titles(ledger, channel, NINE + minutes(4)) == ["🔴 The line to Slack is down"]
    hear(ledger, NINE + minutes(6))
    assert await titles(ledger, channel, NINE + minutes(5)) == ["✅ The line to Slack is up again"]


async def test_a_job_that_was_missed_is_said_by_its_name_and_a_late_check_is_not(ledger: Ledger) -> None:
    for job, end in (("weekly-digest", "failed"), ("threshold-alerts", "skipped"), ("daily-stats", "done")):
        ledger.fire(job, NINE)
        ledger.end(job, NINE, end)  # type: ignore[arg-type]
    channel = Channel()
    assert await titles(ledger, channel) == ["🔴 A job was missed"]
    assert "weekly-digest of 02 Mar 09:00 UTC" in channel.shown["1.0"]
    assert "threshold-alerts" not in channel.shown["1.0"]
