"""The ledger's tables through the years: made anew, brought up to date, and never guessed at."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from tests.tracking.examples import answered, asked, finish, vote
from tracking.errors import UnknownLedger
from tracking.ledger import Ledger
from tracking.migrations import HEAD, HERE, upgrade
from tracking.schema import metadata


def test_the_steps_lead_to_exactly_the_tables_the_code_works_with(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD


def test_the_newest_step_is_the_one_the_code_expects() -> None:
    files = sorted((HERE / "versions").glob("[0-9]*.py"))
    numbers = [re.search(r'^revision = "(\d+)"', file.read_text(), re.MULTILINE)[1] for file in files]  # type: ignore[index]
    assert numbers[-1] == HEAD
    assert [file.name[:4] for file in files] == numbers


NEXT_STEP = '''"""A column more."""
import sqlalchemy as sa
from alembic import op
revision = "9001"
down_revision = "{before}"
def upgrade() -> None:
    op.add_column("questions", sa.Column("mood", sa.Text(), nullable=False, server_default="calm"))
    {more}
'''


def with_next_step(folder: Path, more: str = "") -> Path:
    steps = folder / "migrations"
    shutil.copytree(HERE, steps)
    (steps / "versions" / "9001_mood.py").write_text(NEXT_STEP.format(before=HEAD, more=more))
    return steps


@pytest.fixture
def own_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'own.db'}"


@pytest.fixture
def own(own_url: str) -> Iterator[Ledger]:
    """A ledger of its own: these tests change its tables."""
    opened = Ledger.open(own_url)
    yield opened
    opened.close()


def test_an_older_ledger_is_brought_up_to_date_with_all_it_holds(own: Ledger, own_url: str, tmp_path: Path) -> None:
    entry = finish(own, asked(1), answered())
    own.vote(vote())
    steps = with_next_step(tmp_path)
    with own.writing() as connection:
        upgrade(connection, steps, "9001")
        assert connection.execute(text("SELECT mood FROM questions")).scalars().all() == ["calm"]
        upgrade(connection, steps, "9001")
    assert own.votes("C1:1") == (vote(),)
    assert own.entry("C1:1").asked == entry.asked  # type: ignore[union-attr]


def test_a_step_that_fails_leaves_the_ledger_as_it_was(own: Ledger, tmp_path: Path) -> None:
    steps = with_next_step(tmp_path, more='op.execute("INSERT INTO nowhere VALUES (1)")')
    with pytest.raises(Exception, match="nowhere"), own.writing() as connection:
        upgrade(connection, steps, "9001")
    with own.reading() as connection:
        assert "mood" not in {column["name"] for column in inspect(connection).get_columns("questions")}
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == HEAD


def test_a_ledger_of_a_later_teller_is_refused_unchanged(own: Ledger, own_url: str) -> None:
    with own.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownLedger, match="newer Teller"):
        Ledger.open(own_url)


def test_tables_of_unknown_making_are_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE questions (id TEXT)"))
    engine.dispose()
    with pytest.raises(UnknownLedger, match="TELLER_LEDGER"):
        Ledger.open(url)
