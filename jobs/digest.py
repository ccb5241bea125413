"""Daily stats and the weekly digest: what was asked, how it went and what people said, against the period before."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.blocks.digest import Digest, Ranking, Remark, digest_messages
from jobs.coverage import coverage_words
from jobs.saying import Saying
from jobs.schedule import Firing
from jobs.sheets import digest_sheet
from jobs.themes import themes
from jobs.wording import changes, describe, mood_words, popular_words, slow_words, theme_words
from tracking.breakdown import per_day
from tracking.ledger import Ledger
from tracking.listing import listing, most_asked, statements
from tracking.records import Entry, Listing, Popular, Statistics
from tracking.stats import between
from tracking.thumbs import Thumbs

LISTED = 5

Filter = Callable[[str, Sequence[Entry], int], Awaitable[list[Entry]]]
"""`bot.showing.Showing.in_channel`: which of these questions may be shown in a channel, at most so many."""


class Digests:
    """Reads the ledger and posts to one channel. A period begins where the one before ended, so they leave no gap.

    `tables` names the catalogue's tables, for what of them was asked about.
    """

    def __init__(
        self,
        ledger: Ledger,
        saying: Saying,
        channel: str,
        zone: ZoneInfo,
        shown: Filter,
        tables: Mapping[str, str] | None = None,
    ) -> None:
        self._ledger = ledger
        self._saying = saying
        self._channel = channel
        self._zone = zone
        self._shown = shown
        self._tables = tables or {}

    async def daily(self, firing: Firing) -> None:
        """The time since the last one: the numbers."""
        now, before = await asyncio.to_thread(self._numbers, firing)
        await self._say(
            firing, await asyncio.to_thread(self._describe, "Daily stats", firing, now, before), now, before
        )

    async def weekly(self, firing: Firing) -> None:
        """The week that ends now: the numbers, what was asked, what changed, and the comments with their questions."""
        now, before = await asyncio.to_thread(self._numbers, firing)
        digest = await asyncio.to_thread(self._describe, "Weekly digest", firing, now, before)
        if now.questions:
            words, earlier = await asyncio.to_thread(self._words, firing)
            digest = await self._listed(digest, words, earlier, now, before)
            digest = replace(digest, coverage=await asyncio.to_thread(self._coverage, firing))
        await self._say(firing, digest, now, before)

    async def _say(self, firing: Firing, digest: Digest, now: Statistics, before: Statistics) -> None:
        first = ""
        for part, message in enumerate(digest_messages(digest)):
            ts = await self._saying.once(f"{firing.key} {part}", self._channel, message)
            first = first or ts
        if now.questions:
            name = firing.key.partition(" ")
            file = digest_sheet(f"{name[0]}-{firing.due:%Y-%m-%d}.csv", digest, now, before)
            await self._saying.attach_once(f"{firing.key} csv", self._channel, first, file)

    def _numbers(self, firing: Firing) -> tuple[Statistics, Statistics]:
        return between(self._ledger, firing.since, firing.due), between(
            self._ledger, self._before(firing), firing.since
        )

    def _words(self, firing: Firing) -> tuple[Listing, tuple[Popular, ...]]:
        return (
            listing(self._ledger, firing.since, firing.due),
            most_asked(self._ledger, self._before(firing), firing.since),
        )

    def _before(self, firing: Firing) -> datetime:
        """The same length of time before, by the bank's clock: an hour that the clocks skip does not count."""
        until, since = (instant.astimezone(self._zone) for instant in (firing.due, firing.since))
        return (since - (until.replace(tzinfo=None) - since.replace(tzinfo=None))).astimezone(UTC)

    def _describe(self, title: str, firing: Firing, now: Statistics, before: Statistics) -> Digest:
        parts = {name: between(self._ledger, now.since, now.until, name) for name in now.approaches}
        digest = describe(title, now, before, self._zone, parts)
        if not now.questions:
            return digest
        if title.startswith("Weekly"):
            days = per_day(self._ledger, now.since, now.until, self._zone)
            digest = replace(digest, days=tuple((f"{day.day} {day:%b}", number) for day, number in days))
        if firing.job.endswith("by hand"):
            return digest
        last = Thumbs(self._ledger).count(Firing(firing.job, firing.since, firing.since).key)
        notes = list(digest.notes)
        if last.up or last.down:
            notes.append(f"The last one got 👍 {last.up} and 👎 {last.down}.")
        if firing.late:
            notes.append("Late: it was missed at its time.")
        return replace(digest, key=firing.key, notes=tuple(notes))

    async def _listed(
        self, digest: Digest, words: Listing, earlier: Sequence[Popular], now: Statistics, before: Statistics
    ) -> Digest:
        """What is said in words: only questions that everybody who reads the channel may see."""
        often = await self._some(words.most_asked)
        lost = await self._some(words.not_understood, len(words.not_understood))
        told_of = "\n".join(each.entry.asked.text.lower() for each in lost)
        slowest = await self._shown(self._channel, words.slowest, LISTED)
        said = [remark.entry for remark in words.remarks if remark.entry.is_open]  # of an answer that others could read
        told = await self._shown(self._channel, said, len(said))
        strange = [(word, number) for word, number in words.words if word in told_of]
        open_ones = {entry.asked.id for entry in told}
        remarks = [remark for remark in words.remarks if remark.entry.asked.id in open_ones]
        rankings = (
            Ranking("What changed", changes(now, before, often, earlier)),
            Ranking("Most asked", tuple(map(popular_words, often))),
            Ranking("Not understood", tuple(f"{each.entry.asked.text} · {each.times:,} ×" for each in lost[:LISTED])),
            Ranking("Words not understood", tuple(f"“{word}” · {number:,} ×" for word, number in strange[:10])),
            Ranking("Slowest", tuple(map(slow_words, slowest))),
            Ranking("What comments are about", theme_words(themes(remarks), words.reasons)),
        )
        return replace(
            digest,
            rankings=rankings,
            moods=mood_words(remarks),
            remarks=tuple(Remark(r.entry.asked.text, r.vote.comment.strip(), r.vote.up) for r in remarks),
            unshown=len(words.remarks) - len(remarks),
        )

    async def _some(self, popular: Sequence[Popular], most: int = LISTED) -> list[Popular]:
        by_id = {each.entry.asked.id: each for each in popular}
        kept = await self._shown(self._channel, [each.entry for each in popular], most)
        return [by_id[entry.asked.id] for entry in kept]

    def _coverage(self, firing: Firing) -> str:
        return coverage_words(self._tables, statements(self._ledger, firing.since, firing.due))
