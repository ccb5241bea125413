"""Fills a ledger and an MLflow store with a year of questions, as a busy bank would ask them; the same every time."""

import hashlib
import json
import random
import sqlite3
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import JSON, Float, Integer, make_url

from tracking.ledger import Ledger
from tracking.schema import meaning, number_of, questions

END = datetime(2026, 11, 23, tzinfo=UTC)  # a Monday: the week before it is what a weekly digest reads
YEAR = timedelta(days=365)
APPROACHES = ("Pattern Match", "AI-Powered", "AutoGen Multi-Agent")
OUTCOMES = ("answered", "failed", "not_understood", "refused", "clarify")
SQL = (
    "SELECT BRANCH_NAME, SUM(PRINCIPAL_BALANCE) FROM CL_DETAIL_FACT JOIN BRANCH_DIMENSION USING (BRANCH_KEY) GROUP BY 1"
)
PREVIEW = json.dumps([{"columns": ["Branch", "Balance"], "rows": [["Leeds", "1234567.89"]] * 8}])
COLUMNS = [column.name for column in questions.columns]
NOTHING = {
    column.name: "[]" if isinstance(column.type, JSON) else 0 if isinstance(column.type, Integer | Float) else ""
    for column in questions.columns
}
VOTE_COLUMNS = ("question_id", "person", "up", "at", "reason", "comment")


def fill_ledger(url: str, number: int) -> None:
    """So many questions over the year before END, one in three rated. The ledger must be new."""
    Ledger.open(url).close()
    if url.startswith("sqlite"):
        _sqlite(str(make_url(url).database), number)
    else:
        _postgres(url.replace("+psycopg", ""), number)


def _sqlite(file: str, number: int) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        marks = ", ".join("?" * len(COLUMNS))
        connection.executemany(f"INSERT INTO questions ({', '.join(COLUMNS)}) VALUES ({marks})", _rows(number))
        connection.executemany("INSERT INTO votes VALUES (?, ?, ?, ?, ?, ?)", _votes(number))
    connection.close()


def _postgres(url: str, number: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        with cursor.copy(f"COPY questions ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in _rows(number):
                copy.write_row(row)
        with cursor.copy(f"COPY votes ({', '.join(VOTE_COLUMNS)}) FROM STDIN") as copy:
            for row in _votes(number):
                copy.write_row(row)
        cursor.execute("VACUUM ANALYZE questions")  # what autovacuum does by itself within a minute
        cursor.execute("VACUUM ANALYZE votes")


def question(place: int, number: int) -> dict[str, Any]:
    """The question at that place of the year, as a row of the ledger."""
    chance = random.Random(place)
    text = f"How many loans has branch {chance.randrange(900)}?" if chance.random() < 0.7 else f"Only once: {place}"
    outcome = chance.choices(OUTCOMES, [85, 3, 5, 2, 5])[0]
    at = round((END - YEAR + YEAR * place / number).timestamp() * 1_000_000)
    rated = chance.random() < 0.33
    up = rated and chance.random() < 0.8
    channel, thread = f"C{chance.randrange(40)}", f"T{place // 2}"
    return NOTHING | {
        "id": f"{channel}:{place}",
        "asked_at": at,
        "finished_at": at + 1_000_000,
        "state": "waiting" if outcome == "clarify" else "done",
        "test": False,
        "private": chance.random() < 0.2,
        "outcome": outcome,
        "approach": chance.choices(APPROACHES, [80, 15, 5])[0],
        "seconds": chance.lognormvariate(-1, 1),
        "result_count": 8,
        "person": f"U{chance.randrange(400)}",
        "person_name": "Anna Example",
        "channel": channel,
        "message_channel": channel,
        "thread": thread,
        "role": chance.choice(("banker", "risk analyst")),
        "session": number_of(channel, thread),
        "meaning": meaning(text),
        "votes_up": int(rated and up),
        "votes_down": int(rated and not up),
        "rating": up if rated else None,
        "commented": rated and chance.random() < 0.1,
        "source": "mention",
        "approach_asked": "auto",
        "lease_until": None,
        "attempts": 1,
        "revision": 1 + rated,
        "delivered_revision": 1 + rated,
        "in_doubt": False,
        "run_id": hashlib.md5(str(place).encode(), usedforsecurity=False).hexdigest(),
        "aside_revision": 0,
        "text": text,
        "reading": f"Number of loans of a branch, read from {text}",
        "sql": SQL,
        "preview": PREVIEW,
    }


def _rows(number: int) -> Iterator[tuple[Any, ...]]:
    for place in range(number):
        row = question(place, number)
        yield tuple(row[name] for name in COLUMNS)


def _votes(number: int) -> Iterator[tuple[Any, ...]]:
    for place in range(number):
        row = question(place, number)
        if row["rating"] is not None:
            comment = "Leeds is missing" if row["commented"] else ""
            yield row["id"], row["person"], row["rating"], row["asked_at"] + 60_000_000, "", comment


def fill_mlflow(file: str, experiment: int, number: int) -> None:
    """The same questions as runs of an MLflow store on SQLite, written straight into its tables."""
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for first in range(0, number, 20_000):
            places = range(first, min(first + 20_000, number))
            _runs(connection, experiment, [question(place, number) for place in places])
    connection.close()


def _runs(connection: sqlite3.Connection, experiment: int, rows: list[dict[str, Any]]) -> None:
    run = (
        "INSERT INTO runs (run_uuid, name, user_id, source_type, source_name, entry_point_name, status, start_time, "
        "end_time, source_version, lifecycle_stage, artifact_uri, experiment_id)"
    )
    values = "VALUES (?, ?, 'teller', 'UNKNOWN', '', '', 'FINISHED', ?, ?, '', 'active', '', ?)"
    ids = [(uuid.UUID(row["run_id"]).hex, row) for row in rows]
    times = [(run_id, row["text"], row["asked_at"] // 1000, row["finished_at"] // 1000) for run_id, row in ids]
    connection.executemany(f"{run} {values}", [(*time, experiment) for time in times])
    params = ("question", "approach", "session_id", "sql_query", "user_id")
    connection.executemany(
        "INSERT INTO params (run_uuid, key, value) VALUES (?, ?, ?)",
        [(run_id, name, value) for run_id, row in ids for name, value in zip(params, _params(row), strict=True)],
    )
    for table in ("metrics", "latest_metrics"):
        connection.executemany(
            f"INSERT INTO {table} (run_uuid, key, value, timestamp, step, is_nan) VALUES (?, ?, ?, ?, 0, 0)",
            [(run_id, name, value, row["asked_at"] // 1000) for run_id, row in ids for name, value in _metrics(row)],
        )
    connection.executemany(
        "INSERT INTO tags (run_uuid, key, value) VALUES (?, ?, ?)",
        [(run_id, name, row[column]) for run_id, row in ids for name, column in _TAGS],
    )


_TAGS = (("question_id", "id"), ("outcome", "outcome"), ("reading", "reading"), ("channel", "channel"))


def _params(row: dict[str, Any]) -> tuple[str, ...]:
    return row["text"], row["approach"], row["thread"], row["sql"], row["person"]


def _metrics(row: dict[str, Any]) -> Iterator[tuple[str, float]]:
    yield "execution_time_seconds", row["seconds"]
    yield "success", float(row["outcome"] == "answered")
    yield "result_count", 8.0
    if row["rating"] is not None:
        yield "user_rating", float(row["rating"])
