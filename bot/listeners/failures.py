"""What is said when a click leads nowhere, and what is logged when a listener fails."""

import logging
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.listeners.desk import Desk, place_of

log = logging.getLogger(__name__)

GONE = "I no longer know that answer: it is too old, or was removed. Please ask the question again."


@dataclass(frozen=True, slots=True)
class Failures:
    desk: Desk

    async def unknown_button(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A button of an older Teller, on a message that is still there."""
        channel, thread = place_of(body)
        if channel:
            await self.desk.whisper(channel, body["user"]["id"], GONE, thread)
        await ack()


async def log_failure(error: Exception) -> None:
    """The event stays unacknowledged, so Slack sends it again; the ledger takes no question twice."""
    log.error("A listener failed", exc_info=error)
