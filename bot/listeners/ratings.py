"""What people think of an answer: thumbs, emoji, the comment form."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.actions import invite_comment
from bot.blocks.comment import about, comment_form, said
from bot.listeners.desk import Desk, place_of
from bot.listeners.failures import GONE
from bot.listeners.stopping import SIGNS, Stopping
from bot.listeners.words import moment
from bot.retracting import Retracting
from tracking.records import Entry, Vote

Payload = dict[str, Any]

THUMBS = {"+1": True, "thumbsup": True, "-1": False, "thumbsdown": False}
WASTEBASKET = "wastebasket"
THANKS_UP = "Thank you. It counts in what people read about me each week. Press 👎 if you change your mind."
THANKS = (
    "Thank you. Your word on this answer is noted, and stands in the list of the people who look after me. "
    "Once one of them has looked at it, I tell you what became of it."
)


@dataclass(frozen=True, slots=True)
class Ratings:
    """Anybody who sees an answer may vote; the last word of each counts."""

    desk: Desk

    async def thumb(self, ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient) -> None:
        """The thumbs under an answer. 👎 asks what was wrong."""
        direction, _, question_id = action["value"].partition(":")
        up = direction == "up"
        entry = await self._entry(question_id)
        if entry is None:
            await self.desk.tell(body, GONE)
        else:
            at = moment(action["action_ts"])
            new = await asyncio.to_thread(self.desk.ledger.vote, Vote(question_id, body["user"]["id"], up, at))
            if not up:
                await self._open(client, body, question_id, at)
            elif new:
                await self.desk.tell(body, THANKS_UP)
        await ack()

    async def comment(self, ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient) -> None:
        """The Comment button."""
        if await self._entry(action["value"]) is None:
            await self.desk.tell(body, GONE)
        else:
            await self._open(client, body, action["value"], moment(action["action_ts"]))
        await ack()

    async def submitted(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """The comment form was sent, perhaps twice: the second time says nothing new.

        It counts from when it was opened. By when it arrives here, a form that a slow replica took up late would undo
        the thumb that its author pressed after sending it again elsewhere.
        """
        (question_id, opened), person = about(view["private_metadata"]), body["user"]["id"]
        up, reason, comment = said(view["state"]["values"])
        entry = await self._entry(question_id)
        if entry is None:
            await ack(response_action="errors", errors={"comment": GONE})
            return
        vote = Vote(question_id, person, up, opened, reason, comment)
        new = await asyncio.to_thread(self.desk.ledger.vote, vote)
        await ack()
        if new and entry.message_ts:
            await self.desk.whisper(entry.message_channel, person, THANKS_UP if up else THANKS, _thread(entry))

    async def reaction_added(self, event: Payload) -> None:
        """👍 or 👎 as an emoji on the answer, in whatever skin tone."""
        if event["reaction"] in SIGNS:
            await Stopping(self.desk).reacted(event)
            return
        if event["reaction"] == WASTEBASKET:
            await self._take_back(event)
            return
        up, entry = await self._reacted(event)
        if up is None or entry is None:
            return
        vote = Vote(entry.asked.id, event["user"], up, moment(event["event_ts"]))
        new = await asyncio.to_thread(self.desk.ledger.vote, vote)
        if new and not up:
            message = invite_comment(entry.asked.id)
            await self.desk.poster.whisper(entry.message_channel, event["user"], message, _thread(entry))

    async def reaction_removed(self, event: Payload) -> None:
        """Takes the vote back, unless the person has voted the other way since; it may arrive before the vote."""
        up, entry = await self._reacted(event)
        if up is not None and entry is not None:
            at = moment(event["event_ts"])
            await asyncio.to_thread(self.desk.ledger.unvote, entry.asked.id, event["user"], up, at)

    async def _take_back(self, event: Payload) -> None:
        """🗑️ by whoever asked; by others it is an emoji like any other."""
        item = event["item"]
        if item.get("type") != "message":
            return
        entry = await asyncio.to_thread(self.desk.ledger.by_message, item["channel"], item["ts"])
        if entry is not None and entry.asked.person == event["user"]:
            sentence = await Retracting(self.desk.ledger, self.desk.poster).retract(entry, event["user"])
            if sentence:
                await self.desk.whisper(item["channel"], event["user"], sentence, _thread(entry))

    async def _reacted(self, event: Payload) -> tuple[bool | None, Entry | None]:
        up = THUMBS.get(event["reaction"].partition("::")[0])
        item = event["item"]
        if up is None or item.get("type") != "message":
            return None, None
        return up, await asyncio.to_thread(self.desk.ledger.by_message, item["channel"], item["ts"])

    async def _entry(self, question_id: str) -> Entry | None:
        return await asyncio.to_thread(self.desk.ledger.entry, question_id)

    async def _open(self, client: AsyncWebClient, body: Payload, question_id: str, at: datetime) -> None:
        """The form, filled with what the person said before; a button to open it if Slack was too slow."""
        votes = await asyncio.to_thread(self.desk.ledger.votes, question_id)
        mine = next((vote for vote in votes if vote.person == body["user"]["id"]), None)
        form = comment_form(
            question_id, at, mine.up if mine else None, mine.reason if mine else "", mine.comment if mine else ""
        )
        try:
            await client.views_open(trigger_id=body["trigger_id"], view=form)
        except SlackApiError:
            channel, thread = place_of(body)
            await self.desk.poster.whisper(channel, body["user"]["id"], invite_comment(question_id), thread)


def _thread(entry: Entry) -> str:
    return entry.asked.in_thread if entry.message_channel == entry.asked.channel else ""
