"""The process that does what nobody asked just now: delivery into MLflow, digests, alerts, what was ordered, retention."""

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from app.faults import Unusable
from app.retention import Retaining
from app.settings import Settings, require_tokens
from app.wiring import answering, audit, bank, ledger, mlflow_store, slack_people, stop_on_signals
from bank import policy as policies
from bank.door import Bank
from bank.errors import BankError, Unreachable
from bot.audience import Audience
from bot.channels import Channels
from bot.delivering import Delivering
from bot.ordering import Ordering
from bot.posting import Poster, make_client
from bot.showing import Showing
from bot.telling import Telling
from jobs.alerts import Alerts
from jobs.calendar import calendar
from jobs.digest import Digests
from jobs.health import Answers, HealthAlerts, every_part
from jobs.mail import Mail, Postbox
from jobs.metric_alerts import MetricAlerts
from jobs.pruning import pruning_job
from jobs.retention import retention_job
from jobs.saying import Saying
from jobs.schedule import Job, Jobs, Schedule
from jobs.subscriptions import following, subscription_jobs
from jobs.thresholds import Thresholds
from jobs.timetable import Times, every_job
from jobs.unusual import Unusual
from jobs.watch import Aloud, Watcher
from jobs.why import Why
from tracking.alarms import Alarms
from tracking.delivery import Delivery
from tracking.ledger import Ledger

log = logging.getLogger(__name__)


async def run_jobs(settings: Settings) -> None:
    """Delivery into MLflow on its own thread, digests and alerts by the clock, until a signal says stop."""
    stop = stop_on_signals()
    with ledger(settings) as remembered:
        done = threading.Event()
        delivery = Delivery(remembered, mlflow_store(settings))
        bringing = asyncio.create_task(asyncio.to_thread(delivery.run, done))
        try:
            with closing(Watching(settings, remembered)) as watching, perhaps_a_bank(settings) as door:
                await schedule(settings, remembered, door, watching.jobs).run(stop)
        finally:
            done.set()
            await bringing


class Watching:
    """What the alerts on figures of the bank need: a way to the bank, opened when somebody has ordered the first one.

    A bank that cannot be opened keeps back neither digests nor alerts about Teller itself; it is tried again.
    """

    def __init__(self, settings: Settings, remembered: Ledger) -> None:
        self._settings = settings
        self._ledger = remembered
        self._opened = ExitStack()
        self._alerts: MetricAlerts | None = None

    def jobs(self) -> Sequence[Job]:
        """A job for each alert that stands; none while the bank cannot be opened."""
        if not any(one.condition for one in self._ledger.standing()):
            return ()
        try:
            self._alerts = self._alerts or self._open()
        except (BankError, Unusable) as error:
            log.error("The bank cannot be opened for the alerts on its figures: %s", error)
            return ()
        return self._alerts.jobs()

    def close(self) -> None:
        self._opened.close()

    def _open(self) -> MetricAlerts:
        settings, remembered = self._settings, self._ledger
        policies.load(settings.policy_path).require_confirmed()
        poster = Poster(make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url))
        people = slack_people(settings, poster)
        way = self._opened.enter_context(answering(settings, remembered, people))
        audience = Audience(Channels(poster.client, people), people, way.bank)
        by = calendar(ZoneInfo(settings.timezone), settings.holidays)
        ordering = Ordering(remembered, way, poster, people, by.zone, following(by))
        alarms = Alarms(remembered)
        watcher = Watcher(alarms, Saying(remembered, poster.post_once), Telling(alarms, poster.update, by.zone))
        delivering = Delivering(remembered, way, poster, people, audience)
        return MetricAlerts(remembered, ordering, delivering, audience, watcher, Why(remembered, way))


@contextmanager
def perhaps_a_bank(settings: Settings) -> Iterator[Bank | None]:
    """The bank's open door, or None: digests and alerts are said without it, with fewer questions shown in them."""
    with ExitStack() as opened:
        try:
            door = opened.enter_context(bank(settings))
        except BankError as fault:
            log.warning("The bank cannot be opened, so questions are shown only where they were asked: %s", fault)
            door = None
        yield door


