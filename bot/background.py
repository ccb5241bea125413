"""Work that a click starts and Slack need not wait for: once at a time for each thing, and seen through at the end."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Background:
    """`name` says what is done for whom: pressed twice meanwhile, it is done once."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        if name in self._running:
            work.close()
            return
        task = asyncio.create_task(self._seen_through(name, work))
        self._running[name] = task
        task.add_done_callback(lambda _: self._running.pop(name, None))

    async def finish(self, seconds: float) -> None:
        """Waits for what runs; what takes longer is stopped."""
        running = set(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _seen_through(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("%s failed", name)
