"""What is sent to Slack: text for every screen, blocks for those that draw them, files that go with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import slackblocks as kit

Rendered = dict[str, Any]

TEXT_BEST = 3_500  # Slack advises under 4,000 characters of `text`


@dataclass(frozen=True, slots=True)
class File:
    """A file for the thread of a message; `write` makes its content, and only when it is sent."""

    name: str
    title: str
    write: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Message:
    """`text` says everything on its own, for notifications, screen readers and when Slack refuses the blocks.

    `files` hold the whole tables; `complete` is False when a table does not stand in the blocks at all.
    """

    text: str
    blocks: tuple[Rendered, ...] = ()
    files: tuple[File, ...] = ()
    complete: bool = True


def render(blocks: Sequence[kit.Block]) -> tuple[Rendered, ...]:
    """Blocks as Slack takes them, checked against Slack's limits for a message."""
    return tuple(kit.WebhookMessage(blocks=list(blocks)).to_dict()["blocks"])


def escape(text: str) -> str:
    """Makes text harmless in mrkdwn: `<!channel>` in a customer's name notifies nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, length: int) -> str:
    """At most `length` characters; what is cut is shown as cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def say(block_id: str, *runs: kit.RichText | kit.RichTextUser | kit.RichTextChannel) -> kit.RichTextBlock:
    """A paragraph that Slack does not interpret: names from the bank cannot become mentions or markup."""
    return kit.RichTextBlock([kit.RichTextSection(list(runs))], block_id=block_id)


def small(block_id: str, *lines: str) -> kit.ContextBlock:
    """Small grey lines, uninterpreted."""
    return kit.ContextBlock([kit.PlainText(clip(line, 2_000)) for line in lines[:10]], block_id=block_id)
