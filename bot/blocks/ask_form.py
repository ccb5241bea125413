"""The form of a question: its words, how it is worked out, where it is answered, and of what time."""

import json
from dataclasses import dataclass
from typing import Any

import slackblocks as kit

from bot.blocks.form import Values, menu, picked, radio, typed, words
from bot.blocks.home import APPROACHES
from bot.blocks.ids import ASK_FORM
from tracking.preferences import Preferences

QUESTION_LENGTH = 1_500
PRIVATE, HERE = "private", "here"
PERIODS = {
    "as_asked": "As the question says",
    "last month": "Last month",
    "last quarter": "Last quarter",
    "this year": "This year",
    "last year": "Last year",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where "here" is; a global shortcut has no such place, so a channel is chosen in the form."""

    channel: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked in the form. Without a channel it is private."""

    text: str
    approach: str
    place: Place | None


def ask_form(question: str, place: Place, preferences: Preferences) -> dict[str, Any]:
    """`question` may already stand there, as when it is asked about a message."""
    private = preferences.private or not place.channel
    here = "Here, in this thread" if place.thread else "In the channel chosen below"
    where = {PRIVATE: "To me alone, in our direct messages", HERE: here}
    blocks: list[kit.Block] = [
        words("Question", "question", question, most=QUESTION_LENGTH, placeholder="How many active loans do we have?"),
        menu("Period", "period", PERIODS, "as_asked"),
        menu("Approach", "approach", APPROACHES, preferences.approach),
        radio("Answer", "where", where, PRIVATE if private else HERE),
    ]
    if not place.thread:
        channels = kit.ConversationSelectMenu(
            "channel", default_to_current_conversation=True, placeholder="Where the answer is shown"
        )
        blocks.append(kit.InputBlock("Channel", channels, block_id="channel", optional=True))
    view: dict[str, Any] = kit.ModalView(
        "Ask Teller",
        blocks,
        close="Cancel",
        submit="Ask",
        private_metadata=json.dumps([place.channel, place.thread]),
        callback_id=ASK_FORM,
    ).to_dict()
    return view


def request(values: Values, private_metadata: str) -> Request:
    """The form as it was sent."""
    text, period = typed(values, "question"), picked(values, "period")
    if period in PERIODS and period != "as_asked" and period not in text.lower():
        text = f"{text.rstrip(' ?.!')} {period}?"
    channel, thread = json.loads(private_metadata)
    if not thread:
        channel = values.get("channel", {}).get("channel", {}).get("selected_conversation") or ""
    here = picked(values, "where") == HERE and channel
    return Request(text, picked(values, "approach") or "auto", Place(channel, thread) if here else None)
