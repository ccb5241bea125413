"""The forms of standing orders: when an answer is to be sent again, and what of it is to be told of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import slackblocks as kit

from bot.blocks.ids import ALERT_FORM, CHANGE_FORM, SUBSCRIBE_FORM
from bot.blocks.message import clip
from bot.condition import WINDOWS
from tracking.recurrence import NEWEST_DAY, WEEKDAYS, Recurrence
from tracking.subscriptions import Subscription

EVERY = {
    "hour": "Every hour",
    "day": "Every day",
    "business day": "Every business day",
    "week": "Every week on …",
    "month": "Every month on …",
}
DAYS = {"first": "the first business day", "last": "the last business day"} | {
    str(day): f"day {day}, or the next business day" for day in range(1, NEWEST_DAY + 1)
}
WAYS = {
    "above": "goes above",
    "below": "goes below",
    "rises": "rises by more than",
    "falls": "falls by more than",
    "moves": "moves by more than",
}
WHERE = {"me": "to me, in our direct messages", "here": "into this channel"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody chose in a form."""

    recurrence: Recurrence | None = None
    here: bool = False
    only_changed: bool = False
    only_filled: bool = False
    way: str = ""
    number: str = ""
    percent: bool = False
    span: str = ""
    column: str = ""


def subscribe_form(metadata: str) -> dict[str, Any]:
    """When an answer is to be sent again. `metadata` says which answer, and where."""
    where = _input("where", "Where?", _radio("where", WHERE, "me"))
    blocks = [*_times(Recurrence("business day")), where, _only(False, False)]
    return _modal("Send me this", blocks, "Subscribe", metadata, SUBSCRIBE_FORM)


def change_form(one: Subscription) -> dict[str, Any]:
    """Another time for what is ordered already, beginning with its present one."""
    blocks = [*_times(one.recurrence), _only(one.only_changed, one.only_filled)]
    return _modal("Send me this", blocks, "Change", one.id, CHANGE_FORM)


def alert_form(metadata: str, columns: Sequence[str]) -> dict[str, Any]:
    """What of an answer is to be told of; `columns` are the labels of its figures."""
    named = {str(place): clip(label, 75) for place, label in enumerate(columns[:100])}
    spans = {"": "—"} | {span: f"in a {span}" for span in WINDOWS}
    blocks: list[kit.Block] = [
        _input("column", "Which figure?", _select("column", named, "0")),
        _input("way", "Tell me when it …", _select("way", WAYS, "above")),
        _input("number", "… this number", kit.NumberInput(is_decimal_allowed=True, action_id="number")),
        kit.InputBlock(
            "The number is",
            kit.CheckboxGroup("percent", [_option("in percent of what the figure was", "percent")]),
            block_id="percent",
            optional=True,
            hint="Counts for rising, falling and moving.",
        ),
        _input("span", "Within", _select("span", {key or "none": text for key, text in spans.items()}, "none")),
        _input("where", "Where?", _radio("where", WHERE, "me")),
    ]
    return _modal("Tell me when", blocks, "Set alert", metadata, ALERT_FORM)


def chosen(values: dict[str, Any]) -> Wanted:
    """What a submitted form of either kind says."""

    def option(name: str) -> str:
        return str(((values.get(name) or {}).get(name) or {}).get("selected_option", {}).get("value", ""))

    def ticked(name: str) -> set[str]:
        return {one["value"] for one in ((values.get(name) or {}).get(name) or {}).get("selected_options") or []}

    recurrence = None
    if "every" in values:
        every, at = option("every"), values["at"]["at"].get("selected_time") or "09:00"
        weekdays = tuple(day for day in WEEKDAYS if day in ticked("weekday")) if every == "week" else ()
        recurrence = Recurrence(every, at, weekdays, option("day") if every == "month" else "")  # type: ignore[arg-type]
    number = str(((values.get("number") or {}).get("number") or {}).get("value") or "")
    return Wanted(
        recurrence,
        option("where") == "here",
        "changed" in ticked("only"),
        "filled" in ticked("only"),
        option("way"),
        number,
        "percent" in ticked("percent"),
        option("span").replace("none", ""),
        option("column"),
    )


def _times(now: Recurrence) -> list[kit.Block]:
    weekdays, picked = {day: _option(day.capitalize(), day) for day in WEEKDAYS}, now.weekdays or WEEKDAYS[:1]
    days = kit.CheckboxGroup("weekday", list(weekdays.values()), initial_options=[weekdays[day] for day in picked])
    return [
        _input("every", "How often?", _select("every", EVERY, now.every)),
        kit.InputBlock("On which weekdays?", days, block_id="weekday", hint="Counts for “every week”.", optional=True),
        _input(
            "day",
            "On which day of the month?",
            _select("day", DAYS, now.day or "first"),
            hint="Counts for “every month”.",
        ),
        _input("at", "At what time?", kit.TimePicker("at", now.at)),
    ]


def _only(changed: bool, filled: bool) -> kit.Block:
    options = {
        "changed": _option("something has changed", "changed"),
        "filled": _option("there is something", "filled"),
    }
    ticked = [options[name] for name, on in (("changed", changed), ("filled", filled)) if on]
    group = kit.CheckboxGroup("only", list(options.values()), initial_options=ticked or None)
    return kit.InputBlock("Only if …", group, block_id="only", optional=True)


def _modal(title: str, blocks: list[kit.Block], submit: str, metadata: str, form: str) -> dict[str, Any]:
    view: dict[str, Any] = kit.ModalView(
        title, blocks, close="Cancel", submit=submit, private_metadata=metadata, callback_id=form
    ).to_dict()
    return view


def _input(name: str, label: str, element: kit.Element, hint: str | None = None) -> kit.Block:
    return kit.InputBlock(label, element, block_id=name, hint=hint)


def _select(name: str, options: dict[str, str], initial: str) -> kit.Element:
    made = {value: _option(text, value) for value, text in options.items()}
    return kit.StaticSelectMenu(name, list(made.values()), initial_option=made[initial])


def _radio(name: str, options: dict[str, str], initial: str) -> kit.Element:
    made = {value: _option(text, value) for value, text in options.items()}
    return kit.RadioButtonGroup(name, list(made.values()), initial_option=made[initial])


def _option(text: str, value: str) -> kit.Option:
    return kit.Option(kit.PlainText(text), value)
