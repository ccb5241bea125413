"""In-memory twins of the outside world: each records what it was asked and says only what it was told to say."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from generators.contract import Approach, Declined, Look, Question, Reply


@dataclass(frozen=True, slots=True)
class Says:
    """One reply of the fake model. `text` as it stands; `calls` are (tool, arguments); `status` is an HTTP error."""

    text: str | None = None
    calls: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    refusal: str | None = None
    cut_off: bool = False
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    never: bool = False  # takes the request and does not answer
    hangs_up: bool = False  # in the middle of its answer


def says(**fields: Any) -> Says:
    """A structured reply: the fields as JSON."""
    return Says(json.dumps(fields))


@dataclass
class FakeModel:
    """A model server that speaks OpenAI's chat completions over HTTP.

    It says what is queued, then what `always` holds for words of the system message, and 404 to everything else.
    """

    replies: deque[Says] = field(default_factory=deque)
    always: dict[str, Says] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # a request came in
    abandoned: asyncio.Event = field(default_factory=asyncio.Event)  # a caller hung up before the answer
    url: str = ""

    def queue(self, *replies: Says) -> None:
        self.replies.extend(replies)

    def text_of(self, request: int) -> str:
        """Everything that was said to the model in one request."""
        return "\n".join(str(message.get("content")) for message in self.requests[request]["messages"])

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["FakeModel"]:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _complete(self, request: web.Request) -> web.Response:
        self.requests.append(await request.json())
        self.asked.set()
        reply = self._next()
        if reply.never:
            await self._until_abandoned()
        if reply.hangs_up and request.transport is not None:
            request.transport.close()
        if reply.status != 200:
            return web.json_response({"error": {"message": "no"}}, status=reply.status, headers=reply.headers)
        return web.json_response(_completion(reply, self.requests[-1]["model"]))

    def _next(self) -> Says:
        if self.replies:
            return self.replies.popleft()
        system = str(self.requests[-1]["messages"][0]["content"])
        return next((reply for words, reply in self.always.items() if words in system), Says(status=404))

    async def _until_abandoned(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.abandoned.set()


def _completion(reply: Says, model: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text, "refusal": reply.refusal}
    if reply.calls:
        message["tool_calls"] = [
            {"id": f"call-{n}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for n, (name, arguments) in enumerate(reply.calls)
        ]
    reason = "length" if reply.cut_off else "tool_calls" if reply.calls else "stop"
    return {
        "id": "completion",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": reason, "logprobs": None}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


@dataclass
class FakeRouter:
    """Replies by the question's text: a reply, an error to raise, or something to wait for first.

    `looks`: what it looks at in the bank before it replies, by the question's text.
    """

    replies: dict[str, Reply | Exception] = field(default_factory=dict)
    looks: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[Question, Approach | None]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)  # closed by `gate.clear()`, every draft waits for it
    reached: asyncio.Event = field(default_factory=asyncio.Event)  # somebody has asked

    def __post_init__(self) -> None:
        self.gate.set()

    async def draft(self, question: Question, look: Look, approach: Approach | None = None) -> Reply:
        self.asked.append((question, approach))
        self.reached.set()
        await self.gate.wait()
        if question.text in self.looks:
            await look.rows(self.looks[question.text])
        key = " / ".join([question.text, *question.chosen])
        reply = self.replies.get(key) or Declined("I only answer questions about the bank.")
        if isinstance(reply, Exception):
            raise reply
        return reply


class FakeSlack(AsyncWebClient):
    """A Slack client that sends nothing: it records each call, and answers from `replies`, else with ok.

    A reply that is a word is Slack's error of that name.
    """

    def __init__(self, **replies: list[Any]) -> None:
        super().__init__(token="xoxb-fake")
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.replies = replies

    async def api_call(self, api_method: str, **arguments: Any) -> Any:
        given = {**(arguments.get("params") or {}), **(arguments.get("json") or {}), **(arguments.get("data") or {})}
        self.calls.append((api_method, given))
        waiting = self.replies.get(api_method.replace(".", "_"), [])
        reply = waiting.pop(0) if waiting else {"ts": f"{len(self.calls)}.0001"}
        if isinstance(reply, str):
            raise SlackApiError(reply, {"ok": False, "error": reply})
        return {"ok": True, **reply}

    def sent(self, api_method: str) -> list[dict[str, Any]]:
        """The arguments of every call of one method, in order."""
        return [given for method, given in self.calls if method == api_method]


class FakeWorkspace(AsyncWebClient):
    """Slack's word on who is in which channel: `channels` by id with their `members`, `users` by id, `groups` by id.

    A user is a full member of the team T1 but for what stands here. `away`: Slack answers nothing.
    """

    def __init__(
        self,
        channels: Mapping[str, dict[str, Any]],
        users: Mapping[str, dict[str, Any]],
        groups: Mapping[str, list[str]] | None = None,
    ) -> None:
        super().__init__(token="xoxb-fake")
        self.channels = dict(channels)
        self.users = dict(users)
        self.groups = groups or {}
        self.away = False
        self.calls: list[str] = []

    async def api_call(self, api_method: str, **arguments: Any) -> Any:
        given = {**(arguments.get("params") or {}), **(arguments.get("json") or {}), **(arguments.get("data") or {})}
        self.calls.append(api_method)
        if self.away:
            raise SlackApiError("ratelimited", {"ok": False, "error": "ratelimited"})
        if given.get("channel", "") not in {"", *self.channels}:
            raise SlackApiError("channel_not_found", {"ok": False, "error": "channel_not_found"})
        return {"ok": True, **getattr(self, f"_{api_method.replace('.', '_')}")(given)}

    def _auth_test(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"user_id": "UTELLER", "team_id": "T1"}

    def _conversations_info(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"channel": self.channels[given["channel"]]}

    def _conversations_members(self, given: dict[str, Any]) -> dict[str, Any]:
        members, start, limit = (
            self.channels[given["channel"]]["members"],
            int(given.get("cursor") or 0),
            given["limit"],
        )
        following = str(start + limit) if start + limit < len(members) else ""
        return {"members": members[start : start + limit], "response_metadata": {"next_cursor": following}}

    def _users_info(self, given: dict[str, Any]) -> dict[str, Any]:
        user = given["user"]
        return {"user": {"id": user, "team_id": "T1", "name": user.lower(), "profile": {}, **self.users.get(user, {})}}

    def _usergroups_users_list(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"users": self.groups[given["usergroup"]]}


@dataclass
class FakeStore:
    """MLflow's twin: holds one run per question; away when told so; refuses the questions it is told to refuse."""

    runs: dict[str, tuple[Any, tuple[Any, ...]]] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    away: bool = False

    def put(self, entry: Any, votes: Any, beat: Any) -> str:
        self.probe()
        self.puts.append(entry.asked.id)
        if entry.asked.id in self.refuses:
            raise ValueError("a poisoned record")
        self.runs[entry.asked.id] = (entry, tuple(votes))
        return f"run-{entry.asked.id}"

    def remove(self, entry: Any, beat: Any) -> None:
        self.probe()
        self.runs.pop(entry.asked.id, None)

    def probe(self) -> None:
        if self.away:
            raise ConnectionError("nobody there")
