"""Work that a click starts and Slack need not wait for: once at a time for each thing, and never ended without a word."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)

FAILED = "That did not work. Please press again in a minute."
STOPPED = "I am being restarted and did not get that done. Please press again in a minute."
LAST_WORD = 3.0  # seconds to say so, when everything ends

Tell = Callable[[str], Awaitable[None]]


class Background:
    """`name` says what is done for whom: pressed twice meanwhile, it is done once."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, work: Coroutine[Any, Any, None], tell: Tell) -> None:
        """`tell` says a sentence to whoever pressed, if the work does not come to its end."""
        if name in self._running:
            work.close()
            return
        task = asyncio.create_task(self._seen_through(name, work, tell))
        self._running[name] = task
        task.add_done_callback(lambda _: self._running.pop(name, None))

    async def finish(self, seconds: float) -> None:
        """Waits for what runs; what takes longer is stopped, and who waits for it is told."""
        running = set(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _seen_through(self, name: str, work: Coroutine[Any, Any, None], tell: Tell) -> None:
        try:
            await work
        except asyncio.CancelledError:
            log.warning("%s was not finished when Teller was stopped", name)
            await self._say(STOPPED, tell)
        except Exception:
            log.exception("%s failed", name)
            await self._say(FAILED, tell)

    async def _say(self, sentence: str, tell: Tell) -> None:
        try:
            async with asyncio.timeout(LAST_WORD):
                await tell(sentence)
        except Exception as error:
            log.warning("Nobody could be told: %s", type(error).__name__)
