"""What a quarter must have said: worked out apart from `jobs.schedule`, and compared with what stands in Slack."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import holidays

from jobs.schedule import Firing
from tests.jobs.channel import Channel
from tests.quarter.bank import ALERTS, BEGINS, CHECKS, DIGESTS, HOLIDAYS, LENDING, ZONE, jobs
from tracking.ledger import Ledger
from tracking.records import Asked, Result

MOROCCO = holidays.country_holidays("MA")
OWN = {date.fromisoformat(word) for word in HOLIDAYS[1:]}
A_DAY = 16  # questions
LATER_PART = re.compile(r" [1-9] (?=in )")


@dataclass(frozen=True, slots=True)
class Down:
    """A time in which no process lived: after `since`, before `until`."""

    since: datetime
    until: datetime


def fill(ledger: Ledger, since: datetime, until: datetime) -> None:
    """Questions of every day; one day in nine most of them fail, one in eleven they are slow."""
    at, number = since, 0
    while at < until:
        number += 1
        day = (at - since).days
        failed = day % 9 == 5 and number % 4
        seconds = 30.0 if day % 11 == 7 else 1.0
        identity = f"q{number}"
        ledger.receive(Asked(identity, "How many loans?", f"U{number % 5}", "Ann", "C2", identity, at))
        ledger.claim("worker", CHECKS, at, identity)
        outcome = "failed" if failed else "answered"
        ledger.finish(identity, "worker", Result(outcome, "Pattern Match", seconds=seconds), at)  # type: ignore[arg-type]
        at += timedelta(days=1) / A_DAY


def said_in(slack: Any) -> Counter[str]:
    """How often each key stands in a channel."""
    found: Counter[str] = Counter()
    for channel in (DIGESTS, ALERTS, LENDING):
        for message in slack.workspace.channels[channel].messages.values():
            if message.metadata:
                found[message.metadata["event_payload"]["said"]] += 1
    return found


def audit(ledger: Ledger, said: Counter[str], ends: datetime, downs: list[Down]) -> list[str]:
    """Every digest and subscription that was due was said once; nothing else was. A long digest goes on in further messages."""
    wanted = {key for job, dues in _dues(ends).items() for key in _kept(job, dues, downs)}
    found = {key: times for key, times in said.items() if not key.startswith("alarm ")}
    wanted |= {key for key in found if LATER_PART.sub(" 0 ", key) in wanted}
    wrong = [f"said {times} times: {key}" for key, times in found.items() if times != 1]
    wrong += [f"never said: {key}" for key in sorted(wanted - set(found))]
    return wrong + [f"should not have been said: {key}" for key in sorted(set(found) - wanted)]


async def audit_alerts(ledger: Ledger, slack: Any) -> list[str]:
    """The alerts of one process that never died, on the same firings: the same messages, with the same last words."""
    channel = Channel()
    with tempfile.TemporaryDirectory() as folder:
        apart = Ledger.open(f"sqlite:///{folder}/apart.db")
        table = {job.name: job for job in jobs(ledger, apart, channel.post_once, channel.update)}
        for fired in ledger.ended(BEGINS, "done"):
            if fired.job == "threshold-alerts":
                await table[fired.job].work(Firing(fired.job, fired.run_at, fired.run_at - CHECKS))
        apart.close()
    wanted = list(channel.shown.values())
    found = [message.text for message in slack.workspace.channels[ALERTS].messages.values() if message.metadata]
    if not wanted:
        return ["there was no alert at all: nothing was tested"]
    print(f"  alerts: {len(found)} messages, {sum(text.startswith('✅') for text in found)} of them closed")
    return [] if sorted(found) == sorted(wanted) else [f"alerts say {sorted(found)} and not {sorted(wanted)}"]


def _dues(ends: datetime) -> dict[str, list[tuple[datetime, datetime, str]]]:
    """By job: when each is due by its fields, when it is really said, and where."""
    found: dict[str, list[tuple[datetime, datetime, str]]] = {}
    for day in _days(ends):
        found.setdefault("daily-stats", []).append((_at(day, time(8)), _at(day, time(8)), DIGESTS))
        if day.weekday() == 0:
            moved = _at(_next(day), time(9))
            found.setdefault("weekly-digest", []).append((_at(day, time(9)), moved, DIGESTS))
            found.setdefault("every monday", []).append((_at(day, time(9)), moved, LENDING))
        if _next(day.replace(day=1)) == day:
            found.setdefault("first of the month", []).append((_at(day, time(10)), _at(day, time(10)), LENDING))
    return {job: [due for due in dues if due[0] > BEGINS and due[1] <= ends] for job, dues in found.items()}


def _kept(job: str, dues: list[tuple[datetime, datetime, str]], downs: list[Down]) -> Iterator[str]:
    """Keys of all, but of those missed during an outage only the last one."""
    for nominal, at, channel in dues:
        later = [other for _, other, _ in dues if other > at]
        missed = any(down.since < at <= down.until and any(other <= down.until for other in later) for down in downs)
        if not missed:
            part = " 0" if job in ("daily-stats", "weekly-digest") else ""
            yield f"{job} {nominal:%Y-%m-%dT%H:%M:%SZ}{part} in {channel}"


def _days(ends: datetime) -> Iterator[date]:
    day = BEGINS.astimezone(ZONE).date()
    while _at(day, time(0)) <= ends:
        yield day
        day += timedelta(days=1)


def _next(day: date) -> date:
    while day.weekday() > 4 or day in MOROCCO or day in OWN:
        day += timedelta(days=1)
    return day


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZONE).astimezone(UTC)
