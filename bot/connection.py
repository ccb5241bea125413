"""The line to Slack: Socket Mode, and a watchdog over it."""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.health import Health
from bot.people import WENT_WRONG
from bot.posting import make_client, refused

log = logging.getLogger(__name__)

PING = 5.0  # seconds between pings; the client itself reconnects after four without a pong
LOOK = 1.0
LINES = 2
REOPEN_AFTER = 30.0  # seconds of silence on one line
DEAD_AFTER = 90.0  # seconds without any line before giving up, so that a supervisor starts the bot anew
WRONG_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type"})


class NoConnection(Exception):
    """Teller cannot reach Slack."""


async def listen(
    app: AsyncApp,
    app_token: str,
    base_url: str,
    stop: asyncio.Event,
    *,
    health: Health | None = None,
    lines: int = LINES,
    ping: float = PING,
) -> None:
    """Hears Slack until `stop` is set, over several lines: while one is made anew, Slack uses the other.

    Raises `NoConnection` for a wrong token, or when every line stays dead.
    """
    client = make_client(app_token, base_url)
    await _check(app.client, client, app_token)
    handlers = [AsyncSocketModeHandler(app, app_token, web_client=client, ping_interval=ping) for _ in range(lines)]
    try:
        for handler in handlers:
            await handler.connect_async()  # type: ignore[no-untyped-call]
        log.info("Connected to Slack over %d lines", lines)
        await _watch(handlers, stop, ping, health or Health())
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]


async def _check(client: AsyncWebClient, lines: AsyncWebClient, app_token: str) -> None:
    """Both tokens before anything else: with a wrong one the Socket Mode client would try for ever."""
    try:
        setting = "SLACK_BOT_TOKEN (xoxb-…)"
        await client.auth_test()
        setting = "SLACK_APP_TOKEN (xapp-…)"
        await lines.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        if refused(error) in WRONG_TOKEN:
            raise NoConnection(f"Slack does not accept {setting}: {refused(error)}.") from None
        raise NoConnection(f"Slack does not let Teller in: {refused(error)}, asked with {setting}.") from None
    except (OSError, ClientError, TimeoutError):
        raise NoConnection(f"There is no Slack at {client.base_url}") from None


async def _watch(handlers: Sequence[AsyncSocketModeHandler], stop: asyncio.Event, ping: float, health: Health) -> None:
    """Socket Mode can die in silence: the client may say "connected" and hear nothing."""
    heard = [time.time()] * len(handlers)
    health.wanted = len(handlers)
    while not stop.is_set():
        for place, handler in enumerate(handlers):
            if await _hears(handler, ping):
                heard[place] = time.time()
            elif time.time() - heard[place] > REOPEN_AFTER:
                heard[place] += REOPEN_AFTER
                await _reopen(handler)
        health.lines = sum(time.time() - at < 2 * LOOK for at in heard)
        if not health.lines and time.time() - max(heard) > DEAD_AFTER:
            raise NoConnection(f"No line to Slack has heard anything for {DEAD_AFTER:.0f} seconds.")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK)


async def _reopen(handler: AsyncSocketModeHandler) -> None:
    """The client tries by itself, unless it takes a dead line for a living one."""
    log.warning("A line to Slack is dead; opening another")
    try:
        await handler.client.connect_to_new_endpoint(force=True)
    except WENT_WRONG as error:
        log.warning("It did not open: %s", type(error).__name__)


async def _hears(handler: AsyncSocketModeHandler, ping: float) -> bool:
    if not await handler.client.is_connected():
        return False
    last = handler.client.last_ping_pong_time
    return last is None or time.time() - last < 4 * ping
