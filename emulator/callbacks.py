"""Signed HTTP: events, clicks and commands POSTed to the app's one request URL, as Slack does without Socket Mode."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import aiohttp

from emulator.events import VERIFICATION

Json = dict[str, Any]
LOOK = 0.2  # seconds between two tries to reach an app that does not listen yet


class Callbacks:
    """The app at `url`. It counts as connected once it has answered Slack's challenge.

    `patience` is the seconds an app has to answer; `retries` the seconds before each redelivery of an event.
    """

    def __init__(
        self, url: str, secret: str, changed: Callable[[], None], patience: float, retries: Sequence[float]
    ) -> None:
        self._url = url
        self._secret = secret.encode()
        self._changed = changed
        self._patience = aiohttp.ClientTimeout(total=patience)
        self._retries = tuple(retries)
        self._verified = asyncio.Event()
        self.twice = 0

    @property
    def count(self) -> int:
        return int(self._verified.is_set())

    async def verify(self) -> None:
        """Sends the challenge until the app answers it."""
        challenge = {"token": VERIFICATION, "challenge": "is-this-your-address", "type": "url_verification"}
        while True:
            answer = await self._post(json.dumps(challenge), "application/json", {})
            if answer is not None and answer.get("challenge") == challenge["challenge"]:
                break
            await asyncio.sleep(LOOK)
        self._verified.set()
        self._changed()

    async def event(self, payload: Json) -> None:
        """Delivers an event until it is acknowledged or every retry is used up."""
        await self._verified.wait()
        body = json.dumps(payload)
        for attempt, wait in enumerate((0.0, *self._retries)):
            await asyncio.sleep(wait)
            if await self._post(body, "application/json", _retried(attempt)) is not None:
                break
        if self.twice > 0:
            self.twice -= 1
            await self._post(body, "application/json", _retried(1))

    async def ask(self, kind: str, payload: Json) -> Json | None:
        """Delivers a click, a view or a command once; the app's answer, or None if it did not acknowledge."""
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        return await self._post(urlencode(form), "application/x-www-form-urlencoded", {})

    async def _post(self, body: str, content_type: str, headers: dict[str, str]) -> Json | None:
        try:
            async with (
                aiohttp.ClientSession(timeout=self._patience) as session,
                session.post(
                    self._url, data=body.encode(), headers=headers | self._signed(body, content_type)
                ) as reply,
            ):
                return _answer(await reply.text()) if reply.status == 200 else None
        except (aiohttp.ClientError, TimeoutError):
            return None

    def _signed(self, body: str, content_type: str) -> dict[str, str]:
        now = str(int(time.time()))
        signature = hmac.new(self._secret, f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
        return {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={signature}",
        }


def _retried(attempt: int) -> dict[str, str]:
    return {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"} if attempt else {}


def _answer(text: str) -> Json:
    """An acknowledgement may be empty, a text to show, or JSON."""
    try:
        answer = json.loads(text or "{}")
    except ValueError:
        return {"text": text}
    return answer if isinstance(answer, dict) else {}
