"""The comment form: was the answer right, what was wrong, and anything in the person's own words."""

from datetime import datetime
from typing import Any

import slackblocks as kit

from bot.blocks.form import Values, menu, picked, radio, typed, words
from bot.blocks.ids import COMMENT_FORM

REASONS = {
    "wrong_number": "The number is wrong",
    "wrong_meaning": "You took my question to mean something else",
    "missing_rows": "Rows are missing",
    "too_slow": "It took too long",
    "unclear": "The answer is unclear",
    "other": "Something else",
}
VERDICTS = {"up": "👍 Right", "down": "👎 Wrong or no help"}
COMMENT_LENGTH = 2_000


def comment_form(
    question_id: str, opened: datetime, up: bool | None, reason: str = "", comment: str = ""
) -> dict[str, Any]:
    """A modal view, filled with what the person has said so far; `up` is None before they voted.

    `opened` by Slack's clock: a form that is sent bears no time, and one that arrives late must not undo a newer word.
    """
    blocks: list[kit.Block] = [
        radio("Was the answer right?", "verdict", VERDICTS, "" if up is None else "up" if up else "down"),
        menu("What was wrong?", "reason", REASONS, reason, optional=True),
        words("In your own words", "comment", comment, most=COMMENT_LENGTH, optional=True),
    ]
    view: dict[str, Any] = kit.ModalView(
        "About this answer",
        blocks,
        close="Cancel",
        submit="Send",
        private_metadata=f"{question_id} {opened.isoformat()}",
        callback_id=COMMENT_FORM,
    ).to_dict()
    return view


def about(private_metadata: str) -> tuple[str, datetime]:
    """(question id, when the form was opened) from a submitted form."""
    question_id, _, opened = private_metadata.rpartition(" ")
    return question_id, datetime.fromisoformat(opened)


def said(values: Values) -> tuple[bool, str, str]:
    """(up, reason, comment) from a submitted form; a reason only counts with a 👎."""
    up = picked(values, "verdict") == "up"
    return up, "" if up else picked(values, "reason"), typed(values, "comment")
