"""Whoever looks after Teller says what became of a 👎, and its voter is told."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bank.errors import BankError
from bot.blocks.review_form import review_form, reviewed, what_became
from bot.listeners.desk import Desk
from bot.listeners.home import Home
from bot.posting import refused
from tracking.reviews import Review, Reviews

log = logging.getLogger(__name__)

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The policy says who: what a click claims is looked up again each time."""

    desk: Desk

    async def looked(self, ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient) -> None:
        """The button beside a 👎 in Home."""
        if await self._may(body["user"]["id"]):
            voter, _, question_id = action["value"].partition(":")
            await client.views_open(trigger_id=body["trigger_id"], view=review_form(voter, question_id))
        await ack()

    async def sent(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """The form was sent, perhaps twice: it is told once."""
        by = body["user"]["id"]
        if not await self._may(by):
            await ack(response_action="errors", errors={"outcome": "Your role does not look after me any more."})
            return
        voter, _, question_id = view["private_metadata"].partition(":")
        outcome, words = reviewed(view["state"]["values"])
        review = Review(question_id, voter, outcome, words, by, datetime.now(UTC))
        new = await asyncio.to_thread(Reviews(self.desk.ledger).put, review)
        await ack()
        if new:
            await self._tell(review)
        await Home(self.desk).draw(by)

    async def _may(self, user: str) -> bool:
        try:
            person = await self.desk.people.person(user)
        except BankError:
            return False
        return self.desk.door is not None and self.desk.door.rights.policy.looks_after(person)

    async def _tell(self, review: Review) -> None:
        entry = await asyncio.to_thread(self.desk.ledger.entry, review.question_id)
        question = entry.asked.text if entry else ""
        message = what_became(question, review.outcome, review.by, review.words)
        try:
            channel = await self.desk.poster.direct(review.person)
            await self.desk.poster.post(channel, message.text, message.blocks)
        except SlackApiError as error:
            log.warning("%s could not be told what became of a vote: %s", review.person, refused(error))
