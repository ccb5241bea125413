"""A person at the page, for tests: says, clicks, reacts, and waits until something is to be seen."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

Json = dict[str, Any]
Found = TypeVar("Found")
_CHANGE = b"data: "


class Turned(Exception):
    """The emulator did not let the person do that; its words say why."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything the person sees at one moment; messages oldest first, replies among them."""

    state: Json

    def messages(self, channel: str) -> list[Json]:
        """By the channel's id or #name; a conversation with the bot by its id."""
        for known in self.state["channels"]:
            if channel in (known["id"], f"#{known['name']}"):
                return list(self.state["messages"][known["id"]])
        return []

    def thread(self, channel: str, ts: str) -> list[Json]:
        """The replies to one message."""
        return [m for m in self.messages(channel) if m.get("thread_ts") == ts and m["ts"] != ts]

    @property
    def view(self) -> Json | None:
        """The modal in front, if one is open."""
        view: Json | None = self.state["view"]
        return view

    @property
    def home(self) -> Json | None:
        home: Json | None = self.state["home"]
        return home

    @property
    def connections(self) -> int:
        """How many sockets the app has open."""
        return int(self.state["connections"])


class Human:
    """One person; `address` is where the emulator listens, `user` their id. Use `async with Human.at(…) as anna`."""

    def __init__(self, session: aiohttp.ClientSession, address: str, user: str) -> None:
        self._session = session
        self._address = address.rstrip("/")
        self.user = user
        self.direct = f"D{user[1:]}"

    @classmethod
    @asynccontextmanager
    async def at(cls, address: str, user: str) -> AsyncIterator["Human"]:
        async with aiohttp.ClientSession() as session:
            yield cls(session, address, user)

    async def says(self, channel: str, text: str, thread_ts: str | None = None) -> str:
        """The new message's ts. `@Teller` in the text is a mention; `channel` an id, a #name or a person's id."""
        return str((await self._does("say", channel=channel, text=text, thread_ts=thread_ts or ""))["ts"])

    async def edits(self, channel: str, ts: str, text: str) -> None:
        await self._does("edit", channel=channel, ts=ts, text=text)

    async def deletes(self, channel: str, ts: str) -> None:
        await self._does("delete", channel=channel, ts=ts)

    async def clicks(self, channel: str, ts: str, action_id: str, value: Any = None, block_id: str = "") -> bool:
        """Whether the app acknowledged. `value` chooses the thumb of feedback buttons, or an option."""
        place = {"channel": channel, "ts": ts, "block_id": block_id}
        return bool((await self._does("click", action_id=action_id, value=value, **place))["acknowledged"])

    async def clicks_in_view(self, view_id: str, action_id: str, value: Any = None, block_id: str = "") -> bool:
        """The same in a modal or in Home."""
        place = {"view_id": view_id, "block_id": block_id}
        return bool((await self._does("click", action_id=action_id, value=value, **place))["acknowledged"])

    async def submits(self, view_id: str, values: Mapping[str, Any]) -> Json:
        """`values` by action_id; the outcome `{"acknowledged": …, "errors": {block_id: sentence}}`."""
        return await self._does("submit", view_id=view_id, values=dict(values))

    async def closes(self, view_id: str) -> None:
        await self._does("close", view_id=view_id)

    async def reacts(self, channel: str, ts: str, name: str) -> None:
        await self._does("react", channel=channel, ts=ts, name=name)

    async def unreacts(self, channel: str, ts: str, name: str) -> None:
        await self._does("unreact", channel=channel, ts=ts, name=name)

    async def commands(self, command: str, text: str = "", channel: str = "#general") -> bool:
        """A slash command; whether the app acknowledged."""
        answer = await self._does("command", command=command, text=text, channel=channel)
        return bool(answer["acknowledged"])

    async def uses(self, callback_id: str, channel: str = "", ts: str = "") -> bool:
        """A shortcut, from anywhere or on a message; whether the app acknowledged."""
        return bool((await self._does("shortcut", callback_id=callback_id, channel=channel, ts=ts))["acknowledged"])

    async def stops(self, channel: str, thread_ts: str) -> None:
        """Slack's own Stop beside an agent that is at work in a thread."""
        await self._does("stop", channel=channel, thread_ts=thread_ts)

    async def opens_home(self, tab: str = "home") -> None:
        await self._does("home", tab=tab)

    async def invites(self, channel: str, user: str = "") -> None:
        """The bot, or a person, into a channel."""
        await self._does("invite", channel=channel, user=user)

    async def looks(self) -> Sight:
        async with self._session.get(f"{self._address}/ui/state", params={"as": self.user}) as response:
            return Sight(await response.json())

    async def sees(self, channel: str) -> list[Json]:
        """Every message of the channel this person can see, replies and ephemeral ones too, oldest first."""
        return (await self.looks()).messages(channel)

    async def until(self, check: Callable[[Sight], Found], seconds: float = 5) -> Found:
        """Looks again at every change until `check` finds something; what it found. TimeoutError after `seconds`."""
        async with asyncio.timeout(seconds), aclosing(self.changes()) as changes:
            async for _ in changes:
                found = check(await self.looks())
                if found:
                    return found
        raise Turned("the emulator stopped before anything was to be seen")

    async def changes(self) -> AsyncGenerator[Json, None]:
        """What changes before this person's eyes, as the page hears it; first an empty one, which says that it listens."""
        url = f"{self._address}/ui/feed"
        async with self._session.get(url, params={"as": self.user}, timeout=_endless()) as feed:
            async for line in feed.content:
                if line.startswith(_CHANGE):
                    yield json.loads(line.removeprefix(_CHANGE))
                elif line.strip():
                    yield {}

    async def troubles(self, **what: Any) -> None:
        """Faults on request, as `emulator.ui.faults` takes them: `fault={…}`, `drop=True`, `twice=1` …"""
        await self._post("faults", what)

    async def _does(self, act: str, **body: Any) -> Json:
        return await self._post(act, {"as": self.user, **body})

    async def _post(self, act: str, body: Json) -> Json:
        async with self._session.post(f"{self._address}/ui/{act}", json=body) as response:
            answer: Json = await response.json()
        if not answer["ok"]:
            raise Turned(f"{act}: {answer['error']} {' '.join(answer.get('why', []))}".strip())
        return answer


def words(message: Json) -> str:
    """All the text of a message, its own and its blocks', in reading order."""
    return "\n".join([message.get("text", ""), *_texts(message.get("blocks", []))])


def _texts(thing: Any) -> list[str]:
    if isinstance(thing, list):
        return [text for item in thing for text in _texts(item)]
    if not isinstance(thing, dict):
        return []
    own = [value for name, value in thing.items() if name in ("text", "title", "caption") and isinstance(value, str)]
    return own + [text for value in thing.values() for text in _texts(value)]


def _endless() -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None)
