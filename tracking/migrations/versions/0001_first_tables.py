"""The first tables: questions with their whole life, votes, firings, what was said, alarms, states, leases."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

COUNTED = "NOT test AND state NOT IN ('withdrawn', 'forgotten')"


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("alarm", sa.JSON(), nullable=False),
        sa.Column("owed", sa.String(length=16), nullable=False),
        sa.Column("face", sa.JSON()),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "fired",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.BigInteger()),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job", "run_at"),
    )
    op.create_index("fired_by_time", "fired", ["run_at"])
    op.create_table(
        "holds",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("lifted", sa.BigInteger()),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=16)),
        sa.Column("approach", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("result_count", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("session", sa.BigInteger(), nullable=False),
        sa.Column("meaning", sa.BigInteger(), nullable=False),
        sa.Column("votes_up", sa.Integer(), nullable=False),
        sa.Column("votes_down", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Boolean()),
        sa.Column("commented", sa.Boolean(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("approach_asked", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("message_channel", sa.Text(), nullable=False),
        sa.Column("message_ts", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("delivered_revision", sa.Integer(), nullable=False),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("aside_revision", sa.Integer(), nullable=False),
        sa.Column("aside_reason", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("model_calls", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.Column("prompt_version", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("asides", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("in_full", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("sql", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("questions_by_message", "questions", ["message_channel", "message_ts"])
    op.create_index("questions_by_state", "questions", ["state", "asked_at"])
    op.create_index("questions_by_thread", "questions", ["channel", "thread", "asked_at"])
    op.create_index("questions_by_person", "questions", ["person", "asked_at"])
    op.create_index("questions_by_time", "questions", ["asked_at"])
    op.create_index(
        "questions_commented",
        "questions",
        ["asked_at"],
        sqlite_where=sa.text("commented"),
        postgresql_where=sa.text("commented"),
    )
    op.create_index(
        "questions_counted",
        "questions",
        [
            "asked_at",
            "private",
            "outcome",
            "approach",
            "seconds",
            "person",
            "session",
            "channel",
            "role",
            "meaning",
            "votes_up",
            "votes_down",
        ],
        sqlite_where=sa.text(COUNTED),
        postgresql_where=sa.text(COUNTED),
    )
    op.create_index(
        "questions_undelivered",
        "questions",
        ["asked_at", "id"],
        sqlite_where=sa.text("revision > delivered_revision"),
        postgresql_where=sa.text("revision > delivered_revision"),
    )
    op.create_table(
        "said",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "observations",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("sight", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "at", "dimension", "row"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("resumed_at", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("frozen", sa.JSON(), nullable=False),
        sa.Column("recurrence", sa.JSON(), nullable=False),
        sa.Column("only_changed", sa.Boolean(), nullable=False),
        sa.Column("only_filled", sa.Boolean(), nullable=False),
        sa.Column("condition", sa.JSON()),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("last_at", sa.BigInteger()),
        sa.Column("last", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_subscriptions_person", "subscriptions", ["person"])
    op.create_table(
        "reviews",
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("question_id", "person"),
    )
    op.create_table(
        "states",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "vote_history",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("up", sa.Boolean()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_vote_history_question_id", "vote_history", ["question_id"])
    op.create_table(
        "votes",
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("up", sa.Boolean()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("question_id", "person"),
    )
