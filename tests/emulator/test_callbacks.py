"""Signed HTTP: an unmodified Bolt app hears everything at its request URL, and trusts nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from emulator.cast import ANNA, BOT_TOKEN, SIGNING_SECRET
from emulator.human import Human, words
from emulator.server import make_app
from emulator.slack import Setup


class Stand:
    """The emulator and a Bolt app that listens for HTTP; `refuse` the next so many requests."""

    def __init__(self, app: AsyncApp, anna: Human, url: str) -> None:
        self.app, self.anna, self.url = app, anna, url
        self.refuse = 0
        self.retries: list[str] = []


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    hearing = web.Application()
    ears = web.AppRunner(hearing, shutdown_timeout=0.1)
    stand: Stand | None = None

    async def heard(request: web.Request) -> web.StreamResponse:
        assert stand is not None
        if stand.refuse > 0:
            stand.refuse -= 1
            return web.Response(status=500)
        stand.retries.append(request.headers.get("X-Slack-Retry-Num", ""))
        return await to_aiohttp_response(await stand.app.async_dispatch(await to_bolt_request(request)))

    hearing.router.add_post("/slack/events", heard)
    await ears.setup()
    await web.TCPSite(ears, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{ears.addresses[0][1]}/slack/events"
    slack = web.AppRunner(make_app(Setup(request_url=url, patience=1.0, retries=(0.0, 0.05))), shutdown_timeout=0.1)
    await slack.setup()
    site = web.TCPSite(slack, "127.0.0.1", 0)
    await site.start()
    address = f"http://127.0.0.1:{slack.addresses[0][1]}"
    client = AsyncWebClient(token=BOT_TOKEN, base_url=f"{address}/api/")
    app = AsyncApp(client=client, signing_secret=SIGNING_SECRET, process_before_response=True)
    async with Human.at(address, ANNA) as anna:
        stand = Stand(app, anna, url)
        await anna.until(lambda sight: sight.connections)
        stand.retries.clear()
        yield stand
    await slack.cleanup()
    await ears.cleanup()


async def test_events_clicks_commands_and_modals_over_signed_http(stand: Stand):
    app, anna = stand.app, stand.anna
    button = {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}}

    @app.event("app_mention")
    async def mention(event, say):
        await say("Here", blocks=[{"type": "actions", "elements": [button]}], thread_ts=event["ts"])

    @app.event("message")
    async def message():
        pass

    @app.action("more")
    async def more(ack, body, client):
        await ack()
        title = {"type": "plain_text", "text": "More"}
        view = {
            "type": "modal",
            "callback_id": "form",
            "title": title,
            "submit": title,
            "blocks": [{"type": "divider"}],
        }
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("form")
    async def form(ack):
        await ack(response_action="clear")

    @app.command("/ask")
    async def ask(ack):
        await ack("Only for you")

    asked = await anna.says("#lending", "@Teller more?")
    [reply] = await anna.until(lambda sight: sight.thread("#lending", asked))
    assert await anna.clicks("#lending", reply["ts"], "more")
    view = await anna.until(lambda sight: sight.view)
    assert (await anna.submits(view["id"], {}))["acknowledged"]
    assert (await anna.looks()).view is None
    assert await anna.commands("/ask", "x")
    assert "Only for you" in [words(one) for one in await anna.sees("#general")]


async def test_an_event_that_is_not_acknowledged_comes_again_and_says_so(stand: Stand):
    heard, arrived = [], asyncio.Event()

    @stand.app.event("message")
    async def message(event):
        heard.append(event["text"])
        arrived.set()

    stand.refuse = 2
    await stand.anna.says(stand.anna.direct, "again")
    async with asyncio.timeout(5):
        await arrived.wait()
    assert heard == ["again"]
    assert stand.retries == ["2"]


async def test_the_app_refuses_what_is_not_signed(stand: Stand):
    body = json.dumps({"type": "event_callback", "event": {"type": "message", "channel": "C1", "ts": "1.0"}})
    forged = {
        "Content-Type": "application/json",
        "X-Slack-Signature": "v0=0",
        "X-Slack-Request-Timestamp": "1",
    }
    async with aiohttp.ClientSession() as session, session.post(stand.url, data=body, headers=forged) as reply:
        assert reply.status == 401
