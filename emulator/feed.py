"""What changes on the page while people look at it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Any

Json = dict[str, Any]


class Feed:
    """Tells everybody who may see a change about it; a listener who hangs up costs nothing."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[Json | None], str] = {}

    def tell(self, change: Json, people: Iterable[str] | None = None) -> None:
        """A change, to these people only; None = to everybody."""
        chosen = None if people is None else set(people)
        for queue, person in self._listeners.items():
            if chosen is None or person in chosen:
                queue.put_nowait(change)

    async def follow(self, person: str, quiet: float = 15.0) -> AsyncIterator[Json]:
        """Every change for this person, and an empty one after each `quiet` seconds; ends when Slack shuts."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._listeners[queue] = person
        try:
            yield {}
            while True:
                change: Json | None = {}
                with suppress(TimeoutError):
                    change = await asyncio.wait_for(queue.get(), quiet)
                if change is None:
                    return
                yield change
        finally:
            del self._listeners[queue]

    def shut(self) -> None:
        for queue in self._listeners:
            queue.put_nowait(None)
