"""The Web API: every method it knows on one screen, who may call it, and how refusals look."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from emulator.cast import APP_ID, APP_TOKEN, BOT_TOKEN
from emulator.errors import SlackError
from emulator.given import Given, read
from emulator.methods import agents, chat, conversations, files, people, reactions, streams, usergroups, views
from emulator.slack import Slack

Json = dict[str, Any]
Method = Callable[[Slack, Given], Json]

METHODS: dict[str, tuple[Method, str]] = {
    "agents.sessions.rename": (agents.rename_session, "chat:write"),
    "agents.sessions.setStatus": (agents.set_session_status, "chat:write"),
    "assistant.threads.setStatus": (agents.set_thread_status, "assistant:write"),
    "assistant.threads.setSuggestedPrompts": (agents.set_suggested_prompts, "assistant:write"),
    "assistant.threads.setTitle": (agents.set_thread_title, "assistant:write"),
    "auth.test": (people.auth_test, ""),
    "bots.info": (people.bots_info, "users:read"),
    "chat.appendStream": (streams.append, "chat:write"),
    "chat.delete": (chat.delete, "chat:write"),
    "chat.getPermalink": (chat.get_permalink, ""),
    "chat.postEphemeral": (chat.post_ephemeral, "chat:write"),
    "chat.postMessage": (chat.post_message, "chat:write"),
    "chat.startStream": (streams.start, "chat:write"),
    "chat.stopStream": (streams.stop, "chat:write"),
    "chat.update": (chat.update, "chat:write"),
    "conversations.history": (conversations.history, "{kind}:history"),
    "conversations.info": (conversations.info, "{kind}:read"),
    "conversations.list": (conversations.list_all, "channels:read"),
    "conversations.members": (conversations.members, "{kind}:read"),
    "conversations.open": (conversations.open_direct, "im:write"),
    "conversations.replies": (conversations.replies, "{kind}:history"),
    "files.completeUploadExternal": (files.complete_upload, "files:write"),
    "files.delete": (files.delete, "files:write"),
    "files.getUploadURLExternal": (files.get_upload_url, "files:write"),
    "files.info": (files.info, "files:read"),
    "reactions.add": (reactions.add, "reactions:write"),
    "reactions.get": (reactions.get, "reactions:read"),
    "reactions.remove": (reactions.remove, "reactions:write"),
    "team.info": (people.team_info, "team:read"),
    "usergroups.list": (usergroups.list_all, "usergroups:read"),
    "usergroups.users.list": (usergroups.users, "usergroups:read"),
    "users.info": (people.info, "users:read"),
    "users.list": (people.list_all, "users:read"),
    "users.lookupByEmail": (people.lookup_by_email, "users:read.email"),
    "views.open": (views.open_first, ""),
    "views.publish": (views.publish, ""),
    "views.push": (views.push, ""),
    "views.update": (views.update, ""),
}
"""Each with the scope it needs ("" = none); `{kind}` is channels, groups or im, as the channel that is meant."""

KINDS = {"channel": "channels", "group": "groups", "im": "im"}


class MissingScope(SlackError):
    """The app was not granted what this method needs."""

    def __init__(self, needed: str) -> None:
        super().__init__("missing_scope")
        self.needed = needed


async def call(slack: Slack, name: str, request: web.Request) -> web.Response:
    """One call, with Slack's `ok` or Slack's refusal; a planned fault comes first."""
    trouble = await slack.faults.befall(name)
    if trouble is not None:
        return trouble
    try:
        given, token = await read(request)
        answer = {"ok": True} | _answer(slack, name, given, token)
    except MissingScope as refusal:
        answer = _refusal(refusal) | {"needed": refusal.needed, "provided": _granted(slack)}
    except SlackError as refusal:
        answer = _refusal(refusal)
    return web.json_response(answer, headers={"x-oauth-scopes": _granted(slack)})


def _answer(slack: Slack, name: str, given: Given, token: str) -> Json:
    if name == "api.test":
        return {"args": given.values}
    if token not in (BOT_TOKEN, APP_TOKEN):
        raise SlackError("invalid_auth" if token else "not_authed")
    if name == "apps.connections.open":
        return _connection(slack, given, token)
    if name not in METHODS:
        raise SlackError("unknown_method")
    if token != BOT_TOKEN:
        raise SlackError("not_allowed_token_type")
    method, scope = METHODS[name]
    _require(slack, scope, given)
    return method(slack, given)


def _require(slack: Slack, scope: str, given: Given) -> None:
    if not scope or slack.manifest.scopes is None:
        return
    if "{kind}" in scope:
        scope = scope.format(kind=KINDS[slack.workspace.channel(given.required("channel")).kind])
    if scope not in slack.manifest.scopes:
        raise MissingScope(scope)


def _granted(slack: Slack) -> str:
    every = {scope.format(kind=kind) for _, scope in METHODS.values() if scope for kind in KINDS.values()}
    return ",".join(sorted(every if slack.manifest.scopes is None else slack.manifest.scopes))


def _connection(slack: Slack, given: Given, token: str) -> Json:
    if token != APP_TOKEN:
        raise SlackError("not_allowed_token_type")
    address = given.address.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={slack.sockets.ticket()}&app_id={APP_ID}"}


def _refusal(refusal: SlackError) -> Json:
    answer: Json = {"ok": False, "error": refusal.error}
    if refusal.messages:
        answer["response_metadata"] = {"messages": list(refusal.messages)}
        answer["errors"] = list(refusal.messages)
    return answer
