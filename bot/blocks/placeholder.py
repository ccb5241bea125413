"""What stands in the thread while an answer is being worked out."""

from collections.abc import Sequence

import slackblocks as kit

from bot.blocks.asked import asked, asked_text
from bot.blocks.ids import STOP
from bot.blocks.message import Message, clip, escape, render, say

LOOKING = "Looking that up …"
STEPS, STEP = 8, 80  # how many of the last steps are shown, and how many characters of each
STOPPED = "Stopped, as you asked."


def placeholder(question: str, asker: str, question_id: str, steps: Sequence[str] = ()) -> Message:
    """Says at once that the question was heard, then what is being done about it, with a button that stops the work."""
    doing = f"{' · '.join(clip(step, STEP) for step in steps[-STEPS:])} …" if steps else LOOKING
    button = kit.Button("Stop", action_id=STOP, value=question_id)
    looking = say("looking", kit.RichText(doing, italic=True))
    blocks = [*asked(asker, question), looking, kit.ActionsBlock([button], block_id="stop")]
    return Message("\n".join([*asked_text(asker, question), escape(doing)]), render(blocks))


def stopped() -> Message:
    """What becomes of it when its asker pressed Stop."""
    return Message(STOPPED, render([say("stopped", kit.RichText(STOPPED, italic=True))]))
