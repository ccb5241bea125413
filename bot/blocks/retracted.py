"""What stands where an answer was that its asker took back."""

import slackblocks as kit

from bot.blocks.message import Message, render, say


def retracted(asker: str) -> Message:
    """`asker` is a Slack user id."""
    runs = (kit.RichTextUser(asker), kit.RichText(" took this answer back.", italic=True))
    return Message(f"<@{asker}> took this answer back.", render([say("retracted", *runs)]))
