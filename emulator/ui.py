"""The human side: what people see and do, as JSON over HTTP, for the page and for tests.

Each POST carries JSON with `as`, the acting person's id; a refusal is status 400 with `{"ok": false, "error": …}`.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from emulator import clicks, events, modals, responses, shortcuts
from emulator.cast import BOT_USER, TEAM_NAME
from emulator.clicks import Click
from emulator.errors import SlackError
from emulator.faults import Fault
from emulator.given import address_of
from emulator.methods.reactions import emoji
from emulator.sight import seen, sight
from emulator.slack import Post, Slack
from emulator.spoken import spoken
from emulator.views import View
from emulator.workspace import Channel, Json, Message


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person does."""

    slack: Slack
    user: str
    body: Json
    address: str

    def text(self, name: str) -> str:
        return str(self.body.get(name) or "")

    @property
    def channel(self) -> Channel:
        channel = self.slack.workspace.channel(self.text("channel"))
        if self.user not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    @property
    def message(self) -> Message:
        message = self.slack.workspace.message(self.channel, self.text("ts"))
        if message.only_for not in ("", self.user):
            raise SlackError("message_not_found")
        return message

    @property
    def own_message(self) -> Message:
        if self.message.user != self.user:
            raise SlackError("not_your_message")
        return self.message

    @property
    def view(self) -> View:
        view = self.slack.views.find(self.text("view_id"))
        if view.user != self.user:
            raise SlackError("not_found")
        return view

    @property
    def spoken(self) -> tuple[str, list[Json]]:
        if not self.text("text").strip():
            raise SlackError("no_text")
        return spoken(self.text("text"), self.slack.workspace.people.values())


async def say(act: Act) -> Json:
    text, blocks = act.spoken
    message = act.slack.post(Post(act.channel, act.user, text, blocks, thread_ts=act.text("thread_ts")))
    return {"ts": message.ts, "channel": message.channel}


async def edit(act: Act) -> Json:
    text, blocks = act.spoken
    act.slack.change(act.own_message, text, blocks)
    return {}


async def delete(act: Act) -> Json:
    act.slack.delete(act.own_message)
    return {}


async def click(act: Act) -> Json:
    """In a message (`channel`, `ts`), or in a modal or Home (`view_id`)."""
    what = Click(act.user, act.text("action_id"), act.text("block_id"), act.body.get("value"))
    if act.text("view_id"):
        return {"acknowledged": await clicks.click_view(act.slack, what, act.view)}
    return {"acknowledged": await clicks.click_message(act.slack, what, act.channel, act.message, act.address)}


async def submit(act: Act) -> Json:
    return await modals.submit(act.slack, act.view, dict(act.body.get("values") or {}))


async def close(act: Act) -> Json:
    await modals.close(act.slack, act.view)
    return {}


async def react(act: Act) -> Json:
    act.slack.react(act.message, act.user, emoji(act.text("name")))
    return {}


async def unreact(act: Act) -> Json:
    act.slack.unreact(act.message, act.user, emoji(act.text("name")))
    return {}


async def command(act: Act) -> Json:
    name, text = act.text("command"), act.text("text")
    return {"acknowledged": await responses.command(act.slack, act.user, act.channel, name, text, act.address)}


async def home(act: Act) -> Json:
    """Opens the app's Home or its messages (`tab`); the app hears of it."""
    direct = act.slack.workspace.channel(act.user)
    view = act.slack.views.home(act.user)
    ts, tab = act.slack.workspace.ts(), act.text("tab") or "home"
    event = events.home_opened(act.user, direct.id, tab, view.to_json() if view else None, ts)
    act.slack.send(direct, event)
    return {}


async def invite(act: Act) -> Json:
    """Brings the bot, or a person (`user`), into a channel."""
    user = act.text("user") or BOT_USER
    act.slack.join(act.channel, act.slack.workspace.person(user).id, act.user)
    return {}


