"""An answer: how the question was read, the figure or the table, the SQL folded away, thumbs."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import slackblocks as kit

from bank.table import Table
from bot.answer import Answer, Part
from bot.blocks import fit
from bot.blocks.asked import asked, asked_text
from bot.blocks.figures import headline, sortable
from bot.blocks.ids import ALWAYS, COMMENT, FEEDBACK
from bot.blocks.message import TEXT_BEST, File, Message, Rendered, clip, escape, render, say, small

log = logging.getLogger(__name__)

_Cell = kit.RawText | kit.RawNumber | kit.RichTextBlock

NOTHING_FOUND = "Nothing in the bank matches that."
NOTHING_SEEN = "Nothing that you may see matches that."
READING, NOTES, NOTE, ALL_SQL = 600, 5, 800, 4_000  # characters, lines, characters a line, characters over all parts
PAGE = 10
SPARE = 300  # characters kept free for what Slack may count and we do not


def answered(answer: Answer, asker: str = "", below: Sequence[kit.Block] = ()) -> Message:
    """One message within Slack's limits; what does not fit goes along as CSV files. `below` are blocks at its end."""
    text, files = _text(answer, asker), tuple(_files(answer))
    try:
        blocks, complete = _blocks(answer, asker, below)
    except kit.InvalidUsageError:
        log.exception("The answer to %s does not go into blocks", answer.question_id)
        return Message(text, (), files, complete=False)
    return Message(text, blocks, files, complete)


