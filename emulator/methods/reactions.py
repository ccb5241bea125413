"""reactions.*: the bot's emoji."""

import re
from typing import Any

from emulator.cast import BOT_USER
from emulator.errors import SlackError
from emulator.given import Given
from emulator.slack import Slack
from emulator.workspace import Message

Json = dict[str, Any]
NAME = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def add(slack: Slack, given: Given) -> Json:
    slack.react(_message(slack, given, "timestamp"), BOT_USER, emoji(given.required("name")))
    return {}


def remove(slack: Slack, given: Given) -> Json:
    slack.unreact(_message(slack, given, "timestamp"), BOT_USER, emoji(given.required("name")))
    return {}


def get(slack: Slack, given: Given) -> Json:
    message = _message(slack, given, "timestamp")
    return {"type": "message", "channel": message.channel, "message": slack.workspace.message_json(message)}


def emoji(name: str) -> str:
    """The emoji's name without colons, if it can be one."""
    bare = name.strip(":") if "::" not in name else name
    if not NAME.fullmatch(bare):
        raise SlackError("invalid_name")
    return bare


def _message(slack: Slack, given: Given, ts: str) -> Message:
    message = slack.workspace.message(slack.workspace.channel(given.required("channel")), given.required(ts))
    if message.only_for:
        raise SlackError("message_not_found")
    return message
