"""What came before a question where it was asked: what "and for Leeds?" refers to, and which readings were picked there."""

from datetime import timedelta

from generators.contract import Turn
from tracking.choices import StandingChoices
from tracking.ledger import Ledger
from tracking.records import Asked, Entry

EARLIER = 5  # answers that a question may refer to
RECENT = timedelta(hours=1)  # how long after an answer /ask, which hangs on no thread, still goes on with it


class Conversation:
    """Read from the ledger each time, so that it survives a restart and is the same for every replica."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._standing = StandingChoices(ledger)

    def earlier(self, asked: Asked) -> tuple[Turn, ...]:
        """The answers that the question may refer to, oldest first: the asker's own.

        Who has none there goes on with those of the one person who has; where several have asked, nobody can tell whose.
        """
        answered = [
            entry for entry in self._before(asked) if entry.result and entry.result.sql and _was_answered(entry)
        ]
        own = [entry for entry in answered if entry.asked.person == asked.person]
        others = [entry for entry in answered if not entry.asked.private]
        if not own and len({entry.asked.person for entry in others}) == 1:
            own = others
        return tuple(_turn(entry) for entry in own[-EARLIER:])

    def remembered(self, asked: Asked) -> tuple[str, ...]:
        """What this person always means, and over it what they picked before in this thread."""
        own = [entry for entry in self._before(asked) if entry.asked.person == asked.person]
        return (*self._standing.of(asked.person), *(key for entry in own for key in entry.chosen))

    def _before(self, asked: Asked) -> list[Entry]:
        """What anybody asked before in this thread; after /ask the thread hangs on Teller's own message."""
        began = self._ledger.by_message(asked.channel, asked.thread) if asked.thread else None
        entries = [*([began] if began else []), *self._ledger.thread(asked.channel, asked.thread)]
        oldest = None if asked.thread else asked.asked_at - RECENT
        return [
            entry
            for entry in entries
            if entry.asked.id != asked.id and entry.asked.asked_at < asked.asked_at
            if oldest is None or (entry.asked.asked_at > oldest and entry.asked.person == asked.person)
        ]


def _was_answered(entry: Entry) -> bool:
    return entry.result is not None and entry.result.outcome == "answered"


def _turn(entry: Entry) -> Turn:
    asked, result = entry.asked, entry.result
    assert result is not None  # noqa: S101 - only answered ones become turns
    text = result.in_full or asked.text
    return Turn(text, result.reading, result.sql, result.approach, entry.chosen, asked.asked_at)
