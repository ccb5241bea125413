"""What is being done about a question, as it happens: for whoever waits, and for the trace."""

import contextvars
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from generators.contract import Usage


@dataclass(slots=True)
class Doing:
    """One thing that is done about the question in hand.

    `name` is that of its span in the trace; `says` tells in a few words whoever waits ("Writing SQL"), empty where it is
    not worth a word; `note` is what it was about, never a row of the bank; `usage` is what a model call cost.
    """

    name: str
    says: str = ""
    note: str = ""
    usage: Usage | None = None
    began: float = field(default_factory=time.monotonic)
    seconds: float | None = None  # None while it is being done


Listener = Callable[[Doing], None]
"""Called when something begins and again when it has ended, also where it failed; must not wait."""

_listener: contextvars.ContextVar[Listener | None] = contextvars.ContextVar("listener", default=None)


def listen(listener: Listener) -> None:
    """Hears what is done in this task, and in those it starts from now on."""
    _listener.set(listener)


@contextmanager
def doing(name: str, says: str = "", note: str = "") -> Iterator[Doing]:
    """Tells that the block is being done; what is set on the `Doing` inside is heard at its end."""
    done = Doing(name, says, note)
    _tell(done)
    try:
        yield done
    finally:
        done.seconds = time.monotonic() - done.began
        _tell(done)


def _tell(done: Doing) -> None:
    if listener := _listener.get():
        listener(done)
