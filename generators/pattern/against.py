"""Follow-ups that hold the answer before against something: "more than 20", "compare with last year"."""

import re
from collections.abc import Sequence

from bank.catalogue import Catalogue
from generators.pattern.meanings import Role, Thing
from generators.pattern.parts import Part, text_of
from generators.pattern.reading import plural

_AMOUNT = r"[\d.,]+(?: ?(?:%|percent|per cent|k|m|mn|mio|bn|thousand|million|billion|years?|days?))?"
_MORE = r"more than|less than|fewer than|over|above|under|below|at least|at most|exceeding|no more than|no less than"
_HAVING = r"(?:(?:those|the ones) )?(?:with|where (?:it|that) is|which (?:is|are|have)|having)?"
_LIMIT = re.compile(rf"{_HAVING}\s*(?P<limit>(?:{_MORE}) {_AMOUNT})", re.IGNORECASE)
_COMPARE = re.compile(
    r"(?:(?:how does (?:it|that|this) )?compared?(?: (?:it|that|this|them))?|versus|vs\.?|against)\s+"
    r"(?:(?:to|with|against)\s+)?(?:the same (?:figures?|time) )?(?:of |in |for )?(?P<then>.+)",
    re.IGNORECASE,
)
_AGO = {
    "a year ago": re.compile(
        r"(?:the )?(?:last|previous|prior) year|(?:the )?year before|(?:a|one) year (?:ago|earlier)"
    ),
    "last month": re.compile(r"(?:the )?(?:last|previous|prior) month|(?:the )?month before|(?:a|one) month ago"),
    "last quarter": re.compile(
        r"(?:the )?(?:last|previous|prior) quarter|(?:the )?quarter before|(?:a|one) quarter ago"
    ),
}


def against(before: Sequence[Part], core: str, catalogue: Catalogue) -> str:
    """The question in full; empty where the follow-up is of another kind, or what came before cannot be held so."""
    if found := _LIMIT.fullmatch(core):
        return _limited(before, found["limit"], catalogue)
    if found := _COMPARE.fullmatch(core):
        return _compared(before, found["then"].strip())
    return ""


def _limited(before: Sequence[Part], limit: str, catalogue: Catalogue) -> str:
    """ "more than 20", of numbers by branch: branches of which the number is."""
    things = [thing for part in before if part.kind == "group" and (thing := _thing(part, catalogue))]
    if len(things) != 1 or sum(part.kind == "group" for part in before) != 1:
        return ""
    figures = [place for place, part in enumerate(before) if part.kind == "figure"]
    for place, part in enumerate(before):
        if part.kind == "how" and part.is_in(Role.HOW_MANY):
            counted = [one for one in before[place:] if one.kind == "noun"][:1]
            return (
                f"{text_of(before)} for {things[0]} with {limit} {text_of(counted)}" if counted and not figures else ""
            )
    if len(figures) != 1:
        return ""
    how = [part for part in before[: figures[0]] if part.kind == "how"]
    return f"{text_of(before)} for {things[0]} with {text_of([*how, before[figures[0]]])} of {limit}"


def _thing(part: Part, catalogue: Catalogue) -> str:
    """The things that it groups by, as a plural; empty where these are but words about things."""
    tables = {known.table for item in part.items for known in item.meanings if isinstance(known, Thing)}
    return plural(catalogue, tables.pop()) if len(tables) == 1 else ""


def _compared(before: Sequence[Part], then: str) -> str:
    """Beside the newest figures, or beside those of the period that was named, by a date of its own."""
    ago = next((words for words, form in _AGO.items() if form.fullmatch(then.lower())), "")
    if any(part.kind == "period" for part in before):
        return "" if ago else f"{text_of(before)} and in {then}"
    return f"{text_of(before)} now and {ago or f'in {then}'}"
