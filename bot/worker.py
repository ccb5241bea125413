"""Takes questions from the ledger and answers each in one Slack message, whichever worker may die meanwhile."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.answering import Answering
from bot.audience import Audience, Verdict
from bot.blocks.message import Message
from bot.blocks.private import privately
from bot.blocks.reply import reply
from bot.delivering import Delivering
from bot.ending import Answered, apology, sentence
from bot.health import Health
from bot.ordering import Ordering
from bot.placing import Place, Placing, asker_of
from bot.posting import Poster
from bot.so_far import SoFar
from tracking.handed_out import HandedOut
from tracking.ledger import Ledger
from tracking.records import Entry, Step
from tracking.subscriptions import SOURCE

log = logging.getLogger(__name__)

ATTEMPTS = 5  # a question whose worker died that often is not tried again: it may be what killed them
TELL_EVERY = 1.0  # seconds between two updates of a placeholder
LEASE = timedelta(seconds=10)  # how soon another replica takes over what a dead one was working on


class Worker:
    """Answers `at_once` questions at the same time. `wake` is set by whoever puts a question into the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        answering: Answering,
        poster: Poster,
        wake: asyncio.Event,
        audience: Audience,
        delivering: Delivering | None = None,
        ordering: Ordering | None = None,
        *,
        at_once: int = 4,
        lease: timedelta = LEASE,
        poll: float = 1.0,
        tell_every: float = TELL_EVERY,
        grace: float = 10.0,
        health: Health | None = None,
    ) -> None:
        self.name = f"worker {uuid.uuid4()}"
        self._ledger = ledger
        self._answering = answering
        self._poster = poster
        self._placing = Placing(ledger, poster)
        self._wake = wake
        self._audience = audience
        self._delivering = delivering
        self._ordering = ordering
        self._at_once = at_once
        self._lease = lease
        self._poll = poll
        self._tell_every = tell_every
        self._grace = grace
        self._health = health or Health()

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set; then what runs has `grace` seconds to finish, and the rest is handed on."""
        running: dict[asyncio.Task[None], str] = {}
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._wake.set())
        try:
            while not stop.is_set():
                self._wake.clear()
                await self._stop_withdrawn(running)
                if len(running) == self._at_once:
                    self._health.works()
                entry = await self._claim() if len(running) < self._at_once else None
                if entry is None:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), self._poll)
                    continue
                task = asyncio.create_task(self._work_on(entry))
                running[task] = entry.asked.id
                task.add_done_callback(lambda done: running.pop(done, None))
                task.add_done_callback(lambda _: self._wake.set())
        finally:
            stopping.cancel()
            await self._wind_up(set(running))

    async def _claim(self) -> Entry | None:
        try:
            entry = await asyncio.to_thread(self._ledger.claim, self.name, self._lease, datetime.now(UTC))
            self._health.works()
            return entry
        except Exception:
            log.exception("The ledger cannot be reached; trying again in %s s", self._poll)
            return None

    async def _stop_withdrawn(self, running: dict[asyncio.Task[None], str]) -> None:
        """Stops the work on questions their asker took back, down to the query in the database."""
        for task, question_id in list(running.items()):
            try:
                entry = await asyncio.to_thread(self._ledger.entry, question_id)
            except Exception:
                log.exception("It is not known whether %s was taken back", question_id)
                return
            if entry is None or entry.state == "withdrawn":
                task.cancel()

    async def _wind_up(self, running: set[asyncio.Task[None]]) -> None:
        if not running:
            return
        _, unfinished = await asyncio.wait(running, timeout=self._grace)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _work_on(self, entry: Entry) -> None:
        """One claimed question. If Slack cannot be told, the lease runs out and the question is tried again."""
        question_id = entry.asked.id
        try:
            async with self._renewing(question_id):
                await self._see_through(entry)
        except asyncio.CancelledError:
            await asyncio.to_thread(self._ledger.renew, question_id, self.name, timedelta(0), datetime.now(UTC))
            raise
        except Exception:
            log.exception("The answer to %s could not be shown", question_id)
            if entry.attempts > ATTEMPTS:
                await self._finish(entry, _gave_up(entry))

    async def _see_through(self, entry: Entry) -> None:
        if entry.asked.source == "terminal":  # whoever waited for it there is gone
            await self._finish(entry, sentence(entry, "failed", "Stopped before it was answered.", "Stopped"))
            return
        if entry.asked.source == SOURCE:
            await self._deliver(entry)
            return
        so_far = SoFar()
        async with asyncio.TaskGroup() as both:
            placing = both.create_task(self._placing.place(entry))
            working = both.create_task(self._work_out(entry, so_far))
            both.create_task(self._tell(entry, placing, working, so_far))
        place, answered = placing.result(), working.result()
        began = time.monotonic()
        holds, verdict = await asyncio.gather(self._holds(entry.asked.id), self._judge(place.channel, answered))
        if not holds:
            await self._let_go(entry, place)
            return
        answered = await self._answering.on_record(entry, answered, place.channel, verdict)
        message = await asyncio.to_thread(_message, entry, answered, verdict.reason)
        if verdict.reason:
            place, as_blocks = await self._placing.show_privately(entry, place, message, verdict.reason)
        else:
            place, as_blocks = await self._placing.show(entry, place, message)
        posting = Step("posting", answered.result.seconds, time.monotonic() - began, place.channel)
        answered = replace(answered, result=replace(answered.result, steps=(*answered.result.steps, posting)))
        if not await self._finish(entry, answered):
            await self._let_go(entry, place)
        elif not (as_blocks and message.complete):
            there = entry.asked.thread if place.channel == entry.asked.channel else ""
            ids = await self._poster.attach(place.channel, there or place.ts, message.files)
            await asyncio.to_thread(HandedOut(self._ledger).add_files, entry.asked.id, ids)
        if self._ordering is not None:
            await self._ordering.answered(entry.asked.id)

    async def _deliver(self, entry: Entry) -> None:
        """What nobody asked just now: no placeholder, and nothing in the channel when it fails."""
        if self._delivering is None:
            raise ValueError("This worker does not send what was ordered")
        await self._finish(entry, await self._delivering.deliver(entry, entry.attempts > ATTEMPTS))

    async def _judge(self, channel: str, answered: Answered) -> Verdict:
        """A sentence of ours shows nothing of the bank; an answer does, and a question back may."""
        shown = answered.shown
        if answered.asker is None or not (answered.answer.parts or shown.words):
            return Verdict()
        return await self._audience.judge(channel, answered.asker, shown)

    async def _work_out(self, entry: Entry, so_far: SoFar) -> Answered:
        return _gave_up(entry) if entry.attempts > ATTEMPTS else await self._answering.answer(entry, so_far.hear)

    async def _tell(
        self, entry: Entry, placing: asyncio.Task[Place], working: asyncio.Task[Answered], so_far: SoFar
    ) -> None:
        """Shows the steps as they happen, at most one update every `tell_every` seconds; a quick answer shows none."""
        place = await placing
        thread = entry.asked.thread if place.channel == entry.asked.channel else ""
        at_work = False
        while not working.done():
            await asyncio.wait({working}, timeout=self._tell_every)
            if not working.done():
                if thread and not at_work:
                    at_work = True
                    await self._poster.at_work(place.channel, thread, True)
                await self._placing.show_steps(entry, place, so_far.news())
        if at_work:
            await self._poster.at_work(place.channel, thread, False)

    async def _finish(self, entry: Entry, answered: Answered) -> bool:
        now = datetime.now(UTC)
        return await asyncio.to_thread(self._ledger.finish, entry.asked.id, self.name, answered.result, now)

    async def _holds(self, question_id: str) -> bool:
        return await asyncio.to_thread(self._ledger.renew, question_id, self.name, self._lease, datetime.now(UTC))

    async def _let_go(self, entry: Entry, place: Place) -> None:
        """Another worker took over and will use the same message; or the question was withdrawn."""
        now = await asyncio.to_thread(self._ledger.entry, entry.asked.id)
        if now is None or now.state == "withdrawn":
            await self._poster.remove(place.channel, place.ts)

    @asynccontextmanager
    async def _renewing(self, question_id: str) -> AsyncIterator[None]:
        """Holds the lease while inside; who loses it to another replica, or to its asker, is stopped."""
        work = asyncio.current_task()
        task = asyncio.create_task(self._renew(question_id))
        task.add_done_callback(lambda done: work.cancel() if work and not done.cancelled() and done.result() else None)
        try:
            yield
        finally:
            task.cancel()

    async def _renew(self, question_id: str) -> bool:
        """Ends when there is nothing to hold any more; True if the question was lost and not finished."""
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            try:
                if not await self._holds(question_id):
                    entry = await asyncio.to_thread(self._ledger.entry, question_id)
                    return entry is None or entry.state not in ("done", "waiting")
            except Exception:
                log.exception("The lease of %s could not be renewed", question_id)


def _message(entry: Entry, answered: Answered, kept_private: str) -> Message:
    """A large table takes long enough to write that others would notice it on the event loop."""
    if kept_private:
        return privately(answered.answer, entry.asked.person, kept_private)
    return reply(answered.answer, asker_of(entry.asked))


def _gave_up(entry: Entry) -> Answered:
    return sentence(entry, "failed", apology(entry.asked.id), f"Given up after {ATTEMPTS} attempts")
