"""In-memory twins of the outside world: each records what it was asked and says only what it was told to say."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


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
