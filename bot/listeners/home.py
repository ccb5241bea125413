"""The Home tab, its search, the settings, and what is said at the first meeting."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bank.errors import Unreachable
from bank.person import Person
from bot.blocks.home import home
from bot.blocks.settings_form import settings_form, settled, unclear
from bot.listeners.desk import Desk
from bot.listeners.homepage import homepage
from tracking.choices import StandingChoices
from tracking.preferences import Settled

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Home:
    desk: Desk

    async def draw(self, user: str, sought: str = "") -> None:
        """As things stand now."""
        person: Person | None = None
        with suppress(Unreachable):
            person = await self.desk.people.person(user)
        page = await asyncio.to_thread(homepage, self.desk, user, person, sought)
        await self.desk.poster.client.views_publish(user_id=user, view=home(page))

    async def searched(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        await self.draw(body["user"]["id"], action.get("value") or "")
        await ack()

    async def settings(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Opens the form as it stands."""
        person = body["user"]["id"]
        chosen = await asyncio.to_thread(Settled(self.desk.ledger).of, person)
        kept = await asyncio.to_thread(StandingChoices(self.desk.ledger).of, person)
        await client.views_open(trigger_id=body["trigger_id"], view=settings_form(chosen, self._words(), kept))
        await ack()

    async def settled(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """The form was sent."""
        person, words = body["user"]["id"], list(self._words())
        preferences, always = settled(view["state"]["values"], words)

        def keep() -> None:
            Settled(self.desk.ledger).keep(person, preferences)
            choices = StandingChoices(self.desk.ledger)
            others = [key for key in choices.of(person) if key.partition("=")[0] not in words]
            choices.forget(person)
            choices.keep(person, [*others, *always])

        await asyncio.to_thread(keep)
        await ack()
        await self.draw(person)

    def _words(self) -> dict[str, dict[str, str]]:
        return unclear(self.desk.door.catalogue) if self.desk.door else {}
