"""Two to four buttons to pick from, with their words written out where a button is too narrow for them."""

from collections.abc import Sequence

import slackblocks as kit

from bot.blocks.message import clip

BUTTON = 75
MOST = 5


def pick(labels: Sequence[str], action: str, question_id: str) -> list[kit.Block]:
    """One button for each label; `action` gets the place of the label as its ending."""
    labels = [label.strip() or "this one" for label in labels[:MOST]]
    narrow = any(len(label) > BUTTON for label in labels)
    captions = [f"{place}. {clip(label, 60)}" for place, label in enumerate(labels, 1)] if narrow else labels
    buttons: list[kit.Element] = [
        kit.Button(caption, action_id=f"{action}_{place}", value=question_id) for place, caption in enumerate(captions)
    ]
    written = [_written(labels, action)] if narrow else []
    return [*written, kit.ActionsBlock(buttons, block_id=action)] if buttons else []


def _written(labels: Sequence[str], action: str) -> kit.Block:
    items = [kit.RichTextSection([kit.RichText(clip(label, 600))]) for label in labels]
    return kit.RichTextBlock([kit.RichTextList("ordered", items)], block_id=f"{action}_words")
