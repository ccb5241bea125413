"""`python -m tracking.migrations "what changes"` drafts the next step from what `schema.py` says; read it before use."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from tracking.database import Database
from tracking.migrations import HERE


def main(what: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Database.open(f"sqlite:///{Path(folder, 'ledger.db')}").close()
        config = Config()
        config.set_main_option("script_location", str(HERE))
        config.set_main_option("sqlalchemy.url", f"sqlite:///{Path(folder, 'ledger.db')}")
        command.revision(config, what, autogenerate=True)


if __name__ == "__main__":
    main(sys.argv[1])
