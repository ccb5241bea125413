"""The bot's own small web server: Slack's signed requests in HTTP mode, and `GET /health` for a supervisor."""

import asyncio
import logging

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.health import Health

log = logging.getLogger(__name__)

EVENTS = "/slack/events"  # the one request URL for events, interactivity and commands
LARGEST = 2 * 1024 * 1024  # bytes: no request of Slack's comes near it


class CannotServe(Exception):
    """The address that Teller is to listen at cannot be had."""


async def serve(
    host: str,
    port: int,
    stop: asyncio.Event,
    health: Health,
    app: AsyncApp | None = None,
    ready: asyncio.Event | None = None,
) -> None:
    """Until `stop` is set. With an `app` Slack may call: Bolt checks each request's signature and its age of five minutes.

    Raises `CannotServe` where something else listens there.
    """
    runner = web.AppRunner(_web_app(health, app), access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise CannotServe(
                f"Teller cannot listen at {host}:{port}: {error.strerror}. Check TELLER_HTTP_PORT."
            ) from None
        if app is not None:
            health.lines = None
            log.info("Slack may call %s on port %d", EVENTS, port)
        if ready is not None:
            ready.set()
        await stop.wait()
    finally:
        await runner.cleanup()


def _web_app(health: Health, app: AsyncApp | None) -> web.Application:
    there = web.Application(client_max_size=LARGEST)

    async def healthy(_: web.Request) -> web.Response:
        return web.json_response({"well": health.well, "parts": health.words()}, status=200 if health.well else 503)

    there.router.add_get("/health", healthy)
    if app is not None:
        bolt = app

        async def heard(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

        there.router.add_post(EVENTS, heard)
    return there
