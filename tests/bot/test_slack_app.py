"""The manifest asks Slack for exactly what the routes hear."""

import asyncio
from pathlib import Path
from typing import Any

import yaml

from bot.listeners.desk import Desk
from bot.people import People
from bot.posting import Poster
from bot.slack_app import Routes, routes
from tests.fakes import FakeSlack
from tracking.ledger import Ledger

MANIFEST: dict[str, Any] = yaml.safe_load(Path("slack-manifest.yaml").read_text(encoding="utf-8"))
# What each event, each Web API method the bot calls, and the agent view need by Slack's documentation.
SCOPES_OF_EVENTS = {
    "agent_session_stopped": "assistant:write",
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "member_joined_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
}
SCOPES_OF_METHODS = {"assistant:write", "chat:write", "files:write", "im:write", "users:read", "commands"}
SCOPES_OF_METHODS |= {"channels:read", "groups:read", "usergroups:read", "users:read.email"}


def heard(ledger: Ledger) -> Routes:
    slack = FakeSlack()
    return routes(Desk(ledger, Poster(slack), People(slack), asyncio.Event()))


async def test_the_manifest_subscribes_to_what_the_app_hears(ledger: Ledger) -> None:
    subscribed = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert {event.partition(".")[0] for event in subscribed} == set(heard(ledger).events)


async def test_the_manifest_has_the_commands_the_app_takes(ledger: Ledger) -> None:
    commands = [entry["command"] for entry in MANIFEST["features"]["slash_commands"]]
    assert commands == list(heard(ledger).commands)


async def test_the_manifest_has_the_shortcuts_the_app_takes(ledger: Ledger) -> None:
    shortcuts = [entry["callback_id"] for entry in MANIFEST["features"]["shortcuts"]]
    assert shortcuts == list(heard(ledger).shortcuts)


def test_the_manifest_asks_for_no_scope_too_many_and_none_too_few() -> None:
    subscribed = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    needed = {SCOPES_OF_EVENTS[event] for event in subscribed} - {None} | SCOPES_OF_METHODS
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_the_manifest_works_over_socket_mode_without_a_public_address() -> None:
    assert MANIFEST["settings"]["socket_mode_enabled"]
    assert "url" not in str(MANIFEST["features"]["slash_commands"])
