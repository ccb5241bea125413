"""The ledger as one table for Excel, Power BI and Tableau: CSV or Parquet, streamed, with its data dictionary."""

import csv
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Row, select

from tracking.ledger import Ledger
from tracking.records import Vote
from tracking.run import SUCCESS
from tracking.schema import questions
from tracking.stats import asked_between
from tracking.votes import latest_comment

Cell = str | int | float | datetime | None
Progress = Callable[[int], None]
"""Hears how many more rows were written."""

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)
_BATCH = 5_000  # rows at a time: 6 MB
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_q = questions.c


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the export: its name, its kind and what it holds. Times are in UTC."""

    name: str
    kind: Literal["text", "time", "whole", "number"]
    meaning: str


# These names are a promise to everybody's reports: add at the end, never rename. Where MLflow has the same, it is the
# name there.
FIELDS = (
    Field("question_id", "text", "The question's id: Slack channel and message, or where else it came from"),
    Field("asked_at", "time", "When it was asked"),
    Field("finished_at", "time", "When the answer was shown, or the question asked back; empty while it is open"),
    Field("question", "text", "The words of the person who asked"),
    Field("approach", "text", "Pattern Match, AI-Powered or AutoGen Multi-Agent; empty when none was reached"),
    Field("outcome", "text", "answered, clarify (waits for the asker), not_understood, refused or failed"),
    Field("success", "whole", "1 answered, 0 failed or not understood, empty without a verdict (clarify, refused)"),
    Field("execution_time_seconds", "number", "Seconds of work, without waiting for a person"),
    Field("result_count", "whole", "Rows of the answer"),
    Field("user_rating", "whole", "1 or 0: the majority of everybody's last vote, a tie goes to the latest"),
    Field("votes_up", "whole", "People whose last vote is 👍"),
    Field("votes_down", "whole", "People whose last vote is 👎"),
    Field("user_comment", "text", "The newest comment among the last votes"),
    Field("feedback_timestamp", "time", "When the latest vote was cast"),
    Field("user_id", "text", "Slack user id of who asked, or cli:NAME in a terminal"),
    Field("user_name", "text", "What that person is called"),
    Field("session_id", "text", "The Slack thread: questions of one conversation share it"),
    Field("channel", "text", "Slack channel id, or terminal"),
    Field("source", "text", "mention, message, thread, command, button, terminal or import"),
    Field("reading", "text", "How the question was understood, in words"),
    Field("sql_query", "text", "The SQL that was run; several statements are separated by an empty line"),
    Field("message", "text", "The sentence said where there was no answer"),
    Field("error_message", "text", "Kind and cause of a failure"),
    Field("model", "text", "The model that was used, if any"),
    Field("prompt_tokens", "whole", "Tokens the model read"),
    Field("completion_tokens", "whole", "Tokens the model wrote"),
    Field("model_calls", "whole", "How often the model was called"),
    Field("cost", "number", "What these calls cost, as the prices are set"),
    Field("prompt_version", "text", "Which wording of the instructions the model was given"),
    Field("run_id", "text", "The run in MLflow; empty until it is delivered"),
    Field("role", "text", "The role under which the bank was read"),
)
COLUMNS = tuple(field.name for field in FIELDS)


def write_csv(
    ledger: Ledger,
    path: Path,
    since: datetime = _BEGINNING,
    until: datetime = _END,
    progress: Progress = lambda rows: None,
) -> int:
    """One line per question asked in that time (as counted everywhere: no test users); how many there are.

    Streams, so that a million rows fit; the file appears whole or not at all. UTF-8 with the mark by which Excel
    knows it; times are ISO 8601.
    """
    written = 0
    with _whole(path) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(COLUMNS)
        for batch in _batches(ledger, since, until):
            lines.writerows([_safe(cell) for cell in row] for row in batch)
            written += len(batch)
            progress(len(batch))
    return written


def write_parquet(
    ledger: Ledger,
    path: Path,
    since: datetime = _BEGINNING,
    until: datetime = _END,
    progress: Progress = lambda rows: None,
) -> int:
    """The same as Parquet: times are timestamps, numbers are numbers, and each column carries its meaning."""
    # 0.4 s that only this needs.
    import pyarrow  # noqa: PLC0415
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415

    kinds = {
        "text": pyarrow.string(),
        "time": pyarrow.timestamp("us", tz="UTC"),
        "whole": pyarrow.int64(),
        "number": pyarrow.float64(),
    }
    schema = pyarrow.schema(
        [pyarrow.field(field.name, kinds[field.kind], metadata={"description": field.meaning}) for field in FIELDS]
    )
    written = 0
    with _whole(path) as unfinished, ParquetWriter(unfinished, schema, compression="zstd") as file:
        for batch in _batches(ledger, since, until):
            columns = [
                pyarrow.array(column, field.type)
                for column, field in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            file.write_batch(pyarrow.record_batch(columns, schema=schema))
            written += len(batch)
            progress(len(batch))
    return written


def write_dictionary(path: Path) -> None:
    """The data dictionary as CSV: column, kind, meaning."""
    with _whole(path) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("column", "kind", "meaning"))
        lines.writerows((field.name, field.kind, field.meaning) for field in FIELDS)


def rows(ledger: Ledger, since: datetime = _BEGINNING, until: datetime = _END) -> Iterator[tuple[Cell, ...]]:
    """The same as values in the order of FIELDS, oldest first; what is not known is None."""
    for batch in _batches(ledger, since, until):
        yield from batch


_SELECTED = (
    *(_q.id, _q.asked_at, _q.finished_at, _q.text, _q.approach, _q.outcome, _q.seconds, _q.result_count, _q.rating),
    *(_q.votes_up, _q.votes_down, _q.person, _q.person_name, _q.thread, _q.channel, _q.source, _q.reading, _q.sql),
    *(_q.message, _q.error, _q.model, _q.prompt_tokens, _q.completion_tokens, _q.model_calls, _q.cost),
    *(_q.prompt_version, _q.run_id, _q.role),
)


def _batches(ledger: Ledger, since: datetime, until: datetime) -> Iterator[list[tuple[Cell, ...]]]:
    which = select(*_SELECTED).where(asked_between(since, until)).order_by(_q.asked_at, _q.id)
    with ledger.reading() as connection:
        for batch in connection.execution_options(yield_per=_BATCH).execute(which).partitions():
            votes = ledger.votes_on(row.id for row in batch if row.votes_up or row.votes_down)
            yield [_row(row, votes) for row in batch]


def _row(row: Row[*tuple[Any, ...]], votes: Mapping[str, Sequence[Vote]]) -> tuple[Cell, ...]:
    cast = votes.get(row.id, ())
    said = (latest_comment(cast), cast[-1].at) if cast else (None, None)
    ended = row.outcome is not None
    asked = (row.id, row.asked_at, row.finished_at, row.text)
    verdict = (row.approach, row.outcome, SUCCESS.get(row.outcome), row.seconds, row.result_count)
    answer = (row.reading, row.sql, row.message, row.error)
    model = (row.model, row.prompt_tokens, row.completion_tokens, row.model_calls, row.cost, row.prompt_version)
    return (
        *asked,
        *(verdict if ended else (None,) * len(verdict)),
        *(None if row.rating is None else int(row.rating), row.votes_up, row.votes_down, *said),
        *(row.person, row.person_name, row.thread, row.channel, row.source),
        *((*answer, *model) if ended else (None,) * (len(answer) + len(model))),
        *(row.run_id, row.role),
    )


def _safe(cell: Cell) -> str | int | float | None:
    """A spreadsheet runs text that begins like a formula: an apostrophe in front keeps it text."""
    if isinstance(cell, datetime):
        return cell.isoformat()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file beside the wanted one, which takes its name once it is complete."""
    unfinished = path.with_name(path.name + ".part")
    try:
        yield unfinished
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
