"""views.*: modals and Home."""

from typing import Any

from emulator.blockkit.surfaces import checked_view
from emulator.errors import SlackError
from emulator.given import Given
from emulator.slack import Slack

Json = dict[str, Any]


def open_first(slack: Slack, given: Given) -> Json:
    view = checked_view(_view(given), "modal")
    opened = slack.views.open(slack.passes.exchange(given.required("trigger_id")), view)
    slack.feed.tell({"kind": "view"}, [opened.user])
    return {"view": opened.to_json()}


def push(slack: Slack, given: Given) -> Json:
    view = checked_view(_view(given), "modal")
    pushed = slack.views.push(slack.passes.exchange(given.required("trigger_id")), view)
    slack.feed.tell({"kind": "view"}, [pushed.user])
    return {"view": pushed.to_json()}


def update(slack: Slack, given: Given) -> Json:
    view = slack.views.find(given.text("view_id"), given.text("external_id"))
    slack.views.update(view, checked_view(_view(given), view.given["type"]), given.text("hash"))
    slack.feed.tell({"kind": "view"}, [view.user])
    return {"view": view.to_json()}


def publish(slack: Slack, given: Given) -> Json:
    user = given.required("user_id")
    slack.workspace.person(user)
    view = slack.views.publish(user, checked_view(_view(given), "home"))
    slack.feed.tell({"kind": "view"}, [user])
    return {"view": view.to_json()}


def _view(given: Given) -> Any:
    view = given.structure("view", "invalid_arguments")
    if view is None:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view"])
    return view
