"""Questions that begin with a button: the shortcuts, the form, and the examples in Home and in a welcome."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.ask_form import Place, ask_form, request
from bot.listeners.desk import Desk, place_of
from bot.listeners.words import moment
from tracking.preferences import Settled

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asking:
    desk: Desk

    async def anywhere(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """The global shortcut, and the button in Home."""
        await self._open(client, body, "", Place())
        await ack()

    async def about(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """The shortcut on a message: its words stand in the form, and the answer may go into its thread."""
        message, channel = body["message"], body["channel"]["id"]
        text = await self.desk.words(message.get("text", ""), context.bot_user_id or "")
        await self._open(client, body, text, Place(channel, message.get("thread_ts") or message["ts"]))
        await ack()

    async def sent(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """The form was sent, perhaps twice: the view's id makes it one question."""
        person = body["user"]["id"]
        asked = request(view["state"]["values"], view["private_metadata"])
        here = asked.place
        channel = here.channel if here else await self.desk.poster.direct(person)
        await self.desk.take(
            f"{channel}:{view['id']}",
            asked.text,
            person,
            channel,
            here.thread if here else "",
            datetime.now(UTC),
            "command",
            approach=asked.approach,
            private=here is None,
        )
        await ack()

    async def tried(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        """An example is asked: where the welcome stands, or from Home in direct messages."""
        person, place = body["user"]["id"], int(action["action_id"].rpartition("_")[2])
        channel, thread = place_of(body)
        if place < len(self.desk.examples):
            await self.desk.take(
                f"{channel or person}:{action['action_id']}:{person}:{action['action_ts']}",
                self.desk.examples[place],
                person,
                channel or await self.desk.poster.direct(person),
                thread,
                moment(action["action_ts"]),
                "button",
            )
        await ack()

    async def _open(self, client: AsyncWebClient, body: Payload, text: str, place: Place) -> None:
        chosen = await asyncio.to_thread(Settled(self.desk.ledger).of, body["user"]["id"])
        await client.views_open(trigger_id=body["trigger_id"], view=ask_form(text, place, chosen))
