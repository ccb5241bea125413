"""An alert about Teller itself, while it lasts and once it is over."""

from dataclasses import dataclass

import slackblocks as kit

from bot.blocks.message import TEXT_BEST, Message, clip, escape, render, say, small

APPROACHES = 20
CELL = 200

_Cell = kit.RawText | kit.RawNumber | kit.RichTextBlock


@dataclass(frozen=True, slots=True)
class Alert:
    """What an alert says, in words. `approaches`: the name of each and its own figure, the worst first."""

    title: str
    sentences: tuple[str, ...]
    over: bool = False
    measure: str = ""
    approaches: tuple[tuple[str, str], ...] = ()
    note: str = ""


def alert_message(alert: Alert) -> Message:
    """One message; the same one is updated while the alert lasts and closed when it is over."""
    title = f"{'✅' if alert.over else '🔴'} {alert.title}"
    blocks = [
        kit.HeaderBlock(clip(title, 150), block_id="title"),
        say("why", kit.RichText("\n".join(alert.sentences))),
        *([_table(alert)] if alert.approaches else []),
        *([small("note", alert.note)] if alert.note else []),
    ]
    return Message(escape(clip("\n".join([title, *alert.sentences]), TEXT_BEST)), render(blocks))


def _table(alert: Alert) -> kit.DataTableBlock:
    rows = [("Approach", alert.measure), *alert.approaches[:APPROACHES]]
    cells: list[list[_Cell]] = [[kit.RawText(clip(cell, CELL)) for cell in row] for row in rows]
    return kit.DataTableBlock(cells, f"{alert.measure} by approach", page_size=len(rows) - 1, block_id="approaches")
