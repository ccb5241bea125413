"""Brings MLflow up to date with the ledger: each question once, whatever crashes, and never on the way of an answer."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tracking.ledger import Ledger
from tracking.records import Entry, Vote

_log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
LONGEST_WAIT = 60.0
LEASE = timedelta(seconds=20)  # renewed before every request, so longer than one may take: 10 s
BRING_BACK_SECONDS = 3600.0  # how often what was set aside is tried again
_BATCH = 10  # a stop is heeded between two batches
TRIES = 5  # with growing waits: half a minute of refusals while everything else goes through


Beat = Callable[[], None]
"""Called before every request: keeps the lease, or raises `TakenOver`."""


class TakenOver(Exception):
    """Another process delivers now: this one was too slow, and must not write any more."""


class Store(Protocol):
    """Where the copy is kept: MLflow, or its twin in the tests. Every method may raise anything."""

    def put(self, entry: Entry, votes: Sequence[Vote], beat: Beat) -> str: ...

    def remove(self, entry: Entry, beat: Beat) -> None: ...

    def probe(self) -> None: ...


class Delivery:
    """One thread, and one replica at a time (a lease in the ledger): two would make two runs of one question."""

    def __init__(
        self,
        ledger: Ledger,
        store: Store,
        holder: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._holder = holder or f"{socket.gethostname()}-{os.getpid()}-{id(self)}"
        self._clock = clock
        self._now = now
        self._refused: dict[str, tuple[int, float]] = {}  # question → times refused, when to try again
        self._held = datetime.min.replace(tzinfo=UTC)
        self.away = False

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. While MLflow is away it is asked less and less often, at least once a minute."""
        wait, tried_again = POLL_SECONDS, -BRING_BACK_SECONDS
        while not stop.is_set():
            if self._clock() - tried_again >= BRING_BACK_SECONDS:
                tried_again = self._clock()
                self._bring_back()
            brought = self._round()
            wait = min(wait * 2, LONGEST_WAIT) if self.away else POLL_SECONDS
            if not brought:
                stop.wait(wait)
        self.release()

    def once(self, limit: int = 100) -> int:
        """Brings over up to `limit` questions, oldest first; how many MLflow now holds as the ledger does.

        `away` says afterwards whether MLflow did not answer.
        """
        self.away = False
        brought = 0
        for entry in self._due(limit):
            if not self._mine(entry):
                break
            try:
                self._bring(entry)
            except TakenOver:
                break
            except Exception as error:  # whatever MLflow raises: the loop must outlive it
                if not self._answers():
                    break
                self._refuse(entry, error)
            else:
                brought += 1
                self._refused.pop(entry.asked.id, None)
        return brought

    def release(self) -> None:
        """Lets another process deliver at once, instead of when the lease has run out."""
        self._ledger.release_delivery(self._holder)

    def _round(self) -> int:
        """The ledger may be away too; then there is nothing to do but to wait."""
        try:
            return self.once(_BATCH)
        except Exception:
            _log.exception("The ledger could not be read for MLflow; trying again")
            self.away = True
            return 0

    def _bring_back(self) -> None:
        """What MLflow would not take may have been its own trouble; a new start may have brought the cure."""
        try:
            self._ledger.bring_back()
        except Exception:
            _log.exception("What was set aside stays so for now")

    def _due(self, limit: int) -> list[Entry]:
        """Those refused lately wait their turn, and do not take the place of others."""
        moment = self._clock()
        waiting = {question for question, (_, again) in self._refused.items() if again > moment}
        found = self._ledger.undelivered(limit + len(waiting))
        return [entry for entry in found if entry.asked.id not in waiting][:limit]

    def _mine(self, entry: Entry) -> bool:
        """Notes the attempt first, so that a run made just before a crash is found again."""
        self._held = self._now()
        return self._ledger.delivering(entry.asked.id, self._holder, self._held, self._held + LEASE)

    def _bring(self, entry: Entry) -> None:
        def beat() -> None:
            if self._now() - self._held >= LEASE / 3 and not self._mine(entry):
                raise TakenOver

        if entry.state in ("withdrawn", "forgotten"):
            self._store.remove(entry, beat)
            run_id = ""
        else:
            run_id = self._store.put(entry, self._ledger.votes(entry.asked.id), beat)
        self._ledger.delivered(entry.asked.id, entry.revision, run_id)

    def _answers(self) -> bool:
        """A write that concerns no question tells an MLflow that is away from a question it will not take."""
        try:
            self._store.probe()
        except Exception as error:
            _log.warning("MLflow is away (%s); questions wait in the ledger", type(error).__name__)
            self.away = True
        return not self.away

    def _refuse(self, entry: Entry, error: Exception) -> None:
        question = entry.asked.id
        times = self._refused.get(question, (0, 0.0))[0] + 1
        why = f"{type(error).__name__}: {error}"
        if times < TRIES:
            _log.warning("MLflow refused %s (%d of %d): %s", question, times, TRIES, why)
            self._refused[question] = (times, self._clock() + 2.0**times)
            return
        _log.error("MLflow will not take %s, it is set aside: %s", question, why, exc_info=error)
        self._ledger.set_aside(question, entry.revision, why[:2000])
        del self._refused[question]
