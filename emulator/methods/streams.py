"""chat.*Stream: a message that is written while it is read."""

import time
from typing import Any

from emulator.blockkit.surfaces import MESSAGE, checked
from emulator.cast import BOT_USER
from emulator.errors import SlackError
from emulator.given import Given
from emulator.methods.chat import channel_to_write_in, metadata_of
from emulator.slack import Post, Slack
from emulator.workspace import DIRECT, Message

Json = dict[str, Any]
LIFE = 300.0  # seconds; Slack lets a stream die after about five minutes
LONGEST = 12_000


def start(slack: Slack, given: Given) -> Json:
    """In a channel the stream needs the person it is for; everywhere it needs a thread."""
    channel = channel_to_write_in(slack, given)
    thread_ts = given.required("thread_ts")
    if channel.kind != DIRECT:
        for name in ("recipient_user_id", "recipient_team_id"):
            if not given.text(name):
                raise SlackError(f"missing_{name}")
    message = slack.post(Post(channel, BOT_USER, "", thread_ts=thread_ts))
    message.streams_until = time.monotonic() + LIFE
    _write(message, given)
    slack.show(message)
    return {"channel": channel.id, "ts": message.ts}


def append(slack: Slack, given: Given) -> Json:
    message = _streaming(slack, given)
    if not given.text("markdown_text") and not given.values.get("chunks"):
        raise SlackError("no_text")
    _write(message, given)
    slack.show(message)
    return {"channel": message.channel, "ts": message.ts}


def stop(slack: Slack, given: Given) -> Json:
    """The last words, and blocks below them."""
    message = _streaming(slack, given)
    _write(message, given)
    blocks = checked(given.structure("blocks", "invalid_blocks_format") or [], MESSAGE)
    message.streams_until = 0.0
    written = checked([{"type": "markdown", "text": message.text}], MESSAGE) if message.text else []
    slack.change(message, message.text, [*written, *blocks], metadata_of(given))
    if given.text("session_status"):
        session = slack.sessions.at(message.channel, message.thread_ts)
        session.status, session.saying = given.text("session_status"), ""
        slack.show_session(session)
    shown = slack.workspace.message_json(message, with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "message": shown}


def _streaming(slack: Slack, given: Given) -> Message:
    message = slack.workspace.message(slack.workspace.channel(given.required("channel")), given.required("ts"))
    if message.user != BOT_USER:
        raise SlackError("message_not_owned_by_app")
    if message.streams_until < time.monotonic():
        raise SlackError("message_not_in_streaming_state")
    return message


def _write(message: Message, given: Given) -> None:
    chunks = given.structure("chunks", "invalid_chunks") or []
    if not isinstance(chunks, list) or not all(isinstance(chunk, dict) for chunk in chunks):
        raise SlackError("invalid_chunks")
    text = "".join([message.text, given.text("markdown_text"), *(_words(chunk) for chunk in chunks)])
    if len(text) > LONGEST:
        raise SlackError("msg_too_long")
    message.text = text


def _words(chunk: Json) -> str:
    """A step of a task is a line of its own; anything but text, tasks and plans is refused."""
    kind = chunk.get("type")
    if kind == "markdown_text":
        return str(chunk.get("text", ""))
    if kind == "task_update":
        return f"\n- {chunk.get('title', '')} ({chunk.get('status', 'pending')})\n"
    if kind == "plan_update":
        return f"\n**{chunk.get('title', '')}**\n"
    raise SlackError("invalid_chunks")
