"""The button under an answer that was given in private."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.listeners.desk import Desk
from bot.listeners.failures import GONE, place_of

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shares:
    desk: Desk

    async def pressed(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        """Slack is told at once, since the bank is asked again; pressed twice meanwhile, it is shared once."""
        question_id, person = action["value"], body["user"]["id"]
        channel, thread = place_of(body)

        async def tell(sentence: str) -> None:
            await self.desk.whisper(channel, person, sentence, thread)

        async def share() -> None:
            await tell(await self.desk.sharing.share(question_id, person) if self.desk.sharing else GONE)

        self.desk.background.start(f"sharing {question_id}", share(), tell)
        await ack()
