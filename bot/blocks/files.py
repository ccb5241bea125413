"""An answer as files to take away: CSV, or a workbook with a sheet of definitions."""

from collections.abc import Sequence
from functools import partial

from bot.answer import Answer
from bot.blocks.message import File, clip
from bot.blocks.rows import is_list
from bot.blocks.sheet import csv_bytes
from bot.blocks.workbook import Meaning, workbook_bytes


def csv_files(answer: Answer) -> tuple[File, ...]:
    """One for each table with rows."""
    parts = [part for part in answer.parts if is_list(part.table)]
    names = [f"answer-{place}.csv" for place in range(1, len(parts) + 1)] if len(parts) > 1 else ["answer.csv"]
    return tuple(
        File(name, clip(part.reading, 80) or "Answer", partial(csv_bytes, part.table))
        for name, part in zip(names, parts, strict=False)
    )


def excel_file(answer: Answer, meanings: Sequence[Meaning]) -> File:
    """All tables in one workbook; `meanings` explain the words that occur in it."""
    title = clip(answer.parts[0].reading, 80) if answer.parts else ""
    return File("answer.xlsx", title or "Answer", partial(workbook_bytes, answer, meanings))
