"""`teller stats`: what was asked and how it went, as tables and small charts in the terminal."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from jobs.figures import FEWEST, FEWEST_FOR_P95, Spell, average, p95, rate_words, seconds_words
from tracking.records import Group, Listing, Share, Statistics

_WIDTH = 30  # of the longest bar
_OTHER_COLUMNS = 76  # all but the bars
_EIGHTHS = " ▏▎▍▌▋▊▉"


def show_statistics(
    found: Statistics, words: Listing, days: Sequence[Group], zone: ZoneInfo, unit: str = "day"
) -> None:
    """The whole period, then a bar for each of its days (or weeks), approaches and outcomes."""
    console = _heading(found, zone)
    grid = Table(show_header=False, box=None, pad_edge=False)
    for label, value in _lines(found):
        grid.add_row(label, value)
    console.print(grid)
    _bars(console, f"By {unit}", {day.name: day.questions for day in days})
    _bars(console, "By approach", found.approaches)
    _bars(console, "By outcome", {name.replace("_", " "): number for name, number in found.outcomes.items()})
    _list(console, "Most asked", [f"{each.entry.asked.text} · {each.times:,} ×" for each in words.most_asked])
    _list(console, "Not understood", [each.entry.asked.text for each in words.not_understood])
    _list(
        console,
        "Slowest",
        [f"{each.asked.text} · {each.result.seconds:,.1f} s" for each in words.slowest if each.result],
    )


def show_groups(found: Statistics, what: str, groups: Sequence[Group], zone: ZoneInfo) -> None:
    """One line a group, with a bar for its questions."""
    console = _heading(found, zone)
    grid = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    grid.add_column(what.capitalize(), no_wrap=True)
    for label in ("Questions", "Success", "Satisfaction", "Average", "Median", "95th"):
        grid.add_column(label, justify="right", no_wrap=True)
    grid.add_column("", no_wrap=True)
    most = max((group.questions for group in groups), default=0)
    room = max(4, min(_WIDTH, console.width - _OTHER_COLUMNS))
    for group in groups:
        grid.add_row(escape(group.name.replace("_", " ")), *_cells(group), _bar(group.questions, most, room))
    console.print(grid if groups else "Nobody asked anything.")


def _heading(found: Statistics, zone: ZoneInfo) -> Console:
    console = Console(highlight=False)
    since, until = (instant.astimezone(zone) for instant in (found.since, found.until))
    console.print(f"[bold]{since:%d %b %Y %H:%M} – {until:%d %b %Y %H:%M}[/bold] ({zone.key})")
    return console


def _lines(found: Statistics) -> list[tuple[str, str]]:
    return [
        ("Questions", f"{found.questions:,}"),
        ("People", f"{found.people:,}"),
        ("Sessions", f"{found.sessions:,}"),
        ("Success rate", rate_words(found.success)),
        ("Satisfaction", rate_words(found.satisfaction)),
        ("Average time", seconds_words(average(found))),
        ("Median time", seconds_words(Spell(found.median_seconds, found.timed))),
        ("95th percentile", seconds_words(p95(found), FEWEST_FOR_P95)),
    ]


def _cells(group: Group) -> list[str]:
    times = (group.average_seconds, group.median_seconds, group.p95_seconds)
    spoken = ["—" if seconds is None else f"{seconds:,.2f} s" for seconds in times]
    return [f"{group.questions:,}", _rate(group.success), _rate(group.satisfaction), *spoken]


def _rate(share: Share) -> str:
    """As short as is honest: the cases alone where they are too few for a percentage."""
    if share.rate is None:
        return "—"
    return f"{share.rate:.0%} of {share.whole:,}" if share.whole >= FEWEST else f"{share.part} of {share.whole}"


def _bars(console: Console, title: str, counts: dict[str, int]) -> None:
    if not counts:
        return
    console.print(f"\n{title}")
    most = max(counts.values())
    for name, number in counts.items():
        console.print(f"  {name:20} {_bar(number, most)} {number:,}", markup=False)


def _bar(number: int, most: int, room: int = _WIDTH) -> str:
    """In eighths of a character, so that small differences show; something is never nothing."""
    eighths = max(1, round(8 * room * number / most)) if number else 0
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def _list(console: Console, title: str, lines: Sequence[str]) -> None:
    if lines:
        console.print(f"\n{title}")
    for line in lines:
        console.print(f"  {line}", markup=False)
