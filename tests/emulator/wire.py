"""A Socket Mode connection without Bolt: every envelope as it comes, acknowledged only when the test says so."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from emulator.cast import APP_TOKEN

Json = dict[str, Any]
Connect = Callable[[AsyncApp], Awaitable[AsyncSocketModeHandler]]


class Wire:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self) -> Json:
        envelope: Json = await self.socket.receive_json(timeout=5)
        return envelope

    async def acknowledge(self, envelope: Json, payload: Json | None = None) -> None:
        await self.socket.send_json({"envelope_id": envelope["envelope_id"], "payload": payload or {}})

    async def interaction(self) -> Json:
        """The payload of the next click, view or command, not acknowledged; events before it are."""
        envelope = await self.next()
        while envelope["type"] == "events_api":
            await self.acknowledge(envelope)
            envelope = await self.next()
        payload: Json = envelope["payload"]
        return payload

    async def interactions_before(self, text: str) -> list[Json]:
        """What was clicked before that message was said; everything is acknowledged."""
        clicked: list[Json] = []
        while True:
            envelope = await self.next()
            await self.acknowledge(envelope)
            if envelope["type"] != "events_api":
                clicked.append(envelope["payload"])
            elif envelope["payload"]["event"].get("text") == text:
                return clicked

    async def event(self) -> Json:
        """The next event, acknowledged."""
        envelope = await self.next()
        await self.acknowledge(envelope)
        event: Json = envelope["payload"]["event"]
        return event


@asynccontextmanager
async def wire(client: AsyncWebClient) -> AsyncIterator[Wire]:
    url = (await client.apps_connections_open(app_token=APP_TOKEN))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json(timeout=5))["type"] == "hello"
        yield Wire(socket)
