"""Brings the tables of any earlier ledger up to date, in one transaction; refuses a ledger of a later Teller."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from tracking.errors import UnknownLedger

HEAD = "0002"
"""The newest step in `versions/`: what this Teller works with."""
HERE = Path(__file__).parent


def current(connection: Connection) -> str | None:
    """The step the ledger stands at; None for an empty database. Raises `UnknownLedger` for tables of unknown making."""
    names = set(inspect(connection).get_table_names())
    if "alembic_version" in names:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    if "questions" in names:
        raise UnknownLedger(
            "There are tables in the ledger's database that Teller did not make, or made before its first release. "
            "Set TELLER_LEDGER to another database, or move that one away."
        )
    return None


def upgrade(connection: Connection, steps: Path = HERE, head: str = HEAD) -> None:
    """Takes every step that is missing; a ledger that is up to date costs two small reads."""
    at = current(connection)
    if at == head:
        return
    # 0.35 s, and only a new or an old ledger needs it.
    from alembic.config import Config  # noqa: PLC0415
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(steps))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    if at is not None and at not in known:
        raise UnknownLedger(
            f"A newer Teller has written this ledger (its tables are at step {at}, this one knows {head}). "
            "Install that version again; nothing was changed."
        )

    def missing(revision: Any, _context: object) -> Any:
        return scripts._upgrade_revs(head, revision)

    with EnvironmentContext(config, scripts, fn=missing) as environment:
        environment.configure(connection=connection, render_as_batch=True)
        environment.run_migrations()
