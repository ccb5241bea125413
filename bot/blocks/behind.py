"""The questions behind an alert, for the one person who asked to see them."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import slackblocks as kit

from bot.blocks.instants import instant_words
from bot.blocks.message import TEXT_BEST, Message, clip, escape, render, say, small
from tracking.records import Entry

QUESTION = 200
WHY = 200


def behind_message(title: str, entries: Sequence[Entry], unshown: int, zone: ZoneInfo) -> Message:
    """When each was asked, in which words, and what became of it."""
    blocks: list[kit.Block] = [say("title", kit.RichText(clip(f"Behind “{title}”", QUESTION), bold=True))]
    blocks += [_question(f"question_{place}", entry, zone) for place, entry in enumerate(entries)]
    if not entries and not unshown:
        blocks.append(small("none", "There are no such questions any more."))
    if unshown:
        blocks.append(small("unshown", f"{unshown} more are not shown: you may not see what they are about."))
    spoken = [f"Behind “{title}”", *(f"{entry.asked.text}: {_why(entry)}" for entry in entries)]
    return Message(escape(clip("\n".join(spoken), TEXT_BEST)), render(blocks))


def _question(block_id: str, entry: Entry, zone: ZoneInfo) -> kit.RichTextBlock:
    words = clip(" ".join(entry.asked.text.split()), QUESTION)
    when = instant_words(entry.asked.asked_at, zone)
    return say(block_id, kit.RichText(f"{words}\n", bold=True), kit.RichText(f"{when} · {_why(entry)}"))


def _why(entry: Entry) -> str:
    result = entry.result
    if result is None:
        return "still open"
    approach = f"{result.approach} · " if result.approach else ""
    said = clip(" ".join(entry.said_openly.split()), WHY)
    return f"{approach}{result.outcome.replace('_', ' ')} · {result.seconds:,.1f} s{f' · {said}' if said else ''}"
