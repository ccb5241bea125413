"""`teller ask`: the same answer by the same way as in Slack, shown in a terminal or as JSON lines."""

import getpass
import json
import sys
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table as Grid

from app.faults import Unusable
from bank.table import Cell, Table
from bot.answer import Answer, Part
from bot.answering import Answering
from bot.blocks.figures import figure
from tracking.records import Asked


@dataclass(frozen=True)
class Terminal:
    """A person at a terminal. Questions over a bank other than the one that is set are not `counted`."""

    answering: Answering
    person: str
    approach: str
    counted: bool

    async def ask_all(self, texts: Sequence[str], show: Callable[[Answer], None]) -> None:
        """Asks one after the other and shows each answer as it comes; many show how far it is."""
        bar = Progress(console=Console(stderr=True), disable=len(texts) < 2 or not sys.stderr.isatty(), transient=True)
        with bar:
            for text in bar.track(texts, description="Asking"):
                show(await self.ask(text))

    async def ask(self, text: str) -> Answer:
        """Asks one question, remembering it like any other."""
        question_id = f"terminal:{uuid.uuid4()}"
        asked = Asked(
            id=question_id,
            text=text,
            person=self.person,
            person_name=self.person,
            channel="terminal",
            thread=question_id,
            asked_at=datetime.now(UTC),
            source="terminal",
            approach=self.approach,
            private=True,
            test=not self.counted,
        )
        return await self.answering.ask(asked)


def this_person() -> str:
    """Who sits at this terminal: `cli:NAME`."""
    return f"cli:{getpass.getuser()}"


def print_json(answer: Answer) -> None:
    """One line: the first table's fields beside the answer's own, and further tables under `more`."""
    first = _part_fields(answer.parts[0]) if answer.parts else {"reading": "", "sql": "", "columns": [], "rows": []}
    line = json.dumps(
        {
            "question": answer.question,
            "outcome": answer.outcome,
            "approach": answer.approach,
            **first,
            "seconds": round(answer.seconds, 4),
            "message": answer.message or " ".join(part.table.rights for part in answer.parts if part.table.rights),
            "choices": [choice.label for choice in answer.choices] or list(answer.nearest),
            "more": [_part_fields(part) for part in answer.parts[1:]],
        },
        ensure_ascii=False,
    )
    click.echo(line)


def _part_fields(part: Part) -> dict[str, Any]:
    return {
        "reading": part.reading,
        "sql": part.sql,
        "columns": [column.label for column in part.table.columns],
        "rows": [[_plain(cell) for cell in row] for row in part.table.rows],
    }


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def draw(answer: Answer) -> None:
    """Shows an answer as a person reads it: the reading, the table, the SQL under it."""
    console = Console(highlight=False)
    if answer.message:
        console.print(escape(answer.message))
    for part in answer.parts:
        console.print(f"[bold]{escape(part.reading)}[/bold]" + _as_of(part))
        for note in [part.table.rights, *part.notes] if part.table.rights else part.notes:
            console.print(f"[yellow]{escape(note)}[/yellow]")
        console.print(_grid(part.table) if part.table.rows else _nothing(part))
        if part.table.truncated:
            console.print(f"[dim]The first {len(part.table.rows):,} rows; there are more.[/dim]")
        console.print(f"[dim]{escape(part.sql)}[/dim]")
    for sentence in answer.commentary:
        console.print(escape(sentence))
    for number, label in enumerate(
        [choice.label for choice in answer.choices] or answer.nearest or answer.follow_ups, start=1
    ):
        console.print(f"  {number}. {escape(label)}")
    console.print(f"[dim]{answer.approach or 'Teller'} · {answer.seconds:.2f} s[/dim]")


def _nothing(part: Part) -> str:
    return "No rows that you may see." if part.table.rights else "No rows."


def _as_of(part: Part) -> str:
    return f"  [dim]{escape(part.as_of)}[/dim]" if part.as_of and part.as_of not in part.reading else ""


def _grid(table: Table) -> Grid:
    grid = Grid(show_edge=False)
    for column in table.columns:
        right = column.kind in ("amount", "percent", "count", "number")
        grid.add_column(escape(column.label), justify="right" if right else "left")
    for row in table.rows:
        grid.add_row(*(escape(figure(cell, column)) for cell, column in zip(row, table.columns, strict=True)))
    return grid


def questions(lines: Iterable[str]) -> list[str]:
    """The questions of a file: one a line; empty lines and those that begin with # are left out."""
    try:
        texts = [line.strip() for line in lines]
    except UnicodeDecodeError:
        raise Unusable("That file is not text in UTF-8. Save it as UTF-8, one question a line.") from None
    found = [text for text in texts if text and not text.startswith("#")]
    if not found:
        raise Unusable("There is no question in that file: it takes one a line.")
    return found
