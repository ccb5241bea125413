"""The comment form: was the answer right, what was wrong, and anything in the person's own words."""

from datetime import datetime
from typing import Any

import slackblocks as kit

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
    verdict = None if up is None else _option("up" if up else "down", VERDICTS)
    blocks: list[kit.Block] = [
        kit.InputBlock(
            "Was the answer right?",
            kit.RadioButtonGroup("verdict", [_option(code, VERDICTS) for code in VERDICTS], initial_option=verdict),
            block_id="verdict",
        ),
        kit.InputBlock(
            "What was wrong?",
            kit.StaticSelectMenu(
                "reason",
                [_option(code, REASONS) for code in REASONS],
                initial_option=_option(reason, REASONS) if reason in REASONS else None,
                placeholder="Choose what fits best",
            ),
            block_id="reason",
            optional=True,
        ),
        kit.InputBlock(
            "In your own words",
            kit.PlainTextInput("comment", comment or None, multiline=True, max_length=COMMENT_LENGTH),
            block_id="comment",
            optional=True,
        ),
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


def said(values: dict[str, Any]) -> tuple[bool, str, str]:
    """(up, reason, comment) from a submitted form; a reason only counts with a 👎."""
    up = values["verdict"]["verdict"]["selected_option"]["value"] == "up"
    reason = (values["reason"]["reason"].get("selected_option") or {}).get("value", "")
    comment = (values["comment"]["comment"].get("value") or "").strip()
    return up, "" if up else reason, comment


def _option(code: str, words: dict[str, str]) -> kit.Option:
    return kit.Option(kit.PlainText(words[code]), code)