def schedule(settings: Settings, remembered: Ledger, door: Bank | None, watching: Jobs = lambda: ()) -> Schedule:
    """Every job the settings ask for: digests and alerts only with a channel to post in."""
    by = calendar(ZoneInfo(settings.timezone), settings.holidays)
    ordered = subscription_jobs(remembered)
    nightly = [pruning_job(remembered), *([retention_job(partial(retain, settings))] if settings.ages else [])]
    if not settings.digest_channel:
        log.warning("TELLER_DIGEST_CHANNEL is not set: no digests and no alerts are posted")
        return Schedule(lambda: (*nightly, *ordered(), *watching()), remembered, by)
    require_tokens(settings, "slack_bot_token")
    poster = Poster(make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url))
    people = slack_people(settings, poster)
    channels = Channels(poster.client, people)
    saying = Saying(remembered, channels.insiders_only(poster.post_once), poster.attach_once)
    alarms = Alarms(remembered)
    watcher = Watcher(alarms, saying, Telling(alarms, poster.update, by.zone), mail(settings, remembered))
    showing = Showing(channels, people, Audience(channels, people, door) if door else None)
    tables = {name: table.noun for name, table in door.catalogue.tables.items()} if door else {}
    digests = Digests(remembered, saying, settings.digest_channel, by.zone, showing.in_channel, tables)
    limits, channel = thresholds(settings), settings.alert_channel or settings.digest_channel
    jobs = every_job(
        times(settings),
        digests,
        Alerts(remembered, watcher, channel, limits),
        HealthAlerts(remembered, watcher, channel, limits.quiet, every_part(bank_answers(settings, door))),
        Unusual(remembered, watcher, channel, by.zone, limits.fewest),
    )
    return Schedule(lambda: (*jobs, *nightly, *ordered(), *watching()), remembered, by)


def bank_answers(settings: Settings, door: Bank | None) -> Answers:
    """Where the door could not be opened at the start, that is tried each time."""
    if door is not None:
        return door.answers

    def opens() -> bool:
        try:
            with bank(settings) as opened:
                return opened.answers()
        except Unreachable:
            return False

    return opens


def retain(settings: Settings, now: datetime) -> None:
    """Deletes what is past the ages that are set, and says in the log what went."""
    with retaining(settings) as retained:
        if "audit" in settings.ages:
            retained.seal_months(now)
        plan = retained.plan(settings.ages, now)
        if plan.number:
            gone = retained.delete(plan)
            log.info("Past its age and deleted: %s; %s", dict(gone.removed), gone.report)


@contextmanager
def retaining(settings: Settings) -> Iterator[Retaining]:
    """What it takes to delete what is past its age."""
    with ledger(settings) as remembered, audit(settings) as record:
        yield Retaining(remembered, mlflow_store(settings), record, settings.archive_path, settings.reports_path)


def mail(settings: Settings, remembered: Ledger) -> tuple[Aloud, ...]:
    """Alerts by e-mail too, where a server is set."""
    if not settings.mail_server:
        return ()
    host, _, port = settings.mail_server.rpartition(":")
    password = settings.mail_password.get_secret_value()
    security, user = settings.mail_security, settings.mail_user
    postbox = Postbox(host, int(port), settings.mail_from, settings.mail_to, security, user, password)
    return (Mail(remembered, postbox).aloud,)


def times(settings: Settings) -> Times:
    """When the bank wants its jobs."""
    return Times(
        settings.daily_at,
        settings.weekly_on,
        settings.weekly_at,
        settings.alert_every_minutes,
        settings.daily_on == "business days",
    )


def thresholds(settings: Settings) -> Thresholds:
    """What the bank calls trouble."""
    of_all = Thresholds(
        success=settings.alert_success_below,
        seconds=settings.alert_seconds_above,
        satisfaction=settings.alert_satisfaction_below,
        window=timedelta(hours=settings.alert_window_hours),
        fewest=settings.alert_smallest_sample,
        quiet=timedelta(minutes=settings.alert_quiet_minutes),
    )
    return of_all.with_own(settings.alert_by_approach)
