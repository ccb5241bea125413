"""Long lists come a page at a time, with a cursor to the next."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from emulator.errors import SlackError
from emulator.given import Given

Item = TypeVar("Item")


def page(items: Sequence[Item], given: Given) -> tuple[list[Item], dict[str, Any]]:
    """The page that was asked for, and the `response_metadata` that leads to the next one ("" = this was the last)."""
    start = _start(given.text("cursor"))
    end = start + max(1, min(given.number("limit", 100), 1000))
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), {"response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None
