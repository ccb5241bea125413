"""`teller stats`: what was asked and how it went, as a table in the terminal."""

from rich.console import Console
from rich.table import Table

from tracking.records import Share, Statistics

FEWEST = 10  # below this many cases a percentage says more than is known


def show_statistics(found: Statistics) -> None:
    console = Console(highlight=False)
    console.print(f"[bold]{found.since:%d %b %Y} – {found.until:%d %b %Y}[/bold] (UTC)")
    grid = Table(show_header=False, box=None, pad_edge=False)
    for label, value in _lines(found):
        grid.add_row(label, value)
    console.print(grid)
    _bars(console, "By approach", found.approaches)
    _bars(console, "By outcome", {name.replace("_", " "): number for name, number in found.outcomes.items()})
    if found.not_understood:
        console.print("\nNot understood:", *(f"  {text}" for text in found.not_understood), sep="\n", markup=False)


def _lines(found: Statistics) -> list[tuple[str, str]]:
    return [
        ("Questions", f"{found.questions:,}"),
        ("People", f"{found.people:,}"),
        ("Success rate", _rate(found.success)),
        ("Satisfaction", _rate(found.satisfaction)),
        ("Average time", _seconds(found.average_seconds)),
        ("Median time", _seconds(found.median_seconds)),
        ("95th percentile", _seconds(found.p95_seconds)),
    ]


def _rate(share: Share) -> str:
    if share.rate is None:
        return "no cases yet"
    cases = f"{share.part:,} of {share.whole:,}"
    return f"{share.rate:.1%} ({cases})" if share.whole >= FEWEST else f"{cases} (too few for a percentage)"


def _seconds(value: float | None) -> str:
    return "no cases yet" if value is None else f"{value:.2f} s"


def _bars(console: Console, title: str, counts: dict[str, int]) -> None:
    if not counts:
        return
    console.print(f"\n{title}")
    most = max(counts.values())
    for name, number in sorted(counts.items(), key=lambda pair: -pair[1]):
        console.print(f"  {name:20} {'█' * max(1, round(30 * number / most))} {number:,}", markup=False)
