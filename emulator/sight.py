"""What one person has before their eyes."""

from emulator.cast import BOT_USER
from emulator.slack import Slack
from emulator.workspace import Channel, Json, Message, people_json


def sight(slack: Slack, user: str) -> Json:
    """The whole page of one person: channels, messages, modal, Home, and whether the app is connected."""
    channels = slack.workspace.channels_of(user)
    return {
        "people": people_json(slack.workspace.people.values()),
        "bot": BOT_USER,
        "channels": [_channel(channel) for channel in channels],
        "messages": {channel.id: [_message(slack, m, user) for m in _visible(channel, user)] for channel in channels},
        "connections": slack.line.count,
        "suggestions": list(slack.suggestions),
        "commands": list(slack.manifest.commands),
        "shortcuts": list(slack.manifest.shortcuts),
        "controls": slack.controls.to_json(),
        "sessions": slack.sessions.of({channel.id for channel in channels}),
        "prompts": {c.id: slack.sessions.prompts[c.id] for c in channels if c.id in slack.sessions.prompts},
        **_views(slack, user),
    }


def seen(slack: Slack, change: Json, user: str) -> Json:
    """A change of the feed with what the person now sees there."""
    if change["kind"] == "view":
        return change | _views(slack, user)
    if change["kind"] != "message":
        return change
    channel = slack.workspace.channels[change["channel"]]
    message = next((m for m in _visible(channel, user) if m.ts == change["ts"]), None)
    return change | {"kind": "gone"} if message is None else change | {"message": _message(slack, message, user)}


def _visible(channel: Channel, user: str) -> list[Message]:
    return [message for message in channel.shown() if message.only_for in ("", user)]


def _message(slack: Slack, message: Message, user: str) -> Json:
    shape = slack.workspace.message_json(message, with_metadata=True) | {"channel": message.channel}
    if message.only_for:
        shape["only_for"] = message.only_for
    return shape | {"pressed": message.pressed.get(user, {})}


def _views(slack: Slack, user: str) -> Json:
    view, home = slack.views.top(user), slack.views.home(user)
    return {"view": view.to_json() if view else None, "home": home.to_json() if home else None}


def _channel(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "purpose": channel.purpose,
        "members": list(channel.members),
        "with_bot": BOT_USER in channel.members,
    }
