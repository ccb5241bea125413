"""How a running query is stopped from another thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Halt:
    """Given to one `Bank.run`; `stop()` may be called from any thread, before, during or after it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = False
        self._cancel: Callable[[], object] | None = None

    @property
    def stopped(self) -> bool:
        return self._stopped

    def stop(self) -> None:
        """Ends the query in the database; the run raises `Stopped`."""
        with self._lock:
            self._stopped = True
            if self._cancel:
                self._cancel()

    @contextmanager
    def over(self, cancel: Callable[[], object]) -> Iterator[None]:
        """While inside, `stop` also calls `cancel`, the driver's own way to end what runs on the connection."""
        with self._lock:
            self._cancel = cancel
        try:
            yield
        finally:
            with self._lock:
                self._cancel = None
