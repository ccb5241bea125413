"""What model calls may cost: for one question, and for one person in a day."""

from dataclasses import dataclass

from generators.contract import Budget, GenerationFailed, Usage


class TooManyCalls(GenerationFailed):
    """The language model went round in circles, so I stopped it. Please ask for one thing at a time."""


class QuestionTooDear(GenerationFailed):
    """Working on that question costs more than is set for one, so I stopped. Please ask for less at once."""


class DaySpent(GenerationFailed):
    """You have used up what you may spend on the language model for a day, until midnight UTC. Pattern Match still answers."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one question: model calls, tokens of prompts and replies together, money as the prices are set; 0: no limit."""

    calls: int = 12
    tokens: int = 60_000
    cost: float = 0.0


class Account:
    """What one question has cost so far, held to its limits and to what the person has left for the day."""

    def __init__(self, limits: Limits, left: Budget, usage: Usage, before: Usage) -> None:
        """`usage` names the model and the version of its instructions, with nothing spent yet; `before` is what the same
        question has cost before, which counts against the limits of one question."""
        self._limits = limits
        self._left = left
        self._before = before
        self.usage = usage

    def open(self) -> None:
        """Before each call; raises `GenerationFailed` where nothing may be spent any more."""
        used, whole = self.usage, self._before + self.usage
        if _reached(used.tokens, self._left.tokens) or _reached(used.cost, self._left.cost):
            raise DaySpent(usage=used)
        if _reached(whole.tokens, self._limits.tokens or None) or _reached(whole.cost, self._limits.cost or None):
            raise QuestionTooDear(usage=used)
        if _reached(whole.calls, self._limits.calls or None):
            raise TooManyCalls(usage=used)

    def spend(self, usage: Usage) -> None:
        self.usage = self.usage + usage


def _reached(used: float, limit: float | None) -> bool:
    return limit is not None and used >= limit
