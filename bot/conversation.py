"""What came before a question where it was asked: what "and for Leeds?" refers to, and which readings were picked there."""

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.ending import statements
from generators.contract import Approach, Draft, Turn
from tracking.choices import StandingChoices
from tracking.ledger import Ledger
from tracking.records import Asked, Entry

EARLIER = 5  # answers that a question may refer to
RECENT = timedelta(hours=1)  # how long an answer is gone on with where no thread says so: by /ask, in direct messages

_CHART = r"(?:\w+[ -])?(?:chart|graph|plot|diagram|bars|lines)s?"
_POLITE = r"(?:(?:and|now|please|can you|could you|show|give|make|draw|let me see)\s+)*"
_IT = r"(?:it|this|that|them|the (?:result|figures?|numbers?|table|same|answer))"
_ONLY_A_CHART = re.compile(
    rf"{_POLITE}(?:(?:me|{_IT})\s+)*(?:(?:again )?(?:as|in|into|on|with) )?(?:an? )?{_CHART}(?: of {_IT})?(?: please)?"
    rf"|{_POLITE}(?:draw|plot|graph|chart|visuali[sz]e) {_IT}(?: please)?",
    re.IGNORECASE,
)
_AS_A_CHART = re.compile(rf"[\s,]+(?:as|in|on) (?:an? )?{_CHART}(?: please)?$", re.IGNORECASE)
_CHART_OF = re.compile(
    rf"^(?:please )?(?:(?:show|give|draw|make|plot)(?: me)? )?an? {_CHART} (?:of|for|with) "
    r"|^(?:please )?(?:plot|visuali[sz]e) (?:me )?",
    re.IGNORECASE,
)


def as_a_chart(text: str) -> tuple[str, bool]:
    """The question without the words that ask for a chart, empty if there are no others; and whether one is asked for."""
    plain = text.strip().rstrip("?!. ")
    if _ONLY_A_CHART.fullmatch(plain):
        return "", True
    rest = _CHART_OF.sub("", _AS_A_CHART.sub("", plain))
    return (rest, True) if rest != plain else (text, False)


class Conversation:
    """Read from the ledger each time, so that it survives a restart and is the same for every replica."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._standing = StandingChoices(ledger)

    def known(self, asked: Asked) -> tuple[tuple[Turn, ...], tuple[str, ...]]:
        """The answers that the question may refer to, oldest first, and what is meant without being said.

        The answers are the asker's own. Who has none there goes on with those of the one person who has, as far as they
        stand there for all to read; where several have asked, nobody can tell whose.
        """
        before = self._before(asked)
        return tuple(_turn(entry) for entry in _answered(asked, before)), self._meant(asked, before)

    def once_more(self, asked: Asked) -> Draft | None:
        """The last answer again, by the statements that are remembered; None where there is none."""
        answered = _answered(asked, self._before(asked))
        result = answered[-1].result if answered else None
        if result is None:
            return None
        return Draft(Approach(result.approach), tuple(statements(result)), in_full=_turn(answered[-1]).text)

    def remembered(self, asked: Asked) -> tuple[str, ...]:
        """What this person always means, and over it what they picked before in this thread."""
        return self._meant(asked, self._before(asked))

    def _meant(self, asked: Asked, before: Sequence[Entry]) -> tuple[str, ...]:
        own = [entry for entry in before if entry.asked.person == asked.person]
        return (*self._standing.of(asked.person), *(key for entry in own for key in entry.chosen))

    def _before(self, asked: Asked) -> list[Entry]:
        """What anybody asked before in this thread; where there is none, what this person asked there of late."""
        if _begins(asked):
            entries = self._ledger.lately(asked.person, asked.channel, asked.asked_at - RECENT)
        else:  # after /ask the thread hangs on Teller's own message
            began = self._ledger.by_message(asked.channel, asked.thread)
            entries = (*([began] if began else []), *self._ledger.thread(asked.channel, asked.thread))
        return [entry for entry in entries if entry.asked.id != asked.id and entry.asked.asked_at < asked.asked_at]


def _answered(asked: Asked, before: Sequence[Entry]) -> list[Entry]:
    answered = [entry for entry in before if _is_of_the_bank(entry)]
    own = [entry for entry in answered if entry.asked.person == asked.person]
    others = [entry for entry in answered if entry.is_open]
    if not own and len({entry.asked.person for entry in others}) == 1:
        own = others
    return own[-EARLIER:]


def _begins(asked: Asked) -> bool:
    """Whether it stands in no thread and may go on all the same: by /ask, or beside the last message to Teller alone."""
    alone = asked.channel.startswith("D") and asked.id == f"{asked.channel}:{asked.thread}"
    return not asked.thread or alone


def _is_of_the_bank(entry: Entry) -> bool:
    """Whether it was answered by a query: what a word means is no answer that could be changed."""
    return entry.result is not None and entry.result.outcome == "answered" and bool(entry.result.sql)


def _turn(entry: Entry) -> Turn:
    asked, result = entry.asked, entry.result
    assert result is not None  # noqa: S101 - only answered ones become turns
    text = result.in_full or as_a_chart(asked.text)[0]
    return Turn(text, result.reading, result.sql, result.approach, entry.chosen, asked.asked_at)
