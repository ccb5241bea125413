"""Where questions are handed in: what every listener needs, and the one insert that makes a question safe."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bank.door import Bank
from bot.background import Background
from bot.blocks.message import Message, escape
from bot.handing import Handing
from bot.health import Health
from bot.listeners.words import mentioned, plain
from bot.ordering import Ordering
from bot.people import People
from bot.posting import Poster
from bot.sharing import Sharing
from tracking.ledger import Ledger
from tracking.preferences import Settled
from tracking.records import Asked

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Desk:
    """`wake` rouses the worker; the questions of `test_users` are answered but never counted."""

    ledger: Ledger
    poster: Poster
    people: People
    wake: asyncio.Event
    bank: str = "the bank"
    examples: Sequence[str] = ()
    test_users: Sequence[str] = ()
    sharing: Sharing | None = None
    zone: ZoneInfo = UTC
    handing: Handing | None = None
    door: Bank | None = None  # for what the catalogue and the policy say; nothing is read from the bank by it
    background: Background = field(default_factory=Background)
    ordering: Ordering | None = None
    health: Health = field(default_factory=Health)

    async def take(
        self,
        question_id: str,
        text: str,
        person: str,
        channel: str,
        thread: str,
        asked_at: datetime,
        source: str,
        approach: str = "auto",
        private: bool = False,
        reply_to: str = "",
    ) -> bool:
        """True if the question is new. When this returns, it will be answered, whatever crashes."""
        name = await self.people.name(person)

        def receive() -> bool:
            settled = Settled(self.ledger).of(person)
            asked = Asked(
                id=question_id,
                text=text,
                person=person,
                person_name=name,
                channel=channel,
                thread=thread,
                asked_at=asked_at,
                source=source,
                approach=settled.approach if approach == "auto" else approach,
                private=private or settled.private,
                test=person in self.test_users,
                reply_to=reply_to,
            )
            return self.ledger.receive(asked)

        new = await asyncio.to_thread(receive)
        self.wake.set()
        return new

    async def words(self, text: str, me: str) -> str:
        """What a person typed, people's names instead of their ids."""
        names = {person: await self.people.name(person) for person in mentioned(text, me)}
        return plain(text, me, names)

    async def whisper(self, channel: str, person: str, sentence: str, thread: str = "") -> None:
        """A sentence that only this person sees."""
        await self.poster.whisper(channel, person, Message(escape(sentence)), thread)

    async def tell(self, body: dict[str, Any], sentence: str) -> None:
        """The same, to whoever pressed a button, beside it."""
        channel, thread = place_of(body)
        await self.whisper(channel, body["user"]["id"], sentence, thread)


def place_of(body: dict[str, Any]) -> tuple[str, str]:
    """(channel, thread) of the message whose button was pressed."""
    container = body.get("container", {})
    channel = body.get("channel", {}).get("id") or container.get("channel_id", "")
    message = body.get("message", {})
    return channel, message.get("thread_ts") or container.get("thread_ts") or ""
