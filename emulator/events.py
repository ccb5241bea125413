"""The payloads Slack sends to an app: events, clicks, views and commands."""

import time
from typing import Any
from uuid import uuid4

from emulator.cast import APP_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, Person

Json = dict[str, Any]
VERIFICATION = "emulator-verification-token"


def event_callback(event: Json) -> Json:
    """The wrapping around every event; a redelivery carries the same `event_id`."""
    return {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{uuid4().hex[:10].upper()}",
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{uuid4().hex}",
    }


def message(shown: Json, channel: str, kind: str) -> Json:
    return shown | {"channel": channel, "event_ts": shown["ts"], "channel_type": kind}


def app_mention(shown: Json, channel: str) -> Json:
    return shown | {"type": "app_mention", "channel": channel, "event_ts": shown["ts"]}


def message_changed(now: Json, before: Json, channel: str, kind: str, ts: str) -> Json:
    return _hidden("message_changed", channel, kind, ts) | {"message": now, "previous_message": before}


def message_deleted(before: Json, channel: str, kind: str, ts: str) -> Json:
    return _hidden("message_deleted", channel, kind, ts) | {"deleted_ts": before["ts"], "previous_message": before}


def _hidden(subtype: str, channel: str, kind: str, ts: str) -> Json:
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel,
        "channel_type": kind,
        "ts": ts,
        "event_ts": ts,
    }


def reaction(kind: str, user: str, name: str, channel: str, message_ts: str, author: str, ts: str) -> Json:
    """`kind` is reaction_added or reaction_removed."""
    item = {"type": "message", "channel": channel, "ts": message_ts}
    return {"type": kind, "user": user, "reaction": name, "item": item, "item_user": author, "event_ts": ts}


def home_opened(user: str, channel: str, tab: str, view: Json | None, ts: str) -> Json:
    event = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": ts}
    return event | ({"view": view} if view else {})


def session_stopped(user: str, channel: str, thread_ts: str, streams: list[str], ts: str) -> Json:
    return {
        "type": "agent_session_stopped",
        "user": user,
        "channel": channel,
        "thread_ts": thread_ts,
        "streaming_message_ts": streams,
        "event_ts": ts,
    }


def joined(user: str, channel: str, kind: str, inviter: str, ts: str) -> Json:
    return {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel,
        "channel_type": "G" if kind == "group" else "C",
        "team": TEAM_ID,
        "inviter": inviter,
        "event_ts": ts,
    }


def command(person: Person, channel: Json, name: str, text: str, trigger_id: str, response_url: str) -> Json:
    return {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel["id"],
        "channel_name": channel["name"],
        "user_id": person.id,
        "user_name": person.handle,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def interaction(kind: str, person: Person, trigger_id: str = "") -> Json:
    """What every click and every view has in common."""
    payload: Json = {
        "type": kind,
        "user": {"id": person.id, "username": person.handle, "name": person.handle, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": VERIFICATION,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return payload | ({"trigger_id": trigger_id} if trigger_id else {})
