"""chat.*: what the bot says, and takes back."""

from typing import Any

from emulator.blockkit.surfaces import MESSAGE, checked
from emulator.cast import BOT_USER, TEAM_DOMAIN
from emulator.errors import SlackError
from emulator.given import Given
from emulator.slack import Post, Slack
from emulator.workspace import DIRECT, Channel, Message

Json = dict[str, Any]
LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000


def post_message(slack: Slack, given: Given) -> Json:
    channel = channel_to_write_in(slack, given)
    text, blocks = _content(given, LONGEST_TEXT)
    message = slack.post(
        Post(channel, BOT_USER, text, blocks, thread_ts=given.text("thread_ts"), metadata=metadata_of(given))
    )
    shown = slack.workspace.message_json(message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def update(slack: Slack, given: Given) -> Json:
    channel = slack.workspace.channel(given.required("channel"))
    message = _own(slack, channel, given, "cant_update_message")
    text, blocks = _content(given, LONGEST_UPDATE)
    slack.change(message, text, blocks, metadata_of(given))
    shown = slack.workspace.message_json(message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": shown}


def delete(slack: Slack, given: Given) -> Json:
    channel = slack.workspace.channel(given.required("channel"))
    message = _own(slack, channel, given, "cant_delete_message")
    slack.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(slack: Slack, given: Given) -> Json:
    channel = channel_to_write_in(slack, given)
    user = given.required("user")
    slack.workspace.person(user)
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = _content(given, LONGEST_TEXT)
    message = slack.post(Post(channel, BOT_USER, text, blocks, thread_ts=given.text("thread_ts"), only_for=user))
    return {"message_ts": message.ts}


def get_permalink(slack: Slack, given: Given) -> Json:
    channel = slack.workspace.channel(given.required("channel"))
    message = slack.workspace.message(channel, given.required("message_ts"))
    link = f"https://{TEAM_DOMAIN}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def channel_to_write_in(slack: Slack, given: Given) -> Channel:
    """A person's id opens the conversation with them, as it does in Slack."""
    channel = slack.workspace.channel(given.required("channel"))
    if channel.kind != DIRECT and BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _own(slack: Slack, channel: Channel, given: Given, fault: str) -> Message:
    message = slack.workspace.message(channel, given.required("ts"))
    if message.only_for:
        raise SlackError("message_not_found")
    if message.user != BOT_USER:
        raise SlackError(fault)
    return message


def _content(given: Given, longest: int) -> tuple[str, list[Json]]:
    text = given.text("text")
    blocks = checked(given.structure("blocks", "invalid_blocks_format") or [], MESSAGE)
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > longest:
        raise SlackError("msg_too_long")
    return text, blocks


def metadata_of(given: Given) -> Json | None:
    metadata = given.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_schema")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    return metadata
