"""What a person chose or typed in one element, in the shape that actions and `state.values` share."""

from collections.abc import Callable
from typing import Any

from emulator.blockkit.surfaces import elements_of
from emulator.errors import SlackError

Json = dict[str, Any]

PICKED = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
ONE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
MANY_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
STATELESS = {"button", "workflow_button", "overflow", "feedback_buttons", "icon_button"}
INITIAL = ("initial_value", "initial_date", "initial_time", "initial_date_time", "initial_user", "initial_users")


def typed(element: Json, value: Any) -> Json:
    """The element's content; for options `value` is the option's value, None = nothing."""
    kind = element["type"]
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": None if value is None else _option(element, value)}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": [_option(element, one) for one in value or ()]}
    if kind in PICKED:
        return {"type": kind, PICKED[kind]: value}
    return {"type": kind, "value": None if value in (None, "") else str(value)}


def acted(element: Json, block: Json, value: Any, ts: str) -> Json:
    """One entry of `actions`, as a click or a choice sends it."""
    shape = {"action_id": element["action_id"], "block_id": block["block_id"], "action_ts": ts}
    return shape | ACTED.get(element["type"], typed)(element, value)


def values_of(blocks: list[Json], given: Json, before: Json) -> Json:
    """`state.values`: given now (by action_id), or typed before, or the initial content."""
    values: Json = {}
    for block, element in elements_of(blocks):
        if element["type"] in STATELESS:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        known = before.get(block_id, {}).get(action_id)
        content = typed(element, given[action_id]) if action_id in given else known or typed(element, _initial(element))
        values.setdefault(block_id, {})[action_id] = content
    unknown = set(given) - {action_id for block in values.values() for action_id in block}
    if unknown:
        raise SlackError("unknown_input", [f"[ERROR] no input has the action_id {name}" for name in sorted(unknown)])
    return values


def unfilled(blocks: list[Json], values: Json) -> dict[str, str]:
    """What keeps a modal from being sent, by block: Slack's client checks this itself."""
    errors = {}
    for block, element in elements_of(blocks):
        if block["type"] == "input":
            problem = _problem(block, element, values[block["block_id"]][element["action_id"]])
            if problem:
                errors[block["block_id"]] = problem
    return errors


def _problem(block: Json, element: Json, content: Json) -> str:
    filled = next((value for name, value in content.items() if name != "type"), None)
    if not filled:
        return "" if block.get("optional") else "Please complete this required field."
    if isinstance(filled, str) and len(filled) > int(element.get("max_length") or 3000):
        return f"Please use at most {element.get('max_length') or 3000} characters."
    if isinstance(filled, str) and len(filled) < int(element.get("min_length") or 0):
        return f"Please use at least {element['min_length']} characters."
    return ""


def _initial(element: Json) -> Any:
    if element["type"] in ONE_OPTION:
        return (element.get("initial_option") or {}).get("value")
    if element["type"] in MANY_OPTIONS:
        return [option["value"] for option in element.get("initial_options", ())]
    return next((element[name] for name in INITIAL if element.get(name)), None)


def _option(element: Json, value: Any) -> Json:
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    for option in (option for group in groups for option in group["options"]):
        if option["value"] == value:
            return dict(option)
    raise SlackError("unknown_option", [f"[ERROR] {element['action_id']} has no option {value}"])


def _button(element: Json, value: Any) -> Json:
    return {name: element[name] for name in ("type", "text", "value", "style") if name in element}


def _feedback(element: Json, value: Any) -> Json:
    for button in (element["positive_button"], element["negative_button"]):
        if button["value"] == value:
            return {"type": "feedback_buttons", "value": value, "text": button["text"]}
    raise SlackError("unknown_option", [f"[ERROR] no thumb has the value {value}"])


def _icon(element: Json, value: Any) -> Json:
    return {name: element[name] for name in ("type", "icon", "text", "value") if name in element}


ACTED: dict[str, Callable[[Json, Any], Json]] = {
    "button": _button,
    "workflow_button": _button,
    "feedback_buttons": _feedback,
    "icon_button": _icon,
}
