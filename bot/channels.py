"""Who can read a channel, as Slack tells: its members, guests among them, and whether other organisations share it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from bot.people import WENT_WRONG, People

Found = TypeVar("Found")
Rest = ParamSpec("Rest")

MOST = 200  # people; more are not looked up one by one: a clearance speaks for a channel as large as that
AT_ONCE = 10

OUTSIDERS = "people of other organisations can read this channel"
GUESTS = "there are guests in this channel"
TOO_MANY = f"there are more than {MOST} people in this channel, and it has no clearance"
UNKNOWN = "Slack does not tell me who can read this channel"


class NotForOutsiders(Exception):
    """What was to be posted is not for everybody who can read that channel."""


class Channels:
    """Asks Slack each time: people come and go."""

    def __init__(self, client: AsyncWebClient, people: People) -> None:
        self._client = client
        self._people = people
        self._me = ""

    async def shared(self, channel: str) -> str:
        """Why a channel is open to other organisations (Slack Connect); empty where it is not."""
        found: dict[str, Any] = (await self._client.conversations_info(channel=channel))["channel"]
        outside = found.get("is_ext_shared") or found.get("is_pending_ext_shared")
        return OUTSIDERS if outside or (found.get("is_shared") and not found.get("is_org_shared")) else ""

    async def is_private(self, channel: str) -> bool:
        """Whether a channel is one that only its members know of, or a conversation of several people."""
        found: dict[str, Any] = (await self._client.conversations_info(channel=channel))["channel"]
        return any(found.get(flag) for flag in ("is_private", "is_mpim", "is_im"))

    async def guests(self, members: Sequence[str]) -> str:
        """Whether some of them are not full members of this workspace; empty where all are."""
        colleagues = await each(self._people.is_colleague, members)
        return "" if all(colleagues) else GUESTS

    async def members(self, channel: str) -> list[str]:
        """Everybody there but Teller itself; of a large channel some more than `MOST`."""
        self._me = self._me or str((await self._client.auth_test())["user_id"])
        members: list[str] = []
        cursor = ""
        while len(members) <= MOST + 1:
            page = await self._client.conversations_members(channel=channel, limit=MOST, cursor=cursor)
            members += page["members"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                break
        return [member for member in members if member != self._me]

    async def outsiders_in(self, channel: str) -> str:
        """Why nothing about the bank's people should be posted there: outsiders or guests; empty where there are none."""
        try:
            if outside := await self.shared(channel):
                return outside
            members = await self.members(channel)
            return TOO_MANY if len(members) > MOST else await self.guests(members)
        except WENT_WRONG:
            return UNKNOWN

    def insiders_only(
        self, post: Callable[Concatenate[str, Rest], Awaitable[Found]]
    ) -> Callable[Concatenate[str, Rest], Coroutine[Any, Any, Found]]:
        """The same way of posting, for channels that only colleagues read; raises `NotForOutsiders` for any other."""

        async def checked(channel: str, /, *rest: Rest.args, **named: Rest.kwargs) -> Found:
            if reason := await self.outsiders_in(channel):
                raise NotForOutsiders(f"Nothing was posted in {channel}: {reason}.")
            return await post(channel, *rest, **named)

        return checked


async def each(ask: Callable[[str], Awaitable[Found]], whom: Sequence[str]) -> list[Found]:
    """Asks about each of them, a few at once: a large channel must not spend Slack's whole allowance in a second."""
    some = asyncio.Semaphore(AT_ONCE)

    async def one(member: str) -> Found:
        async with some:
            return await ask(member)

    return list(await asyncio.gather(*(one(member) for member in whom)))
