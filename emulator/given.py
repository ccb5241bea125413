"""The arguments of one Web API call, whichever of Slack's three ways they came in."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from emulator.errors import SlackError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """Arguments by name. `address` is where this Slack was reached, without a final slash."""

    values: Json
    address: str

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise SlackError("invalid_arguments", [f"[ERROR] must be an integer [json-pointer:/{name}]"]) from None

    def structure(self, name: str, fault: str) -> Any:
        """A list or an object: itself, or as JSON in a string, as forms carry it; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(fault) from None


async def read(request: web.Request) -> tuple[Given, str]:
    """The arguments and the token: from the header, or among the arguments."""
    values: Json = dict(request.query)
    if request.content_type == "application/json":
        values |= await _json(request)
    elif request.can_read_body:
        values |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    token = str(values.pop("token", ""))
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        token = header.removeprefix("Bearer ").strip()
    return Given(values, address_of(request)), token


def address_of(request: web.BaseRequest) -> str:
    return f"http://{request.host}"


async def _json(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body
