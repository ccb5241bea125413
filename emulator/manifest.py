"""What an app has told Slack about itself: the app manifest, as one pastes it when the app is made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]
MESSAGE_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class BadManifest(Exception):
    """The manifest is not one: the words say what is missing."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Commands by name with what they are for; shortcuts as Slack lists them (`name`, `type`, `callback_id`).

    `events` and `scopes` None: the app hears everything and may do everything.
    """

    commands: tuple[Json, ...] = ({"command": "/ask"},)
    shortcuts: tuple[Json, ...] = ()
    events: frozenset[str] | None = None
    scopes: frozenset[str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The commands, each with its slash."""
        return tuple(str(command["command"]) for command in self.commands)

    def hears(self, event: Json) -> bool:
        """Whether the app asked to be told of such an event."""
        kind = str(event["type"])
        if kind == "message":
            kind = MESSAGE_EVENTS[str(event["channel_type"])]
        return self.events is None or kind in self.events

    def shortcut(self, callback_id: str, kind: str) -> Json | None:
        """`kind` is global or message."""
        return next((one for one in self.shortcuts if (one["callback_id"], one["type"]) == (callback_id, kind)), None)


def read_manifest(file: Path) -> Manifest:
    """From a YAML or JSON file. Raises `BadManifest` where it is none."""
    try:
        given = yaml.safe_load(file.read_text(encoding="utf-8"))
        features, settings = given["features"], given["settings"]
        return Manifest(
            commands=tuple(features.get("slash_commands", ())),
            shortcuts=tuple(features.get("shortcuts", ())),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            scopes=frozenset(given["oauth_config"]["scopes"]["bot"]),
        )
    except (OSError, yaml.YAMLError, TypeError, KeyError, AttributeError) as fault:
        raise BadManifest(f"{file} is no app manifest: {fault}") from None
