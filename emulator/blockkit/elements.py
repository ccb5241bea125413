"""What stands inside blocks: buttons, menus, inputs, images."""

from collections.abc import Callable
from typing import Any

from emulator.blockkit.proof import PLAIN, Proof

Json = dict[str, Any]

BUTTONS = {"button", "workflow_button"}
MENUS = {
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
}
CHOICES = {"radio_buttons", "checkboxes"}
DATES = {"datepicker", "timepicker", "datetimepicker"}
TYPED = {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input", "file_input"}

IN_SECTION = BUTTONS | MENUS | CHOICES | DATES | {"overflow", "image"}
IN_ACTIONS = BUTTONS | MENUS | CHOICES | DATES | {"overflow"}
IN_INPUT = MENUS | CHOICES | DATES | TYPED
IN_CONTEXT_ACTIONS = {"feedback_buttons", "icon_button"}
INTERACTIVE = IN_ACTIONS | IN_INPUT | IN_CONTEXT_ACTIONS

FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "button": ({"text"}, {"action_id", "value", "url", "style", "confirm", "accessibility_label"}),
    "workflow_button": ({"text", "workflow"}, {"action_id", "style", "accessibility_label"}),
    "overflow": ({"options"}, {"action_id", "confirm"}),
    "radio_buttons": ({"options"}, {"action_id", "initial_option", "confirm", "focus_on_load"}),
    "checkboxes": ({"options"}, {"action_id", "initial_options", "confirm", "focus_on_load"}),
    "datepicker": (set(), {"action_id", "initial_date", "confirm", "focus_on_load", "placeholder"}),
    "timepicker": (set(), {"action_id", "initial_time", "confirm", "focus_on_load", "placeholder", "timezone"}),
    "datetimepicker": (set(), {"action_id", "initial_date_time", "confirm", "focus_on_load"}),
    "image": ({"alt_text"}, {"image_url", "slack_file"}),
    "feedback_buttons": ({"positive_button", "negative_button"}, {"action_id"}),
    "icon_button": (
        {"icon", "text"},
        {"action_id", "value", "confirm", "accessibility_label", "visible_to_user_ids"},
    ),
    "file_input": (set(), {"action_id", "filetypes", "max_files"}),
    "number_input": (
        {"is_decimal_allowed"},
        {
            "action_id",
            "initial_value",
            "min_value",
            "max_value",
            "dispatch_action_config",
            "focus_on_load",
            "placeholder",
        },
    ),
    "plain_text_input": (
        set(),
        {
            "action_id",
            "initial_value",
            "multiline",
            "min_length",
            "max_length",
            "dispatch_action_config",
            "focus_on_load",
            "placeholder",
        },
    ),
}
TYPED_OPTIONAL = {"action_id", "initial_value", "dispatch_action_config", "focus_on_load", "placeholder"}
MENU_OPTIONAL = {
    "action_id",
    "placeholder",
    "confirm",
    "focus_on_load",
    "max_selected_items",
    "option_groups",
    "options",
} | {
    "initial_option",
    "initial_options",
    "initial_user",
    "initial_users",
    "initial_conversation",
    "initial_conversations",
    "initial_channel",
    "initial_channels",
    "default_to_current_conversation",
    "response_url_enabled",
    "filter",
    "min_query_length",
}


def check(proof: Proof, element: Any, at: str, allowed: set[str]) -> None:
    """One element, of a type that may stand here."""
    kind = element.get("type") if isinstance(element, dict) else None
    if not isinstance(kind, str) or kind not in allowed:
        proof.fault(at, f"unsupported type: {kind}")
        return
    required, optional = FIELDS.get(kind, (set(), MENU_OPTIONAL if kind in MENUS else TYPED_OPTIONAL))
    if proof.fields(element, at, required, optional):
        proof.string(element.get("action_id"), f"{at}/action_id", 255)
        proof.text(element.get("placeholder"), f"{at}/placeholder", 150, PLAIN)
        SHAPES.get(kind, _nothing_more)(proof, element, at)
    _confirm(proof, element.get("confirm"), f"{at}/confirm")


def _button(proof: Proof, button: Json, at: str) -> None:
    proof.text(button["text"], f"{at}/text", 75, PLAIN)
    proof.string(button.get("value"), f"{at}/value", 2000)
    proof.string(button.get("url"), f"{at}/url", 3000)
    proof.string(button.get("accessibility_label"), f"{at}/accessibility_label", 75)
    proof.one_of(button.get("style"), f"{at}/style", ("primary", "danger"))


