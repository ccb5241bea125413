"""Who asked what: shown where the question itself stands nowhere in the channel, as after /ask."""

import slackblocks as kit

from bot.blocks.message import clip, escape, say


def asked(asker: str, question: str) -> list[kit.Block]:
    """A line naming the asker (a Slack user id; empty: the question is already there for all to see)."""
    if not asker:
        return []
    return [say("asked", kit.RichTextUser(asker), kit.RichText(f" asked: {clip(question, 300)}", italic=True))]


def asked_text(asker: str, question: str) -> list[str]:
    """The same for the plain text of a message."""
    return [f"<@{asker}> asked: {escape(clip(question, 300))}"] if asker else []
