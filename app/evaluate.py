"""`teller evaluate`: golden questions by each approach, what changed since the last time, and the same to MLflow."""

import json
import statistics
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from app.unfinished import Unfinished
from jobs.evaluation import VERDICTS, Evaluation, Judged, Score
from jobs.golden import Golden
from tracking.records import Share

_BETTER = ("right", "asked back", "refused", "failed", "wrong")
Remembered = dict[str, dict[str, dict[str, str]]]  # approach → file → case → verdict


@dataclass(frozen=True)
class Measured:
    """What one golden file came to by one approach."""

    approach: str
    golden: Golden
    score: Score

    @property
    def verdicts(self) -> dict[str, str]:
        return {one.case.key: one.verdict for one in self.score.judged}

    @property
    def metrics(self) -> dict[str, float]:
        """Counts, rates in percent and seconds from question to rows; a rate without cases is left out."""
        seconds = sorted(one.answer.seconds for one in self.score.judged)
        rates = {"precision": self.score.precision, "coverage": self.score.coverage, "held": self.score.held}
        return {
            **{verdict.replace(" ", "_"): float(self.score.count(verdict)) for verdict in VERDICTS},
            **{f"{name}_percent": 100 * share.rate for name, share in rates.items() if share.rate is not None},
            "median_seconds": statistics.median(seconds),
            "p95_seconds": seconds[int(0.95 * (len(seconds) - 1))],
        }

    def below(self) -> list[str]:
        """A sentence for each floor the file states and that was not reached."""
        floor = self.golden.floor
        if floor is None:
            return []
        return [
            f"{self.golden.name}, {self.approach}: {name} is {_rate(share)}, its floor is {least:g} %."
            for name, share, least in (
                ("precision", self.score.precision, floor.precision),
                ("coverage", self.score.coverage, floor.coverage),
            )
            if share.rate is not None and 100 * share.rate < least
        ]


async def measure(evaluation: Evaluation, approach: str, golden: Golden, unfinished: Unfinished) -> Measured:
    """Asks every question of one file that was not asked before an interruption, showing how far it is."""
    bar = Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)
    with bar:
        judged = []
        for case in bar.track(golden.cases, description=f"{approach}, {golden.name}"):
            one = unfinished.judged(approach, golden, case)
            if one is None:
                one = await evaluation.judge(golden, case)
                unfinished.keep(approach, golden, one)
            judged.append(one)
    return Measured(approach, golden, Score(tuple(judged)))


def show(measured: Iterable[Measured], before: Remembered, every_miss: bool) -> None:
    """One line for each approach and file, each wrong answer, and each case that ended otherwise than the last time."""
    measured = list(measured)
    console = Console(highlight=False)
    console.print(_grid(measured))
    for one in measured:
        for judged in _misses(one.score, every_miss):
            console.print(f"[bold]{judged.verdict}[/bold]  {escape(judged.case.key)}", soft_wrap=True)
            console.print(f"  [dim]{escape(judged.why)}[/dim]", soft_wrap=True)
    for sentence in (flip for one in measured for flip in flips(one, before)):
        console.print(escape(sentence), soft_wrap=True)


def _misses(score: Score, every_miss: bool) -> list[Judged]:
    missed = [one for one in score.judged if not one.rightly and (every_miss or one.verdict == "wrong")]
    return sorted(missed, key=lambda one: one.verdict != "wrong")


def _grid(measured: Iterable[Measured]) -> Table:
    grid = Table(show_edge=False)
    grid.add_column("approach")
    grid.add_column("golden questions")
    for title in ("of", *VERDICTS, "precision", "coverage", "held back", "median", "p95"):
        grid.add_column(title, justify="right")
    for one in measured:
        counts = (one.score.count(verdict) for verdict in VERDICTS)
        rates = (one.score.precision, one.score.coverage, one.score.held)
        seconds = (one.metrics["median_seconds"], one.metrics["p95_seconds"])
        grid.add_row(
            one.approach,
            one.golden.name,
            *(f"{number:,}" for number in (len(one.score.judged), *counts)),
            *(_rate(share) for share in rates),
            *(f"{1000 * value:,.0f} ms" for value in seconds),
        )
    return grid


def _rate(share: Share) -> str:
    return "–" if share.rate is None else f"{100 * share.rate:.1f} %"


def flips(one: Measured, before: Remembered) -> Iterator[str]:
    """Each case that ended otherwise than the last time; what became worse comes first."""
    old = before.get(one.approach, {}).get(one.golden.name, {})
    changed = [(old[key], new, key) for key, new in one.verdicts.items() if old.get(key, new) != new]
    for was, now, key in sorted(changed, key=lambda flip: _BETTER.index(flip[0]) - _BETTER.index(flip[1])):
        yield f"{one.golden.name}, {one.approach}: {was} → {now}: {key}"


def recall(file: Path) -> Remembered:
    """The verdicts of the last time; none where there was no last time, or its file was damaged."""
    try:
        found: Remembered = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def remember(file: Path, before: Remembered, measured: Iterable[Measured]) -> None:
    """Keeps the verdicts for the next time; what was not measured now stays as it was."""
    kept = {approach: dict(files) for approach, files in before.items()}
    for one in measured:
        kept.setdefault(one.approach, {})[one.golden.name] = one.verdicts
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")


def case_lines(score: Score) -> list[Mapping[str, object]]:
    """The cases as lines of a table, without any row of the bank."""
    return [
        {
            "question": one.case.question,
            "chosen": ", ".join(one.case.chosen),
            "verdict": one.verdict,
            "as expected": one.rightly,
            "reading": "\n".join(part.reading for part in one.answer.parts),
            "sql": ";\n".join(part.sql for part in one.answer.parts),
            "message": one.answer.message,
            "seconds": round(one.answer.seconds, 4),
        }
        for one in score.judged
    ]
