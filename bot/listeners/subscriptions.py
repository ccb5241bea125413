"""Standing orders: by the buttons under an answer, by words, and what is done with those that stand."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bank.errors import BankError
from bot.blocks.message import Message, escape
from bot.blocks.subscription_forms import Wanted, alert_form, change_form, chosen, subscribe_form
from bot.blocks.subscriptions import changed, listed
from bot.condition import WINDOWS, Condition, UnclearCondition
from bot.listeners.desk import Desk, place_of
from bot.listeners.failures import GONE
from bot.listeners.home import Home
from bot.ordering import NO_FIGURE
from bot.schedule_words import UnclearTime
from bot.standing import CHECKS, Order, order_in
from generators.contract import GenerationFailed
from tracking.records import Entry

Payload = dict[str, Any]

NOT_YOURS = "That is not yours, or it was deleted already."
PAUSED = "Paused. Nothing is sent until you resume it."
RESUMED = "It goes on from here; what came due meanwhile is not made up for."
DELETED = "Deleted."
TESTING = "I send it to you now, in our direct messages."
AGAIN = "That took Slack too long. Please press again."


@dataclass(frozen=True, slots=True)
class Standing:
    desk: Desk

    async def subscribe(self, ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient) -> None:
        """The button under an answer that sends it again and again."""
        entry = await self._entry(action["value"])
        if entry is None:
            await self._tell(body, GONE)
        else:
            await self._open(client, body, subscribe_form(_place(body, entry)))
        await ack()

    async def alert(self, ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient) -> None:
        """The button under an answer that watches a figure of it."""
        await ack()
        entry, ordering = await self._entry(action["value"]), self.desk.ordering
        if entry is None or ordering is None:
            await self._tell(body, GONE)
            return
        try:
            figures = await ordering.figures(entry, body["user"]["id"])
        except (BankError, GenerationFailed) as error:
            await self._tell(body, str(error))
            return
        if figures:
            await self._open(client, body, alert_form(_place(body, entry), figures))
        else:
            await self._tell(body, NO_FIGURE)

    async def subscribed(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """The form of a subscription was sent."""
        wanted = chosen(view["state"]["values"])
        if await self._has_its_days(ack, wanted) and wanted.recurrence is not None:
            order = Order(wanted.recurrence, "", wanted.here, None, wanted.only_changed, wanted.only_filled)
            await self._ordered(view, body["user"]["id"], order)

    async def change(self, ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient) -> None:
        """The button at what is ordered already opens its form."""
        one = await asyncio.to_thread(self.desk.ledger.subscription, action["value"])
        if one is None or one.person != body["user"]["id"]:
            await self._tell(body, NOT_YOURS)
        else:
            await self._open(client, body, change_form(one))
        await ack()

    async def changed(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """That form was sent: it comes at the new times from now on."""
        wanted, person, ordering = chosen(view["state"]["values"]), body["user"]["id"], self.desk.ordering
        if ordering is None or not await self._has_its_days(ack, wanted) or wanted.recurrence is None:
            return
        one, now, ledger = view["private_metadata"], datetime.now(UTC), self.desk.ledger
        only = wanted.only_changed, wanted.only_filled
        done = await asyncio.to_thread(ledger.reschedule, one, person, wanted.recurrence, *only, now)
        order = await asyncio.to_thread(ledger.subscription, one)
        said = NOT_YOURS
        if done and order is not None:
            said = changed(order, ordering.following(wanted.recurrence, now), ordering.zone)
        await self.desk.poster.post(await self.desk.poster.direct(person), escape(said))
        await Home(self.desk).draw(person)

    async def _has_its_days(self, ack: AsyncAck, wanted: Wanted) -> bool:
        """Acknowledges a form; where a day is missing it stays open and says so."""
        if wanted.recurrence is not None and wanted.recurrence.every == "week" and not wanted.recurrence.weekdays:
            await ack(response_action="errors", errors={"weekday": "Pick at least one day."})
            return False
        await ack()
        return True

    async def alerted(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """The form of an alert was sent; what is missing in it is said in it."""
        wanted, place = chosen(view["state"]["values"]), json.loads(view["private_metadata"])
        entry, ordering, person = await self._entry(place["question"]), self.desk.ordering, body["user"]["id"]
        try:
            condition = _condition(wanted)
        except UnclearCondition as error:
            await ack(response_action="errors", errors={"number" if not wanted.number else "span": str(error)})
            return
        await ack()
        if entry is not None and ordering is not None:
            figures = await ordering.figures(entry, person)
            picked = int(wanted.column or 0)
            label = figures[picked] if picked < len(figures) else ""
            order = Order(CHECKS, "", wanted.here, Condition(**{**condition.as_json(), "column": label}))
            await self._ordered(view, person, order)

    async def heard(self, text: str, event: Payload, question_id: str, thread: str) -> str | None:
        """What of a message is to be asked: all of it where it is no order, of an order the question that it names, and
        None where it is about the answer before; then the order is made at once."""
        ordering = self.desk.ordering
        if ordering is None:
            return text
        person, channel = event["user"], event["channel"]
        try:
            wanted = order_in(text)
        except (UnclearTime, UnclearCondition) as error:
            await ordering.reply(Message(escape(str(error))), person, channel, thread)
            return None
        if wanted is None:
            return text
        if wanted.subject:
            await ordering.expect(question_id, wanted, person, channel)
            return wanted.subject
        entry = await asyncio.to_thread(self._before, channel, thread, event.get("thread_ts") or "", person)
        message = await ordering.order(entry, wanted, person, channel, question_id)
        await ordering.reply(message, person, channel, thread, aloud=wanted.here)
        return None

    async def test(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        ordering, person = self.desk.ordering, body["user"]["id"]
        sent = ordering is not None and await ordering.test(action["value"], person, action["action_ts"])
        self.desk.wake.set()
        await self._tell(body, TESTING if sent else NOT_YOURS)
        await ack()

    async def pause(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        done = await asyncio.to_thread(self.desk.ledger.pause, action["value"], body["user"]["id"])
        await self._done(body, PAUSED if done else NOT_YOURS)
        await ack()

    async def resume(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        person, now = body["user"]["id"], datetime.now(UTC)
        done = await asyncio.to_thread(self.desk.ledger.resume, action["value"], person, now)
        await self._done(body, RESUMED if done else NOT_YOURS)
        await ack()

    async def delete(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        done = await asyncio.to_thread(self.desk.ledger.unsubscribe, action["value"], body["user"]["id"])
        await self._done(body, DELETED if done else NOT_YOURS)
        await ack()

    async def list(self, ack: AsyncAck, person: str) -> None:
        """/ask subscriptions"""
        orders = await asyncio.to_thread(self.desk.ledger.subscriptions_of, person)
        message = listed(orders, self.desk.ordering.zone) if self.desk.ordering else None
        await ack(text=message.text if message else "", blocks=list(message.blocks) if message else None)

    def _before(self, channel: str, thread: str, replied_to: str, person: str) -> Entry | None:
        """The newest answer in the thread, or in the direct messages; their own rather than one that all there can read."""
        ledger = self.desk.ledger
        began = ledger.by_message(channel, replied_to) if replied_to else None
        entries = [*([began] if began else []), *ledger.thread(channel, thread)]
        if not entries and channel.startswith("D"):
            newest = ledger.newest_of(person, channel)
            entries = [newest] if newest else []
        answered = [one for one in entries if one.result and one.result.outcome == "answered"]
        own = [one for one in answered if one.asked.person == person]
        found = own or [one for one in answered if one.is_open]
        return found[-1] if found else None

    async def _ordered(self, view: Payload, person: str, order: Order) -> None:
        ordering, place = self.desk.ordering, json.loads(view["private_metadata"])
        if ordering is None:
            return
        entry, channel = await self._entry(place["question"]), place["channel"]
        message = await ordering.order(entry, order, person, channel, f"{view['id']} {person}")
        await ordering.reply(message, person, channel, place["thread"], aloud=order.here)

    async def _entry(self, question_id: str) -> Entry | None:
        return await asyncio.to_thread(self.desk.ledger.entry, question_id)

    async def _open(self, client: AsyncWebClient, body: Payload, form: Payload) -> None:
        try:
            await client.views_open(trigger_id=body["trigger_id"], view=form)
        except SlackApiError:
            await self._tell(body, AGAIN)

    async def _done(self, body: Payload, sentence: str) -> None:
        """Home shows by itself what became of it; elsewhere it is said."""
        if (body.get("view") or {}).get("type") == "home" and sentence != NOT_YOURS:
            await Home(self.desk).draw(body["user"]["id"])
        else:
            await self._tell(body, sentence)

    async def _tell(self, body: Payload, sentence: str) -> None:
        """Where the button was; in Home there is no message, so in the direct messages."""
        channel, thread = place_of(body)
        if channel:
            await self.desk.whisper(channel, body["user"]["id"], sentence, thread)
        elif self.desk.ordering is not None:
            await self.desk.poster.post(await self.desk.poster.direct(body["user"]["id"]), sentence)


def _place(body: Payload, entry: Entry) -> str:
    """Which answer, and the channel and thread in which the button was."""
    channel, thread = place_of(body)
    ts = body.get("container", {}).get("message_ts", "")
    return json.dumps({"question": entry.asked.id, "channel": channel, "thread": thread or ts})


def _condition(wanted: Wanted) -> Condition:
    try:
        number = float(wanted.number)
    except ValueError:
        raise UnclearCondition("Which number? Digits only, such as 3.5.") from None
    if wanted.way in ("above", "below"):
        return Condition(wanted.way, number)  # type: ignore[arg-type]
    if wanted.span not in WINDOWS:
        raise UnclearCondition("In what time? Rising, falling and moving need one.")
    return Condition(wanted.way, number, "%" if wanted.percent else "", WINDOWS[wanted.span])  # type: ignore[arg-type]
