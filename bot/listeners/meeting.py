"""The first meeting: a welcome where Teller was added and to who opens it first, and prompts in the agent view."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncBoltContext
from slack_sdk.errors import SlackApiError

from bot.blocks.welcome import welcome
from bot.listeners.desk import Desk
from bot.listeners.home import Home
from bot.posting import refused
from tracking.state import States

log = logging.getLogger(__name__)

Event = dict[str, Any]

PROMPTS, OWN, TITLE = 4, 2, 40


@dataclass(frozen=True, slots=True)
class Meeting:
    """Each welcome is said once, whichever replica hears of it and how often."""

    desk: Desk

    async def joined(self, event: Event, context: AsyncBoltContext) -> None:
        """Teller was added to a channel."""
        if event["user"] != context.bot_user_id:
            return
        name = f"welcome in {event['channel']} at {event['event_ts']}"
        if await self._begins(name):
            await self._say(event["channel"], in_channel=True)

    async def opened(self, event: Event) -> None:
        """Home is drawn anew each time; the messages get their prompts, and the first time a welcome."""
        person = event["user"]
        if event.get("tab") == "home":
            await Home(self.desk).draw(person)
            return
        await self._prompt(event)
        if await self._begins(f"welcome to {person}"):
            await self._say(event["channel"], in_channel=False)

    async def _begins(self, name: str) -> bool:
        return await asyncio.to_thread(States(self.desk.ledger).begin, name, {})

    async def _say(self, channel: str, in_channel: bool) -> None:
        message = welcome(self.desk.bank, self.desk.examples, in_channel)
        try:
            await self.desk.poster.post(channel, message.text, message.blocks)
        except SlackApiError as error:
            log.warning("Could not say welcome in %s: %s", channel, refused(error))

    async def _prompt(self, event: Event) -> None:
        prompts = [
            {"title": _title(one), "message": one}
            for one in await asyncio.to_thread(prompts_for, self.desk, event["user"])
        ]
        if not prompts:
            return
        try:
            await self.desk.poster.client.assistant_threads_setSuggestedPrompts(
                channel_id=event["channel"], prompts=prompts, title="Ask about the bank"
            )
        except SlackApiError as error:  # a workspace without the agent view has no prompts, and needs none
            log.info("No prompts for %s: %s", event["user"], refused(error))


def prompts_for(desk: Desk, person: str) -> Sequence[str]:
    """What this person asked last and was answered, then the catalogue's examples: no more than four."""
    asked = desk.ledger.asked_by(person, 20)
    own = [entry.asked.text for entry in asked if entry.result and entry.result.outcome == "answered"]
    own = [text for text in dict.fromkeys(own) if len(text) <= 200]
    return list(dict.fromkeys([*own[:OWN], *desk.examples]))[:PROMPTS]


def _title(text: str) -> str:
    return text if len(text) <= TITLE else text[: TITLE - 1].rstrip() + "…"
