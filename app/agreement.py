"""The doctor's look at MLflow: whether it can be reached, and whether it holds what the ledger says."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from app.finding import Finding
from app.settings import Settings
from tracking.agreement import Agreement, compare
from tracking.delivery import Delivery
from tracking.ledger import Ledger

if TYPE_CHECKING:
    from tracking.mlflow_store import MlflowStore, Reader

ALL_OF = 20_000  # questions; of more than that the last 30 days are compared, or it would take minutes
RECENT = timedelta(days=30)
SHOWN = 10
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def mlflow(settings: Settings, repair: bool) -> Iterator[Finding]:
    """Counts and ratings of every run, a sample field by field; `repair` brings over again what differs."""
    from app import wiring

    store = wiring.mlflow_store(settings)
    try:
        store.setup()
    except Exception as error:  # MLflow, SQLAlchemy and requests each raise their own
        cure = "Is its server up, and MLFLOW_TRACKING_URI right? Questions wait in the ledger meanwhile; none is lost."
        yield Finding("fault", f"MLflow cannot be reached: {type(error).__name__}.", cure)
        return
    with wiring.ledger(settings) as ledger:
        yield from _on_their_way(ledger)
        found = _compared(ledger, wiring.mlflow_reader(settings))
        if found.differences and repair:
            yield from _repaired(ledger, store, found)
            found = _compared(ledger, wiring.mlflow_reader(settings))
        yield from _said(found)


def _on_their_way(ledger: Ledger) -> Iterator[Finding]:
    holds = ledger.holdings()
    if holds.waiting:
        yield Finding("good", f"{holds.waiting:,} questions are on their way to MLflow; `teller jobs` brings them.")
    if holds.aside:
        cure = "The log of `teller jobs` says why. They are tried again every hour, and when it starts."
        yield Finding("warning", f"{holds.aside:,} questions are set aside: MLflow would not take them.", cure)


def _compared(ledger: Ledger, reader: "Reader") -> Agreement:
    now = datetime.now(UTC)
    few = ledger.holdings().questions <= ALL_OF
    with _bar() as advance:
        return compare(ledger, reader, BEGINNING if few else now - RECENT, now + timedelta(days=1), progress=advance)


def _repaired(ledger: Ledger, store: "MlflowStore", found: Agreement) -> Iterator[Finding]:
    """Brings the questions that differ over again, as delivery does it."""
    ledger.redeliver([difference.question_id for difference in found.differences if difference.question_id])
    delivery = Delivery(ledger, store)
    brought = 0
    try:
        while more := delivery.once():
            brought += more
    finally:
        delivery.release()
    if ledger.holdings().waiting:
        yield Finding("warning", "`teller jobs` delivers at the moment, or MLflow is busy: it will bring the rest.")
    yield Finding("good", f"Brought over again: {brought:,}.")


def _said(found: Agreement) -> Iterator[Finding]:
    if not found.differences:
        numbers = f"{found.questions:,} questions, {found.runs:,} runs, {found.sampled:,} compared field by field"
        yield Finding("good", f"Ledger and MLflow agree: {numbers}.")
        return
    cure = "teller doctor --repair brings them over again from the ledger."
    for number, difference in enumerate(found.differences[:SHOWN], start=1):
        last = number == min(SHOWN, len(found.differences))
        yield Finding("fault", f"{difference.sentence}.", cure if last else "")
    if len(found.differences) > SHOWN:
        yield Finding("fault", f"{len(found.differences) - SHOWN:,} more differ.")


@contextmanager
def _bar() -> Iterator[Callable[[int], None]]:
    """A count on standard error while somebody looks at it: how many there are is not known before."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("Comparing: {task.completed:,.0f}"))
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda more: progress.advance(task, more)
