"""A wrong token is told in a sentence, and the line stops when told to."""

import asyncio

import pytest

from bot.connection import NoConnection, listen
from bot.listeners.desk import Desk
from bot.people import People
from bot.posting import Poster, make_client
from bot.slack_app import build
from emulator.cast import APP_TOKEN, BOT_TOKEN
from emulator.human import words
from tests.bot.conftest import Office


def desk(office: Office, token: str, url: str = "") -> Desk:
    poster = Poster(make_client(token, url or f"{office.address}/api/"))
    return Desk(office.ledger, poster, People(poster.client), asyncio.Event())


async def test_a_wrong_bot_token_is_named(office: Office) -> None:
    app = build(desk(office, "xoxb-wrong"))
    with pytest.raises(NoConnection, match="SLACK_BOT_TOKEN"):
        await listen(app, APP_TOKEN, f"{office.address}/api/", asyncio.Event())


async def test_a_wrong_app_token_is_named(office: Office) -> None:
    app = build(desk(office, BOT_TOKEN))
    with pytest.raises(NoConnection, match="SLACK_APP_TOKEN"):
        await listen(app, "xapp-wrong", f"{office.address}/api/", asyncio.Event())


async def test_an_address_where_no_slack_is_gets_a_sentence(office: Office, unused_tcp_port: int) -> None:
    nowhere = f"http://127.0.0.1:{unused_tcp_port}/api/"
    app = build(desk(office, BOT_TOKEN, nowhere))
    with pytest.raises(NoConnection, match="no Slack at"):
        await listen(app, APP_TOKEN, nowhere, asyncio.Event())


async def test_a_dropped_line_is_taken_up_again(teller: Office) -> None:
    anna = await teller.person("U0ANNA0001")
    await anna.troubles(drop=True)
    ts = await anna.says("C0LENDING1", "@Teller How many customers?")
    await anna.until(
        lambda sight: any("number of customers" in words(reply) for reply in sight.thread("C0LENDING1", ts)), seconds=20
    )
