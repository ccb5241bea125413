"""What a quarter must have said: worked out apart from `jobs.schedule`, and compared with what stands in Slack."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import holidays

from jobs.schedule import Firing
from tests.fakes import FakeWorkspace
from tests.jobs.channel import Channel
from tests.quarter import orders
from tests.quarter.bank import ALERTS, BEGINS, CHECKS, DIGESTS, HOLIDAYS, LENDING, ZONE, jobs
from tracking.firings import Fired
from tracking.ledger import Ledger
from tracking.records import Asked, Result

MOROCCO = holidays.country_holidays("MA")
OWN = {date.fromisoformat(word) for word in HOLIDAYS[1:]}
A_DAY = 16  # questions
DIRECT = "direct messages"
SERVICE_ALERTS = ("threshold-alerts", "unusual-changes")
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
    for channel in slack.workspace.channels.values():
        for message in channel.messages.values():
            if message.metadata:
                told = message.metadata["event_payload"]
                place = DIRECT if channel.with_person else channel.id
                found[told.get("said") or f"{told['question_id']} in {place}"] += 1
    return found


def audit(said: Counter[str], ends: datetime, downs: list[Down]) -> list[str]:
    """Every digest and subscription that was due was said once; nothing else was. A long digest goes on in further messages."""
    wanted = {key for job, dues in _dues(ends).items() for key in _keys(job, dues, downs)}
    found = {key: times for key, times in said.items() if not key.startswith("alarm ")}
    wanted |= {key for key in found if LATER_PART.sub(" 0 ", key) in wanted}
    wrong = [f"said {times} times: {key}" for key, times in found.items() if times != 1]
    wrong += [f"never said: {key}" for key in sorted(wanted - set(found))]
    return wrong + [f"should not have been said: {key}" for key in sorted(set(found) - wanted)]


async def audit_alerts(ledger: Ledger, ended: set[Fired], slack: Any, file: Path) -> list[str]:
    """The alerts of one process that never died, on the same firings: the same messages, with the same last words.

    `file` is where it makes its own copy of the bank.
    """
    channel = Channel()
    orders.make_figures(file)
    members = {room.id: {"members": list(room.members)} for room in slack.workspace.channels.values()}
    with tempfile.TemporaryDirectory() as folder:
        apart = Ledger.open(f"sqlite:///{folder}/apart.db")
        for one in ledger.standing():
            apart.subscribe(one)
        table = {job.name: job for job in jobs(ledger, apart, channel.post_once, channel.update)}
        workspace = FakeWorkspace(members, {})
        with orders.office(apart, file, workspace, channel.post_once, channel.update) as standing:
            table |= {job.name: job for job in standing.jobs()}
            looks = [fired for fired in ended if fired.job in SERVICE_ALERTS or fired.job.startswith("metric ")]
            for fired in sorted(looks, key=lambda fired: fired.run_at):
                if fired.state == "done":
                    orders.set_figures(file, fired.run_at)
                    await table[fired.job].work(Firing(fired.job, fired.run_at, fired.run_at - CHECKS))
        apart.close()
    wanted = list(channel.shown.values())
    found = [message.text for message in slack.workspace.channels[ALERTS].messages.values() if message.metadata]
    watched = sum("balance" in text for text in found)
    print(
        f"  alerts: {len(found)} messages ({watched} on figures of the bank), {sum(t.startswith('✅') for t in found)} closed"
    )
    if not watched or watched == len(wanted):
        return ["there was no alert of one of both kinds: nothing was tested"]
    return [] if sorted(found) == sorted(wanted) else [f"alerts say {sorted(found)} and not {sorted(wanted)}"]


Due = tuple[datetime, datetime, str]
"""When it is due by its fields, when it is really said, and where."""


def _dues(ends: datetime) -> dict[str, list[Due]]:
    """By job or subscription, everything that comes due. A subscription keeps to its weekday also on a holiday."""
    found: dict[str, list[Due]] = {}
    for day in _days(ends):
        found.setdefault("daily-stats", []).append((_at(day, time(8)), _at(day, time(8)), DIGESTS))
        if day.weekday() == 0:
            found.setdefault("weekly-digest", []).append((_at(day, time(9)), _at(_next(day), time(9)), DIGESTS))
            found.setdefault("mondays", []).append((_at(day, time(9)), _at(day, time(9)), LENDING))
        if _next(day.replace(day=1)) == day:
            found.setdefault("firsts", []).append((_at(day, time(10)), _at(day, time(10)), LENDING))
        if _next(day) == day:
            found.setdefault("changes", []).append((_at(day, time(8)), _at(day, time(8)), DIRECT))
    return {job: [due for due in dues if due[0] > BEGINS and due[1] <= ends] for job, dues in found.items()}


def _keys(job: str, dues: list[Due], downs: list[Down]) -> Iterator[str]:
    """What tells each message from all others; of what is sent only if it changed, only those that did."""
    sent = None
    for nominal, at, channel in _kept(dues, downs):
        if job in ("daily-stats", "weekly-digest"):
            yield f"{job} {nominal:%Y-%m-%dT%H:%M:%SZ} 0 in {channel}"
        elif job != "changes" or sum(orders.figures(at)) != sent:
            sent = sum(orders.figures(at))
            yield f"subscription:{job}:{nominal:%Y%m%dT%H%M}Z in {channel}"


def _kept(dues: list[Due], downs: list[Down]) -> Iterator[Due]:
    """All, but of those missed during an outage only the last one, which is made up for when it is over."""
    for nominal, at, channel in dues:
        down = next((down for down in downs if down.since < at <= down.until), None)
        if down is None:
            yield nominal, at, channel
        elif not any(at < other <= down.until for _, other, _ in dues):
            yield nominal, down.until, channel


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
