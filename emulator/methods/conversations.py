"""conversations.*: channels, and what was said in them."""

from typing import Any

from emulator.cast import BOT_USER
from emulator.errors import SlackError
from emulator.given import Given
from emulator.pages import page
from emulator.slack import Slack
from emulator.workspace import DIRECT, Channel, Message, channel_json

Json = dict[str, Any]
KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im"}


def list_all(slack: Slack, given: Given) -> Json:
    """Public channels by default; private ones and direct conversations only where the bot takes part."""
    wanted = {KINDS.get(kind.strip()) for kind in given.text("types", "public_channel").split(",")}
    channels = [
        channel_json(channel)
        for channel in slack.workspace.channels.values()
        if channel.kind in wanted and (channel.kind == "channel" or BOT_USER in channel.members)
    ]
    shown, metadata = page(channels, given)
    return {"channels": shown, **metadata}


def info(slack: Slack, given: Given) -> Json:
    return {"channel": channel_json(slack.workspace.channel(given.required("channel")))}


def history(slack: Slack, given: Given) -> Json:
    """Newest first, without replies and without what only one person sees."""
    channel = _channel_to_read(slack, given)
    messages = [m for m in reversed(channel.shown()) if not m.is_reply and not m.only_for and _between(m, given)]
    return _messages(slack, given, messages)


def replies(slack: Slack, given: Given) -> Json:
    """The message that began the thread, then its replies, oldest first."""
    channel = _channel_to_read(slack, given)
    parent = channel.messages.get(given.required("ts"))
    if parent is None or parent.only_for:
        raise SlackError("thread_not_found")
    root = parent.thread_ts or parent.ts
    first = [m for m in channel.shown() if m.ts == root]
    return _messages(slack, given, [*first, *(m for m in channel.replies(root) if _between(m, given))])


def members(slack: Slack, given: Given) -> Json:
    shown, metadata = page(slack.workspace.channel(given.required("channel")).members, given)
    return {"members": shown, **metadata}


def open_direct(slack: Slack, given: Given) -> Json:
    users = [user for user in given.text("users").split(",") if user]
    if len(users) > 1:
        raise SlackError("not_enough_users", ["[ERROR] the emulator has no conversations of more than two"])
    channel = slack.workspace.channel(given.text("channel") or slack.workspace.person("".join(users)).id)
    return {"channel": channel_json(channel) if given.flag("return_im") else {"id": channel.id}, "already_open": True}


def _channel_to_read(slack: Slack, given: Given) -> Channel:
    channel = slack.workspace.channel(given.required("channel"))
    if channel.kind != DIRECT and BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _between(message: Message, given: Given) -> bool:
    oldest, latest = given.text("oldest", "0"), given.text("latest") or "9999999999.999999"
    if given.flag("inclusive"):
        return float(oldest) <= float(message.ts) <= float(latest)
    return float(oldest) < float(message.ts) < float(latest)


def _messages(slack: Slack, given: Given, messages: list[Message]) -> Json:
    shown, metadata = page(messages, given)
    with_metadata = given.flag("include_all_metadata")
    shapes = [slack.workspace.message_json(message, with_metadata=with_metadata) for message in shown]
    return {"messages": shapes, "has_more": bool(metadata["response_metadata"]["next_cursor"]), **metadata}
