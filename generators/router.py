"""Auto: which of the three generators takes this question, and what happens when one of them fails."""

import logging
import re
from dataclasses import dataclass, field, replace

from generators.ai.budget import DaySpent
from generators.contract import (
    Approach,
    Clarification,
    Declined,
    Draft,
    Explained,
    GenerationFailed,
    Generator,
    Look,
    NotUnderstood,
    Question,
    Reply,
    Usage,
)
from generators.pattern.explaining import asked_about
from generators.progress import doing
from generators.screen import screen

log = logging.getLogger(__name__)


class Router:
    """`ai` and `agents` are None where no model endpoint is set."""

    def __init__(self, pattern: Generator, ai: Generator | None = None, agents: Generator | None = None) -> None:
        self._pattern = pattern
        self._with_model = {Approach.AI: ai, Approach.AGENTS: agents}

    async def draft(self, question: Question, look: Look, approach: Approach | None = None) -> Reply:
        """Drafts with the approach asked for; None chooses, and only then a failure is answered by the next best."""
        if declined := screen(question):
            return declined
        if approach is None:
            return await self._choose(question, look)
        if asked_about(question.text) and isinstance(meaning := await self._pattern.draft(question, look), Explained):
            return meaning  # in the catalogue's own words, whichever approach is asked for
        generator = self._pattern if approach is Approach.PATTERN else self._with_model[approach]
        if generator is None:
            return _switched_off(approach)
        return await generator.draft(question, look)

    async def _choose(self, question: Question, look: Look) -> Reply:
        """Pattern Match if it understood every word or asks back, since it cannot invent; else those with a model."""
        first = await self._pattern.draft(question, look)
        if not isinstance(first, NotUnderstood):
            return first
        tried = _Tried([f"{Approach.PATTERN}: {first.message}"])
        for approach in _worth_trying(question.text):
            if generator := self._with_model[approach]:
                try:
                    return _after(first, tried, await generator.draft(tried.charged(question), look))
                except GenerationFailed as failure:
                    log.info("%s failed: %s", approach, type(failure).__name__)
                    tried.add(approach, failure)
                    if isinstance(failure, DaySpent):
                        break
        tried.noted()
        return replace(first, message=" ".join([first.message, *tried.failures]), usage=tried.usage)


@dataclass(slots=True)
class _Tried:
    """What gave nothing, for the trace, for the person, and for the bill."""

    notes: list[str]
    failures: list[str] = field(default_factory=list)
    usage: Usage = Usage()  # noqa: RUF009 - it is frozen

    def add(self, approach: Approach, failure: GenerationFailed) -> None:
        self.notes.append(f"{approach}: {type(failure).__name__}")
        self.failures.append(f"{approach} was tried and failed: {failure}")
        self.usage = self.usage + failure.usage

    def charged(self, question: Question) -> Question:
        """The question for who tries next: what was spent on it counts against the same limits."""
        return replace(question, spent=question.spent + self.usage, budget=question.budget.less(self.usage))

    def noted(self, answered: str = "") -> None:
        """Puts on the trace what was tried, in order, and why it was not the answer."""
        with doing("tried", note="\n".join([*self.notes, *([f"{answered} answered"] if answered else [])])):
            pass


_ANALYSIS = re.compile(
    r"\b(?:comprehensive|in-depth|holistic|full|thorough)\b.*\b(?:analysis|review|assessment|overview|report)\b"
    r"|\bdeep[ -]dive\b|\bcorrelat\w+|\banaly[sz]e\b|\banalysis of\b|\brelationship between\b|\broot causes?\b"
    r"|\bidentif\w+ .*\b(?:patterns?|trends?|anomal\w+|signs?|factors?)\b|\bearly[ -]warning\b"
    r"|\b(?:multiple|several|various) (?:\w+ )?(?:factors?|signs?|indicators?|angles|perspectives)\b",
    re.IGNORECASE | re.DOTALL,
)


def _worth_trying(text: str) -> tuple[Approach, ...]:
    """Analysis over several results is for the agents first; a plain question never is: they cost four model calls."""
    return (Approach.AGENTS, Approach.AI) if _ANALYSIS.search(text) else (Approach.AI,)


def _after(first: NotUnderstood, tried: _Tried, reply: Reply) -> Reply:
    """The reply of a later generator, with what was tried before it and the questions Pattern Match can answer."""
    tried.noted(str(reply.approach))
    failures = tried.failures
    if isinstance(reply, Declined | Explained):
        return reply
    reply = replace(reply, usage=tried.usage + reply.usage)
    if isinstance(reply, Draft) and failures:
        head, *rest = reply.statements
        return replace(reply, statements=(replace(head, notes=(*failures, *head.notes)), *rest))
    if isinstance(reply, Clarification | NotUnderstood) and failures:
        reply = replace(reply, message=" ".join([*failures, reply.message]))
    if isinstance(reply, NotUnderstood) and not reply.nearest:
        return replace(reply, nearest=first.nearest)
    return reply


def _switched_off(approach: Approach) -> Declined:
    return Declined(
        f"{approach} is not switched on: whoever runs me can do so by setting TELLER_MODEL_URL, TELLER_MODEL_NAME and"
        " TELLER_MODEL_KEY to a model endpoint. Until then ask without naming an approach, and Pattern Match will try.",
        approach,
    )
