"""Socket Mode: one envelope to one socket, acknowledged within three seconds or sent again."""

import asyncio
import json
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from emulator.cast import APP_ID

Json = dict[str, Any]
HOST = "emulator"


class Sockets:
    """The app's open connections and what it has not acknowledged yet.

    `patience` is the seconds an app has to acknowledge; `retries` the seconds before each redelivery of an event: 0, 60
    and 300 as with Slack. A socket that connects ends a wait, so that nothing asked too early is late.
    """

    def __init__(self, changed: Callable[[], None], patience: float, retries: Sequence[float]) -> None:
        self._changed = changed
        self._patience = patience
        self._retries = tuple(retries)
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._lines: dict[web.WebSocketResponse, asyncio.BaseTransport | None] = {}
        self._awaited: dict[str, asyncio.Future[Json]] = {}
        self._arrived = asyncio.Event()
        self.twice = 0

    @property
    def count(self) -> int:
        return len(self._open)

    def ticket(self) -> str:
        """The one-time right to connect that `apps.connections.open` gives out."""
        ticket = secrets.token_urlsafe(18)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket end of one connection, from hello to goodbye."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="This ticket was never given out, or was used before.")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        self._open.append(socket)
        self._lines[socket] = request.transport
        try:
            await socket.send_json(self._hello())
            self._welcome()
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledged(frame.data)
        except ConnectionError:
            pass  # gone before it was greeted
        finally:
            self._forget(socket)
        return socket

    async def event(self, payload: Json) -> None:
        """Delivers an event until it is acknowledged or every retry is used up."""
        for attempt, wait in enumerate((0.0, *self._retries)):
            await self._rest(wait)
            reason = "timeout" if attempt else ""
            if await self._send("events_api", payload, retry_attempt=attempt, retry_reason=reason) is not None:
                break
        if self.twice > 0:
            self.twice -= 1
            await self._send("events_api", payload, retry_attempt=1, retry_reason="timeout")

    async def ask(self, kind: str, payload: Json) -> Json | None:
        """Delivers a click, a view or a command once; the app's answer, or None if it did not acknowledge."""
        return await self._send(kind, payload)

    async def refresh(self) -> None:
        """Asks every socket to make place for a new connection, as Slack does every few hours."""
        leaving, self._open = self._open, []
        for socket in leaving:
            with suppress(ConnectionError):
                await socket.send_json(
                    {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": HOST}}
                )
        self._changed()

    def drop(self) -> None:
        """Cuts every connection without a word."""
        for line in self._lines.values():
            if isinstance(line, asyncio.WriteTransport):
                line.abort()

    async def shut(self) -> None:
        for socket in tuple(self._lines):
            await socket.close(code=1001, message=b"the emulator stops")

    async def _send(self, kind: str, payload: Json, **retry: int | str) -> Json | None:
        socket = await self._next_socket()
        if socket is None:
            return None
        envelope_id = str(uuid4())
        acknowledged: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._awaited[envelope_id] = acknowledged
        answerable = kind != "events_api"
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": answerable,
            "payload": payload,
        }
        try:
            await socket.send_json(envelope | retry)
            return await asyncio.wait_for(acknowledged, self._patience)
        except (TimeoutError, ConnectionError):
            return None
        finally:
            del self._awaited[envelope_id]

    async def _next_socket(self) -> web.WebSocketResponse | None:
        if not self._open:
            await self._rest(self._patience)
        if not self._open:
            return None
        self._open.append(self._open.pop(0))
        return self._open[-1]

    async def _rest(self, seconds: float) -> None:
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), seconds)

    def _welcome(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()
        self._changed()

    def _forget(self, socket: web.WebSocketResponse) -> None:
        del self._lines[socket]
        if socket in self._open:
            self._open.remove(socket)
        self._changed()

    def _acknowledged(self, frame: str) -> None:
        try:
            answer = json.loads(frame)
        except ValueError:
            return
        envelope_id = answer.get("envelope_id") if isinstance(answer, dict) else None
        waiting = self._awaited.get(envelope_id) if isinstance(envelope_id, str) else None
        if waiting is not None and not waiting.done():
            payload = answer.get("payload")
            waiting.set_result(payload if isinstance(payload, dict) else {})

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": HOST, "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP_ID},
        }
