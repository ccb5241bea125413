"""The only place where things are made: settings in, a working bot, jobs runner or terminal out."""

import asyncio
import logging
import os
import secrets
import signal
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.faults import Unusable
from app.settings import ROOT, Settings, require_tokens
from bank import catalogue as catalogues
from bank import policy as policies
from bank.audit import Audit
from bank.catalogue import Catalogue
from bank.door import Bank
from bank.errors import BankError
from bank.person import Person
from bank.policy import Policy
from bank.sample.make import make_bank
from bot.answering import Answering, Askers, AtATerminal
from bot.audience import Audience
from bot.channels import Channels
from bot.connection import listen
from bot.delivering import Delivering
from bot.handing import Handing
from bot.health import Health
from bot.listeners.desk import Desk
from bot.ordering import Ordering
from bot.people import People
from bot.posting import Poster, make_client
from bot.serving import serve
from bot.sharing import Sharing
from bot.showing import Showing
from bot.slack_app import build
from bot.steps import Watched
from bot.telling import Telling
from bot.worker import Worker
from generators.contract import Approach, Budget
from generators.pattern.fresh import FreshPatternMatch
from generators.router import Router
from jobs import golden
from jobs.alerts import Alerts, Thresholds
from jobs.calendar import calendar
from jobs.digest import Digests
from jobs.golden import Golden
from jobs.health import HealthAlerts
from jobs.mail import Mail, Postbox
from jobs.metric_alerts import MetricAlerts
from jobs.retention import retention_job
from jobs.saying import Saying
from jobs.schedule import Job, Jobs, Schedule
from jobs.subscriptions import following, subscription_jobs
from jobs.timetable import Times, every_job
from jobs.unusual import Unusual
from jobs.watch import Aloud, Watcher
from jobs.why import Why
from tracking.alarms import Alarms
from tracking.delivery import Delivery
from tracking.ledger import Ledger
from tracking.mishaps import hear
from tracking.tracker import Tracker

if TYPE_CHECKING:
    from app.evaluate import Measured
    from app.retention import Retaining
    from app.unfinished import Unfinished
    from tracking.importing import Imported
    from tracking.mlflow_store import MlflowStore, Reader

log = logging.getLogger(__name__)

HEARD = timedelta(seconds=60)  # how long it is believed that a bot hears Slack

GRACE = 5.0  # seconds that a file or a shared answer has to get there once Teller is told to stop


def make_sample_bank(settings: Settings) -> None:
    """Makes the made-up bank where it is the one in use and not there yet. No other database is ever created."""
    file = settings.home / "bank.db"
    if settings.is_sample and not file.exists():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            make_bank(file)
        except (OSError, sqlite3.Error) as fault:
            raise Unusable(f"The sample bank cannot be made in {file.parent}: {fault}. Check TELLER_HOME.") from fault


def catalogue(settings: Settings) -> Catalogue:
    return catalogues.load(settings.catalogue_path)


@contextmanager
def bank(settings: Settings) -> Iterator[Bank]:
    """The bank's open door: with the policy that is set, and every look on record."""
    make_sample_bank(settings)
    with audit(settings) as record, closing(_door(settings, record)) as door:
        yield door


def _door(settings: Settings, record: Audit | None, policy: Policy | None = None) -> Bank:
    known = catalogue(settings)  # without one there is nothing to have a policy for
    return Bank.open(
        settings.database_url,
        known,
        policy or policies.load(settings.policy_path),
        time_limit=settings.time_limit,
        row_cap=settings.row_cap,
        mask_key=mask_key(settings),
        audit=record,
    )


@contextmanager
def audit(settings: Settings) -> Iterator[Audit]:
    """The record of every look at the bank."""
    with closing(Audit.open(settings.audit_url, settings.audit_key.get_secret_value())) as opened:
        yield opened


def mask_key(settings: Settings) -> str:
    """The secret behind pseudonyms: kept, since with another one every pseudonym would change."""
    if given := settings.mask_key.get_secret_value():
        return given
    file = settings.home / "mask.key"
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
        made.write(secrets.token_hex(16))
    return file.read_text()


@contextmanager
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = Ledger.open(settings.ledger_url)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def answering(settings: Settings, remembered: Ledger, askers: Askers | None = None) -> Iterator[Answering]:
    """The one way of a question, over the bank that is set. Without `askers` it is for a terminal."""
    with bank(settings) as door:
        match = FreshPatternMatch(door)
        a_day = Budget(settings.model_tokens_a_day or None, settings.model_cost_a_day or None)
        route, at_once, rows = router(settings, door, match), settings.at_once, settings.preview_rows
        way = Answering(remembered, route, door, at_once, rows, askers, match.next, a_day)
        try:
            yield way
        finally:
            way.close()