def _blocks(answer: Answer, asker: str, below: Sequence[kit.Block]) -> tuple[tuple[Rendered, ...], bool]:
    """The blocks, and whether they show everything."""
    shown = [_Shown.plan(part.table) for part in answer.parts]
    taken = sum(fit.weight(block) for block in render([*_layout(answer, [_Shown() for _ in shown], asker), *below]))
    room = fit.shares([fit.total(one.lines) for one in shown], fit.MESSAGE_TEXT - SPARE - taken)
    fitted = [one.within(share) for one, share in zip(shown, room, strict=True)]
    complete = all(one.complete(part.table) for one, part in zip(fitted, answer.parts, strict=True))
    return render([*_layout(answer, fitted, asker), *below]), complete


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is shown of one table: written lines, the headings first. No lines: the table is only in the file."""

    lines: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def plan(cls, table: Table) -> "_Shown":
        return cls() if is_figure(table) or not table.rows else cls(tuple(map(tuple, fit.written(table))))

    def within(self, room: int) -> "_Shown":
        fitting = fit.rows_within(self.lines, room) if self.lines else 0
        return _Shown(self.lines[: fitting + 1]) if fitting else _Shown()

    def complete(self, table: Table) -> bool:
        if is_figure(table) or not table.rows:
            return True
        return len(self.lines) - 1 == len(table.rows) and len(table.columns) <= fit.TABLE_COLUMNS


def is_figure(table: Table) -> bool:
    """One figure on its own, shown as a headline."""
    return len(table.columns) == 1 and len(table.rows) == 1


def _layout(answer: Answer, shown: list[_Shown], asker: str) -> list[kit.Block]:
    blocks: list[kit.Block] = asked(asker, answer.question)
    sql = ALL_SQL // max(len(answer.parts), 1)
    for place, (part, one) in enumerate(zip(answer.parts, shown, strict=True)):
        blocks += _part(part, one, place, sql)
    blocks.append(small("facts", _facts(answer)))
    blocks.append(_thumbs(answer.question_id))
    blocks.append(comment_button(answer.question_id, always=answer.chosen))
    return blocks


def _part(part: Part, shown: _Shown, place: int, sql: int) -> list[kit.Block]:
    blocks: list[kit.Block] = [_reading(part, place), *_table(part, shown, place)]
    remarks = [*_notes(part), *_extent(part.table, shown)]
    if remarks:
        blocks.append(small(f"notes_{place}", *(clip(remark, NOTE) for remark in remarks)))
    code = kit.RichTextBlock([kit.RichTextCodeBlock([kit.RichText(clip(part.sql, sql))])], block_id=f"code_{place}")
    folded = kit.ContainerBlock(
        [code], title="SQL", is_collapsible=True, default_collapsed=True, block_id=f"sql_{place}"
    )
    return [*blocks, folded]


def _reading(part: Part, place: int) -> kit.Block:
    runs = [kit.RichText(clip(part.reading, READING) or "Your question", bold=True)]
    if as_of := _as_of(part):
        runs.append(kit.RichText(f"\n{as_of}"))
    return say(f"reading_{place}", *runs)


def _as_of(part: Part) -> str:
    """Empty where the reading says it already."""
    return "" if not part.as_of or part.as_of in part.reading else f"As of {clip(part.as_of, 200)}"


def _table(part: Part, shown: _Shown, place: int) -> list[kit.Block]:
    if not part.table.rows:
        return [say(f"nothing_{place}", kit.RichText(_nothing(part)))]
    if is_figure(part.table):
        figure = clip(headline(part.table.rows[0][0], part.table.columns[0]), 150)
        return [kit.HeaderBlock(kit.PlainText(figure), block_id=f"figure_{place}")]
    if not shown.lines:
        return []
    rows: list[list[_Cell]] = [[kit.RawText(cell) for cell in shown.lines[0]]]
    rows += [_cells(part.table, row, line) for row, line in enumerate(shown.lines[1:])]
    page = min(PAGE, len(rows) - 1)
    caption = f"{len(rows) - 1:,} {'row' if len(rows) == 2 else 'rows'}"  # Slack wants one; the reading stands above
    return [kit.DataTableBlock(rows, caption=caption, page_size=page, block_id=f"table_{place}")]


def _cells(table: Table, row: int, line: tuple[str, ...]) -> list[_Cell]:
    values = (sortable(cell, column) for cell, column in zip(table.rows[row], table.columns, strict=False))
    return [
        kit.RawText(text) if value is None else kit.RawNumber(value, text)
        for value, text in zip(values, line, strict=False)
    ]


def _extent(table: Table, shown: _Shown) -> list[str]:
    """Says what is not shown; an incomplete table must never pass for the whole."""
    if is_figure(table) or not table.rows or not shown.lines:
        return (
            []
            if is_figure(table) or not table.rows
            else ["The table is too wide for a message: it is in the file below."]
        )
    there, rows = len(table.rows), len(shown.lines) - 1
    whole = f"more than {there:,}" if table.truncated else f"{there:,}"
    remarks = []
    if rows < there or table.truncated:
        below = f" The first {there:,} are in the file below." if table.truncated else " All are in the file below."
        remarks.append(f"First {rows:,} of {whole} rows.{below if rows < there else ''}")
    if len(table.columns) > fit.TABLE_COLUMNS:
        remarks.append(f"First {fit.TABLE_COLUMNS} of {len(table.columns)} columns. All are in the file below.")
    return remarks


def _facts(answer: Answer) -> str:
    facts = [answer.approach, duration(answer.seconds)]
    counts = [len(part.table.rows) for part in answer.parts if not is_figure(part.table)]
    if counts:
        more = "+" if any(part.table.truncated for part in answer.parts) else ""
        facts.append(f"{sum(counts):,}{more} {'row' if sum(counts) == 1 else 'rows'}")
    return " · ".join(fact for fact in facts if fact)


def duration(seconds: float) -> str:
    """Time as a banker reads it."""
    return "under 0.1 s" if seconds < 0.1 else f"{seconds:.1f} s"


def _thumbs(question_id: str) -> kit.Block:
    up = kit.FeedbackButton("Right", f"up:{question_id}", "This answer is right")
    down = kit.FeedbackButton("Wrong", f"down:{question_id}", "This answer is wrong or no help")
    return kit.ContextActionsBlock([kit.FeedbackButtons(up, down, action_id=FEEDBACK)], block_id="thumbs")


def comment_button(question_id: str, always: bool = False) -> kit.Block:
    """Opens the comment form for whoever presses it; `always` lets the asker keep the reading they picked."""
    buttons: list[kit.Element] = [kit.Button("Comment", action_id=COMMENT, value=question_id)]
    if always:
        buttons.append(kit.Button("Always read it so", action_id=ALWAYS, value=question_id))
    return kit.ActionsBlock(buttons, block_id="comment")


def invite_comment(question_id: str) -> Message:
    """For somebody who voted 👎 where no form could be opened."""
    sentence = "Thank you. What was wrong?"
    return Message(sentence, render([say("invite", kit.RichText(sentence)), comment_button(question_id)]))


def _files(answer: Answer) -> list[File]:
    tables = [(part.reading, part.table) for part in answer.parts if part.table.rows and not is_figure(part.table)]
    several = len(tables) > 1
    return [
        File(f"answer-{place}.csv" if several else "answer.csv", clip(reading, 80) or "Answer", table)
        for place, (reading, table) in enumerate(tables, 1)
    ]


def _text(answer: Answer, asker: str) -> str:
    """The answer without blocks: readings, figures, the first rows."""
    share = TEXT_BEST // max(len(answer.parts), 1)
    parts = [clip("\n".join(_part_text(part)), share) for part in answer.parts]
    return "\n\n".join([*asked_text(asker, answer.question), *parts, escape(_facts(answer))])


def _part_text(part: Part) -> list[str]:
    lines = [escape(clip(part.reading, READING)), *([escape(as_of)] if (as_of := _as_of(part)) else [])]
    if not part.table.rows:
        lines.append(_nothing(part))
    elif is_figure(part.table):
        lines.append(escape(headline(part.table.rows[0][0], part.table.columns[0])))
    else:
        first = fit.written(part.table)[: PAGE + 1]
        lines += [escape(clip(" | ".join(line), 300)) for line in first]
        if len(part.table.rows) > PAGE:
            lines.append(f"… first {PAGE} of {len(part.table.rows):,} rows")
    return lines + [escape(clip(note, NOTE)) for note in _notes(part)]


def _notes(part: Part) -> list[str]:
    """What the asker's rights kept back comes first and is never left out."""
    rights = [part.table.rights] if part.table.rights else []
    return [*rights, *[note for note in part.notes if note.strip()][:NOTES]]


def _nothing(part: Part) -> str:
    """None, told apart from none for this person."""
    return NOTHING_SEEN if part.table.rights else NOTHING_FOUND
