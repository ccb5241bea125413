"""Which thumb was taken back: the word of that may arrive before the thumb itself."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("vote_history", sa.Column("taken_back", sa.Boolean()))
