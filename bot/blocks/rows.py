"""A table in a message: as many rows as there is room for, and a word on what is left out."""

from dataclasses import dataclass

import slackblocks as kit

from bank.table import Table
from bot.blocks import fit
from bot.blocks.figures import sortable

_Cell = kit.RawText | kit.RawNumber | kit.RichTextBlock
PAGE = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of one table: written lines, the headings first. No lines: it stands in the file only."""

    lines: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def plan(cls, table: Table, locale: str) -> "Shown":
        return cls() if is_figure(table) or not table.rows else cls(tuple(map(tuple, fit.written(table, locale))))

    def within(self, room: int) -> "Shown":
        fitting = fit.rows_within(self.lines, room) if self.lines else 0
        return Shown(self.lines[: fitting + 1]) if fitting else Shown()


def is_figure(table: Table) -> bool:
    """One figure on its own, shown as a headline."""
    return len(table.columns) == 1 and len(table.rows) == 1


def is_list(table: Table) -> bool:
    """Rows that may be shown as a table, or taken away as a file."""
    return bool(table.rows) and not is_figure(table)


def table_block(table: Table, shown: Shown, block_id: str) -> kit.DataTableBlock:
    """Sortable, ten rows a page."""
    rows: list[list[_Cell]] = [[kit.RawText(cell) for cell in shown.lines[0]]]
    rows += [_cells(table, row, line) for row, line in enumerate(shown.lines[1:])]
    page = min(PAGE, len(rows) - 1)
    caption = f"{len(rows) - 1:,} {'row' if len(rows) == 2 else 'rows'}"  # Slack wants one; the reading stands above
    return kit.DataTableBlock(rows, caption=caption, page_size=page, block_id=block_id)


def _cells(table: Table, row: int, line: tuple[str, ...]) -> list[_Cell]:
    values = (sortable(cell, column) for cell, column in zip(table.rows[row], table.columns, strict=False))
    return [
        kit.RawText(text) if value is None else kit.RawNumber(value, text)
        for value, text in zip(values, line, strict=False)
    ]


def extent(table: Table, shown: Shown) -> list[str]:
    """Says what is not shown: an incomplete table must never pass for the whole."""
    if not is_list(table):
        return []
    there, rows = len(table.rows), len(shown.lines) - 1
    if not shown.lines:
        return [f"The table is too wide for a message: {_in_files(table)}."]
    remarks = []
    if rows < there or table.truncated:
        whole = f"more than {there:,}" if table.truncated else f"{there:,}"
        remarks.append(
            f"First {rows:,} of {whole} rows." + (f" Excel and CSV: {_in_files(table)}." if rows < there else "")
        )
    if len(table.columns) > fit.TABLE_COLUMNS:
        remarks.append(f"First {fit.TABLE_COLUMNS} of {len(table.columns)} columns. Excel and CSV have all of them.")
    return remarks


def _in_files(table: Table) -> str:
    return f"the first {len(table.rows):,} rows" if table.truncated else f"all {len(table.rows):,} rows"
