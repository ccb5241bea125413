"""The emulator's web server: every address on one screen, on 127.0.0.1 only."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from emulator import responses, ui, web_api
from emulator.cast import BOT_TOKEN
from emulator.errors import SlackError
from emulator.slack import Setup, Slack

SLACK = web.AppKey("slack", Slack)
HOST = "127.0.0.1"
PAGE = Path(__file__).parent / "page"
LARGEST_REQUEST = 32 * 1024 * 1024
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data: https:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortTaken(Exception):
    """Something else is already listening on that port."""


def make_app(setup: Setup | None = None) -> web.Application:
    """A new Slack with its own state, all in memory."""
    app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[_only_from_here])
    app[SLACK] = Slack(setup or Setup())
    app.add_routes(
        [
            web.route("*", "/api/{method}", _api),
            web.get("/link/", _link),
            web.post("/response/{key}", _respond),
            web.post("/upload/{key}", _upload),
            web.get("/files/{id}/{name}", _download),
            web.get("/ui/files/{id}/{name}", _download),
            web.get("/ui/state", _state),
            web.get("/ui/feed", _feed),
            web.post("/ui/faults", _faults),
            web.post("/ui/{act}", _act),
            web.get("/", _page),
            web.static("/page", PAGE),
        ]
    )
    app.on_startup.append(_begin)
    app.on_shutdown.append(_hang_up)
    return app


async def serve(app: web.Application, port: int, ready: Callable[[str], None]) -> None:
    """Serves until SIGINT or SIGTERM; `ready` is told the address once it answers."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as fault:
            raise PortTaken from fault
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        ready(f"http://{HOST}:{runner.addresses[0][1]}")
        await stop.wait()
    finally:
        await runner.cleanup()


@web.middleware
async def _only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Other sites a browser has open must not talk to this one, by whatever name they reach it."""
    host = request.host.rpartition(":")[0] or request.host
    origin = request.headers.get("Origin")
    if host not in (HOST, "localhost") or origin not in (None, f"http://{request.host}"):
        return web.Response(status=403, text="The emulator answers only its own page and programs on this computer.")
    return await handler(request)


async def _api(request: web.Request) -> web.StreamResponse:
    return await web_api.call(request.app[SLACK], request.match_info["method"], request)


async def _link(request: web.Request) -> web.StreamResponse:
    return await request.app[SLACK].sockets.serve(request)


async def _respond(request: web.Request) -> web.StreamResponse:
    return await responses.respond(request.app[SLACK], request.match_info["key"], request)


async def _upload(request: web.Request) -> web.StreamResponse:
    """A file's content, as the body or as the one part of a form."""
    if request.content_type == "multipart/form-data":
        parts = [part.file.read() for part in (await request.post()).values() if isinstance(part, web.FileField)]
        content = parts[0] if parts else b""
    else:
        content = await request.read()
    try:
        file = request.app[SLACK].files.receive(request.match_info["key"], content)
    except SlackError as refusal:
        return web.Response(status=400, text=refusal.error)
    return web.Response(text=f"OK - {file.length}")


async def _download(request: web.Request) -> web.StreamResponse:
    """For the app with its token, for the page without."""
    if not request.path.startswith("/ui/") and request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
        return web.Response(status=403, text="A file is given only to the bot's token.")
    try:
        file = request.app[SLACK].files.get(request.match_info["id"])
    except SlackError:
        return web.Response(status=404, text="There is no such file.")
    quoted = file.name.replace('"', "")
    headers = {"Content-Disposition": f'attachment; filename="{quoted}"', "X-Content-Type-Options": "nosniff"}
    return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)


async def _state(request: web.Request) -> web.StreamResponse:
    return await ui.state(request.app[SLACK], request)


async def _feed(request: web.Request) -> web.StreamResponse:
    return await ui.feed(request.app[SLACK], request)


async def _faults(request: web.Request) -> web.StreamResponse:
    return await ui.faults(request.app[SLACK], request)


async def _act(request: web.Request) -> web.StreamResponse:
    return await ui.do(request.app[SLACK], request.match_info["act"], request)


async def _page(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html", headers={"Content-Security-Policy": CONTENT_POLICY})


async def _begin(app: web.Application) -> None:
    app[SLACK].begin()


async def _hang_up(app: web.Application) -> None:
    await app[SLACK].shut()
