"""The ledger's tables, and how times and words are written into them."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as whole microseconds since 1970 so that both databases order and return it exactly."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuses a time without a zone: guessing one would move a question to another day."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A time without a zone cannot be kept: {value!r}")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Always in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class Words(TypeDecorator[str]):
    """Text that any database takes, see `storable`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


def storable(words: str) -> str:
    """Without NUL (PostgreSQL refuses it) and with lone surrogates replaced (no UTF-8 exists for them)."""
    return _UNSTORABLE.sub(lambda found: "" if found.group() == "\x00" else "\ufffd", words)


def number_of(*words: str) -> int:
    """Words as one signed 64-bit number, the same on every machine: for grouping, never for looking up."""
    return int.from_bytes(
        hashlib.blake2b("\0".join(words).encode("utf-8", "replace"), digest_size=8).digest(), signed=True
    )


def meaning(text: str, sql: str = "") -> int:
    """One number for questions that mean the same: those that one statement answers, however they were put.

    Without an answer, those that differ only in capitals, spaces and the marks at their end.
    """
    return number_of(" ".join((sql or text.rstrip(" ?.!")).lower().split()))


COUNTED = "NOT test AND state NOT IN ('withdrawn', 'forgotten')"
"""What statistics count, word for word as SQLite needs it to use the index."""

metadata = MetaData()

