"""The ledger as CSV for Excel, Power BI and Tableau, and as a summary for a terminal."""

import csv
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from tracking.ledger import Ledger
from tracking.questions import entry_of
from tracking.records import Entry, Share, Vote
from tracking.run import SUCCESS
from tracking.schema import questions
from tracking.stats import asked_between, between
from tracking.votes import latest_comment, rating

# These names are a promise to everybody's reports: add at the end, never rename. Where MLflow has the same, it is the
# name there.
COLUMNS = (
    "question_id",
    "asked_at",
    "finished_at",
    "question",
    "approach",
    "outcome",
    "success",
    "execution_time_seconds",
    "result_count",
    "user_rating",
    "votes_up",
    "votes_down",
    "user_comment",
    "feedback_timestamp",
    "user_id",
    "user_name",
    "session_id",
    "channel",
    "source",
    "reading",
    "sql_query",
    "message",
    "error_message",
    "model",
    "prompt_tokens",
    "completion_tokens",
    "run_id",
)
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)
_BATCH = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | None


def write_csv(ledger: Ledger, path: Path, since: datetime = _BEGINNING, until: datetime = _END) -> int:
    """One line per question asked in that time (as counted everywhere: no test users); how many there are.

    Streams, so that a million rows fit; the file appears whole or not at all.
    """
    unfinished = path.with_name(path.name + ".part")
    written = 0
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(COLUMNS)
            for row in rows(ledger, since, until):
                lines.writerow([_safe(cell) for cell in row])
                written += 1
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return written


def rows(ledger: Ledger, since: datetime = _BEGINNING, until: datetime = _END) -> Iterator[tuple[Cell, ...]]:
    """The same as values in the order of COLUMNS; what is not known is None. Times are ISO 8601 in UTC."""
    which = select(questions).where(asked_between(since, until)).order_by(questions.c.asked_at, questions.c.id)
    with ledger.reading() as connection:
        for batch in connection.execution_options(yield_per=_BATCH).execute(which).partitions():
            entries = [entry_of(row) for row in batch]
            votes = ledger.votes_on(entry.asked.id for entry in entries)
            for entry in entries:
                yield _row(entry, votes.get(entry.asked.id, ()))


def summary(ledger: Ledger, since: datetime = _BEGINNING, until: datetime = _END) -> tuple[tuple[str, str], ...]:
    """What to print: labels and values."""
    found = between(ledger, since, until)
    approaches = ", ".join(f"{name} {number}" for name, number in found.approaches.items())
    outcomes = ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in found.outcomes.items())
    return (
        ("Questions", str(found.questions)),
        ("People", str(found.people)),
        ("Success", _share(found.success)),
        ("Satisfaction", _share(found.satisfaction)),
        ("Average time", _seconds(found.average_seconds)),
        ("Median time", _seconds(found.median_seconds)),
        ("95th percentile", _seconds(found.p95_seconds)),
        ("Approaches", approaches or "none yet"),
        ("Outcomes", outcomes or "none yet"),
    )


def _row(entry: Entry, votes: Sequence[Vote]) -> tuple[Cell, ...]:
    return (*_question(entry), *_verdict(entry), *_votes(votes), *_asker(entry), *_answer(entry), entry.run_id)


def _question(entry: Entry) -> tuple[Cell, ...]:
    finished = None if entry.finished_at is None else entry.finished_at.isoformat()
    return entry.asked.id, entry.asked.asked_at.isoformat(), finished, entry.asked.text


def _verdict(entry: Entry) -> tuple[Cell, ...]:
    result = entry.result
    if result is None:
        return (None,) * 5
    return result.approach, result.outcome, SUCCESS.get(result.outcome), result.seconds, result.result_count


def _votes(votes: Sequence[Vote]) -> tuple[Cell, ...]:
    if not votes:
        return None, 0, 0, None, None
    ups = sum(vote.up for vote in votes)
    return int(bool(rating(votes))), ups, len(votes) - ups, latest_comment(votes), votes[-1].at.isoformat()


def _asker(entry: Entry) -> tuple[Cell, ...]:
    asked = entry.asked
    return asked.person, asked.person_name, asked.thread, asked.channel, asked.source


def _answer(entry: Entry) -> tuple[Cell, ...]:
    result = entry.result
    if result is None:
        return (None,) * 7
    words = (result.reading, result.sql, result.message, result.error)
    return (*words, result.model, result.prompt_tokens, result.completion_tokens)


def _safe(cell: Cell) -> Cell:
    """A spreadsheet runs text that begins like a formula: an apostrophe in front keeps it text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _share(share: Share) -> str:
    return "no cases yet" if share.rate is None else f"{share.rate:.1%} ({share.part} of {share.whole})"


def _seconds(value: float | None) -> str:
    return "no cases yet" if value is None else f"{value:.2f} s"
