"""The form in which somebody who looks after Teller says what became of a 👎, and what its voter is told."""

from typing import Any

import slackblocks as kit

from bot.blocks.form import Values, menu, picked, typed, words
from bot.blocks.ids import REVIEW_FORM
from bot.blocks.message import Message, clip, escape, render, say

OUTCOMES = {
    "mended": "It was wrong and is mended",
    "will be": "It is wrong and will be mended",
    "right": "The answer is right",
    "data": "The bank's own data is at fault",
    "cannot": "It cannot be answered better",
}


def review_form(person: str, question_id: str) -> dict[str, Any]:
    blocks: list[kit.Block] = [
        menu("What did you find?", "outcome", OUTCOMES),
        words("A word to the person who voted", "words", optional=True),
    ]
    view: dict[str, Any] = kit.ModalView(
        "What became of it",
        blocks,
        close="Cancel",
        submit="Tell them",
        private_metadata=f"{person}:{question_id}",
        callback_id=REVIEW_FORM,
    ).to_dict()
    return view


def reviewed(values: Values) -> tuple[str, str]:
    """(outcome, words) of a form sent."""
    return picked(values, "outcome"), typed(values, "words")


def what_became(question: str, outcome: str, by: str, said: str) -> Message:
    """To whom voted 👎; `by` is the Slack user id of who looked."""
    found = OUTCOMES.get(outcome, outcome)
    runs: list[kit.RichText | kit.RichTextUser] = [
        kit.RichText("You voted 👎 on the answer to “"),
        kit.RichText(clip(question, 300), italic=True),
        kit.RichText("”. "),
        kit.RichTextUser(by),
        kit.RichText(f" has looked at it: {found[:1].lower()}{found[1:]}."),
        *([kit.RichText(f"\n“{clip(said, 1_000)}”")] if said else []),
    ]
    text = f"You voted 👎 on the answer to “{clip(question, 300)}”. It has been looked at: {found}. {clip(said, 1_000)}"
    return Message(escape(text.strip()), render([say("became", *runs)]))
