"""Takes questions from the ledger and answers each in one Slack message, whichever worker may die meanwhile."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from slack_sdk.errors import SlackApiError

from bot.answering import Answering
from bot.audience import Audience, Verdict
from bot.blocks.message import Message
from bot.blocks.placeholder import placeholder
from bot.blocks.private import kept_back, privately
from bot.blocks.reply import reply
from bot.delivering import Delivering
from bot.ending import Answered, apology, sentence
from bot.health import Health
from bot.ordering import Ordering
from bot.posting import GONE, Poster, refused
from bot.so_far import SoFar
from tracking.handed_out import HandedOut
from tracking.ledger import Ledger
from tracking.records import Asked, Entry, Step
from tracking.subscriptions import SOURCE

log = logging.getLogger(__name__)

ATTEMPTS = 5  # a question whose worker died that often is not tried again: it may be what killed them
TELL_EVERY = 1.0  # seconds between two updates of a placeholder
LEASE = timedelta(seconds=10)  # how soon another replica takes over what a dead one was working on
NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived"})


@dataclass(frozen=True, slots=True)
class Place:
    """The message that holds the placeholder, then the answer."""

    channel: str
    ts: str


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
        self._began = datetime.now(UTC)
        self._ledger = ledger
        self._answering = answering
        self._poster = poster
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
            placing = both.create_task(self._place(entry))
            working = both.create_task(self._work_out(entry, so_far))
            both.create_task(self._tell(entry, placing, working, so_far))
        place, answered = placing.result(), working.result()
        began = time.monotonic()
        holds, verdict = await asyncio.gather(self._holds(entry.asked.id), self._judge(place.channel, answered))
        if not holds:
            await self._let_go(entry, place)
            return
        answered = await self._answering.on_record(entry, answered, place.channel, verdict)
        message = reply(answered.answer, _asker(entry.asked))
        if verdict.reason:
            message = privately(answered.answer, entry.asked.person, verdict.reason)
            place, as_blocks = await self._show_privately(entry, place, message, verdict.reason)
        else:
            place, as_blocks = await self._show(entry, place, message)
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

    async def _show_privately(self, entry: Entry, place: Place, message: Message, reason: str) -> tuple[Place, bool]:
        """A line in the channel, then the answer in the asker's direct messages, once even if a worker died between."""
        asked = entry.asked
        await self._show(entry, place, kept_back(asked.person, reason))
        channel = await self._poster.direct(asked.person)
        ts = await self._poster.find(channel, "", asked.id) if entry.attempts > 1 else ""
        if ts:
            private, as_blocks = await self._show(entry, Place(channel, ts), message)
        else:
            private, as_blocks = await self._post_to(channel, "", asked.id, message)
        await asyncio.to_thread(self._ledger.placed, asked.id, private.channel, private.ts)
        return private, as_blocks

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
                await self._show_steps(entry, place, so_far.news())
        if at_work:
            await self._poster.at_work(place.channel, thread, False)

    async def _show_steps(self, entry: Entry, place: Place, steps: Sequence[str]) -> None:
        if steps:
            message = placeholder(entry.asked.text, _asker(entry.asked), entry.asked.id, steps)
            with suppress(SlackApiError):  # the answer itself will find out what is wrong
                await self._poster.update(place.channel, place.ts, message.text, message.blocks)

    async def _place(self, entry: Entry) -> Place:
        """The message that will carry the answer: the one there already, or a new one, never a second one."""
        message = placeholder(entry.asked.text, _asker(entry.asked), entry.asked.id)
        noted = Place(entry.message_channel, entry.message_ts) if entry.message_ts else None
        there = noted or await self._left_behind(entry)
        if there:
            place, _ = await self._show(entry, there, message)
        else:
            place, _ = await self._post(entry.asked, message)
        await asyncio.to_thread(self._ledger.placed, entry.asked.id, place.channel, place.ts)
        return place

    async def _left_behind(self, entry: Entry) -> Place | None:
        """A worker may have died between posting the placeholder and noting it down.

        A power cut may even have undone its claim; then the question is older than this worker.
        """
        asked = entry.asked
        if entry.attempts < 2 and asked.asked_at > self._began:
            return None
        try:
            apart = _answered_apart(asked)
            channel = await self._poster.direct(asked.person) if apart else asked.channel
            ts = await self._poster.find(channel, "" if apart else asked.thread, asked.id)
        except SlackApiError as error:
            log.warning("Cannot look for the placeholder of %s: %s", asked.id, refused(error))
            return None
        return Place(channel, ts) if ts else None

    async def _post(self, asked: Asked, message: Message) -> tuple[Place, bool]:
        if _answered_apart(asked):
            return await self._post_directly(asked, message)
        try:
            return await self._post_to(asked.channel, asked.thread, asked.id, message)
        except SlackApiError as error:
            if refused(error) not in NOT_THERE:
                raise
            log.info("Teller may not write in %s: answering in direct messages", asked.channel)
            return await self._post_directly(asked, message)

    async def _post_directly(self, asked: Asked, message: Message) -> tuple[Place, bool]:
        return await self._post_to(await self._poster.direct(asked.person), "", asked.id, message)

    async def _post_to(self, channel: str, thread: str, question_id: str, message: Message) -> tuple[Place, bool]:
        # The whole workspace's apps can read metadata: never the question, never a figure.
        metadata = {"event_type": "teller_question", "event_payload": {"question_id": question_id}}
        ts, as_blocks = await self._poster.tell(channel, message, thread, metadata)
        return Place(channel, ts), as_blocks

    async def _show(self, entry: Entry, place: Place, message: Message) -> tuple[Place, bool]:
        """Shows a message in its place, anew if somebody removed it. True if Slack took the blocks."""
        try:
            return place, await self._poster.update(place.channel, place.ts, message.text, message.blocks)
        except SlackApiError as error:
            if refused(error) not in GONE:
                raise
        place, as_blocks = await self._post(entry.asked, message)
        await asyncio.to_thread(self._ledger.placed, entry.asked.id, place.channel, place.ts)
        return place, as_blocks

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


def _gave_up(entry: Entry) -> Answered:
    return sentence(entry, "failed", apology(entry.asked.id), f"Given up after {ATTEMPTS} attempts")


def _answered_apart(asked: Asked) -> bool:
    """A private question from a channel is answered in direct messages."""
    return asked.private and not asked.channel.startswith("D")


def _asker(asked: Asked) -> str:
    """Named where the question itself stands nowhere in the channel."""
    return asked.person if asked.source in ("command", "button") else ""
