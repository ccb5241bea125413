"""What the app answers to a command or a click: in the acknowledgement, or later at the `response_url`."""

from typing import Any

from aiohttp import web

from emulator import events
from emulator.blockkit.surfaces import MESSAGE, checked
from emulator.cast import BOT_USER
from emulator.errors import SlackError
from emulator.passes import ResponsePass
from emulator.slack import Post, Slack
from emulator.workspace import Channel, Json

SLACKBOT = "USLACKBOT"


async def command(slack: Slack, user: str, channel: Channel, name: str, text: str, address: str) -> bool:
    """Whether the app acknowledged; if not, Slackbot says so."""
    if name not in slack.manifest.names:
        _whisper(slack, channel, user, f"`{name}` is not a valid command.")
        return False
    response = slack.passes.response(channel.id, user)
    place = {"id": channel.id, "name": channel.name or "directmessage"}
    person = slack.workspace.person(user)
    trigger = slack.passes.trigger(user)
    payload = events.command(person, place, name, text, trigger, f"{address}/response/{response}")
    answer = await slack.line.ask("slash_commands", payload)
    if answer is None:
        _whisper(slack, channel, user, f"`{name}` failed with the error “operation_timeout”.")
        return False
    if answer.get("text") or answer.get("blocks"):
        _say(slack, channel, user, answer)
    return True


async def respond(slack: Slack, key: str, request: web.Request) -> web.Response:
    """A POST to a `response_url`."""
    try:
        response = slack.passes.spend(key)
        body: Any = await request.json()
        if not isinstance(body, dict):
            raise SlackError("invalid_payload")
        _answer(slack, response, body)
    except ValueError:
        return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
    except SlackError as refusal:
        status = 404 if refusal.error in ("used_url", "expired_url") else 400
        return web.json_response({"ok": False, "error": refusal.error}, status=status)
    return web.Response(text="ok")


def _answer(slack: Slack, response: ResponsePass, body: Json) -> None:
    channel = slack.workspace.channel(response.channel)
    if body.get("delete_original"):
        slack.delete(slack.workspace.message(channel, response.ts))
    elif body.get("replace_original") and response.ts:
        text, blocks = _content(body)
        slack.change(slack.workspace.message(channel, response.ts), text, blocks)
    else:
        _say(slack, channel, response.user, body)


def _say(slack: Slack, channel: Channel, user: str, body: Json) -> None:
    text, blocks = _content(body)
    only_for = "" if body.get("response_type") == "in_channel" else user
    thread_ts = str(body.get("thread_ts") or "")
    slack.post(Post(channel, BOT_USER, text, blocks, thread_ts=thread_ts, only_for=only_for))


def _content(body: Json) -> tuple[str, list[Json]]:
    text, blocks = str(body.get("text") or ""), checked(body.get("blocks") or [], MESSAGE)
    if not text and not blocks:
        raise SlackError("no_text")
    return text, blocks


def _whisper(slack: Slack, channel: Channel, user: str, text: str) -> None:
    slack.post(Post(channel, SLACKBOT, text, only_for=user))
