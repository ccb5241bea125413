"""A Slack channel that keeps what it shows, finds messages by their key, and counts what it was sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.blocks.message import File, Message
from tracking.records import Entry


class Channel:
    """`fails`: what the next calls raise. `dies`: posts, then raises, as if the sender died before it heard of it."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, str, Sequence[Any]]] = []
        self.shown: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.updates = 0
        self.fails: Exception | None = None
        self.dies = False
        self.files: dict[str, str] = {}
        self.hidden: set[str] = set()  # questions that not everybody in this channel may see

    @property
    def posts(self) -> int:
        return len(self.posted)

    async def post_once(
        self, channel: str, message: Message, key: str, since: datetime | None = None, thread_ts: str = ""
    ) -> str:
        if self.fails:
            raise self.fails
        if since is not None and key in self.keys:
            return self.keys[key]
        self.posted.append((channel, message.text, message.blocks))
        ts = f"{len(self.posted)}.0"
        self.shown[ts] = message.text
        self.keys[key] = ts
        if self.dies:
            self.dies = False
            raise ConnectionResetError("killed")
        return ts

    async def update(self, channel: str, ts: str, text: str, blocks: object) -> bool:
        if self.fails:
            raise self.fails
        if ts not in self.shown:
            raise SlackApiError("gone", {"ok": False, "error": "message_not_found"})
        self.updates += 1
        self.shown[ts] = text
        return True

    async def attach_once(self, channel: str, thread_ts: str, file: File, since: datetime | None = None) -> str:
        assert thread_ts in self.shown
        assert file.name not in self.files
        self.files[file.name] = file.write().decode("utf-8-sig")
        return f"F{len(self.files)}"

    async def shown_here(self, channel: str, entries: Sequence[Entry], most: int) -> list[Entry]:
        return [entry for entry in entries if entry.asked.id not in self.hidden][:most]

    def table(self, message: int = 0) -> dict[str, tuple[str, ...]]:
        """The rows of a posted table by their first cell."""
        block = next(block for block in self.posted[message][2] if block["type"] == "data_table")
        rows = [tuple(cell["text"] for cell in row) for row in block["rows"]]
        return {row[0]: row[1:] for row in rows[1:]}
