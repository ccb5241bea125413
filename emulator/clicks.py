"""A person clicks or chooses something in a message, a modal or their Home."""

from dataclasses import dataclass
from typing import Any

from emulator import events
from emulator.blockkit.surfaces import elements_of
from emulator.errors import SlackError
from emulator.inputs import STATELESS, acted, typed
from emulator.slack import Slack
from emulator.views import View
from emulator.workspace import DIRECT, Channel, Message

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Click:
    """On which element, in which block ("" = wherever it is); `value` chooses a thumb or an option."""

    user: str
    action_id: str
    block_id: str = ""
    value: Any = None


async def click_message(slack: Slack, click: Click, channel: Channel, message: Message, address: str) -> bool:
    """Whether the app acknowledged. A thumb that is down comes up again without the app hearing of it."""
    block, element = _element(message.blocks, click)
    if element["type"] == "feedback_buttons" and _lifted(slack, click, message):
        return True
    ts = slack.workspace.ts()
    action = acted(element, block, click.value, ts)
    if element["type"] == "feedback_buttons":
        message.pressed.setdefault(click.user, {})[click.action_id] = click.value
        slack.show(message)
    response_url = f"{address}/response/{slack.passes.response(channel.id, click.user, message.ts)}"
    payload = events.interaction("block_actions", slack.workspace.person(click.user), slack.passes.trigger(click.user))
    payload |= {
        "container": _container(message),
        "channel": {"id": channel.id, "name": "directmessage" if channel.kind == DIRECT else channel.name},
        "message": slack.workspace.message_json(message),
        "state": {"values": _state(block, element, click)},
        "response_url": response_url,
        "actions": [action],
    }
    if message.only_for:
        del payload["message"]
    return await slack.line.ask("interactive", payload) is not None


async def click_view(slack: Slack, click: Click, view: View) -> bool:
    """Whether the app acknowledged. Inputs that were asked to tell (`dispatch_action`) come this way too."""
    block, element = _element(view.given["blocks"], click)
    action = acted(element, block, click.value, slack.workspace.ts())
    for block_id, content in _state(block, element, click).items():
        view.values.setdefault(block_id, {}).update(content)
    payload = events.interaction("block_actions", slack.workspace.person(click.user), slack.passes.trigger(click.user))
    payload |= {"container": {"type": "view", "view_id": view.id}, "view": view.to_json(), "actions": [action]}
    return await slack.line.ask("interactive", payload) is not None


def _element(blocks: list[Json], click: Click) -> tuple[Json, Json]:
    for block, element in elements_of(blocks):
        if element["action_id"] == click.action_id and click.block_id in ("", block["block_id"]):
            return block, element
    raise SlackError("no_such_element", [f"[ERROR] nothing here has the action_id {click.action_id}"])


def _lifted(slack: Slack, click: Click, message: Message) -> bool:
    mine = message.pressed.get(click.user, {})
    if mine.get(click.action_id) != click.value:
        return False
    del mine[click.action_id]
    slack.show(message)
    return True


def _container(message: Message) -> Json:
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": bool(message.only_for),
    }
    return container | ({"thread_ts": message.thread_ts} if message.is_reply else {})


def _state(block: Json, element: Json, click: Click) -> Json:
    if element["type"] in STATELESS:
        return {}
    return {block["block_id"]: {element["action_id"]: typed(element, click.value)}}
