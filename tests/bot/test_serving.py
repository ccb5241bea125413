"""Signed HTTP on the same code, and what a supervisor's probe is told."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.health import STALE, Health
from bot.listeners.desk import Desk
from bot.people import People
from bot.posting import Poster, make_client
from bot.serving import EVENTS, CannotServe, serve
from bot.slack_app import build
from emulator.cast import BOT_TOKEN, SIGNING_SECRET
from emulator.human import Human, words
from emulator.server import make_app
from emulator.slack import Setup
from tests.bot.conftest import Office
from tests.bot.test_whole_way import answer_of

ANNA, LENDING = "U0ANNA0001", "C0LENDING1"


@pytest.fixture
async def called(office: Office, unused_tcp_port: int) -> AsyncIterator[str]:
    """The address of a Teller that Slack calls; the office's own Slack takes its place from here."""
    url = f"http://127.0.0.1:{unused_tcp_port}"
    runner = web.AppRunner(make_app(Setup(request_url=f"{url}{EVENTS}")), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    office.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    poster = Poster(make_client(BOT_TOKEN, f"{office.address}/api/"), pause=0)
    desk = Desk(office.ledger, poster, People(poster.client), office.wake)
    stop, ready = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(
        serve("127.0.0.1", unused_tcp_port, stop, desk.health, build(desk, SIGNING_SECRET), ready)
    )
    await ready.wait()
    yield url
    stop.set()
    await task
    await runner.cleanup()


async def test_a_question_is_answered_over_signed_http(office: Office, called: str) -> None:
    async with office.hires(), Human.at(office.address, ANNA) as anna:
        thread = await anna.says(LENDING, "@Teller How many customers?")
        answer = await answer_of(anna, LENDING, thread, "The number of customers")
        await anna.clicks(LENDING, answer["ts"], "comment")
        await anna.until(lambda sight: sight.view)
        assert await anna.commands("/ask", "help", LENDING)
        await anna.until(lambda sight: any("/ask private" in words(one) for one in sight.messages(LENDING)))


@pytest.mark.parametrize(
    ("secret", "age", "status"), [(SIGNING_SECRET, 0, 200), ("another secret", 0, 401), (SIGNING_SECRET, 600, 401)]
)
async def test_who_cannot_sign_or_signed_long_ago_is_not_heard(called: str, secret: str, age: int, status: int) -> None:
    body, at = json.dumps({"type": "url_verification", "challenge": "here"}), str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}
    headers["Content-Type"] = "application/json"
    async with aiohttp.ClientSession() as http, http.post(f"{called}{EVENTS}", data=body, headers=headers) as reply:
        assert reply.status == status


async def test_health_is_told_to_a_probe(called: str, office: Office) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{called}/health") as reply:
        told = await reply.json()
        assert (reply.status, told["well"]) == (503, False)
        assert "Slack calls this bot over HTTP" in told["parts"]


def test_a_bot_is_well_while_it_hears_slack_and_its_worker_looks() -> None:
    now = 100.0
    health = Health(lines=2, wanted=2, clock=lambda: now)
    assert not health.well
    health.works()
    assert health.well
    health.lines = 0
    assert not health.well
    health.lines = 1
    now += STALE + 1
    assert not health.well
    assert health.words() == ["Lines to Slack: 1 of 2 open", f"The worker has not looked for {STALE + 1:.0f} s"]


async def test_a_port_that_is_taken_gets_a_sentence(called: str) -> None:
    port = int(called.rpartition(":")[2])
    with pytest.raises(CannotServe, match="TELLER_HTTP_PORT"):
        await serve("127.0.0.1", port, asyncio.Event(), Health())


async def test_two_lines_are_open_and_a_dropped_one_comes_back(teller: Office) -> None:
    anna = await teller.person(ANNA)
    await anna.until(lambda sight: sight.connections == 2)
    await anna.troubles(refresh=True)
    with contextlib.suppress(TimeoutError):
        await anna.until(lambda sight: sight.connections < 2, seconds=1)
    await anna.until(lambda sight: sight.connections == 2, seconds=20)
