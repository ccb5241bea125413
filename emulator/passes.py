"""Rights that Slack hands out with a click: a trigger that opens one view, an address that takes a few answers."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from emulator.errors import SlackError

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass(slots=True)
class Trigger:
    """Opens one view for one person, within three seconds."""

    user: str
    until: float
    used: bool = False


@dataclass(slots=True)
class ResponsePass:
    """Where answers to a `response_url` go: at most five, for half an hour. `ts` is the message that was clicked."""

    channel: str
    user: str
    ts: str
    until: float
    uses: int = 0


class Passes:
    """All triggers and response addresses that were given out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponsePass] = {}

    def trigger(self, user: str) -> str:
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user, self._clock() + TRIGGER_SECONDS)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """The person whose click this was; a trigger works once."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock() > trigger.until:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def response(self, channel: str, user: str, ts: str = "") -> str:
        """A new address' last part, for one click or command."""
        key = secrets.token_urlsafe(18)
        self._responses[key] = ResponsePass(channel, user, ts, self._clock() + RESPONSE_SECONDS)
        return key

    def spend(self, key: str) -> ResponsePass:
        """Uses an address once."""
        response = self._responses.get(key)
        if response is None or self._clock() > response.until:
            raise SlackError("expired_url")
        if response.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        response.uses += 1
        return response
