"""Finds the longest period at a place of the question: one, open to one side, or from one to another."""

from collections.abc import Sequence
from datetime import timedelta

from generators.pattern.dates import FORMS, UNITS, stem_at
from generators.pattern.periods import Clock, Period, shifted
from generators.pattern.tokens import Token

_OPENS = frozenset({"since", "after", "before", "until", "till", "through"})
_SPANS = frozenset({"between", "from"})
_LEADS = _OPENS | _SPANS
PRECISION = {"day": 0, "week": 1, "month": 2, "quarter": 3, "half": 4, "year": 5}


def find(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    """The longest period that begins at a token: how many tokens it takes, and the period."""
    head = stem_at(tokens, at)
    if _before_an_end(tokens, at):
        head = "until"
    rest = _find(tokens, at + 1, clock) if head in _LEADS else None
    if head == "from" and rest and stem_at(tokens, at + 1 + rest[0]) in {"on", "onward", "forward"}:
        return rest[0] + 2, _open("since", rest[1])
    if head in _OPENS and rest:
        return rest[0] + 1, _open(head, rest[1])
    if head in _SPANS and rest:
        joint = at + 1 + rest[0]
        if stem_at(tokens, joint) in {"and", "to", "until", "till", "through"}:
            span = _span(tokens, at + 1, joint, clock)
            return span and (span[0] + 1, span[1])
    if head == "the":
        inner = find(tokens, at + 1, clock)
        return inner and (inner[0] + 1, inner[1])
    first = _find(tokens, at, clock)
    if first and stem_at(tokens, at + first[0]) in {"to", "until", "till", "through"}:
        return _span(tokens, at, at + first[0], clock) or first
    return first


def _before_an_end(tokens: Sequence[Token], at: int) -> bool:
    """ "by the end of 2026", "before the end of 2026": that is the midnight behind its last day."""
    ends = {stem_at(tokens, at + 1), stem_at(tokens, at + 2)} & {"end", "close"}
    return bool(ends) and (
        stem_at(tokens, at) == "before" or (stem_at(tokens, at), stem_at(tokens, at + 1)) == ("by", "the")
    )


def _span(tokens: Sequence[Token], at: int, joint: int, clock: Clock) -> tuple[int, Period] | None:
    """ "January 2025 to March 2026"; in "January to March 2025" the year is said once for both."""
    first, last = _find(tokens, at, clock), _find(tokens, joint + 1, clock)
    if not first or not last:
        return None
    start, end = first[1], last[1]
    if start.unit in {"month", "quarter"} and start.year_implied and not end.year_implied and start.start and end.start:
        back = start.start.year - end.start.year + (start.start.replace(year=end.start.year) > end.start)
        steps = back * (12 if start.unit == "month" else 4)
        start = Period(*shifted(start.start, start.unit, -steps), start.unit)
    if not start.start or not end.end or start.start > end.end:
        return None
    unit = min(start.unit, end.unit, key=lambda one: PRECISION[one])
    return joint + 1 + last[0] - at, Period(start.start, end.end, unit, ends=(start, end))


def _open(word: str, period: Period) -> Period:
    """ "since March" holds March, "after March" does not; "until March" holds it, "before March" does not."""
    if word == "since":
        return Period(period.start, None, period.unit)
    if word == "after":
        return Period(period.end + timedelta(days=1) if period.end else None, None, period.unit)
    if word == "before":
        return Period(None, period.start - timedelta(days=1) if period.start else None, period.unit)
    return Period(None, period.end, period.unit)


def _find(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    if at >= len(tokens):
        return None
    if stem_at(tokens, at) == "the":
        inner = _find(tokens, at + 1, clock)
        return inner and (inner[0] + 1, inner[1])
    if (stem_at(tokens, at), stem_at(tokens, at + 1)) in {("end", "of"), ("close", "of")}:
        inner = _find(tokens, at + 2, clock)
        return (inner[0] + 2, Period(inner[1].end, inner[1].end, "day")) if inner else None
    if stem_at(tokens, at) in UNITS and stem_at(tokens, at + 1) == "end":
        inner = _find(tokens, at + 2, clock)
        return (inner[0] + 2, Period(inner[1].end, inner[1].end, "day")) if inner else None
    for form in FORMS:
        found = form(tokens, at, clock)
        if found:
            return found
    return None
