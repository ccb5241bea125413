"""The line to Slack: Socket Mode, and a watchdog over it."""

import asyncio
import logging
import time

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.posting import make_client, refused

log = logging.getLogger(__name__)

PING = 5.0  # seconds between pings; the client itself reconnects after four without a pong
LOOK = 1.0
DEAD_AFTER = 90.0  # seconds without a line before giving up, so that a supervisor starts the bot anew
WRONG_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type"})


class NoConnection(Exception):
    """Teller cannot reach Slack."""


async def listen(app: AsyncApp, app_token: str, base_url: str, stop: asyncio.Event) -> None:
    """Hears Slack until `stop` is set. Raises `NoConnection` for a wrong token or when the line stays dead."""
    await _check(app)
    handler = AsyncSocketModeHandler(app, app_token, web_client=make_client(app_token, base_url), ping_interval=PING)
    try:
        await _connect(handler)
        log.info("Connected to Slack")
        await _watch(handler, stop)
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def _check(app: AsyncApp) -> None:
    try:
        await app.client.auth_test()
    except SlackApiError as error:
        if refused(error) in WRONG_TOKEN:
            raise NoConnection("Slack does not accept SLACK_BOT_TOKEN. It begins with xoxb-.") from None
        raise NoConnection(f"Slack answered auth.test with {refused(error)}.") from None
    except OSError:
        raise NoConnection(f"There is no Slack at {app.client.base_url}.") from None


async def _connect(handler: AsyncSocketModeHandler) -> None:
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
    except SlackApiError as error:
        if refused(error) in WRONG_TOKEN:
            raise NoConnection("Slack does not accept SLACK_APP_TOKEN. It begins with xapp-.") from None
        raise NoConnection(f"Slack answered apps.connections.open with {refused(error)}.") from None


async def _watch(handler: AsyncSocketModeHandler, stop: asyncio.Event) -> None:
    """Socket Mode can die in silence: the client may say "connected" and hear nothing."""
    alive = time.time()
    while not stop.is_set():
        if await _hears(handler):
            alive = time.time()
        elif time.time() - alive > DEAD_AFTER:
            raise NoConnection(f"The line to Slack has been dead for {DEAD_AFTER:.0f} seconds.")
        try:
            await asyncio.wait_for(stop.wait(), LOOK)
        except TimeoutError:
            continue


async def _hears(handler: AsyncSocketModeHandler) -> bool:
    if not await handler.client.is_connected():
        return False
    last = handler.client.last_ping_pong_time
    return last is None or time.time() - last < 4 * PING
