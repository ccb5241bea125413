"""What Teller can do: its welcome, and the answer to /ask help."""

from collections.abc import Sequence

import slackblocks as kit

from bot.blocks.ids import TRY
from bot.blocks.message import Message, clip, escape, render, say, small

TRIES = 3  # examples that are buttons
WAYS = (
    "In a channel: mention me with your question. In our direct messages: just ask.",
    "In a thread where I answered: ask on without mentioning me.",
    "/ask QUESTION answers in the channel; /ask private QUESTION answers only you, in our direct messages.",
    "/ask pattern | ai | agents QUESTION picks how I work out the answer.",
    "What you picked when I asked back holds for the thread; “Always read it so” keeps it, /ask forget drops all that was kept.",
    "👍 or 👎 on an answer is a vote; everybody's last vote counts. The Comment button says more.",
    "Excel, CSV, Explain, Run again, Share and Take back stand under each answer. 🗑️ by whoever asked takes it back too.",
    "On any message: ⋮ → Ask Teller about this. Anywhere: the shortcut Ask Teller opens a form.",
    "My Home tab holds your questions and votes, what I know, your rights and your settings.",
)


def help_message(bank: str, examples: Sequence[str]) -> Message:
    """The answer to `/ask help`."""
    lines = [f"I answer questions about {bank} with SQL, and show how I read them.", *WAYS]
    blocks = [say("intro", kit.RichText(clip(lines[0], 300))), _list("ways", WAYS), *_examples(examples)]
    return Message("\n".join(escape(line) for line in [*lines, *examples]), render(blocks))


def welcome(bank: str, examples: Sequence[str], in_channel: bool) -> Message:
    """What is said where Teller was added to a channel, or to somebody who opens it for the first time."""
    where = "Mention me with a question, and I answer in its thread." if in_channel else "Just ask, in your own words."
    hello = f"Hello. I answer questions about {bank} with SQL, and show how I read them. {where}"
    trust = "Every figure comes out of the bank, within your rights. Nobody sees an answer here who may not."
    buttons: list[kit.Element] = [
        kit.Button(clip(one, 75), action_id=f"{TRY}_{place}") for place, one in enumerate(examples[:TRIES])
    ]
    row = [kit.ActionsBlock(buttons, block_id="examples")] if buttons else []
    blocks = [say("hello", kit.RichText(clip(hello, 500))), *row, small("trust", trust, "/ask help says more.")]
    return Message("\n".join(escape(line) for line in [hello, *examples[:TRIES], trust]), render(blocks))


def _examples(examples: Sequence[str]) -> list[kit.Block]:
    if not examples:
        return []
    return [small("try", "For example:"), _list("examples", [clip(example, 300) for example in examples[:10]])]


def _list(block_id: str, lines: Sequence[str]) -> kit.Block:
    items = [kit.RichTextSection([kit.RichText(line)]) for line in lines]
    return kit.RichTextBlock([kit.RichTextList("bullet", items)], block_id=block_id)
