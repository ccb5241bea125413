"""Whose statement is next at the bank: people take turns, so that nobody waits behind all that somebody else has asked."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """At most `at_once` statements are with the bank; one place is always left for somebody else, where there are several."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._most = max(1, at_once - 1)  # of one person
        self._running: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def of(self, person: str) -> AsyncIterator[None]:
        """Waits for a turn of this person and holds it; who stops waiting gives up the place in the queue."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(person, deque()).append(turn)
        self._call()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back(person)
            else:
                self._leave(person, turn)
            raise
        try:
            yield
        finally:
            self._give_back(person)

    def _call(self) -> None:
        """Gives what is free to those who wait: first to whom the bank does least for, each the first thing they asked."""
        while self._free and self._waiting:
            person = min(self._waiting, key=self._running.__getitem__)  # among equals the longest without a turn
            if self._running[person] >= self._most:
                return
            turn = self._waiting[person].popleft()
            if self._waiting[person]:
                self._waiting.move_to_end(person)
            else:
                del self._waiting[person]
            if turn.cancelled():  # who waited has been told to stop, and has not yet left the queue
                continue
            self._free -= 1
            self._running[person] += 1
            turn.set_result(None)

    def _give_back(self, person: str) -> None:
        self._free += 1
        self._running[person] -= 1
        if not self._running[person]:
            del self._running[person]
        self._call()

    def _leave(self, person: str, turn: asyncio.Future[None]) -> None:
        waiting = self._waiting.get(person)
        if waiting and turn in waiting:
            waiting.remove(turn)
            if not waiting:
                del self._waiting[person]
