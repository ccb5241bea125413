"""A person sends a modal off, or closes it."""

from typing import Any

from emulator import events
from emulator.blockkit.surfaces import checked_view
from emulator.inputs import unfilled, values_of
from emulator.slack import Slack
from emulator.views import View

Json = dict[str, Any]


async def submit(slack: Slack, view: View, given: Json) -> Json:
    """`given` is by action_id. The outcome: the modal's errors by block, or `acknowledged`."""
    view.values = values_of(view.given["blocks"], given, view.values)
    errors = unfilled(view.given["blocks"], view.values)
    if errors:
        return {"acknowledged": False, "errors": errors}
    payload = events.interaction("view_submission", slack.workspace.person(view.user), slack.passes.trigger(view.user))
    answer = await slack.line.ask("interactive", payload | {"view": view.to_json(), "response_urls": []})
    if answer is None:
        return {"acknowledged": False, "errors": {}}
    errors = _obey(slack, view, answer)
    slack.feed.tell({"kind": "view"}, [view.user])
    return {"acknowledged": True, "errors": errors}


async def close(slack: Slack, view: View) -> None:
    slack.views.close(view)
    slack.feed.tell({"kind": "view"}, [view.user])
    if view.given.get("notify_on_close"):
        payload = events.interaction("view_closed", slack.workspace.person(view.user))
        await slack.line.ask("interactive", payload | {"view": view.to_json(), "is_cleared": False})


def _obey(slack: Slack, view: View, answer: Json) -> Json:
    """What the app's acknowledgement asks for; the errors it found, by block."""
    action = answer.get("response_action")
    if action == "errors":
        return dict(answer.get("errors") or {})
    if action == "clear":
        slack.views.clear(view.user)
    elif action == "update":
        slack.views.update(view, checked_view(answer.get("view"), "modal"))
    elif action == "push":
        slack.views.push(view.user, checked_view(answer.get("view"), "modal"))
    else:
        slack.views.close(view)
    return {}
