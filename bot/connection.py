"""The line to Slack: Socket Mode, and a watchdog over it."""

import asyncio
import logging
import time

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.posting import make_client, refused

log = logging.getLogger(__name__)

PING = 5.0  # seconds between pings; the client itself reconnects after four without a pong
LOOK = 1.0
DEAD_AFTER = 90.0  # seconds without a line before giving up, so that a supervisor starts the bot anew
WRONG_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type"})


class NoConnection(Exception):
    """Teller cannot reach Slack."""


async def listen(app: AsyncApp, app_token: str, base_url: str, stop: asyncio.Event, ping: float = PING) -> None:
    """Hears Slack until `stop` is set. Raises `NoConnection` for a wrong token or when the line stays dead."""
    lines = make_client(app_token, base_url)
    await _check(app.client, lines, app_token)
    handler = AsyncSocketModeHandler(app, app_token, web_client=lines, ping_interval=ping)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        log.info("Connected to Slack")
        await _watch(handler, stop, ping)
    finally:
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


async def _watch(handler: AsyncSocketModeHandler, stop: asyncio.Event, ping: float) -> None:
    """Socket Mode can die in silence: the client may say "connected" and hear nothing."""
    alive = time.time()
    while not stop.is_set():
        if await _hears(handler, ping):
            alive = time.time()
        elif time.time() - alive > DEAD_AFTER:
            raise NoConnection(f"The line to Slack has been dead for {DEAD_AFTER:.0f} seconds.")
        try:
            await asyncio.wait_for(stop.wait(), LOOK)
        except TimeoutError:
            continue


async def _hears(handler: AsyncSocketModeHandler, ping: float) -> bool:
    if not await handler.client.is_connected():
        return False
    last = handler.client.last_ping_pong_time
    return last is None or time.time() - last < 4 * ping
