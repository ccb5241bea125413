"""The whole Slack: its workspace, and who is told when something in it happens."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator import events
from emulator.callbacks import Callbacks
from emulator.cast import BOT_USER, SIGNING_SECRET
from emulator.controls import Control, Controls
from emulator.errors import SlackError
from emulator.faults import Faults
from emulator.feed import Feed
from emulator.files import Files
from emulator.manifest import Manifest
from emulator.passes import Passes
from emulator.sessions import Session, Sessions
from emulator.sockets import Sockets
from emulator.views import Views
from emulator.workspace import DIRECT, Channel, Message, Workspace

Json = dict[str, Any]
RETRIES = (0.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody wants to say."""

    channel: Channel
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    metadata: Json | None = None
    files: list[Json] = field(default_factory=list)
    subtype: str = ""
    only_for: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """What this Slack is started with.

    `suggestions` are questions the page offers; `request_url` is where the app listens for signed HTTP, empty for Socket
    Mode; `patience` the seconds in which an app must acknowledge, `retries` those before each redelivery of an event.
    """

    manifest: Manifest = field(default_factory=Manifest)
    suggestions: Sequence[str] = ()
    controls: tuple[Control, ...] = ()
    request_url: str = ""
    signing_secret: str = SIGNING_SECRET
    patience: float = 3.0
    retries: Sequence[float] = RETRIES


class Slack:
    """Every change of the workspace goes through here, so that the page and the app both hear of it."""

    def __init__(self, setup: Setup) -> None:
        self.manifest = setup.manifest
        self.suggestions = tuple(setup.suggestions)
        self.controls = Controls(setup.controls)
        self.workspace = Workspace()
        self.feed = Feed()
        self.faults = Faults()
        self.files = Files()
        self.passes = Passes()
        self.views = Views()
        self.sessions = Sessions()
        self.sockets = Sockets(self._tell_connections, setup.patience, setup.retries)
        self.line: Sockets | Callbacks = self.sockets
        if setup.request_url:
            self.line = Callbacks(
                setup.request_url, setup.signing_secret, self._tell_connections, setup.patience, setup.retries
            )
        self._tasks: set[asyncio.Task[None]] = set()

    def post(self, post: Post) -> Message:
        """A new message; the app hears of it, of a mention too, but never of an ephemeral one."""
        message = Message(
            channel=post.channel.id,
            ts=self.workspace.ts(),
            user=post.user,
            text=post.text,
            blocks=post.blocks,
            thread_ts=self._thread_of(post),
            metadata=post.metadata,
            files=post.files,
            subtype=post.subtype,
            only_for=post.only_for,
        )
        post.channel.messages[message.ts] = message
        self.show(message)
        if not message.only_for:
            self._tell_app_of(post.channel, message)
            self._end_saying(message)
        return message

    def change(self, message: Message, text: str, blocks: list[Json], metadata: Json | None = None) -> None:
        """The message says something else now. Only people's messages are marked as edited."""
        before = self.workspace.message_json(message)
        message.text, message.blocks = text, blocks
        message.metadata = metadata or message.metadata
        ts = self.workspace.ts()
        if message.user != BOT_USER:
            message.edited = ts
        self.show(message)
        if not message.only_for:
            channel = self.workspace.channels[message.channel]
            now = self.workspace.message_json(message)
            self.send(channel, events.message_changed(now, before, channel.id, channel.kind, ts))

    def delete(self, message: Message) -> None:
        before = self.workspace.message_json(message)
        message.deleted = True
        self.show(message)
        if not message.only_for:
            channel = self.workspace.channels[message.channel]
            self.send(channel, events.message_deleted(before, channel.id, channel.kind, self.workspace.ts()))

    def react(self, message: Message, user: str, name: str) -> None:
        users = message.reactions.setdefault(name, [])
        if user in users:
            raise SlackError("already_reacted")
        users.append(user)
        self._tell_reaction("reaction_added", message, user, name)

    def unreact(self, message: Message, user: str, name: str) -> None:
        users = message.reactions.get(name, [])
        if user not in users:
            raise SlackError("no_reaction")
        users.remove(user)
        if not users:
            del message.reactions[name]
        self._tell_reaction("reaction_removed", message, user, name)

    def join(self, channel: Channel, user: str, inviter: str) -> None:
        if user in channel.members:
            raise SlackError("already_in_channel")
        channel.members.append(user)
        self.feed.tell({"kind": "state"})
        self.send(channel, events.joined(user, channel.id, channel.kind, inviter, self.workspace.ts()))
        name = self.workspace.person(user).name
        self.post(Post(channel, user, f"{name} has joined the channel", subtype="channel_join"))

    def send(self, channel: Channel, event: Json) -> None:
        """An event to the app, if it is in that channel and asked for such events."""
        if BOT_USER in channel.members and self.manifest.hears(event):
            self.background(self.line.event(events.event_callback(event)))

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def begin(self) -> None:
        """Looks for an app that listens for HTTP; one with sockets comes by itself."""
        if isinstance(self.line, Callbacks):
            self.background(self.line.verify())

    def show_session(self, session: Session) -> None:
        self.feed.tell(
            {"kind": "session", "session": session.to_json()}, self.workspace.channels[session.channel].members
        )

    def halt_streams(self, channel: Channel, thread_ts: str) -> list[str]:
        """Ends what is being written in a thread; the messages it ended."""
        ended = [m for m in channel.replies(thread_ts) if m.streams_until]
        for message in ended:
            message.streams_until = 0.0
        return [message.ts for message in ended]

    async def shut(self) -> None:
        self.feed.shut()
        await self.controls.shut()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.shut()

    def _thread_of(self, post: Post) -> str:
        """A reply to a reply belongs to the message that began the thread."""
        if not post.thread_ts:
            return ""
        parent = post.channel.messages.get(post.thread_ts)
        if parent is None:
            raise SlackError("thread_not_found")
        return parent.thread_ts if parent.is_reply else parent.ts

    def show(self, message: Message) -> None:
        """Tells those who may see the message to look at it again; its thread's beginning counts replies."""
        channel = self.workspace.channels[message.channel]
        people = [message.only_for] if message.only_for else channel.members
        self.feed.tell({"kind": "message", "channel": channel.id, "ts": message.ts}, people)
        if message.is_reply and not message.only_for:
            self.feed.tell({"kind": "message", "channel": channel.id, "ts": message.thread_ts}, people)

    def _tell_app_of(self, channel: Channel, message: Message) -> None:
        shown = self.workspace.message_json(message)
        self.send(channel, events.message(shown, channel.id, channel.kind))
        if f"<@{BOT_USER}>" in message.text and channel.kind != DIRECT and message.user != BOT_USER:
            self.send(channel, events.app_mention(shown, channel.id))

    def _tell_reaction(self, kind: str, message: Message, user: str, name: str) -> None:
        self.show(message)
        channel = self.workspace.channels[message.channel]
        ts = self.workspace.ts()
        self.send(channel, events.reaction(kind, user, name, channel.id, message.ts, message.user, ts))

    def _end_saying(self, message: Message) -> None:
        """What the agent says it is doing ends when it has said something."""
        session = self.sessions.known(message.channel, message.thread_ts)
        if message.user == BOT_USER and session is not None and session.saying:
            session.saying = ""
            self.show_session(session)

    def _tell_connections(self) -> None:
        self.feed.tell({"kind": "connections", "count": self.line.count})
