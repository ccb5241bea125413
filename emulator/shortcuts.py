"""A person uses one of the app's shortcuts: from anywhere, or on a message."""

from emulator import events
from emulator.errors import SlackError
from emulator.slack import Slack
from emulator.workspace import DIRECT, Message


async def use(slack: Slack, user: str, callback_id: str) -> bool:
    """Whether the app acknowledged."""
    if slack.manifest.shortcut(callback_id, "global") is None:
        raise SlackError("no_such_shortcut")
    payload = events.interaction("shortcut", slack.workspace.person(user), slack.passes.trigger(user))
    payload |= {"callback_id": callback_id, "action_ts": slack.workspace.ts()}
    return await slack.line.ask("interactive", payload) is not None


async def use_on(slack: Slack, user: str, callback_id: str, message: Message, address: str) -> bool:
    """Whether the app acknowledged. It learns of the message even where it is no member."""
    if slack.manifest.shortcut(callback_id, "message") is None:
        raise SlackError("no_such_shortcut")
    channel = slack.workspace.channels[message.channel]
    response = slack.passes.response(channel.id, user)
    payload = events.interaction("message_action", slack.workspace.person(user), slack.passes.trigger(user))
    payload |= {
        "callback_id": callback_id,
        "action_ts": slack.workspace.ts(),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": "directmessage" if channel.kind == DIRECT else channel.name},
        "message": slack.workspace.message_json(message),
        "response_url": f"{address}/response/{response}",
    }
    return await slack.line.ask("interactive", payload) is not None
