"""The Web API: every method it knows on one screen, who may call it, and how refusals look."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from emulator.cast import APP_ID, APP_TOKEN, BOT_TOKEN
from emulator.errors import SlackError
from emulator.given import Given, read
from emulator.methods import chat, conversations, files, people, reactions, views
from emulator.slack import Slack

Json = dict[str, Any]
Method = Callable[[Slack, Given], Json]

METHODS: dict[str, Method] = {
    "auth.test": people.auth_test,
    "bots.info": people.bots_info,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.get_permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.list": conversations.list_all,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_direct,
    "conversations.replies": conversations.replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.delete": files.delete,
    "files.getUploadURLExternal": files.get_upload_url,
    "files.info": files.info,
    "reactions.add": reactions.add,
    "reactions.get": reactions.get,
    "reactions.remove": reactions.remove,
    "team.info": people.team_info,
    "users.info": people.info,
    "users.list": people.list_all,
    "users.lookupByEmail": people.lookup_by_email,
    "views.open": views.open_first,
    "views.publish": views.publish,
    "views.push": views.push,
    "views.update": views.update,
}

SCOPES = (
    "app_mentions:read,channels:history,channels:read,chat:write,commands,files:read,files:write,groups:history,"
    "groups:read,im:history,im:read,im:write,reactions:read,reactions:write,team:read,users:read,users:read.email"
)


async def call(slack: Slack, name: str, request: web.Request) -> web.Response:
    """One call, with Slack's `ok` or Slack's refusal; a planned fault comes first."""
    trouble = await slack.faults.befall(name)
    if trouble is not None:
        return trouble
    try:
        given, token = await read(request)
        answer = {"ok": True} | _answer(slack, name, given, token)
    except SlackError as refusal:
        answer = _refusal(refusal)
    return web.json_response(answer, headers={"x-oauth-scopes": SCOPES})


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
    return METHODS[name](slack, given)


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
