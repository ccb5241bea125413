"""What is in the workspace: people, channels and messages, in Slack's own shapes."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from emulator.cast import APP_ID, BOT, BOT_ID, BOT_USER, PEOPLE, ROOMS, TEAM_ID, Person, Room
from emulator.errors import SlackError

Json = dict[str, Any]
ICON = "https://a.slack-edge.com/80588/img/plugins/app/bot.png"  # named, as Slack does; nobody fetches it
PUBLIC, PRIVATE, DIRECT = "channel", "group", "im"


@dataclass(slots=True)
class Message:
    """One message; `only_for` makes it ephemeral, `deleted` leaves the stone that holds a thread together."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    metadata: Json | None = None
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    pressed: dict[str, dict[str, str]] = field(default_factory=dict)  # person → action_id → the thumb that is down
    edited: str = ""
    subtype: str = ""
    only_for: str = ""
    deleted: bool = False
    streams_until: float = 0.0  # on the monotonic clock; 0: not a stream, or one that has ended

    @property
    def is_reply(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass(slots=True)
class Channel:
    """A channel, a private channel, or a person's conversation with the bot (then `with_person` is set)."""

    id: str
    name: str
    kind: str
    purpose: str
    members: list[str]
    with_person: str = ""
    messages: dict[str, Message] = field(default_factory=dict)

    def shown(self) -> list[Message]:
        """Everything that is still there, oldest first; a deleted message only while it has replies."""
        return [m for m in self.messages.values() if not m.deleted or self.replies(m.ts)]

    def replies(self, ts: str) -> list[Message]:
        """The replies to a message, oldest first, without ephemeral ones."""
        return [
            m for m in self.messages.values() if m.thread_ts == ts and m.is_reply and not m.deleted and not m.only_for
        ]


class Workspace:
    """All people, channels and messages. Nothing here tells anybody: `emulator.slack.Slack` does."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {person.id: person for person in (*PEOPLE, BOT)}
        rooms = [_channel(room) for room in ROOMS]
        direct = [_direct(person) for person in PEOPLE]
        self.channels: dict[str, Channel] = {channel.id: channel for channel in (*rooms, *direct)}
        self._last_ts = 0

    def ts(self) -> str:
        """A new time stamp, later than every one before."""
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def person(self, user: str) -> Person:
        if user not in self.people:
            raise SlackError("user_not_found")
        return self.people[user]

    def channel(self, name: str) -> Channel:
        """By id, by `#name`, or by a person's id (the conversation with the bot)."""
        if name in self.channels:
            return self.channels[name]
        for channel in self.channels.values():
            if name and name in (channel.with_person, f"#{channel.name}"):
                return channel
        raise SlackError("channel_not_found")

    def message(self, channel: Channel, ts: str) -> Message:
        message = channel.messages.get(ts)
        if message is None or message.deleted:
            raise SlackError("message_not_found")
        return message

    def channels_of(self, user: str) -> list[Channel]:
        return [channel for channel in self.channels.values() if user in channel.members]

    def message_json(self, message: Message, *, with_metadata: bool = False) -> Json:
        """A message as `conversations.history` and events carry it."""
        if message.deleted:
            message = replace(
                message, user="USLACKBOT", text="This message was deleted.", blocks=[], subtype="tombstone"
            )
        shape: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text, "team": TEAM_ID}
        shape |= _author(message) | self._thread(message)
        if message.metadata and with_metadata:
            shape["metadata"] = message.metadata
        if message.edited:
            shape["edited"] = {"user": message.user, "ts": message.edited}
        if message.reactions:
            shape["reactions"] = reactions_json(message)
        optional = {"blocks": message.blocks, "files": message.files, "subtype": message.subtype}
        return shape | {name: value for name, value in optional.items() if value}

    def _thread(self, message: Message) -> Json:
        channel = self.channels[message.channel]
        if message.is_reply:
            parent = channel.messages.get(message.thread_ts)
            return {"thread_ts": message.thread_ts} | ({"parent_user_id": parent.user} if parent else {})
        replies = channel.replies(message.ts)
        if not replies:
            return {}
        return {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
            "latest_reply": replies[-1].ts,
        }


def _author(message: Message) -> Json:
    if message.user != BOT_USER:
        return {}
    return {
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "bot_profile": {
            "id": BOT_ID,
            "app_id": APP_ID,
            "name": BOT.name,
            "team_id": TEAM_ID,
            "icons": {f"image_{size}": ICON for size in (36, 48, 72)},
            "deleted": False,
            "updated": 0,
        },
    }


def reactions_json(message: Message) -> list[Json]:
    return [{"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()]


def channel_json(channel: Channel) -> Json:
    """A channel as `conversations.info` shows it to the bot."""
    if channel.kind == DIRECT:
        return {"id": channel.id, "is_im": True, "is_channel": False, "user": channel.with_person, "is_open": True}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == PRIVATE,
        "is_archived": False,
        "is_general": channel.name == "general",
        "is_member": BOT_USER in channel.members,
        "num_members": len(channel.members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
    }


def person_json(person: Person) -> Json:
    """A person as `users.info` shows them."""
    offset = datetime.now(ZoneInfo(person.tz)).utcoffset()
    first, _, last = person.name.partition(" ")
    return {
        "id": person.id,
        "team_id": TEAM_ID,
        "name": person.handle,
        "real_name": person.name,
        "deleted": False,
        "is_bot": person.is_bot,
        "is_admin": person.handle == "farid",
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "locale": "en-GB",
        "profile": {
            "real_name": person.name,
            "display_name": person.name,
            "first_name": first,
            "last_name": last,
            "title": person.title,
            **({"bot_id": BOT_ID, "api_app_id": APP_ID} if person.is_bot else {"email": person.email}),
        },
    }


def people_json(people: Iterable[Person]) -> list[Json]:
    return [person_json(person) for person in people]


def _channel(room: Room) -> Channel:
    return Channel(room.id, room.name, PRIVATE if room.is_private else PUBLIC, room.purpose, list(room.members))


def _direct(person: Person) -> Channel:
    return Channel(f"D{person.id[1:]}", "", DIRECT, "", [person.id, BOT_USER], with_person=person.id)
