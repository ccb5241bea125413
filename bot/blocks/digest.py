"""The daily stats and the weekly digest: the numbers first, then what people wrote in messages of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import slackblocks as kit

from bot.blocks import ids
from bot.blocks.message import TEXT_BEST, Message, clip, escape, render, say, small

ITEM = 140  # characters of one line of a list: six lists of ten stay under Slack's 10,000 a message
ITEMS = 10
QUESTION = 300
COMMENT = 3_000  # what the comment form takes
PAGE = 8_500  # characters of one message of comments
PAGES = 3  # more comments than these hold are counted, not posted: a digest is no flood
LABEL = 20  # what Slack allows under a bar
POINTS = 20  # what Slack allows in a line
CELL = 120
COVERAGE = 600

_Cell = kit.RawText | kit.RawNumber | kit.RichTextBlock


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the numbers, in words: what it is, now, the period before, and how it changed."""

    label: str
    now: str
    before: str
    change: str


@dataclass(frozen=True, slots=True)
class Usage:
    """How many questions one approach took, now and in the period before."""

    approach: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One approach beside the others, in words."""

    approach: str
    questions: str
    success: str
    seconds: str
    satisfaction: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """A list under a heading, the first item being the most, the slowest or the newest."""

    heading: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote about an answer, with the question that was answered."""

    question: str
    comment: str
    up: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one digest says, in words."""

    title: str
    period: str
    summary: str
    lines: tuple[Line, ...] = ()
    usage: tuple[Usage, ...] = ()
    compared: tuple[Comparison, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    remarks: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()
    days: tuple[tuple[str, int], ...] = ()  # questions of each day
    coverage: str = ""
    moods: str = ""
    unshown: int = 0  # comments on questions that not everybody here may see
    key: str = ""  # what thumbs under it go by; empty: none


def digest_messages(digest: Digest) -> list[Message]:
    """The numbers, then the lists, then the comments in as many messages as they need, at most three."""
    return [_numbers(digest), *_lists(digest), *_comments(digest)]


def _numbers(digest: Digest) -> Message:
    blocks = [
        kit.HeaderBlock(digest.title, block_id="title"),
        small("period", digest.period),
        say("summary", kit.RichText(digest.summary)),
        *([_table(digest)] if digest.lines else []),
        *([_comparison(digest)] if len(digest.compared) > 1 else []),
        *([_chart(digest.usage)] if digest.usage else []),
        *([_days(digest.days)] if len(digest.days) > 1 else []),
        *([small("notes", *digest.notes)] if digest.notes else []),
        *([_thumbs(digest.key)] if digest.key else []),
    ]
    spoken = [f"{digest.title}, {digest.period}. {digest.summary}"]
    spoken += [f"{line.label}: {line.now} (before: {line.before})" for line in digest.lines]
    return Message(escape(clip("\n".join(spoken), TEXT_BEST)), render(blocks))


def _lists(digest: Digest) -> list[Message]:
    """The lists have a message of their own: with the numbers they would be more text than Slack takes."""
    full = [ranking for ranking in digest.rankings if ranking.items]
    hidden = digest.unshown if not digest.remarks else 0
    if not full and not digest.coverage and not hidden:
        return []
    title = f"{digest.title}: what was asked"
    blocks: list[kit.Block] = [say("title", kit.RichText(title, bold=True))]
    blocks += [_ranking(f"ranking_{place}", ranking) for place, ranking in enumerate(full)]
    if digest.coverage:
        blocks.append(small("coverage", clip(digest.coverage, COVERAGE)))
    if hidden:
        comments = "comment is on a question" if hidden == 1 else "comments are on questions"
        blocks.append(small("unshown", f"{hidden:,} {comments} that not everybody here may see"))
    spoken = [title, *("\n".join([f"{ranking.heading}:", *ranking.items[:ITEMS]]) for ranking in full), digest.coverage]
    return [Message(escape(clip("\n".join(filter(None, spoken)), TEXT_BEST)), render(blocks))]


def _comparison(digest: Digest) -> kit.DataTableBlock:
    rows = [("Approach", "Questions", "Success rate", "Average time", "Satisfaction")]
    rows += [(row.approach, row.questions, row.success, row.seconds, row.satisfaction) for row in digest.compared]
    cells: list[list[_Cell]] = [[kit.RawText(clip(cell, CELL)) for cell in row] for row in rows]
    return kit.DataTableBlock(cells, "The approaches compared", page_size=len(digest.compared), block_id="compared")


def _days(days: Sequence[tuple[str, int]]) -> kit.DataVisualizationBlock:
    shown = days[-POINTS:]
    points = [kit.DataPoint(name, number) for name, number in shown]
    chart = kit.LineChart([kit.DataSeries("Questions", points)], kit.AxisConfig([name for name, _ in shown]))
    return kit.DataVisualizationBlock("Questions by day", chart, block_id="days")


def _thumbs(key: str) -> kit.Block:
    up = kit.FeedbackButton("Useful", f"up:{key}", "This digest is useful")
    down = kit.FeedbackButton("Not useful", f"down:{key}", "This digest is of no use")
    return kit.ContextActionsBlock([kit.FeedbackButtons(up, down, action_id=ids.DIGEST_FEEDBACK)], block_id="thumbs")


def _table(digest: Digest) -> kit.DataTableBlock:
    rows = [("Measure", "Now", "Before", "Change")]
    rows += [(line.label, line.now, line.before, line.change) for line in digest.lines]
    cells: list[list[_Cell]] = [[kit.RawText(cell) for cell in row] for row in rows]
    return kit.DataTableBlock(cells, f"{digest.title}: the numbers", page_size=len(digest.lines), block_id="numbers")


def _chart(usage: Sequence[Usage]) -> kit.DataVisualizationBlock:
    labels = [clip(row.approach, LABEL) for row in usage]
    now = [kit.DataPoint(label, row.now) for label, row in zip(labels, usage, strict=True)]
    before = [kit.DataPoint(label, row.before) for label, row in zip(labels, usage, strict=True)]
    chart = kit.BarChart([kit.DataSeries("Before", before), kit.DataSeries("Now", now)], kit.AxisConfig(labels))
    return kit.DataVisualizationBlock("Questions by approach", chart, block_id="approaches")


def _ranking(block_id: str, ranking: Ranking) -> kit.RichTextBlock:
    items = [clip(" ".join(item.split()), ITEM) for item in ranking.items[:ITEMS]]
    listed = kit.RichTextList("ordered", [kit.RichTextSection([kit.RichText(item)]) for item in items])
    more = len(ranking.items) - len(items)
    rest = [kit.RichTextSection([kit.RichText(f"… and {more:,} more", italic=True)])] if more else []
    heading = kit.RichTextSection([kit.RichText(ranking.heading, bold=True)])
    return kit.RichTextBlock([heading, listed, *rest], block_id=block_id)


def _comments(digest: Digest) -> list[Message]:
    pages = _pages(digest.remarks)
    title = f"{digest.title}: what people wrote"
    more = len(digest.remarks) - sum(map(len, pages))
    messages = []
    for number, page in enumerate(pages, 1):
        blocks: list[kit.Block] = [say("title", kit.RichText(f"{title} ({number} of {len(pages)})", bold=True))]
        if number == 1:
            blocks += [small("moods", digest.moods)] if digest.moods else []
        blocks += [_remark(f"remark_{place}", remark) for place, remark in enumerate(page)]
        if more and number == len(pages):
            blocks.append(small("more", f"… and {more:,} more comments, all of them in `teller export`"))
        if digest.unshown and number == len(pages):
            blocks.append(small("unshown", f"{digest.unshown:,} more are on questions that not everybody here may see"))
        spoken = [title, *(f"{_thumb(remark)} {remark.question}: {remark.comment}" for remark in page)]
        messages.append(Message(escape(clip("\n".join(spoken), TEXT_BEST)), render(blocks)))
    return messages


def _pages(remarks: Sequence[Remark]) -> list[list[Remark]]:
    pages: list[list[Remark]] = []
    room = 0
    for remark in remarks:
        needed = min(len(remark.question), QUESTION) + min(len(remark.comment), COMMENT)
        if needed > room or len(pages[-1]) == ITEMS * 4:  # a message holds 50 blocks
            if len(pages) == PAGES:
                break
            pages.append([])
            room = PAGE
        pages[-1].append(remark)
        room -= needed
    return pages


def _remark(block_id: str, remark: Remark) -> kit.RichTextBlock:
    question = kit.RichTextSection([kit.RichText(clip(" ".join(remark.question.split()), QUESTION), bold=True)])
    comment = kit.RichTextQuote([kit.RichText(f"{_thumb(remark)} {clip(remark.comment, COMMENT)}")])
    return kit.RichTextBlock([question, comment], block_id=block_id)


def _thumb(remark: Remark) -> str:
    return "👍" if remark.up else "👎"
