"""Modals that stand open and everybody's Home."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from emulator.cast import APP_ID, BOT_ID, TEAM_ID
from emulator.errors import SlackError

Json = dict[str, Any]
DEPTH = 3
GIVEN = ("callback_id", "private_metadata", "external_id", "title", "submit", "close", "blocks")


@dataclass(slots=True)
class View:
    """A modal or a Home as one person has it before them."""

    id: str
    user: str
    given: Json
    root: str
    previous: str | None = None
    hash: str = field(default_factory=lambda: secrets.token_hex(6))
    values: Json = field(default_factory=dict)

    def to_json(self) -> Json:
        """In Slack's shape; `state.values` is what the person has typed so far."""
        shape: Json = {
            "id": self.id,
            "team_id": TEAM_ID,
            "type": self.given["type"],
            "callback_id": "",
            "private_metadata": "",
            "external_id": "",
            "title": None,
            "submit": None,
            "close": None,
            "clear_on_close": bool(self.given.get("clear_on_close")),
            "notify_on_close": bool(self.given.get("notify_on_close")),
            "state": {"values": self.values},
            "hash": self.hash,
            "previous_view_id": self.previous,
            "root_view_id": self.root,
            "app_id": APP_ID,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }
        return shape | {name: self.given[name] for name in GIVEN if self.given.get(name) is not None}


class Views:
    """Each person's open modals, the topmost last, and each person's Home."""

    def __init__(self) -> None:
        self._open: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def open(self, user: str, given: Json) -> View:
        """A first modal; whatever was open before is gone."""
        view = _new(user, given)
        self._open[user] = [view]
        return view

    def push(self, user: str, given: Json) -> View:
        stack = self._open.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= DEPTH:
            raise SlackError("push_limit_reached")
        view = _new(user, given)
        view.root, view.previous = stack[0].id, stack[-1].id
        stack.append(view)
        return view

    def update(self, view: View, given: Json, known_hash: str = "") -> View:
        """New content; what was typed into blocks that are still there stays."""
        if known_hash and known_hash != view.hash:
            raise SlackError("hash_conflict")
        kept = {block.get("block_id") for block in given["blocks"]}
        view.values = {block_id: typed for block_id, typed in view.values.items() if block_id in kept}
        view.given, view.hash = given, secrets.token_hex(6)
        return view

    def publish(self, user: str, given: Json) -> View:
        if user in self._homes:
            return self.update(self._homes[user], given)
        self._homes[user] = _new(user, given)
        return self._homes[user]

    def find(self, view_id: str = "", external_id: str = "") -> View:
        for view in (*(view for stack in self._open.values() for view in stack), *self._homes.values()):
            if view.id == view_id or (external_id and view.given.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def top(self, user: str) -> View | None:
        stack = self._open.get(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        return self._homes.get(user)

    def close(self, view: View) -> None:
        """Back to the view below, if there is one."""
        self._open[view.user] = [other for other in self._open.get(view.user, []) if other is not view]

    def clear(self, user: str) -> None:
        self._open.pop(user, None)


def _new(user: str, given: Json) -> View:
    view_id = f"V{secrets.token_hex(5).upper()}"
    return View(view_id, user, given, view_id)
