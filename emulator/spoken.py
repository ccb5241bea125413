"""What a person typed, as Slack passes it on: escaped, with mentions and links as tokens, and as rich text."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from emulator.cast import Person

Json = dict[str, Any]
TOKEN = re.compile(r"<@(?P<id>U[A-Z0-9]+)>|(?<!\w)@(?P<name>\w+)|(?P<url>https?://[^\s<>|]+)")


def spoken(text: str, people: Iterable[Person]) -> tuple[str, list[Json]]:
    """`@Teller` or `@anna` becomes a mention; anything else that looks like markup stays what it was: text."""
    names = {name.lower(): person.id for person in people for name in (person.id, person.handle)}
    parts = list(_parts(text, names))
    blocks = [{"type": "rich_text", "block_id": "said", "elements": [{"type": "rich_text_section", "elements": parts}]}]
    return "".join(_token(part) for part in parts), blocks if parts else []


def _parts(text: str, names: dict[str, str]) -> Iterator[Json]:
    end = 0
    for found in TOKEN.finditer(text):
        part = _part(found, names)
        if part is None:
            continue
        if found.start() > end:
            yield {"type": "text", "text": text[end : found.start()]}
        yield part
        end = found.end()
    if end < len(text):
        yield {"type": "text", "text": text[end:]}


def _part(found: re.Match[str], names: dict[str, str]) -> Json | None:
    if found["url"]:
        return {"type": "link", "url": found["url"]}
    user = names.get((found["id"] or found["name"]).lower())
    return {"type": "user", "user_id": user} if user else None


def _token(part: Json) -> str:
    if part["type"] == "user":
        return f"<@{part['user_id']}>"
    if part["type"] == "link":
        return f"<{_escaped(part['url'])}>"
    return _escaped(part["text"])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
