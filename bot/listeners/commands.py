"""/ask: a question without a message."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncBoltContext

from bot.blocks.message import escape
from bot.blocks.welcome import help_message
from bot.ending import APPROACHES
from bot.listeners.desk import Desk
from bot.listeners.subscriptions import Standing
from tracking.choices import StandingChoices

PRIVATE = "private"
FORGOTTEN = "I have dropped what you wanted always read in one way, and will ask you again."


@dataclass(frozen=True, slots=True)
class Request:
    """`/ask [private] [pattern|ai|agents] QUESTION`, taken apart."""

    text: str
    approach: str = "auto"
    private: bool = False


@dataclass(frozen=True, slots=True)
class Commands:
    desk: Desk

    async def ask(self, ack: AsyncAck, command: dict[str, Any], context: AsyncBoltContext) -> None:
        """Answers in the channel, naming who asked; a private one only in their direct messages with Teller."""
        text = await self.desk.words(command.get("text", ""), context.bot_user_id or "")
        request = taken_apart(text)
        if request.text.lower() in ("", "help"):
            message = help_message(self.desk.bank, self.desk.examples)
            await ack(text=message.text, blocks=list(message.blocks))
            return
        if request.text.lower() == "subscriptions":
            await Standing(self.desk).list(ack, command["user_id"])
            return
        if request.text.lower() == "forget":
            await asyncio.to_thread(StandingChoices(self.desk.ledger).forget, command["user_id"])
            await ack(text=FORGOTTEN)
            return
        channel = command["channel_id"]
        question_id, event = f"{channel}:{command['trigger_id']}", {"user": command["user_id"], "channel": channel}
        asked = await Standing(self.desk).heard(request.text, event, question_id, "")
        if asked is None:
            await ack()
            return
        await self.desk.take(
            question_id,
            asked,
            command["user_id"],
            channel,
            "",
            datetime.now(UTC),
            "command",
            approach=request.approach,
            private=request.private or channel.startswith("D"),
            reply_to=command.get("response_url", ""),
        )
        if request.private and not channel.startswith("D"):
            await ack(text=f"I will answer only you, in our direct messages: {escape(request.text)}")
        else:
            await ack()


def taken_apart(text: str) -> Request:
    """The words before the question, each at most once and in any order."""
    private, approach = False, "auto"
    while True:
        first, _, rest = text.partition(" ")
        if first.lower() == PRIVATE and not private:
            private, text = True, rest
        elif first.lower() in APPROACHES and approach == "auto":
            approach, text = first.lower(), rest
        else:
            return Request(text, approach, private)
