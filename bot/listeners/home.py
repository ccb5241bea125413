"""The Home tab."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.welcome import home
from bot.listeners.desk import Desk
from tracking.stats import between

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Home:
    desk: Desk

    async def opened(self, event: dict[str, Any], client: AsyncWebClient) -> None:
        """Draws the tab anew each time it is opened."""
        if event.get("tab") != "home":
            return
        now = datetime.now(UTC)
        statistics = await asyncio.to_thread(between, self.desk.ledger, now - WEEK, now)
        await client.views_publish(user_id=event["user"], view=home(self.desk.bank, self.desk.examples, statistics))
