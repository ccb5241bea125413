"""An app hears and may do what its manifest says, and its shortcuts are offered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from emulator.cast import ANNA, BOT_TOKEN
from emulator.human import Human, Turned
from emulator.manifest import BadManifest, Manifest, read_manifest
from emulator.server import make_app
from emulator.slack import Setup
from tests.emulator.wire import wire

ON_MESSAGE = {"name": "Ask about this", "type": "message", "callback_id": "about_this", "description": "…"}
ANYWHERE = {"name": "Ask", "type": "global", "callback_id": "ask_anywhere", "description": "…"}


@asynccontextmanager
async def slack(manifest: Manifest) -> AsyncIterator[tuple[AsyncWebClient, Human]]:
    runner = web.AppRunner(make_app(Setup(manifest=manifest, patience=1.0)), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with Human.at(address, ANNA) as anna:
            yield AsyncWebClient(token=BOT_TOKEN, base_url=f"{address}/api/"), anna
    finally:
        await runner.cleanup()


async def test_a_method_without_its_scope_is_refused_with_the_scope_it_needs():
    async with slack(Manifest(scopes=frozenset({"chat:write", "channels:read"}))) as (client, _):
        await client.conversations_info(channel="C0LENDING1")
        with pytest.raises(SlackApiError) as private:
            await client.conversations_info(channel="C0COMMITT1")
        with pytest.raises(SlackApiError) as file:
            await client.files_info(file="F1")
    assert private.value.response["needed"] == "groups:read"
    assert (file.value.response["error"], file.value.response["needed"]) == ("missing_scope", "files:read")
    assert file.value.response["provided"] == "channels:read,chat:write"


async def test_only_events_that_were_asked_for_are_sent():
    async with slack(Manifest(events=frozenset({"message.im"}))) as (client, anna), wire(client) as line:
        await anna.says("#lending", "@Teller in a channel")
        await anna.says(anna.direct, "to the app itself")
        assert (await line.event())["text"] == "to the app itself"


async def test_shortcuts_from_anywhere_and_on_a_message():
    manifest = Manifest(shortcuts=(ON_MESSAGE, ANYWHERE))
    async with slack(manifest) as (client, anna):
        said = await anna.says("#treasury", "The Swiss book grows")
        async with wire(client) as line:
            assert not await anna.uses("ask_anywhere")  # nobody acknowledged
            anywhere = await line.interaction()
            assert not await anna.uses("about_this", "#treasury", said)
            on_message = await line.interaction()
        with pytest.raises(Turned, match="no_such_shortcut"):
            await anna.uses("about_that")
    assert (anywhere["type"], anywhere["callback_id"]) == ("shortcut", "ask_anywhere")
    assert on_message["type"] == "message_action"
    assert on_message["message"]["text"] == "The Swiss book grows"
    assert on_message["channel"]["id"] == "C0TREASURY"


def test_our_own_manifest_can_be_read_and_anything_else_is_said(tmp_path: Path):
    own = read_manifest(Path(__file__).parents[2] / "slack-manifest.yaml")
    assert "/ask" in own.names
    assert "chat:write" in (own.scopes or ())
    (tmp_path / "other.yaml").write_text("features: 3")
    with pytest.raises(BadManifest, match=r"other\.yaml is no app manifest"):
        read_manifest(tmp_path / "other.yaml")
