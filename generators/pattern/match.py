"""Pattern Match: a banker's words to SQL without a model. It answers what it understands wholly, and says what it does not."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache, partial

from sqlglot import exp

from bank.catalogue import Catalogue
from bank.table import Column
from bank.values import Values
from generators.contract import (
    Approach,
    Clarification,
    Draft,
    Explained,
    Look,
    NotUnderstood,
    Question,
    Reply,
    Statement,
)
from generators.pattern.doubt import Chosen, Lost, Unclear
from generators.pattern.explaining import explained
from generators.pattern.followup import Read
from generators.pattern.grammar import sketch
from generators.pattern.graph import Graph, Tangled
from generators.pattern.intent import Intent
from generators.pattern.lexicon import Lexicon
from generators.pattern.meanings import Item
from generators.pattern.nearest import Nearest
from generators.pattern.query import Ground, Unreachable
from generators.pattern.reading import as_of, reading
from generators.pattern.saying import asks_why
from generators.pattern.settle import settle
from generators.pattern.statement import build, month_of
from generators.pattern.suggesting import suggestions
from generators.pattern.talk import Talk
from generators.pattern.tokens import tokens

Built = tuple[exp.Select, tuple[Column, ...]]
_MOST_WAYS = 4  # forks in the joins of one question


class PatternMatch:
    """Reads questions over one catalogue. The lexicon is built once; a question takes a few milliseconds."""

    def __init__(self, catalogue: Catalogue, values: Values, dialect: str) -> None:
        self._ground = Ground(catalogue, Graph(catalogue), values, dialect)
        self._lexicon = Lexicon(catalogue, values)
        self._nearest = Nearest(catalogue, self._answerable)

    async def draft(self, question: Question, look: Look) -> Reply:
        """What `reply` says, in a thread: with what may be asked instead it takes long enough to be felt by others."""
        return await asyncio.to_thread(self.reply, question)

    def reply(self, question: Question) -> Reply:
        """A statement, a clarification, or which words were not understood. Never looks at the bank."""
        try:
            chosen = _chosen(question)
            meaning = explained(question.text, self._ground.catalogue)
            if meaning is not None:
                return self._meaning(question.text, meaning)
            if question.earlier and asks_why(question.text):
                return self._not_known_why(question)
            in_full, statement = self._talk(question, chosen)
            return Draft(Approach.PATTERN, (statement,), in_full=in_full)
        except Unclear as unclear:
            return Clarification(Approach.PATTERN, unclear.message, unclear.choices)
        except Lost as lost:
            return self._not_understood(question.text, lost)

    def next(self, question: Question, draft: Draft) -> tuple[str, ...]:
        """Questions that may come next; it takes several times as long as the draft, so ask while the query runs."""
        return self._suggestions(draft.in_full or question.text, _chosen(question), question.asked_at)

    def _talk(self, question: Question, chosen: Chosen) -> tuple[str, Statement]:
        """What the question asks in full, if it follows another, and its statement. Raises `Lost` or `Unclear`."""
        state = partial(self.statement, chosen=chosen, asked_at=question.asked_at)
        talk = Talk(self._ground.catalogue, self._reader(question.asked_at), state, chosen)
        before = question.earlier
        return talk.statement(question.text, before[-1] if before else None, len(before) == 1)

    def _suggestions(self, text: str, chosen: Chosen, asked_at: datetime) -> tuple[str, ...]:
        ground, read = self._as_of(asked_at), cache(self._reader(asked_at))

        def means(wanted: str, answerable: bool = False) -> Intent | None:
            picked = Chosen((), tuple(chosen.keys))
            try:
                items = read(wanted)
                return self._read(items, ground, picked)[0] if answerable else self._intent(items, ground, picked)
            except (Lost, Unclear, Unreachable, Tangled):
                return None

        return suggestions(text, read, self._ground.catalogue, means)

    def _meaning(self, text: str, meaning: str) -> Reply:
        if meaning:
            return Explained(Approach.PATTERN, meaning)
        return self._not_understood(text, Lost(why="My catalogue does not say what that means."))

    def _not_known_why(self, question: Question) -> NotUnderstood:
        """No query says why; what it can be broken down by often shows it."""
        before = question.earlier[-1]
        chosen = Chosen((), (*before.chosen, *question.remembered))
        nearest = self._suggestions(before.text, chosen, question.asked_at)
        message = "I can say how much it is, not why: no figure of the bank's holds a reason."
        message += " Broken down, it often shows where it comes from." if nearest else ""
        return NotUnderstood(Approach.PATTERN, message, ("why",), nearest)

    def _reader(self, asked_at: datetime) -> Read:
        today = self._today(asked_at.date())
        return lambda text: self._lexicon.read(tokens(text), today)[0]

    def statement(self, text: str, chosen: Chosen, asked_at: datetime) -> Statement:
        """The one query that a question asks for. Raises `Lost` or `Unclear`."""
        ground = self._as_of(asked_at)
        items, notes = self._lexicon.read(tokens(text), ground.today)
        if not items:
            raise Lost(why="There is no question in it.")
        intent, ground, (query, columns) = self._read(items, ground, chosen)
        month = month_of(intent, self._ground)
        return Statement(
            sql=query.sql(self._ground.dialect),
            reading=reading(intent, self._ground.catalogue, month),
            columns=columns,
            as_of=as_of(intent, self._ground.catalogue, month).removeprefix("as of "),
            notes=(*notes, *chosen.notes.values()),
        )

    def _read(self, items: list[Item], ground: Ground, chosen: Chosen) -> tuple[Intent, Ground, Built]:
        """The intent with its query, over ways through the joins that the banker has chosen where several are as short."""
        for _ in range(_MOST_WAYS):
            try:
                intent = self._intent(items, ground, chosen)
                return intent, ground, build(intent, ground)
            except Unreachable as nowhere:
                raise Lost(why="I know no safe way to bring these together.") from nowhere
            except Tangled as tangled:
                way = self._way(tangled, chosen)
                ground = replace(ground, graph=ground.graph.going(tangled, way))
        raise Lost(why="There are too many ways to bring these together.")

    def _intent(self, items: list[Item], ground: Ground, chosen: Chosen) -> Intent:
        return settle(sketch(items, ground.catalogue), ground, chosen)

    def _as_of(self, asked_at: datetime) -> Ground:
        return replace(self._ground, today=self._today(asked_at.date()))

    def _way(self, tangled: Tangled, chosen: Chosen) -> int:
        tables = self._ground.catalogue.tables
        through = [" and ".join(tables[step.target].noun for step in way[:-1]) for way in tangled.ways]
        options = [(str(number), f"through the {said}") for number, said in enumerate(through)]
        nouns = tables[tangled.source].noun, tables[tangled.target].noun
        if len(set(through)) < len(through):
            raise Lost(why=f"There are several ways from a {nouns[0]} to a {nouns[1]}, and I cannot tell them apart.")
        word = f"{nouns[0]} to {nouns[1]}"
        return int(
            chosen.among(word, options, f"A {nouns[0]} belongs to a {nouns[1]} in several ways: which is meant?")
        )

    def _today(self, today: date) -> date:
        """What "this month" counts from: the calendar, or the newest date of the data."""
        catalogue, newest = self._ground.catalogue, self._ground.values.newest
        if catalogue.clock == "today" or not newest:
            return today
        snapshots = [day for table, day in newest.items() if catalogue.tables[table].snapshot]
        return max(snapshots or _dated(newest))

    def _answerable(self, text: str, asked_at: datetime) -> bool:
        try:
            self.statement(text, Chosen(()), asked_at)
        except Unclear:
            return True
        except Lost:
            return False
        return True

    def _not_understood(self, text: str, lost: Lost) -> NotUnderstood:
        words = tuple(dict.fromkeys(lost.words))
        quoted = ", ".join(f"“{word}”" for word in words)
        message = f"I did not understand {quoted}." if words else "I did not understand the question."
        if lost.why:
            message += f" {lost.why}"
        return NotUnderstood(Approach.PATTERN, message, words, self._nearest.to(text))


def _chosen(question: Question) -> Chosen:
    """What was picked for this question, and for the one it may go on with."""
    before = question.earlier[-1].chosen if question.earlier else ()
    return Chosen(question.chosen, (*before, *question.remembered))


def _dated(newest: Mapping[str, date]) -> list[date]:
    return list(newest.values())
