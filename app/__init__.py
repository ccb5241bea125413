"""How the rooms are put together: sees every room, is seen by none."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracking.tracker import Tracker


def get_tracker() -> "Tracker":
    """For notebooks: the tracker over the ledger that the settings name."""
    from app import settings, wiring

    return wiring.tracker(settings.read())
