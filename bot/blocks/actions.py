"""What can be done with an answer: what may be asked next, the thumbs, the buttons and the menu below it."""

import slackblocks as kit

from bot.answer import Answer
from bot.blocks.ids import (
    ALERT,
    ALWAYS,
    COMMENT,
    CSV,
    EXCEL,
    EXPLAIN,
    FEEDBACK,
    FOLLOW_UP,
    MORE,
    RERUN,
    RETRACT,
    SHARE_TO,
    SUBSCRIBE,
)
from bot.blocks.message import Message, clip, render, say
from bot.blocks.pick import pick
from bot.blocks.rows import is_list

FOLLOW_UPS = 3
VALUE = 150  # characters of an option's value
MENU = {
    EXPLAIN: "Explain",
    CSV: "Download as CSV",
    RERUN: "Run again",
    SHARE_TO: "Share …",
    RETRACT: "Take back",
}


def actions(answer: Answer) -> list[kit.Block]:
    """The rows below an answer, in this order: questions that may follow, thumbs, buttons with a menu."""
    labels = [clip(question, 75) for question in answer.follow_ups[:FOLLOW_UPS]]
    return [*pick(labels, FOLLOW_UP, answer.question_id), thumbs(answer.question_id), _buttons(answer)]


def thumbs(question_id: str) -> kit.Block:
    up = kit.FeedbackButton("Right", f"up:{question_id}", "This answer is right")
    down = kit.FeedbackButton("Wrong", f"down:{question_id}", "This answer is wrong or no help")
    return kit.ContextActionsBlock([kit.FeedbackButtons(up, down, action_id=FEEDBACK)], block_id="thumbs")


def comment_button(question_id: str) -> kit.Block:
    """Opens the comment form for whoever presses it."""
    return kit.ActionsBlock([kit.Button("Comment", action_id=COMMENT, value=question_id)], block_id="comment")


def invite_comment(question_id: str) -> Message:
    """For somebody who voted 👎 where no form could be opened."""
    sentence = "Thank you. What was wrong?"
    return Message(sentence, render([say("invite", kit.RichText(sentence)), comment_button(question_id)]))


def _buttons(answer: Answer) -> kit.Block:
    there = any(is_list(part.table) for part in answer.parts)
    buttons = [("Comment", COMMENT), *([("Excel", EXCEL)] if there else [])]
    buttons += [("Subscribe", SUBSCRIBE), ("Alert me", ALERT)]
    if answer.chosen:
        buttons.append(("Always read it so", ALWAYS))
    elements: list[kit.Element] = [kit.Button(text, action_id=name, value=answer.question_id) for text, name in buttons]
    options = [
        kit.Option(kit.PlainText(text), f"{what}:{answer.question_id}")
        for what, text in MENU.items()
        if there or what != CSV
    ]
    if len(answer.question_id) < VALUE - 20:
        elements.append(kit.OverflowMenu(MORE, options))
    return kit.ActionsBlock(elements, block_id="actions")
