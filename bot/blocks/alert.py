"""An alert, while it lasts and once it is over: what is wrong, since when, why, and what one can do about it."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import slackblocks as kit

from bot.blocks import ids
from bot.blocks.instants import instant_words, length_words
from bot.blocks.message import TEXT_BEST, Message, clip, escape, render, say, small
from tracking.alarm import Alarm

ROWS = 20
SPOKEN = 5
CELL = 120
SENTENCES = 3_000

_Cell = kit.RawText | kit.RawNumber | kit.RichTextBlock


@dataclass(frozen=True, slots=True)
class Alert:
    """What an alert says, in words: `title` while it lasts, `calm` once it is over.

    `head` and `rows` are a small table, such as each approach with its own figure, under its `caption`. `questions`: the measure that
    questions speak against (see `tracking.listing.troubled`), of one `approach` or of all, asked `since` (ISO).
    """

    title: str
    calm: str
    sentences: tuple[str, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    caption: str = ""
    note: str = ""
    questions: str = ""
    approach: str = ""
    since: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Alert":
        """What `as_json` gave, by way of a database."""
        rows = tuple(tuple(row) for row in kept["rows"])
        return cls(**{**kept, "sentences": tuple(kept["sentences"]), "head": tuple(kept["head"]), "rows": rows})


def alert_message(name: str, alert: Alert, alarm: Alarm, zone: ZoneInfo) -> Message:
    """One message; the same one is updated while the alert lasts and closed when it is over."""
    title = f"🔴 {alert.title}" if alarm.is_open else f"✅ {alert.calm}"
    spoken = "\n".join([*alert.sentences, *status(alarm, zone)])
    blocks = [
        kit.HeaderBlock(clip(title, 150), block_id="title"),
        say("why", kit.RichText(clip(spoken, SENTENCES))),
        *([_table(alert)] if alert.rows and alarm.is_open else []),
        *([_buttons(name, alert, alarm)] if alarm.is_open else []),
        *([small("note", alert.note)] if alert.note and alarm.is_open else []),
    ]
    table = f"\n{_spoken_table(alert)}" if alert.caption and alarm.is_open else ""
    return Message(escape(clip(f"{title}\n{spoken}{table}", TEXT_BEST)), render(blocks))


def moved_message(alert: Alert) -> Message:
    """What is left of a message whose alert was said again further down."""
    title = f"⤵️ {alert.title}"
    said = "This was said again further down, where it goes on."
    blocks = [kit.HeaderBlock(clip(title, 150), block_id="title"), small("moved", said)]
    return Message(escape(clip(f"{title}\n{said}", TEXT_BEST)), render(blocks))


def status(alarm: Alarm, zone: ZoneInfo) -> tuple[str, ...]:
    """Since when, how often, who takes care of it, until when it is silent, what nobody saw of it."""
    said: list[str] = []
    if alarm.since is not None and alarm.ended_at is not None and not alarm.is_open:
        start, end = instant_words(alarm.since, zone), instant_words(alarm.ended_at, zone)
        said.append(f"It lasted {length_words(alarm.ended_at - alarm.since)}, from {start} to {end}.")
    elif alarm.since is not None:
        said.append(f"Since {instant_words(alarm.since, zone)}.")
    if alarm.times > 1:
        said.append(f"It opened {alarm.times} times in a short while.")
    if alarm.unwatched:
        said.append(
            f"For {length_words(timedelta(seconds=alarm.unwatched))} of it nobody was looking: Teller was down."
        )
    if alarm.phase == "acknowledged" and alarm.acknowledged_at is not None:
        when = instant_words(alarm.acknowledged_at, zone)
        said.append(f"{alarm.acknowledged_by} takes care of it since {when}; it is said again if it gets worse.")
    if alarm.is_open and alarm.snoozed_until is not None:
        said.append(f"Silent until {instant_words(alarm.snoozed_until, zone)}, by {alarm.snoozed_by}.")
    return tuple(said)


def _table(alert: Alert) -> kit.DataTableBlock:
    rows = [alert.head, *alert.rows[:ROWS]]
    cells: list[list[_Cell]] = [[kit.RawText(clip(cell, CELL) or "–") for cell in row] for row in rows]
    return kit.DataTableBlock(cells, clip(alert.caption or alert.title, CELL), page_size=len(rows) - 1, block_id="rows")


def _spoken_table(alert: Alert) -> str:
    """For mail and for notifications, which have no tables."""
    rows = "; ".join(" · ".join(clip(cell, CELL) for cell in row if cell) for row in alert.rows[:SPOKEN])
    return f"{alert.caption}: {rows}."


def _buttons(name: str, alert: Alert, alarm: Alarm) -> kit.ActionsBlock:
    open_to_all = [(f"{ids.SNOOZE}_1h", "Snooze 1 h"), (f"{ids.SNOOZE}_1d", "Snooze 1 d")]
    if alarm.phase == "breached":
        open_to_all.insert(0, (ids.ACKNOWLEDGE, "Acknowledge"))
    if alert.questions:
        open_to_all.append((ids.SHOW_QUESTIONS, "Show questions"))
    return kit.ActionsBlock([kit.Button(label, action_id, value=name) for action_id, label in open_to_all], "do")
