"""What people are called: Slack tells ids, a banker reads names."""

import asyncio
import logging

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds; an event must be acknowledged within three


class People:
    """Asks Slack once for each person. A name is a kindness: without one, a question is taken all the same."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._names: dict[str, str] = {}

    async def name(self, person: str) -> str:
        """The person's name, or empty if Slack does not tell it in time."""
        if person not in self._names:
            try:
                async with asyncio.timeout(PATIENCE):
                    user = (await self._client.users_info(user=person))["user"]
            except (SlackApiError, ClientError, TimeoutError) as error:
                log.info("Slack does not tell the name of %s: %s", person, type(error).__name__)
                return ""
            self._names[person] = user["profile"].get("display_name") or user.get("real_name") or user["name"]
        return self._names[person]