def _feedback(proof: Proof, element: Json, at: str) -> None:
    for side in ("positive_button", "negative_button"):
        button, place = element[side], f"{at}/{side}"
        if proof.fields(button, place, ("text", "value"), ("accessibility_label",)):
            proof.text(button["text"], f"{place}/text", 75, PLAIN)
            proof.string(button["value"], f"{place}/value", 2000)
            proof.string(button.get("accessibility_label"), f"{place}/accessibility_label", 75)


def _icon(proof: Proof, element: Json, at: str) -> None:
    proof.one_of(element["icon"], f"{at}/icon", ("trash",))
    proof.text(element["text"], f"{at}/text", 75, PLAIN)
    proof.string(element.get("value"), f"{at}/value", 2000)
    proof.items(element.get("visible_to_user_ids"), f"{at}/visible_to_user_ids", 10)


def _image(proof: Proof, element: Json, at: str) -> None:
    proof.string(element["alt_text"], f"{at}/alt_text", 2000)
    if not element.get("image_url") and not element.get("slack_file"):
        proof.fault(at, "missing required field: image_url")
    proof.string(element.get("image_url"), f"{at}/image_url", 3000)


def _menu(proof: Proof, menu: Json, at: str) -> None:
    if (menu.get("options") is None) == (menu.get("option_groups") is None):
        proof.fault(at, "must have either options or option_groups")
    options(proof, menu.get("options"), f"{at}/options", 100)
    for index, group in enumerate(proof.items(menu.get("option_groups"), f"{at}/option_groups", 100)):
        place = f"{at}/option_groups/{index}"
        if proof.fields(group, place, ("label", "options")):
            proof.text(group["label"], f"{place}/label", 75, PLAIN)
            options(proof, group["options"], f"{place}/options", 100)


def _overflow(proof: Proof, menu: Json, at: str) -> None:
    options(proof, menu["options"], f"{at}/options", 5)


def _choice(proof: Proof, choice: Json, at: str) -> None:
    listed = options(proof, choice["options"], f"{at}/options", 10)
    initial = choice.get("initial_options") or [choice.get("initial_option")]
    for option in initial:
        if option is not None and option not in listed:
            proof.fault(f"{at}/initial_option", "must be one of the options")


def _plain_text_input(proof: Proof, element: Json, at: str) -> None:
    proof.integer(element.get("min_length"), f"{at}/min_length", 0, 3000)
    proof.integer(element.get("max_length"), f"{at}/max_length", 1, 3000)
    proof.string(element.get("initial_value"), f"{at}/initial_value", element.get("max_length") or 3000, shortest=0)


def options(proof: Proof, given: Any, at: str, most: int) -> list[Any]:
    """The options of a menu: each with a text and a value, no value twice."""
    listed = proof.items(given, at, most)
    for index, option in enumerate(listed):
        place = f"{at}/{index}"
        if proof.fields(option, place, ("text", "value"), ("description", "url")):
            proof.text(option["text"], f"{place}/text", 75)
            proof.string(option["value"], f"{place}/value", 150)
            proof.text(option.get("description"), f"{place}/description", 75)
    proof.different([option.get("value") for option in listed if isinstance(option, dict)], at, "option values")
    return listed


def _confirm(proof: Proof, confirm: Any, at: str) -> None:
    if confirm is None or not proof.fields(confirm, at, ("title", "text", "confirm", "deny"), ("style",)):
        return
    proof.text(confirm["title"], f"{at}/title", 100, PLAIN)
    proof.text(confirm["text"], f"{at}/text", 300)
    proof.text(confirm["confirm"], f"{at}/confirm", 30, PLAIN)
    proof.text(confirm["deny"], f"{at}/deny", 30, PLAIN)


def _nothing_more(proof: Proof, element: Json, at: str) -> None:
    """Types of which only the fields are checked."""


SHAPES: dict[str, Callable[[Proof, Json, str], None]] = {
    "button": _button,
    "workflow_button": _button,
    "feedback_buttons": _feedback,
    "icon_button": _icon,
    "image": _image,
    "static_select": _menu,
    "multi_static_select": _menu,
    "overflow": _overflow,
    "radio_buttons": _choice,
    "checkboxes": _choice,
    "plain_text_input": _plain_text_input,
}
