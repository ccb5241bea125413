"""What Teller can do: the Home tab and the answer to /ask help."""

from collections.abc import Sequence
from typing import Any

import slackblocks as kit

from bot.blocks.answer import duration
from bot.blocks.message import Message, clip, escape, render, say, small
from tracking.records import Statistics

WAYS = (
    "In a channel: mention me with your question. In our direct messages: just ask.",
    "In a thread where I answered: ask on without mentioning me.",
    "/ask QUESTION answers in the channel; /ask private QUESTION answers only you, in our direct messages.",
    "/ask pattern | ai | agents QUESTION picks how I work out the answer.",
    "What you picked when I asked back holds for the thread; “Always read it so” keeps it, /ask forget drops all that was kept.",
    "👍 or 👎 on an answer is a vote; everybody's last vote counts. The Comment button says more.",
)


def help_message(bank: str, examples: Sequence[str]) -> Message:
    """The answer to `/ask help`."""
    lines = [f"I answer questions about {bank} with SQL, and show how I read them.", *WAYS]
    blocks = [say("intro", kit.RichText(clip(lines[0], 300))), _list("ways", WAYS), *_examples(examples)]
    return Message("\n".join(escape(line) for line in [*lines, *examples]), render(blocks))


def home(bank: str, examples: Sequence[str], statistics: Statistics | None) -> dict[str, Any]:
    """The Home tab."""
    blocks: list[kit.Block] = [
        kit.HeaderBlock(kit.PlainText(clip(f"Ask about {bank}", 150)), block_id="title"),
        _list("ways", WAYS),
        *_examples(examples),
    ]
    if statistics is not None:
        blocks.append(kit.HeaderBlock(kit.PlainText("The last seven days"), block_id="week"))
        blocks.append(_list("statistics", _statistics(statistics)))
    view: dict[str, Any] = kit.HomeTabView(blocks).to_dict()
    return view


def _examples(examples: Sequence[str]) -> list[kit.Block]:
    if not examples:
        return []
    return [small("try", "For example:"), _list("examples", [clip(example, 300) for example in examples[:10]])]


def _statistics(week: Statistics) -> list[str]:
    lines = [f"{week.questions:,} questions by {week.people:,} people"]
    if week.success.rate is not None:
        lines.append(f"{week.success.rate:.0%} answered ({week.success.part:,} of {week.success.whole:,})")
    if week.average_seconds is not None:
        lines.append(f"{duration(week.average_seconds)} on average")
    if week.satisfaction.rate is not None:
        lines.append(
            f"{week.satisfaction.rate:.0%} 👍 ({week.satisfaction.part:,} of {week.satisfaction.whole:,} votes)"
        )
    lines += [f"{name}: {count:,}" for name, count in sorted(week.approaches.items()) if name]
    return lines


def _list(block_id: str, lines: Sequence[str]) -> kit.Block:
    items = [kit.RichTextSection([kit.RichText(line)]) for line in lines]
    return kit.RichTextBlock([kit.RichTextList("bullet", items)], block_id=block_id)
