"""agents.* and assistant.*: what an agent shows of its work, and what it suggests to ask."""

from typing import Any

from emulator.cast import BOT_USER
from emulator.errors import SlackError
from emulator.given import Given
from emulator.sessions import STATUSES, Session
from emulator.slack import Slack
from emulator.workspace import DIRECT, Channel

Json = dict[str, Any]
MOST_PROMPTS = 4
LONGEST_TITLE = 200
UNHEARD = "missing_agent_session_stopped_event_subscription"


def set_session_status(slack: Slack, given: Given) -> Json:
    """Begins the session if there is none; only one that is processing can be stopped by a person."""
    status = given.required("status")
    if status not in STATUSES:
        raise SlackError("invalid_arguments", [f"[ERROR] must be one of {', '.join(STATUSES)} [json-pointer:/status]"])
    session = _session(slack, given)
    session.status = status
    if status != "processing":
        session.saying = ""
    session.title = session.title or given.text("title")[:LONGEST_TITLE]
    slack.show_session(session)
    answer = {"status": session.status, "agent_status": session.status, "title": session.title}
    unheard = status == "processing" and not slack.manifest.hears({"type": "agent_session_stopped"})
    return answer | ({"warning": UNHEARD} if unheard else {})


def rename_session(slack: Slack, given: Given) -> Json:
    session = slack.sessions.known(given.required("channel_id"), given.required("thread_ts"))
    if session is None:
        raise SlackError("session_not_found")
    session.title = given.required("title")[:LONGEST_TITLE]
    slack.show_session(session)
    return {"title": session.title}


def set_thread_status(slack: Slack, given: Given) -> Json:
    """The line that says what the agent is doing; it goes when the agent posts there, or when it is set empty."""
    session = _session(slack, given)
    session.saying = given.text("status")
    slack.show_session(session)
    return {}


def set_thread_title(slack: Slack, given: Given) -> Json:
    session = _session(slack, given)
    session.title = given.required("title")[:LONGEST_TITLE]
    slack.show_session(session)
    return {}


def set_suggested_prompts(slack: Slack, given: Given) -> Json:
    """One to four, each a title and the message that it sends."""
    channel = slack.workspace.channel(given.required("channel_id"))
    if channel.kind != DIRECT:
        raise SlackError("channel_not_found")
    prompts = given.structure("prompts", "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MOST_PROMPTS:
        raise SlackError("invalid_arguments", ["[ERROR] must have 1 to 4 items [json-pointer:/prompts]"])
    if not all(isinstance(one, dict) and one.get("title") and one.get("message") for one in prompts):
        raise SlackError("invalid_arguments", ["[ERROR] each needs title and message [json-pointer:/prompts]"])
    slack.sessions.prompts[channel.id] = {"title": given.text("title"), "prompts": prompts}
    slack.feed.tell({"kind": "state"}, [channel.with_person])
    return {}


def _session(slack: Slack, given: Given) -> Session:
    channel = _readable(slack, given.required("channel_id"))
    parent = channel.messages.get(given.required("thread_ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    return slack.sessions.at(channel.id, parent.ts)


def _readable(slack: Slack, name: str) -> Channel:
    channel = slack.workspace.channel(name)
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel
