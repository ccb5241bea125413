"""The button under an answer that was given in private."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.listeners.desk import Desk
from bot.listeners.failures import GONE

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shares:
    desk: Desk

    async def pressed(self, ack: AsyncAck, body: Payload, action: Payload) -> None:
        """Slack is told at once, since the bank is asked again; pressed twice meanwhile, it is shared once."""
        question_id, person = action["value"], body["user"]["id"]
        tell = partial(self.desk.tell, body)

        async def share() -> None:
            await tell(await self.desk.sharing.share(question_id, person) if self.desk.sharing else GONE)

        self.desk.background.start(f"sharing {question_id}", share(), tell)
        await ack()
