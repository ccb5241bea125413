"""Every job there is in one table: its name, when, what, and whether a missed firing is made up for."""

from dataclasses import dataclass
from datetime import time
from typing import Literal

from jobs.alerts import Alerts
from jobs.calendar import When
from jobs.digest import Digests
from jobs.health import HealthAlerts
from jobs.schedule import Job
from jobs.unusual import Unusual

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@dataclass(frozen=True, slots=True)
class Times:
    """When the bank wants its jobs, on its own clock. On a holiday the weekly digest waits for the next business day."""

    daily_at: time = time(8)
    weekly_on: Weekday = "monday"
    weekly_at: time = time(9)
    alerts_every: int = 5  # minutes
    business_days: bool = False  # whether the daily statistics are posted on business days only


def every_job(
    times: Times, digests: Digests, alerts: Alerts, health: HealthAlerts, unusual: Unusual
) -> tuple[Job, ...]:
    """All jobs that are the same every week; subscriptions come and go and are not among them."""
    day = When(str(times.daily_at.hour), str(times.daily_at.minute), on="business" if times.business_days else "any")
    week = When(str(times.weekly_at.hour), str(times.weekly_at.minute), times.weekly_on[:3], on="next")
    return (
        Job("daily-stats", day, digests.daily, catch_up=True),
        Job("weekly-digest", week, digests.weekly, catch_up=True),
        Job("threshold-alerts", every(times.alerts_every), alerts.check, catch_up=False),
        Job("health-alerts", every(times.alerts_every), health.check, catch_up=False),
        Job("unusual-changes", When(minute="10"), unusual.check, catch_up=False),
    )


def every(minutes: int) -> When:
    """Every so many minutes of the hour; the number divides 60."""
    if minutes < 1 or 60 % minutes:
        raise ValueError(f"{minutes} minutes do not divide an hour")
    return When(minute=f"*/{minutes}")
