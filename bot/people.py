"""Who people are: Slack tells ids, a banker reads names, a policy may name e-mail addresses and user groups."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bank.errors import Unreachable
from bank.person import Person

log = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds for a name; an event must be acknowledged within three
LONGEST = 15.0  # seconds for what a person's rights depend on
FRESH = 300.0  # seconds for which what Slack said of a person or a group is taken as still true
WENT_WRONG = (SlackApiError, ClientError, TimeoutError)


class People:
    """Asks Slack about each person once in a while. `emails` and `groups` (ids) are what the policy goes by; `rest`: it
    also gives a role to colleagues it does not name."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        emails: bool = False,
        groups: tuple[str, ...] = (),
        rest: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._emails = emails
        self._groups = groups
        self._tells_outsiders = emails or rest
        self._team = ""
        self._clock = clock
        self._users: dict[str, tuple[float, dict[str, Any]]] = {}
        self._members: dict[str, tuple[float, frozenset[str]]] = {}

    async def name(self, person: str) -> str:
        """The person's name, or empty if Slack does not tell it in time: a question is taken all the same."""
        try:
            async with asyncio.timeout(PATIENCE):
                return _called(await self._user(person))
        except WENT_WRONG as error:
            log.info("Slack does not tell the name of %s: %s", person, type(error).__name__)
            return ""

    async def person(self, person: str, name: str = "") -> Person:
        """The person with all that their rights depend on; raises `Unreachable` if Slack does not tell it.

        Never with less: without an address or a group somebody might pass for one of the rest, who may see more.
        """
        try:
            async with asyncio.timeout(LONGEST):
                email = (await self._user(person))["profile"].get("email", "") if self._emails else ""
                groups = [group for group in self._groups if person in await self._members_of(group)]
                outside = self._tells_outsiders and not await self.is_colleague(person)
        except WENT_WRONG as error:
            log.warning("Slack does not tell who %s is: %s", person, type(error).__name__)
            raise Unreachable(
                "Slack does not tell me who you are at the moment. Please try again in a minute."
            ) from None
        return Person(person, name, email, tuple(groups), await self._locale(person), outside)

    async def _locale(self, person: str) -> str:
        """Nobody is kept waiting for it: without one figures are written as 1,234.50."""
        try:
            async with asyncio.timeout(PATIENCE):
                return str((await self._user(person)).get("locale", ""))
        except WENT_WRONG:
            return ""

    async def is_colleague(self, person: str) -> bool:
        """Whether somebody is a full member of this workspace: no guest, and nobody of another organisation."""
        user = await self._user(person)
        self._team = self._team or str((await self._client.auth_test())["team_id"])
        outside = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_invited_user")
        return user.get("team_id", self._team) == self._team and not any(user.get(flag) for flag in outside)

    async def is_here(self, person: str) -> bool:
        """Whether somebody still has an account in the workspace."""
        return not (await self._user(person)).get("deleted")

    async def _user(self, person: str) -> dict[str, Any]:
        at, user = self._users.get(person, (0.0, {}))
        if not user or self._clock() - at > FRESH:
            user = (await self._client.users_info(user=person, include_locale=True))["user"]
            self._users[person] = (self._clock(), user)
        return user

    async def _members_of(self, group: str) -> frozenset[str]:
        at, members = self._members.get(group, (0.0, None))
        if members is None or self._clock() - at > FRESH:
            members = frozenset((await self._client.usergroups_users_list(usergroup=group))["users"])
            self._members[group] = (self._clock(), members)
        return members


def _called(user: dict[str, Any]) -> str:
    return str(user["profile"].get("display_name") or user.get("real_name") or user["name"])