def router(settings: Settings, door: Bank, match: FreshPatternMatch) -> Router:
    """Pattern Match always; the two that need a model only where one is named."""
    pattern = Watched(match, Approach.PATTERN)
    if not settings.model_name:
        return Router(pattern)
    from generators.agents.team import AutoGenTeam
    from generators.ai.budget import Limits
    from generators.ai.examples import Examples
    from generators.ai.generator import AIPowered
    from generators.ai.model import Model, Prices

    model = Model(
        settings.model_url,
        settings.model_name,
        settings.model_key.get_secret_value(),
        settings.model_seconds,
        Prices(settings.model_prompt_price, settings.model_completion_price),
        Limits(settings.model_calls, settings.model_tokens, settings.model_cost),
    )
    bank_of_theirs = (door.catalogue, door.dialect, model, match.seen_by, Examples.load(settings.examples_path))
    return Router(
        pattern,
        Watched(AIPowered(*bank_of_theirs), Approach.AI),
        Watched(AutoGenTeam(*bank_of_theirs), Approach.AGENTS),
    )


async def run_bot(settings: Settings) -> None:
    """Hears Slack and answers, until a signal says stop.

    Raises `NoConnection` when there is no Slack to hear, `Unconfirmed` when the policy is still a draft.
    """
    policies.load(settings.policy_path).require_confirmed()
    over_http = bool(settings.slack_signing_secret.get_secret_value())
    require_tokens(settings, "slack_bot_token", *(() if over_http else ("slack_app_token",)))
    stop, wake = stop_on_signals(), asyncio.Event()
    poster = Poster(make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url))
    people = slack_people(settings, poster)
    with ledger(settings) as remembered, answering(settings, remembered, people) as way:
        audience = Audience(Channels(poster.client, people), people, way.bank)
        by = calendar(ZoneInfo(settings.timezone), settings.holidays)
        ordering = Ordering(remembered, way, poster, people, by.zone, following(by))
        delivering = Delivering(remembered, way, poster, people, audience)
        health = Health()
        worker = Worker(
            remembered, way, poster, wake, audience, delivering, ordering, at_once=settings.at_once, health=health
        )
        known = catalogue(settings)
        sharing = Sharing(remembered, poster, people, way, audience)
        handing = Handing(remembered, poster, people, way, audience)
        desk = Desk(
            remembered,
            poster,
            people,
            wake,
            known.bank,
            known.examples,
            settings.test_users,
            sharing,
            ZoneInfo(settings.timezone),
            handing,
            way.bank,
            ordering=ordering,
            health=health,
        )
        working = asyncio.create_task(worker.run(stop))
        telling = asyncio.create_task(_tell_that_slack_is_heard(remembered, desk, stop))
        try:
            await _hear(settings, desk, stop)
        finally:
            stop.set()
            await asyncio.gather(working, telling)
            await desk.background.finish(GRACE)


async def _hear(settings: Settings, desk: Desk, stop: asyncio.Event) -> None:
    """By signed HTTP where there is a signing secret, else over Socket Mode; `GET /health` where there is a port."""
    secret = settings.slack_signing_secret.get_secret_value()
    app = build(desk, secret)
    there = (settings.http_host, settings.http_port, stop, desk.health)
    if secret:
        await serve(*there, app)
        return
    app_token = settings.slack_app_token.get_secret_value()
    ears = [asyncio.create_task(listen(app, app_token, settings.slack_api_url, stop, health=desk.health))]
    if settings.http_port:
        ears.append(asyncio.create_task(serve(*there)))
    await asyncio.wait(ears, return_when=asyncio.FIRST_COMPLETED)
    stop.set()  # one of them failed, or was told to stop: then the other ends too
    await asyncio.gather(*ears)


async def _tell_that_slack_is_heard(remembered: Ledger, desk: Desk, stop: asyncio.Event) -> None:
    """The jobs say when no bot has heard Slack for a while; they see it in the ledger."""
    while not stop.is_set():
        if desk.health.lines != 0:
            try:
                await asyncio.to_thread(hear, remembered, datetime.now(UTC) + HEARD)
            except Exception as error:  # the ledger is away: the lines to Slack still live
                log.warning("It could not be written down that Slack is heard: %s", type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), HEARD.total_seconds() / 4)


def slack_people(settings: Settings, poster: Poster) -> People:
    """Who people in Slack are, with what the policy goes by."""
    rules = policies.load(settings.policy_path)
    return People(poster.client, emails=rules.asks_for_email, groups=rules.groups)


