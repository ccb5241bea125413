"""Socket Mode: hello, acknowledgement, redelivery, reconnection."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from emulator.cast import APP_TOKEN, BOT_TOKEN
from emulator.human import Human
from tests.emulator.wire import Connect, wire

Json = dict[str, Any]


async def test_an_event_that_was_not_acknowledged_is_sent_again(client: AsyncWebClient, anna: Human) -> None:
    async with wire(client) as line:
        await anna.says("#lending", "hello")
        first, second, third = [await line.next() for _ in range(3)]
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert [(again["retry_attempt"], again["retry_reason"]) for again in (second, third)] == [
        (1, "timeout"),
        (2, "timeout"),
    ]
    assert first["payload"] == second["payload"] == third["payload"]
    assert len({envelope["envelope_id"] for envelope in (first, second, third)}) == 3


async def test_a_listener_that_failed_hears_the_event_again(bolt: AsyncApp, connect: Connect, anna: Human) -> None:
    tries: list[str] = []
    done = asyncio.Event()

    @bolt.event("message")
    async def fails_once(body: Json) -> None:
        tries.append(body["event_id"])
        if len(tries) == 1:
            raise ValueError("the ledger was busy")
        done.set()

    await connect(bolt)
    await anna.says("#lending", "hello")
    await asyncio.wait_for(done.wait(), 5)
    assert tries[0] == tries[1]


async def test_an_acknowledged_event_is_sent_twice_on_request_only(client: AsyncWebClient, anna: Human) -> None:
    async with wire(client) as line:
        await anna.troubles(twice=1)
        for text in ("one", "two"):
            await anna.says("#lending", text)
        texts = [(await line.event())["text"] for _ in range(3)]
    assert sorted(texts) in (["one", "one", "two"], ["one", "two", "two"])


async def test_an_envelope_goes_to_one_socket_only(connect: Connect, client: AsyncWebClient, anna: Human) -> None:
    heard: list[tuple[int, str]] = []
    done = asyncio.Event()

    def ear(number: int) -> Callable[[Json], Awaitable[None]]:
        async def hear(event: Json) -> None:
            heard.append((number, event["text"]))
            if len(heard) == 4:
                done.set()

        return hear

    for number in (1, 2):
        app = AsyncApp(client=client, process_before_response=True)
        app.event("message")(ear(number))
        await connect(app)
    for text in ("a", "b", "c", "d"):
        await anna.says("#lending", text)
    await asyncio.wait_for(done.wait(), 5)
    assert sorted(text for _, text in heard) == ["a", "b", "c", "d"]
    assert {number for number, _ in heard} == {1, 2}


async def test_what_was_said_before_the_app_connected_is_delivered(client: AsyncWebClient, anna: Human) -> None:
    await anna.says("#lending", "early")
    async with wire(client) as line:
        assert (await line.event())["text"] == "early"


@pytest.mark.parametrize("trouble", ["refresh", "drop"])
async def test_an_app_comes_back_after_a_disconnection(
    bolt: AsyncApp, connect: Connect, anna: Human, trouble: str
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    @bolt.event("message")
    async def hear(event: Json) -> None:
        heard.put_nowait(event["text"])

    await connect(bolt)
    await anna.troubles(**{trouble: True})
    await anna.until(lambda sight: sight.connections == 1, seconds=10)
    await anna.says("#lending", "still there?")
    assert await asyncio.wait_for(heard.get(), 10) == "still there?"


async def test_a_refresh_is_announced_and_the_old_socket_hears_nothing_more(
    client: AsyncWebClient, anna: Human
) -> None:
    async with wire(client) as old:
        await anna.troubles(refresh=True)
        assert (await old.next())["reason"] == "refresh_requested"
        async with wire(client) as new:
            await anna.says("#lending", "hello")
            assert (await new.event())["text"] == "hello"


async def test_a_ticket_works_once_and_nonsense_does_no_harm(client: AsyncWebClient) -> None:
    url = (await client.apps_connections_open(app_token=APP_TOKEN))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json(timeout=5))["num_connections"] == 1
        for nonsense in ("no json", '["no", "object"]', '{"envelope_id": ["nobody"]}'):
            await socket.send_str(nonsense)
        await socket.ping()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        assert not socket.closed


@pytest.mark.parametrize(
    ("token", "error"), [("xapp-somebody-elses", "invalid_auth"), (BOT_TOKEN, "not_allowed_token_type")]
)
async def test_only_the_app_token_opens_a_connection(client: AsyncWebClient, token: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await client.apps_connections_open(app_token=token)
