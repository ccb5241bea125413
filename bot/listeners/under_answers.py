"""The buttons and the menu under an answer: take it away as a file, explain, run again, share, take back."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import ids
from bot.blocks.explained import explained
from bot.blocks.share import share_form
from bot.ending import statements
from bot.handing import Format
from bot.listeners.desk import Desk, place_of
from bot.listeners.failures import GONE
from bot.listeners.words import moment
from bot.meanings import found_in
from bot.retracting import Retracting
from tracking.records import Entry

Payload = dict[str, Any]

TRY_AGAIN = "Slack was too slow to open the form. Please press again."
MAKING = "I am fetching the rows. The file comes in a moment."


@dataclass(frozen=True, slots=True)
class UnderAnswers:
    """Slack is told at once; what asks the bank goes on behind."""

    desk: Desk

    async def excel(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        await self._file(body, action["value"], "excel")
        await ack()

    async def chosen(self, ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient) -> None:
        """One line of the menu."""
        what, _, question_id = action["selected_option"]["value"].partition(":")
        deeds: dict[str, Callable[[], Awaitable[None]]] = {
            ids.CSV: lambda: self._file(body, question_id, "csv"),
            ids.EXPLAIN: lambda: self._explain(body, question_id),
            ids.RERUN: lambda: self._again(body, question_id, action),
            ids.SHARE_TO: lambda: self._share_form(body, question_id, client),
            ids.RETRACT: lambda: self._retract(body, question_id),
        }
        await deeds[what]() if what in deeds else await self.desk.tell(body, GONE)
        await ack()

    async def share(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """The form of Share … was sent."""
        question_id, person = view["private_metadata"], body["user"]["id"]
        channel = view["state"]["values"]["channel"]["channel"]["selected_conversation"]

        async def tell(sentence: str) -> None:
            entry = await self._entry(question_id)
            where = entry.message_channel if entry and entry.message_channel else channel
            await self.desk.whisper(where, person, sentence, _thread(entry, where))

        async def share() -> None:
            await tell(await self.desk.sharing.share(question_id, person, channel) if self.desk.sharing else GONE)

        self.desk.background.start(f"sharing {question_id} in {channel}", share(), tell)
        await ack()

    async def _file(self, body: Payload, question_id: str, wanted: Format) -> None:
        await self.desk.tell(body, MAKING)
        name, work = f"{wanted} of {question_id} for {body['user']['id']}", self._hand(body, question_id, wanted)
        self.desk.background.start(name, work, partial(self.desk.tell, body))

    async def _hand(self, body: Payload, question_id: str, wanted: Format) -> None:
        channel, thread = place_of(body)
        there = thread or body["container"]["message_ts"]
        handing, person = self.desk.handing, body["user"]["id"]
        sentence = await handing.hand(question_id, person, wanted, channel, there) if handing else GONE
        if sentence:
            await self.desk.tell(body, sentence)

    async def _explain(self, body: Payload, question_id: str) -> None:
        entry = await self._entry(question_id)
        if entry is None or entry.result is None or entry.result.outcome != "answered":
            await self.desk.tell(body, GONE)
            return
        result = entry.result
        notes = [note for statement in statements(result) for note in statement.notes]
        words = f"{entry.asked.text} {result.reading}"
        meanings = found_in(self.desk.door.catalogue, words) if self.desk.door else []
        channel, thread = place_of(body)
        message = explained(entry.asked.text, result, notes, meanings)
        await self.desk.poster.whisper(channel, body["user"]["id"], message, thread)

    async def _again(self, body: Payload, question_id: str, action: Payload) -> None:
        """Anybody may: the same words are asked anew, by whoever pressed it and with their rights."""
        entry = await self._entry(question_id)
        if entry is None:
            await self.desk.tell(body, GONE)
            return
        channel, thread = place_of(body)
        ts, person = body["container"]["message_ts"], body["user"]["id"]
        await self.desk.take(
            f"{channel}:{ts}:again:{person}:{action['action_ts']}",
            entry.asked.text,
            person,
            channel,
            thread or ts,
            moment(action["action_ts"]),
            "button",
            approach=entry.asked.approach,
            private=entry.asked.private,
        )

    async def _share_form(self, body: Payload, question_id: str, client: AsyncWebClient) -> None:
        try:
            await client.views_open(trigger_id=body["trigger_id"], view=share_form(question_id))
        except SlackApiError:
            await self.desk.tell(body, TRY_AGAIN)

    async def _retract(self, body: Payload, question_id: str) -> None:
        retracting = Retracting(self.desk.ledger, self.desk.poster)
        sentence = await retracting.retract(await self._entry(question_id), body["user"]["id"])
        if sentence:
            await self.desk.tell(body, sentence)

    async def _entry(self, question_id: str) -> Entry | None:
        return await asyncio.to_thread(self.desk.ledger.entry, question_id)


def _thread(entry: Entry | None, channel: str) -> str:
    return entry.asked.in_thread if entry and channel == entry.asked.channel else ""
