"""How long each part of the way of a question took, noted as it happens, for the trace in MLflow."""

import contextvars
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from generators import progress
from generators.contract import Approach, Generator, Look, Question, Reply
from generators.progress import Doing
from tracking.records import Result, Step

_noting: contextvars.ContextVar["Steps | None"] = contextvars.ContextVar("steps", default=None)


@dataclass(slots=True)
class Steps:
    """The steps of one question. `after`: seconds of work on it before a person was asked back."""

    after: float = 0.0
    _noted: list[Step] = field(default_factory=list)
    _zero: float = field(default_factory=time.monotonic)

    def add(self, name: str, began: float, seconds: float, note: str = "") -> None:
        """`began` as `time.monotonic()` tells it."""
        self._noted.append(self._step(name, began, seconds, note))

    def heard(self, done: Doing) -> None:
        """What a generator has done, beside the bot's own steps."""
        if done.seconds is None:
            return
        made = self._step(done.name, done.began, done.seconds, done.note)
        if cost := done.usage:
            read, wrote = cost.prompt_tokens, cost.completion_tokens
            made = replace(made, model=cost.model, prompt_tokens=read, completion_tokens=wrote, cost=cost.cost)
        self._noted.append(made)

    def taken(self) -> tuple[Step, ...]:
        return tuple(sorted(self._noted, key=lambda step: (step.began, -step.seconds)))

    def _step(self, name: str, began: float, seconds: float, note: str) -> Step:
        return Step(name, round(self.after + began - self._zero, 6), round(seconds, 6), note)


Heard = Callable[[str], None]
"""Told in a few words what is being done about the question in hand ("Writing SQL"), as it begins."""

_telling: contextvars.ContextVar[Heard | None] = contextvars.ContextVar("telling", default=None)


def begin(earlier: Result | None, heard: Heard = lambda says: None) -> Steps:
    """Notes the steps of the question in hand from now on, in this task and those it starts."""
    ends = [step.began + step.seconds for step in earlier.steps] if earlier else []
    steps = Steps(max([earlier.seconds, *ends]) if earlier else 0.0)
    _noting.set(steps)
    _telling.set(heard)

    def listener(doing: Doing) -> None:
        steps.heard(doing)
        if doing.seconds is None:
            tell(doing.says)

    progress.listen(listener)
    return steps


def tell(says: str) -> None:
    """Tells whoever waits for the question in hand; nothing where there is nothing to say."""
    heard = _telling.get()
    if heard and says:
        heard(says)


@contextmanager
def step(name: str, note: str = "") -> Iterator[None]:
    """Notes the block as one step of the question in hand, if there is one; also when it fails."""
    began = time.monotonic()
    try:
        yield
    finally:
        add(name, began, time.monotonic() - began, note)


def add(name: str, began: float, seconds: float, note: str = "") -> None:
    """Notes a step that somebody else has timed."""
    steps = _noting.get()
    if steps is not None:
        steps.add(name, began, seconds, note)


@dataclass(frozen=True, slots=True)
class Watched:
    """A generator whose drafts are noted as steps."""

    generator: Generator
    approach: Approach

    async def draft(self, question: Question, look: Look) -> Reply:
        with step("generation", self.approach.value):
            return await self.generator.draft(question, look)
