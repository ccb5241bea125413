"""What people of that bank have ordered: subscriptions and metric alerts, over figures that follow from the day."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bank.catalogue import Catalogue
from bank.door import Bank
from bank.policy import Policy
from bank.values import Values
from bot.answering import Answering
from bot.audience import Audience
from bot.channels import Channels
from bot.delivering import Delivering
from bot.ordering import Ordering
from bot.people import People
from bot.posting import Poster
from bot.standing import order_in
from bot.telling import Telling, Update
from generators.pattern.match import PatternMatch
from generators.router import Router
from jobs.calendar import When
from jobs.metric_alerts import MetricAlerts
from jobs.saying import PostOnce, Saying
from jobs.schedule import Job
from jobs.subscriptions import subscription_jobs
from jobs.watch import Watcher
from jobs.why import Why
from tests.deposits import CATALOGUE, make_deposits, run
from tests.jobs.channel import Channel
from tests.quarter.bank import ALERTS, BEGINS, LENDING, ZONE
from tracking.alarms import Alarms
from tracking.ledger import Ledger
from tracking.records import Asked
from tracking.subscriptions import Subscription

BEN = "U0BEN00001"
BRANCHES, TOTAL = "total balance by branch", "What is the total balance?"
# The id of each, the question that was answered, what was said under its answer, and in which channel.
ORDERED = {
    "mondays": (BRANCHES, "post this here every Monday at 9", LENDING),
    "firsts": (TOTAL, "post this here on the first business day of the month at 10", LENDING),
    "changes": (TOTAL, "send me this every weekday at 8, only if it changed", LENDING),
    "a1": (TOTAL, "alert us when this goes above 1,200", ALERTS),
    "a2": (BRANCHES, "alert us when any of these falls by more than 10 % in a week", ALERTS),
}
LOOKS = When(hour="*/2")  # of metric alerts: every hour would take twice as long and show no more
POLICY: dict[str, Any] = {"roles": {"all": {"tables": {"deposit": {}}}}, "everybody_else": "all"}


def make_figures(file: Path) -> None:
    """The bank's database as it begins."""
    make_deposits(file, "(1,'Leeds','Current',0), (2,'York','Savings',0)")
    set_figures(file, BEGINS)


def set_figures(file: Path, at: datetime) -> None:
    """What the bank's figures are at that time."""
    leeds, york = figures(at)
    run(file, f"UPDATE deposit SET balance = CASE branch WHEN 'Leeds' THEN {leeds} ELSE {york} END")


def figures(at: datetime) -> tuple[int, int]:
    """Leeds is much larger on two days of thirteen, York much smaller on two of seventeen."""
    day = (at - BEGINS).days
    return 600 if day % 13 in (4, 5) else 300, 500 if day % 17 in (9, 10) else 700


@dataclass(frozen=True, slots=True)
class Office:
    """What runs and sends what was ordered, in one process."""

    ledger: Ledger
    ordering: Ordering
    delivering: Delivering
    audience: Audience
    alerts: MetricAlerts

    def jobs(self) -> Sequence[Job]:
        """One of each order that stands."""
        return (*subscription_jobs(self.ledger)(), *(replace(job, when=LOOKS) for job in self.alerts.jobs()))


@contextmanager
def office(ledger: Ledger, file: Path, client: AsyncWebClient, post_once: PostOnce, update: Update) -> Iterator[Office]:
    """As `app.wiring_bot` and `app.wiring_jobs` put it together; alerts are said by `post_once` and `update`."""
    bank = Bank.open(str(file), Catalogue.model_validate(CATALOGUE), Policy.model_validate(POLICY))
    way = Answering(ledger, Router(PatternMatch(bank.catalogue, Values.read(bank), bank.dialect)), bank)
    people, poster = People(client), Poster(client, pause=0)
    audience = Audience(Channels(client, people), people, bank)
    delivering = Delivering(ledger, way, poster, people, audience)
    ordering, alarms = Ordering(ledger, way, poster, people, ZONE), Alarms(ledger)
    watcher = Watcher(alarms, Saying(ledger, post_once), Telling(alarms, update, ZONE))
    alerts = MetricAlerts(ledger, ordering, delivering, audience, watcher, Why(ledger, way))
    try:
        yield Office(ledger, ordering, delivering, audience, alerts)
    finally:
        way.close()
        bank.close()


async def take_orders(file: Path, client: AsyncWebClient) -> list[Subscription]:
    """Each question is answered, and what was said under its answer becomes an order, as of the quarter's beginning."""
    made, nothing = [], Channel()
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger.open(f"sqlite:///{folder}/orders.db")
        with office(ledger, file, client, nothing.post_once, nothing.update) as open_:
            for name, (question, said, channel) in ORDERED.items():
                asked = Asked(name, question, BEN, "Ben", channel, name, BEGINS)
                await open_.ordering.answering.ask(asked)
                wanted, before = order_in(said), {one.id for one in ledger.standing()}
                if wanted is None:
                    raise ValueError(f"{said!r} is no order")
                await open_.ordering.order(ledger.entry(name), wanted, BEN, channel, name)
                (new,) = [one for one in ledger.standing() if one.id not in before]
                made.append(replace(new, id=name, created_at=BEGINS))
        ledger.close()
    return made
