"""Forgetting what is old: out of the ledger at once, out of MLflow with it or as soon as it is back."""

from collections.abc import Callable
from datetime import datetime

from tracking.delivery import Delivery, Store
from tracking.ledger import Ledger


def cleanup(
    ledger: Ledger, store: Store, before: datetime, progress: Callable[[int], None] = lambda remaining: None
) -> int:
    """Forgets what was asked before; show and ask with `ledger.forgettable(before)` first. How many runs remain.

    None should; if MLflow is away or another process is delivering, that process or the next start removes the rest.
    `progress` hears now and then how many are still to go.
    """
    ledger.forget(before)
    delivery = Delivery(ledger, store)
    try:
        while remaining := ledger.unremoved():
            progress(remaining)
            if not delivery.once():
                break
    finally:
        delivery.release()
    return remaining