async def somebody(settings: Settings, door: Bank, who: str) -> Person:
    """A person by what an operator calls them; Slack is asked only where the policy needs to know more of an id."""
    rules = door.rights.policy
    if who.startswith("U") and (rules.asks_for_email or rules.groups) and settings.slack_bot_token.get_secret_value():
        client = make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        return await slack_people(settings, Poster(client)).person(who)
    return await AtATerminal().person(who)


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
    nightly = [retention_job(partial(retain, settings))] if settings.ages else []
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
        HealthAlerts(remembered, watcher, channel, limits.quiet),
        Unusual(remembered, watcher, channel, by.zone, limits.fewest),
    )
    return Schedule(lambda: (*jobs, *nightly, *ordered(), *watching()), remembered, by)


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
def retaining(settings: Settings) -> Iterator["Retaining"]:
    """What it takes to delete what is past its age."""
    from app.retention import Retaining

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
    return Thresholds(
        success=settings.alert_success_below,
        seconds=settings.alert_seconds_above,
        satisfaction=settings.alert_satisfaction_below,
        window=timedelta(hours=settings.alert_window_hours),
        fewest=settings.alert_smallest_sample,
        quiet=timedelta(minutes=settings.alert_quiet_minutes),
    )


def golden_files(settings: Settings, path: Path | None) -> list[Golden]:
    """The golden questions over the bank that is set; raises `BadGolden` where there are none."""
    found = [golden.load(file) for file in golden.find(path or ROOT / "tests" / "golden")]
    fitting = [file for file in found if file.bank in ("", settings.catalogue)]
    if not fitting:
        others = ", ".join(sorted({file.bank for file in found}))
        raise golden.BadGolden(f"These golden questions are over {others}; give --catalogue and --database for it.")
    return fitting


async def evaluate(
    settings: Settings, files: Sequence[Golden], approaches: Sequence[str], unfinished: "Unfinished"
) -> list["Measured"]:
    """Every file by every approach. The ledger lives only as long as this: nothing of it is ever counted."""
    from app.ask import this_person
    from app.evaluate import measure
    from jobs.evaluation import Evaluation

    make_sample_bank(settings)
    whole = settings.model_copy(update={"row_cap": 100_000})  # rows are compared, so all of them are needed
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(_door(whole, None, Policy.open_to_all())) as door,  # the questions are nobody's
        closing(Ledger.open(f"sqlite:///{folder}/ledger.db")) as remembered,
        closing(Answering(remembered, router(whole, door, FreshPatternMatch(door)), door, whole.at_once)) as way,
    ):
        return [
            await measure(Evaluation(way, door, this_person(), approach), approach, file, unfinished)
            for approach in approaches
            for file in files
        ]


def log_evaluation(settings: Settings, measured: Sequence["Measured"]) -> bool:
    """One run for each file and approach, beside the bankers' questions; whether MLflow could be reached."""
    from app.evaluate import case_lines

    store = mlflow_store(settings, f"{settings.mlflow_experiment_name}_evaluation")
    from tracking.mlflow_store.evaluations import put_evaluation

    for one in measured:
        params = {"approach": one.approach, "golden": one.golden.name, "bank": settings.catalogue}
        if not put_evaluation(store, f"{one.golden.name} {one.approach}", params, one.metrics, case_lines(one.score)):
            return False
    return True


def mlflow_store(settings: Settings, experiment: str | None = None) -> "MlflowStore":
    """The copy in MLflow. Its import takes seconds, so only the commands that need it pay for it."""
    _prepare_mlflow()
    from tracking.mlflow_store import MlflowStore

    return MlflowStore(settings.mlflow_uri, experiment or settings.mlflow_experiment_name)


def mlflow_reader(settings: Settings) -> "Reader":
    """What MLflow holds, to be compared with the ledger."""
    _prepare_mlflow()
    from tracking.mlflow_store import Reader

    return Reader(settings.mlflow_uri, settings.mlflow_experiment_name)


def import_runs(settings: Settings, source: str, experiment: str, remembered: Ledger) -> "Imported":
    """Takes the runs of an older system into the ledger."""
    _prepare_mlflow()
    from tracking.importing import take_over
    from tracking.mlflow_store import old_runs

    same = source.rstrip("/") == settings.mlflow_uri.rstrip("/") and experiment == settings.mlflow_experiment_name
    return take_over(remembered, old_runs(source, experiment), same)


def _prepare_mlflow() -> None:
    """Read by mlflow at import; a retry of its own would make a second run when a reply is lost."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")


def tracker(settings: Settings) -> Tracker:
    """What a notebook asks for numbers; its ledger stays open as long as the notebook does."""
    return Tracker(Ledger.open(settings.ledger_url))


def stop_on_signals() -> asyncio.Event:
    """An event that is set when this process is told to end."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def mlflow_server(settings: Settings, port: int) -> list[str]:
    """The command for MLflow's own server: one worker, which is six times quicker than the default four."""
    os.environ["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
    address = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    return [sys.executable, "-m", "mlflow", "server", *address, "--backend-store-uri", settings.mlflow_uri]
