"""The line between delivery and the MLflow server, which breaks in every way a line can break."""

import asyncio
import random
from contextlib import suppress
from typing import Literal

import aiohttp
from aiohttp import web

Trouble = Literal["none", "deaf", "away", "error", "hang"]
HANG = 30.0  # longer than any client here waits
DEAF_PART = 0.4  # how many replies are lost while the line is deaf


class Line:
    """A proxy on 127.0.0.1. `trouble` says what happens to requests from now on; the port never changes.

    away: nobody answers · error: 500 without asking the server · hang: taken and never answered ·
    deaf: the server does what it was asked, and some replies are lost on the way back.
    """

    def __init__(self, server: str, chance: random.Random) -> None:
        self.trouble: Trouble = "none"
        self.seen: dict[str, int] = {}
        self._server = server
        self._chance = chance
        self._sent: aiohttp.ClientSession | None = None

    async def start(self) -> str:
        """The address to give to MLflow's clients."""
        self._sent = aiohttp.ClientSession(auto_decompress=False)
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._pass)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()
        if self._sent:
            await self._sent.close()

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        trouble = self.trouble
        lost = trouble == "deaf" and self._chance.random() < DEAF_PART
        if trouble in ("away", "error", "hang") or lost:
            self.seen[trouble] = self.seen.get(trouble, 0) + 1
        if trouble == "error":
            return web.Response(status=500, text="upstream connect error")
        if trouble == "hang":
            await asyncio.sleep(HANG)
        if trouble in ("away", "hang"):
            return self._cut(request)
        try:
            reply = await self._ask(request)
        except (aiohttp.ClientError, OSError):
            return self._cut(request)  # the server was killed
        return self._cut(request) if lost else reply

    async def _ask(self, request: web.Request) -> web.Response:
        assert self._sent is not None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in ("host", "connection")}
        url = f"{self._server}{request.path_qs}"
        async with self._sent.request(request.method, url, headers=headers, data=await request.read()) as reply:
            kept = {n: v for n, v in reply.headers.items() if n.lower() in ("content-type", "content-encoding")}
            return web.Response(status=reply.status, headers=kept, body=await reply.read())

    def _cut(self, request: web.Request) -> web.Response:
        """No reply at all: the client sees the connection die."""
        with suppress(AttributeError):
            request.transport.abort()  # type: ignore[union-attr]
        return web.Response()
