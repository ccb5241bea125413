"""What stands in the thread while an answer is being worked out."""

from slackblocks import RichText

from bot.blocks.asked import asked, asked_text
from bot.blocks.message import Message, render, say

LOOKING = "Looking that up …"


def placeholder(question: str, asker: str = "") -> Message:
    """Says at once that the question was heard."""
    blocks = [*asked(asker, question), say("looking", RichText(LOOKING, italic=True))]
    return Message("\n".join([*asked_text(asker, question), LOOKING]), render(blocks))
