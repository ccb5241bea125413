"""What the ledger knows of things that fail: errors by their class, what MLflow waits for, when Slack was last heard."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from tracking.ledger import Ledger
from tracking.schema import leases, questions
from tracking.stats import asked_between

HEARD = "slack is heard"
_q = questions.c


def failures(ledger: Ledger, since: datetime, until: datetime, errors: Sequence[str]) -> int:
    """How many questions failed with one of these errors."""
    named = or_(*(_q.error.startswith(f"{error}:") for error in errors))
    which = select(func.count()).where(asked_between(since, until), _q.outcome == "failed", named)
    with ledger.reading() as connection:
        return int(connection.execute(which).scalar_one())


def undelivered_since(ledger: Ledger) -> datetime | None:
    """When the oldest question was asked that MLflow does not know as it stands; None where it knows all."""
    oldest = ledger.undelivered(1)
    return (oldest[0].finished_at or oldest[0].asked.asked_at) if oldest else None


def hear(ledger: Ledger, until: datetime) -> None:
    """A bot hears Slack, and is to be believed until then."""
    row = ledger.insert(leases).values(name=HEARD, holder="", until=until)
    with ledger.writing() as connection:
        connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"until": until}))


def unheard(ledger: Ledger, at: datetime) -> timedelta | None:
    """For how long no bot has heard Slack; None where none ever has."""
    with ledger.reading() as connection:
        until = connection.execute(select(leases.c.until).where(leases.c.name == HEARD)).scalar()
    return None if until is None else max(timedelta(), at - until)
