from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.telling import Telling
from jobs.alerts import Alerts
from jobs.calendar import When
from jobs.digest import Digests
from jobs.health import HealthAlerts
from jobs.saying import Saying
from jobs.thresholds import Thresholds
from jobs.timetable import Times, every, every_job
from jobs.unusual import Unusual
from jobs.watch import Watcher
from tests.jobs.channel import Channel
from tracking.alarms import Alarms
from tracking.ledger import Ledger


@pytest.mark.parametrize("minutes", [0, 7, 61])
def test_refuses_minutes_that_would_not_be_even(minutes: int) -> None:
    with pytest.raises(ValueError, match="do not divide an hour"):
        every(minutes)


def test_every_job_is_in_the_table_with_its_time(tmp_path: Path) -> None:
    ledger, channel = Ledger.open(f"sqlite:///{tmp_path}/ledger.db"), Channel()
    saying, alarms = Saying(ledger, channel.post_once), Alarms(ledger)
    digests = Digests(ledger, saying, "C1", ZoneInfo("UTC"), channel.shown_here)
    watcher = Watcher(alarms, saying, Telling(alarms, channel.update, ZoneInfo("UTC")))
    alerts = Alerts(ledger, watcher, "C1", Thresholds(window=timedelta(hours=1)))
    others = (
        HealthAlerts(ledger, watcher, "C1", timedelta(hours=1), ()),
        Unusual(ledger, watcher, "C1", ZoneInfo("UTC"), 10),
    )
    table = every_job(Times(), digests, alerts, *others)
    assert [(job.name, job.when, job.catch_up) for job in table] == [
        ("daily-stats", When("8", "0"), True),
        ("weekly-digest", When("9", "0", "mon", on="next"), True),
        ("threshold-alerts", When(minute="*/5"), False),
        ("health-alerts", When(minute="*/5"), False),
        ("unusual-changes", When(minute="10"), False),
    ]
    assert every_job(Times(business_days=True), digests, alerts, *others)[0].when == When("8", "0", on="business")
    ledger.close()
