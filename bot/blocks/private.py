"""What is said where an answer may not be shown to everybody who would see it."""

from dataclasses import replace

import slackblocks as kit

from bot.answer import Answer
from bot.blocks.answer import answered
from bot.blocks.ids import SHARE
from bot.blocks.message import Message, escape, render, say, small
from bot.blocks.reply import reply


def kept_back(asker: str, reason: str) -> Message:
    """The one line in the channel: that there is an answer, who has it, and why it is not here."""
    runs = (kit.RichText("I have answered "), kit.RichTextUser(asker), kit.RichText(f" in private: {reason}."))
    return Message(f"I have answered <@{asker}> in private: {escape(reason)}.", render([say("kept_back", *runs)]))


def privately(answer: Answer, asker: str, reason: str) -> Message:
    """The answer for its asker alone, with a button that tries again to show it where it was asked."""
    if answer.outcome != "answered":
        told = reply(answer, asker)
        return replace(told, blocks=(*told.blocks, *render([_only_you(reason)])))
    button = kit.Button("Share here", action_id=SHARE, value=answer.question_id)
    return answered(
        answer,
        asker,
        [_only_you(reason), kit.ActionsBlock([button], block_id="share")],
    )


def _only_you(reason: str) -> kit.Block:
    return small("private", f"Only you see this: {reason}.")
