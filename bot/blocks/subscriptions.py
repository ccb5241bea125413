"""Standing orders in Slack: what is said when one is made or changed, the list of them, and what is said when one fails."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import slackblocks as kit

from bot.blocks.ids import (
    SUBSCRIPTION_CHANGE,
    SUBSCRIPTION_DELETE,
    SUBSCRIPTION_PAUSE,
    SUBSCRIPTION_RESUME,
    SUBSCRIPTION_TEST,
)
from bot.blocks.message import TEXT_BEST, Message, clip, escape, render, say, small
from bot.condition import Condition
from tracking.subscriptions import Subscription

QUESTION = 200
REASON = 600
LABEL = 120
LAST = 300
CHANNEL = "into the channel"
LISTED = 20  # of 100 blocks that Home may have these take 40 at most


def words(one: Subscription) -> str:
    """When and where: every Monday at 09:00, to you, only if changed."""
    where = "to you" if one.channel.startswith("D") else CHANNEL
    if one.condition is not None:
        condition = Condition.from_json(one.condition)
        said = f"when “{clip(condition.column, LABEL)}” {condition.words}"
        return said if one.channel.startswith("D") else f"{said}, {where}"
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


def changed(one: Subscription, following: datetime | None, zone: ZoneInfo) -> str:
    """What is said when it comes at another time from now on."""
    said = f"From now on I send “{clip(one.question, QUESTION)}” {words(one)}."
    return f"{said} Next on {_when(following, zone)}, {zone.key}." if following is not None else said


def section(orders: Sequence[Subscription], zone: ZoneInfo) -> list[kit.Block]:
    """Everything somebody has ordered, with buttons; for Home and for /ask subscriptions. Two blocks each."""
    if not orders:
        return [small("no_subscriptions", "You have no subscriptions. “Subscribe” under an answer makes one.")]
    blocks: list[kit.Block] = []
    for one in orders[:LISTED]:
        state = " · paused" if one.state == "paused" else ""
        last = f"\nLast on {_when(one.last_at, zone)}: {clip(one.last, LAST)}" if one.last_at else ""
        title = kit.RichText(clip(one.question, QUESTION), bold=True)
        when, _, only = clip(words(one), 400).partition(CHANNEL)
        runs: list[kit.RichText | kit.RichTextChannel] = [title, kit.RichText(f"\n{when}")]
        if CHANNEL in words(one):
            runs += [kit.RichText("into "), kit.RichTextChannel(one.channel)]
        if rest := f"{only}{state}{last}":
            runs.append(kit.RichText(rest))
        blocks += [say(f"subscription_{one.id}", *runs), _buttons(one)]
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
        *([(SUBSCRIPTION_TEST, "Test send"), (SUBSCRIPTION_CHANGE, "Change")] if one.condition is None else []),
        turn,
        (SUBSCRIPTION_DELETE, "Delete"),
    ]
    elements: list[kit.Element] = [kit.Button(text, action_id=name, value=one.id) for name, text in shown]
    return kit.ActionsBlock(elements, block_id=f"do_{one.id}")


def _when(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"
