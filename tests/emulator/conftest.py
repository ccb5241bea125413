"""A Slack of its own for each test, two people in it, and unmodified Bolt apps that connect to it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from emulator.cast import ANNA, APP_TOKEN, BEN, BOT_TOKEN
from emulator.human import Human
from emulator.server import SLACK, make_app
from emulator.slack import Setup
from tests.emulator.wire import Connect


@pytest.fixture
async def server() -> AsyncIterator[web.AppRunner]:
    """Impatient, so that redeliveries need not be waited for."""
    runner = web.AppRunner(make_app(Setup(patience=0.3, retries=(0.0, 0.05))), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner
    await runner.cleanup()


@pytest.fixture
def address(server: web.AppRunner) -> str:
    return f"http://127.0.0.1:{server.addresses[0][1]}"


@pytest.fixture
async def anna(address: str) -> AsyncIterator[Human]:
    async with Human.at(address, ANNA) as human:
        yield human


@pytest.fixture
async def ben(address: str) -> AsyncIterator[Human]:
    async with Human.at(address, BEN) as human:
        yield human


@pytest.fixture
def client(address: str) -> AsyncWebClient:
    return AsyncWebClient(token=BOT_TOKEN, base_url=f"{address}/api/")


@pytest.fixture
def bolt(client: AsyncWebClient) -> AsyncApp:
    """An event whose listener raises stays unacknowledged."""
    return AsyncApp(client=client, process_before_response=True)


@pytest.fixture
async def connect(server: web.AppRunner) -> AsyncIterator[Connect]:
    """Opens one more Socket Mode connection; all are closed in the end."""
    sockets = server.app[SLACK].sockets
    async with AsyncExitStack() as stack:

        async def connected(app: AsyncApp) -> AsyncSocketModeHandler:
            handler = AsyncSocketModeHandler(app, APP_TOKEN, web_client=app.client, ping_interval=0.2)
            stack.push_async_callback(handler.close_async)
            before = sockets.count
            await handler.connect_async()
            assert sockets.count == before + 1
            return handler

        yield connected
