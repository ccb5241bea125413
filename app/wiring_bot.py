"""The process that hears Slack and answers: settings in, until a signal says stop."""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.settings import Settings, require_tokens
from app.wiring import answering, catalogue, ledger, slack_people, stop_on_signals
from bank import policy as policies
from bot.audience import Audience
from bot.channels import Channels
from bot.connection import listen
from bot.delivering import Delivering
from bot.handing import Handing
from bot.health import Health
from bot.listeners.desk import Desk
from bot.ordering import Ordering
from bot.posting import LONGEST_CALL, Poster, kept_open, make_client
from bot.serving import serve
from bot.sharing import Sharing
from bot.slack_app import build
from bot.worker import Worker
from jobs.calendar import calendar
from jobs.subscriptions import following
from tracking.ledger import Ledger
from tracking.mishaps import hear

log = logging.getLogger(__name__)

HEARD = timedelta(seconds=60)  # how long it is believed that a bot hears Slack


async def run_bot(settings: Settings) -> None:
    """Hears Slack and answers, until a signal says stop.

    Raises `NoConnection` when there is no Slack to hear, `Unconfirmed` when the policy is still a draft.
    """
    policies.load(settings.policy_path).require_confirmed()
    over_http = bool(settings.slack_signing_secret.get_secret_value())
    require_tokens(settings, "slack_bot_token", *(() if over_http else ("slack_app_token",)))
    stop, wake = stop_on_signals(), asyncio.Event()
    async with kept_open() as session:
        poster = Poster(make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session))
        await _work(settings, poster, stop, wake)


async def _work(settings: Settings, poster: Poster, stop: asyncio.Event, wake: asyncio.Event) -> None:
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
            await desk.background.finish(settings.time_limit + LONGEST_CALL)  # a file asks the bank, then Slack


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
