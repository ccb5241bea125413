"""An answer: how the question was read, the figure or the table, a chart, the SQL folded away, what can be done with it."""

import logging
from collections.abc import Sequence

import slackblocks as kit

from bot.answer import Answer, Part
from bot.blocks import fit
from bot.blocks.actions import actions
from bot.blocks.asked import asked, asked_text
from bot.blocks.chart import chart
from bot.blocks.figures import headline
from bot.blocks.files import csv_files
from bot.blocks.message import TEXT_BEST, Message, Rendered, clip, escape, render, say, small
from bot.blocks.rows import PAGE, Shown, extent, is_figure, is_list, table_block

log = logging.getLogger(__name__)

NOTHING_FOUND = "Nothing in the bank matches that."
NOTHING_SEEN = "Nothing that you may see matches that."
READING, NOTES, NOTE, ALL_SQL = 600, 5, 800, 4_000  # characters, lines, characters a line, characters over all parts
COMMENTARY = 1_500  # characters
SPARE = 300  # characters kept free for what Slack may count and we do not
CHARTS, CHART_TEXT = 2, 2_000  # charts a message, by Slack; characters of labels in one, so that tables keep their room


UNDRAWN = (
    "No chart can be drawn of this: it takes one figure, or a few alike, by up to 20 categories or points in time."
)


def answered(answer: Answer, asker: str = "", below: Sequence[kit.Block] = ()) -> Message:
    """One message within Slack's limits, whatever the bank returned. `below` are blocks at its end.

    Its files are for when Slack refuses the blocks, or a table does not go into them.
    """
    text, files = _text(answer, asker), csv_files(answer)
    try:
        blocks, complete = _blocks(answer, asker, below)
    except kit.InvalidUsageError:
        log.exception("The answer to %s does not go into blocks", answer.question_id)
        return Message(text, (), files, complete=False)
    return Message(text, blocks, files, complete)


def _blocks(answer: Answer, asker: str, below: Sequence[kit.Block]) -> tuple[tuple[Rendered, ...], bool]:
    """The blocks, and whether every table stands in them."""
    planned = [Shown.plan(part.table, answer.locale) for part in answer.parts]
    taken = sum(fit.weight(block) for block in render([*_layout(answer, [Shown() for _ in planned], asker), *below]))
    room = fit.shares([fit.total(one.lines) for one in planned], fit.MESSAGE_TEXT - SPARE - taken)
    fitted = [one.within(share) for one, share in zip(planned, room, strict=True)]
    complete = all(one.lines or not is_list(part.table) for one, part in zip(fitted, answer.parts, strict=True))
    return render([*_layout(answer, fitted, asker), *below]), complete


def _layout(answer: Answer, shown: list[Shown], asker: str) -> list[kit.Block]:
    blocks: list[kit.Block] = asked(asker, answer.question)
    sql = ALL_SQL // max(len(answer.parts), 1)
    for place, (part, one) in enumerate(zip(answer.parts, shown, strict=True)):
        found = _found(answer, part, one, place)
        blocks += [_reading(part, place), *found]
        undrawn = answer.drawn and not any(isinstance(block, kit.DataVisualizationBlock) for block in found)
        if remarks := [*([UNDRAWN] if undrawn else []), *_notes(part), *extent(part.table, one)]:
            blocks.append(small(f"notes_{place}", *(clip(remark, NOTE) for remark in remarks)))
        blocks.append(_folded(part.sql, sql, place))
    if answer.commentary:
        blocks.append(say("commentary", kit.RichText(clip("\n".join(answer.commentary), COMMENTARY))))
    return [*blocks, small("facts", _facts(answer)), *actions(answer)]


def _reading(part: Part, place: int) -> kit.Block:
    runs = [kit.RichText(clip(part.reading, READING) or "Your question", bold=True)]
    if as_of := _as_of(part):
        runs.append(kit.RichText(f"\n{as_of}"))
    return say(f"reading_{place}", *runs)


def _as_of(part: Part) -> str:
    """Empty where the reading says it already."""
    return "" if not part.as_of or part.as_of in part.reading else f"As of {clip(part.as_of, 200)}"


def _found(answer: Answer, part: Part, shown: Shown, place: int) -> list[kit.Block]:
    if not part.table.rows:
        return [say(f"nothing_{place}", kit.RichText(_nothing(part)))]
    if is_figure(part.table):
        figure = clip(_headline(answer, part), 150)
        return [kit.HeaderBlock(kit.PlainText(figure), block_id=f"figure_{place}")]
    blocks: list[kit.Block] = [table_block(part.table, shown, f"table_{place}")] if shown.lines else []
    drawn = chart(part.table, answer.locale, f"chart_{place}") if place < CHARTS else None
    if drawn is not None and fit.weight(render([drawn])) <= CHART_TEXT:
        blocks.insert(0, drawn)
    return blocks


def _folded(sql: str, most: int, place: int) -> kit.Block:
    code = kit.RichTextBlock([kit.RichTextCodeBlock([kit.RichText(clip(sql, most))])], block_id=f"code_{place}")
    return kit.ContainerBlock([code], title="SQL", is_collapsible=True, default_collapsed=True, block_id=f"sql_{place}")


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


def _text(answer: Answer, asker: str) -> str:
    """The answer without blocks: readings, figures, the first rows."""
    share = TEXT_BEST // max(len(answer.parts), 1)
    parts = [clip("\n".join(_part_text(answer, part)), share) for part in answer.parts]
    return "\n\n".join([*asked_text(asker, answer.question), *parts, escape(_facts(answer))])


def _part_text(answer: Answer, part: Part) -> list[str]:
    lines = [escape(clip(part.reading, READING)), *([escape(as_of)] if (as_of := _as_of(part)) else [])]
    if not part.table.rows:
        lines.append(_nothing(part))
    elif is_figure(part.table):
        lines.append(escape(clip(_headline(answer, part), 300)))
    else:
        first = fit.written(part.table, answer.locale)[: PAGE + 1]
        lines += [escape(clip(" | ".join(line), 300)) for line in first]
        if len(part.table.rows) > PAGE:
            lines.append(f"… first {PAGE} of {len(part.table.rows):,} rows")
    return lines + [escape(clip(note, NOTE)) for note in _notes(part)]


def _headline(answer: Answer, part: Part) -> str:
    return headline(part.table.rows[0][0], part.table.columns[0], answer.locale)


def _notes(part: Part) -> list[str]:
    """What the asker's rights kept back comes first and is never left out."""
    rights = [part.table.rights] if part.table.rights else []
    return [*rights, *[note for note in part.notes if note.strip()][:NOTES]]


def _nothing(part: Part) -> str:
    """None, told apart from none for this person."""
    return NOTHING_SEEN if part.table.rights else NOTHING_FOUND
