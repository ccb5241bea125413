"""What stands in the thread while an answer is being worked out."""

import slackblocks as kit

from bot.blocks.asked import asked, asked_text
from bot.blocks.ids import STOP
from bot.blocks.message import Message, render, say

LOOKING = "Looking that up …"
STOPPED = "Stopped, as you asked."


def placeholder(question: str, asker: str, question_id: str) -> Message:
    """Says at once that the question was heard, with a button that stops the work on it."""
    button = kit.Button("Stop", action_id=STOP, value=question_id)
    looking = say("looking", kit.RichText(LOOKING, italic=True))
    blocks = [*asked(asker, question), looking, kit.ActionsBlock([button], block_id="stop")]
    return Message("\n".join([*asked_text(asker, question), LOOKING]), render(blocks))


def stopped() -> Message:
    """What becomes of it when its asker pressed Stop."""
    return Message(STOPPED, render([say("stopped", kit.RichText(STOPPED, italic=True))]))