async def shortcut(act: Act) -> Json:
    """From anywhere, or on a message (`channel`, `ts`)."""
    callback_id = act.text("callback_id")
    if act.text("ts"):
        used = await shortcuts.use_on(act.slack, act.user, callback_id, act.message, act.address)
    else:
        used = await shortcuts.use(act.slack, act.user, callback_id)
    return {"acknowledged": used}


async def stop(act: Act) -> Json:
    """Presses Slack's own Stop beside an agent's work; what becomes of it is up to the app."""
    session = act.slack.sessions.known(act.channel.id, act.text("thread_ts"))
    if session is None or session.status != "processing":
        raise SlackError("nothing_to_stop")
    streams = act.slack.halt_streams(act.channel, session.thread_ts)
    ts = act.slack.workspace.ts()
    act.slack.send(act.channel, events.session_stopped(act.user, act.channel.id, session.thread_ts, streams, ts))
    return {}


async def control(act: Act) -> Json:
    """One of the things this emulator was told to offer."""
    return await act.slack.controls.press(act.text("name")) | {"controls": act.slack.controls.to_json()}


ACTS: dict[str, Callable[[Act], Awaitable[Json]]] = {
    "say": say,
    "edit": edit,
    "delete": delete,
    "click": click,
    "submit": submit,
    "close": close,
    "react": react,
    "unreact": unreact,
    "command": command,
    "home": home,
    "invite": invite,
    "shortcut": shortcut,
    "stop": stop,
    "control": control,
}


async def do(slack: Slack, name: str, request: web.Request) -> web.Response:
    """POST /ui/NAME: somebody does something."""
    try:
        body: Any = await request.json()
        person = slack.workspace.person(str(body.get("as") or "")) if isinstance(body, dict) else None
        if person is None or person.is_bot or name not in ACTS:
            raise SlackError("not_found")
        answer = {"ok": True} | await ACTS[name](Act(slack, person.id, body, address_of(request)))
    except ValueError:
        return web.json_response({"ok": False, "error": "invalid_json"}, status=400)
    except SlackError as refusal:
        return web.json_response({"ok": False, "error": refusal.error, "why": list(refusal.messages)}, status=400)
    return web.json_response(answer)


async def state(slack: Slack, request: web.Request) -> web.Response:
    """GET /ui/state?as=PERSON: everything that person sees; without `as`, who there is."""
    user = request.query.get("as", "")
    if user and user not in slack.workspace.people:
        return web.json_response({"ok": False, "error": "user_not_found"}, status=400)
    return web.json_response({"ok": True, "team": TEAM_NAME, **sight(slack, user)})


async def feed(slack: Slack, request: web.Request) -> web.StreamResponse:
    """GET /ui/feed?as=PERSON: server-sent events, each a change that person can see."""
    user = request.query.get("as", "")
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await stream.prepare(request)
    try:
        async for change in slack.feed.follow(user):
            line = f"data: {json.dumps(seen(slack, change, user))}\n\n" if change else ": still here\n\n"
            await stream.write(line.encode())
    except ConnectionError:
        pass  # the reader left
    return stream


async def faults(slack: Slack, request: web.Request) -> web.Response:
    """POST /ui/faults: trouble on request.

    `{"fault": {"method": "chat.postMessage", "status": 429, "retry_after": 2, "times": 1}}` (or `"error"`, or
    `"delay"`), `{"drop": true}` cuts every socket, `{"refresh": true}` asks them to reconnect, `{"twice": 1}` delivers
    the next event twice, `{"clear": true}` forgets all that was planned.
    """
    body: Any = await request.json()
    try:
        if body.get("fault"):
            slack.faults.plan(Fault(**body["fault"]))
    except TypeError:
        return web.json_response({"ok": False, "error": "invalid_arguments"}, status=400)
    if body.get("clear"):
        slack.faults.clear()
    if body.get("drop"):
        slack.sockets.drop()
    if body.get("refresh"):
        await slack.sockets.refresh()
    slack.line.twice += int(body.get("twice") or 0)
    return web.json_response({"ok": True})
