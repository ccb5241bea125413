"""Trouble for the demo, until it is ended: a bank that does not answer, a model that is away.

`python -m app.trouble bank FILE` keeps an SQLite bank locked; `model FLAG` keeps the file FLAG there, and while it is there
`line PORT URL FLAG`, which passes requests on to a model, refuses them.
"""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

KEPT = ("Content-Type", "Authorization", "Accept")


@contextmanager
def locked(bank: Path) -> Iterator[None]:
    """Nobody can read the bank: it is as busy as a bank can be."""
    connection = sqlite3.connect(bank, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        connection.close()


@contextmanager
def flagged(flag: Path) -> Iterator[None]:
    flag.touch()
    try:
        yield
    finally:
        flag.unlink(missing_ok=True)


def line(url: str, flag: Path) -> web.Application:
    """Passes every request on to the model at `url`, except while `flag` is there."""

    async def passed(request: web.Request) -> web.StreamResponse:
        if flag.exists():  # noqa: ASYNC240 - a look at one local file
            return web.json_response({"error": {"message": "The demo has broken the model."}}, status=503)
        headers = {name: request.headers[name] for name in KEPT if name in request.headers}
        async with (
            aiohttp.ClientSession(auto_decompress=True) as session,
            session.request(
                request.method, f"{url.rstrip('/')}/{request.match_info['rest']}",
                data=await request.read(), headers=headers,
            ) as reply,
        ):  # fmt: skip
            answer = web.StreamResponse(
                status=reply.status, headers={"Content-Type": reply.headers.get("Content-Type", "application/json")}
            )
            await answer.prepare(request)
            async for part in reply.content.iter_any():
                await answer.write(part)
            return answer

    app = web.Application(client_max_size=32 * 1024 * 1024)
    app.router.add_route("*", "/v1/{rest:.*}", passed)
    return app


async def serve(port: int, url: str, flag: Path) -> None:
    runner = web.AppRunner(line(url, flag), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


def main(kind: str, *words: str) -> None:
    """Until SIGTERM or Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if kind == "line":
            port, url, flag = words
            asyncio.run(serve(int(port), url, Path(flag)))
        with {"bank": locked, "model": flagged}[kind](Path(words[0])):
            print("on", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
