"""Standing orders in Slack: the forms, what is said when one is made, the list of them, and what is said when one fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import slackblocks as kit

from bot.blocks.ids import (
    ALERT_FORM,
    SUBSCRIBE_FORM,
    SUBSCRIPTION_DELETE,
    SUBSCRIPTION_PAUSE,
    SUBSCRIPTION_RESUME,
    SUBSCRIPTION_TEST,
)
from bot.blocks.message import TEXT_BEST, Message, clip, escape, render, say, small
from bot.condition import WINDOWS, Condition
from tracking.recurrence import NEWEST_DAY, WEEKDAYS, Recurrence
from tracking.subscriptions import Subscription

QUESTION = 200
REASON = 600
LABEL = 120
LAST = 300
LISTED = 20  # of 100 blocks that Home may have these take 40 at most

EVERY = {
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
    weekdays = {day: day.capitalize() for day in WEEKDAYS}
    blocks: list[kit.Block] = [
        _input("every", "How often?", _select("every", EVERY, "business day")),
        _input("weekday", "On which weekday?", _select("weekday", weekdays, "monday"), hint="Counts for “every week”."),
        _input("day", "On which day of the month?", _select("day", DAYS, "first"), hint="Counts for “every month”."),
        _input("at", "At what time?", kit.TimePicker("at", "09:00")),
        _input("where", "Where?", _radio("where", WHERE, "me")),
        kit.InputBlock(
            "Only if …",
            kit.CheckboxGroup(
                "only", [_option("something has changed", "changed"), _option("there is something", "filled")]
            ),
            block_id="only",
            optional=True,
        ),
    ]
    return _modal("Send me this", blocks, "Subscribe", metadata, SUBSCRIBE_FORM)


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
        weekdays = (option("weekday"),) if every == "week" else ()
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


def words(one: Subscription) -> str:
    """When and where: every Monday at 09:00, to you, only if changed."""
    where = "to you" if one.channel.startswith("D") else "into the channel"
    if one.condition is not None:
        condition = Condition.from_json(one.condition)
        return f"when “{clip(condition.column, LABEL)}” {condition.words}, {where}"
    only = [*(["it has changed"] if one.only_changed else []), *(["there is something"] if one.only_filled else [])]
    return f"{one.recurrence.words}, {where}" + (f", only if {' and '.join(only)}" if only else "")


def ordered(one: Subscription, following: datetime | None, zone: ZoneInfo) -> Message:
    """What is said when an order was made: what was understood, when it comes first, whether it follows the figures."""
    kind = "I tell you" if one.condition is not None else "I send this"
    lines = [f"{kind} {words(one)}."]
    if following is not None and one.condition is None:
        lines.append(f"For the first time on {_when(following, zone)}, {zone.key}.")
    lines.append(
        "It is read as in this answer, each time over the newest figures, with the rights you have that day."
        if one.frozen["follows"]
        else "The query stays exactly as in this answer, dates included; it runs with the rights you have that day."
    )
    blocks = [say("ordered", kit.RichText(" ".join(lines))), _buttons(one)]
    return Message(escape("\n".join(lines)), render(blocks))


def section(orders: Sequence[Subscription], zone: ZoneInfo) -> list[kit.Block]:
    """Everything somebody has ordered, with buttons; for Home and for /ask subscriptions. Two blocks each."""
    if not orders:
        return [small("no_subscriptions", "You have no subscriptions. “Subscribe” under an answer makes one.")]
    blocks: list[kit.Block] = []
    for one in orders[:LISTED]:
        state = " · paused" if one.state == "paused" else ""
        last = f"\nLast on {_when(one.last_at, zone)}: {clip(one.last, LAST)}" if one.last_at else ""
        title = kit.RichText(clip(one.question, QUESTION), bold=True)
        rest = kit.RichText(f"\n{clip(words(one), 400)}{state}{last}")
        blocks += [say(f"subscription_{one.id}", title, rest), _buttons(one)]
    if len(orders) > LISTED:
        blocks.append(small("more_subscriptions", f"… and {len(orders) - LISTED} more. Delete some to see them."))
    return blocks


def listed(orders: Sequence[Subscription], zone: ZoneInfo) -> Message:
    """The answer to /ask subscriptions."""
    lines = [f"{clip(one.question, QUESTION)}: {words(one)}" for one in orders] or ["You have no subscriptions."]
    some = list(orders)[:8]  # all text of a message together: 10,000 characters
    blocks = section(some, zone)
    if len(orders) > len(some):
        blocks.append(small("rest", f"The first {len(some)} of {len(orders)}; all of them stand in my Home tab."))
    return Message(clip(escape("\n".join(lines)), TEXT_BEST), render(blocks))


def below(one: Subscription, test: bool) -> list[kit.Block]:
    """What stands under an answer that nobody asked for just now."""
    sent = "This is a test: only you see it." if test else f"Sent {one.recurrence.words}."
    return [
        small(
            "subscription", f"{sent} Who ordered it can pause or delete it in my Home tab, or with /ask subscriptions."
        )
    ]


def failed(one: Subscription, why: str, paused: bool) -> Message:
    """For its owner alone."""
    lines = [f"I could not send you “{clip(one.question, QUESTION)}” ({words(one)}): {clip(why, REASON)}"]
    if one.condition is not None:
        lines = [
            f"I could not look whether “{clip(one.question, QUESTION)}” is as you want to be told of: {clip(why, REASON)}"
        ]
    if paused:
        lines.append("It does not work time and again, so I have paused it.")
    blocks = [say("failed", kit.RichText("\n".join(lines))), _buttons(one, paused)]
    return Message(escape("\n".join(lines)), render(blocks))


def _buttons(one: Subscription, paused: bool | None = None) -> kit.Block:
    is_paused = one.state == "paused" if paused is None else paused
    turn = (SUBSCRIPTION_RESUME, "Resume") if is_paused else (SUBSCRIPTION_PAUSE, "Pause")
    shown = [
        *([(SUBSCRIPTION_TEST, "Test send")] if one.condition is None else []),
        turn,
        (SUBSCRIPTION_DELETE, "Delete"),
    ]
    elements: list[kit.Element] = [kit.Button(text, action_id=name, value=one.id) for name, text in shown]
    return kit.ActionsBlock(elements, block_id=f"do_{one.id}")


def _when(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


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
