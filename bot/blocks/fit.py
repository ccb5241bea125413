"""How much of a table goes into one message: Slack refuses a message whose blocks hold too much text."""

from collections.abc import Iterable, Sequence
from typing import Any

from bank.table import Table
from bot.blocks.figures import figure, heading
from bot.blocks.message import clip

MESSAGE_TEXT = 10_000  # all blocks together; undocumented, `msg_blocks_too_long` was seen from 11,000 characters
MESSAGE_BLOCKS = 50
TABLE_ROWS = 200
TABLE_COLUMNS = 20
CELL_TEXT = 300
HEADING_TEXT = 80

_NAMES = frozenset({"type", "block_id", "action_id", "value"})  # what Slack does not show


def weight(block: Any) -> int:
    """Characters of text in a rendered block."""
    if isinstance(block, str):
        return len(block)
    if isinstance(block, dict):
        return sum(weight(inner) for key, inner in block.items() if key not in _NAMES)
    if isinstance(block, list | tuple):
        return sum(weight(inner) for inner in block)
    return 0


def written(table: Table, locale: str = "") -> list[list[str]]:
    """Headings and rows as they are shown: at most 200 rows of at most 20 columns, long cells cut."""
    columns = table.columns[:TABLE_COLUMNS]
    head = [clip(heading(column, place), HEADING_TEXT) for place, column in enumerate(columns, 1)]
    rows = (
        [clip(figure(cell, column, locale), CELL_TEXT) for cell, column in zip(row, columns, strict=False)]
        for row in table.rows[:TABLE_ROWS]
    )
    return [head, *rows]


def rows_within(lines: Sequence[Sequence[str]], room: int) -> int:
    """How many rows fit into `room` characters below the headings, which are `lines[0]`."""
    room -= _length(lines[0])
    for count, line in enumerate(lines[1:]):
        room -= _length(line)
        if room < 0:
            return count
    return len(lines) - 1


def shares(wanted: Sequence[int], room: int) -> list[int]:
    """Divides `room` among tables: the small ones get all they want, the large ones the rest in equal parts."""
    given = [0] * len(wanted)
    for place, index in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        given[index] = min(wanted[index], room // (len(wanted) - place))
        room -= given[index]
    return given


def total(lines: Iterable[Sequence[str]]) -> int:
    """Characters of a whole table."""
    return sum(_length(line) for line in lines)


def _length(line: Sequence[str]) -> int:
    return sum(len(cell) for cell in line)