# Small columns come first: SQLite reads a row from its start, and long texts then stay unread in their overflow pages.
questions = Table(
    "questions",
    metadata,
    Column("id", Words, primary_key=True),
    Column("asked_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("test", Boolean, nullable=False, default=False),
    Column("private", Boolean, nullable=False, default=False),
    Column("outcome", String(16)),
    Column("approach", Words, nullable=False, default=""),
    Column("seconds", Float, nullable=False, default=0.0),
    Column("result_count", BigInteger, nullable=False, default=0),
    Column("person", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("thread", Words, nullable=False),
    Column("role", Words, nullable=False, default=""),
    Column("session", BigInteger, nullable=False),  # channel and thread as one number
    Column("meaning", BigInteger, nullable=False),  # equal for questions that mean the same, see `meaning`
    Column("votes_up", Integer, nullable=False, default=0),  # these four: of the last votes, written with each vote
    Column("votes_down", Integer, nullable=False, default=0),
    Column("rating", Boolean),  # the majority of the last votes, a tie going to the latest
    Column("commented", Boolean, nullable=False, default=False),
    Column("person_name", Words, nullable=False, default=""),
    Column("source", Words, nullable=False, default=""),
    Column("approach_asked", Words, nullable=False, default=""),
    Column("finished_at", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    Column("worker", Words, nullable=False, default=""),
    Column("lease_until", Instant),
    Column("message_channel", Words, nullable=False, default=""),
    Column("message_ts", Words, nullable=False, default=""),
    Column("revision", Integer, nullable=False, default=0),
    Column("delivered_revision", Integer, nullable=False, default=0),
    Column("in_doubt", Boolean, nullable=False, default=False),
    Column("run_id", Words, nullable=False, default=""),
    Column("aside_revision", Integer, nullable=False, default=0),
    Column("aside_reason", Words, nullable=False, default=""),
    Column("model", Words, nullable=False, default=""),
    Column("prompt_tokens", BigInteger, nullable=False, default=0),
    Column("completion_tokens", BigInteger, nullable=False, default=0),
    Column("model_calls", Integer, nullable=False, default=0),
    Column("cost", Float, nullable=False, default=0.0),
    Column("prompt_version", Words, nullable=False, default=""),
    Column("reply_to", Words, nullable=False, default=""),
    Column("chosen", JSON, nullable=False, default=list),
    Column("steps", JSON, nullable=False, default=list),
    Column("choices", JSON, nullable=False, default=list),
    Column("asides", JSON, nullable=False, default=list),
    Column("text", Words, nullable=False),
    Column("in_full", Words, nullable=False, default=""),
    Column("reading", Words, nullable=False, default=""),
    Column("sql", Words, nullable=False, default=""),
    Column("message", Words, nullable=False, default=""),
    Column("error", Words, nullable=False, default=""),
    Column("preview", Words, nullable=False, default=""),
    Index("questions_by_time", "asked_at"),
    Index("questions_by_person", "person", "asked_at"),
    # Statistics read this index alone: a week of 19,000 questions out of a million in 40 ms instead of 300.
    Index(
        "questions_counted",
        *("asked_at", "private", "outcome", "approach", "seconds", "person", "session", "channel", "role"),
        *("meaning", "votes_up", "votes_down"),
        sqlite_where=text(COUNTED),
        postgresql_where=text(COUNTED),
    ),
    Index("questions_commented", "asked_at", sqlite_where=text("commented"), postgresql_where=text("commented")),
    Index("questions_by_state", "state", "asked_at"),
    Index("questions_by_thread", "channel", "thread", "asked_at"),
    Index("questions_by_message", "message_channel", "message_ts"),
    Index(
        "questions_undelivered",
        "asked_at",
        "id",
        sqlite_where=text("revision > delivered_revision"),
        postgresql_where=text("revision > delivered_revision"),
    ),
)

# `up` is null once a vote was taken back.
votes = Table(
    "votes",
    metadata,
    Column("question_id", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    Column("up", Boolean),
    Column("at", Instant, nullable=False),
    Column("reason", Words, nullable=False, default=""),
    Column("comment", Words, nullable=False, default=""),
)

# Every word as it was said. Where a thumb was taken back `up` is null, and `taken_back` says which: it counts against
# the thumbs given before it, also those that arrive after it.
vote_history = Table(
    "vote_history",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("question_id", Words, nullable=False, index=True),
    Column("person", Words, nullable=False),
    Column("up", Boolean),
    Column("at", Instant, nullable=False),
    Column("reason", Words, nullable=False, default=""),
    Column("comment", Words, nullable=False, default=""),
    Column("taken_back", Boolean),
)

# What somebody who looks after Teller found of a person's 👎.
reviews = Table(
    "reviews",
    metadata,
    Column("question_id", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    Column("outcome", String(16), nullable=False),
    Column("words", Words, nullable=False, default=""),
    Column("by", Words, nullable=False),
    Column("at", Instant, nullable=False),
)

fired = Table(
    "fired",
    metadata,
    Column("job", Words, primary_key=True),
    Column("run_at", Instant, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("failed_at", Instant),
    Column("skipped", Integer, nullable=False, default=0),
    Index("fired_by_time", "run_at"),
)

said = Table(
    "said",
    metadata,
    Column("key", Words, primary_key=True),
    Column("place", Words, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("ref", Words, nullable=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("name", Words, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("alarm", JSON, nullable=False),
    Column("owed", String(16), nullable=False),
    Column("face", JSON),
    Column("channel", Words, nullable=False),
    Column("ts", Words, nullable=False),
    Column("shown", Words, nullable=False),
)

states = Table(
    "states",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", JSON, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("until", Instant, nullable=False),
)

# What must not be deleted, whatever its age, until the hold is lifted.
holds = Table(
    "holds",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),  # person | channel | question | everything
    Column("value", Words, nullable=False, default=""),
    Column("reason", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("since", Instant, nullable=False),
    Column("lifted", Instant),
)

# What somebody wants to be sent again and again, or told of: an answer with its SQL and reading frozen as it was given.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Words, primary_key=True),
    Column("state", String(16), nullable=False),  # active | paused | deleted
    Column("person", Words, nullable=False, index=True),
    Column("person_name", Words, nullable=False, default=""),
    Column("channel", Words, nullable=False),  # empty: the person's direct messages
    Column("created_at", Instant, nullable=False),
    Column("resumed_at", Instant, nullable=False),  # what came due before that is not missed
    Column("question", Words, nullable=False),
    Column("frozen", JSON, nullable=False),
    Column("recurrence", JSON, nullable=False),
    Column("only_changed", Boolean, nullable=False, default=False),
    Column("only_filled", Boolean, nullable=False, default=False),
    Column("condition", JSON),  # of a metric alert; none: it is sent each time
    Column("shown", Words, nullable=False, default=""),  # what tells the figures sent last from others
    Column("last_at", Instant),
    Column("last", Words, nullable=False, default=""),  # what came of it then, in words
    Column("failures", Integer, nullable=False, default=0),  # one after the other
)

# What a metric alert saw: `row` is a number that stands for the row of the answer, never its words.
observations = Table(
    "observations",
    metadata,
    Column("subscription", Words, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("dimension", Words, primary_key=True),  # empty: the answer itself
    Column("row", BigInteger, primary_key=True),
    Column("value", Float, nullable=False),
    Column("sight", Words, nullable=False),  # by which rights: figures seen by others are never compared
)
