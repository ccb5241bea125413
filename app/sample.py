"""The made-up bank: made where it is the one in use. Light, since the demo waits for nothing else before it starts."""

import sqlite3

from app.faults import Unusable
from app.settings import Settings
from bank.sample.make import make_bank


def make_sample_bank(settings: Settings) -> None:
    """Makes the made-up bank where it is the one in use and not there yet. No other database is ever created."""
    file = settings.home / "bank.db"
    if settings.is_sample and not file.exists():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            make_bank(file)
        except (OSError, sqlite3.Error) as fault:
            raise Unusable(f"The sample bank cannot be made in {file.parent}: {fault}. Check TELLER_HOME.") from fault
