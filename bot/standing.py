"""Recognises a standing order in somebody's words: "send me this every Monday at 9", "tell me when it goes above 3 %"."""

import re
from dataclasses import dataclass, replace

from bot.condition import Condition, condition_in
from bot.schedule_words import recurrence_in
from tracking.recurrence import Recurrence

CHECKS = Recurrence("hour")  # how often a metric alert looks
_POLITE = re.compile(r"^(?:(?:please|kindly|can you|could you|would you|hey|ok|and)[ ,]+)*")
_SEND = re.compile(r"^(?:send|post|deliver|mail|repeat|give|show|subscribe)\b")
_TELL = re.compile(r"^(?:tell|alert|notify|warn|ping|inform|let)\b(.*?)\b(when|if|once|as soon as|whenever|should)\b")
_HERE = re.compile(
    r"\b(?:in here|here|(?:to|in) (?:this|the) channel|(?:tell|alert|notify|warn|ping|let) (?:us|the channel))\b"
)
_ME = re.compile(r"\b(?:to )?(?:me|us)\b|\bsubscribe\b(?: to)?")
_PRONOUN = r"(?:this|that|it|these|those|them)"
_THING = r"(?:answer|table|figures?|numbers?|result|one|list|report|again|rows?)"
_THIS = re.compile(rf"^(?:(?:any|one|each)(?: one)?(?: of)? )?(?:any|{_PRONOUN})?(?: ?{_THING})*$")
_CHANGED = re.compile(
    r"\b(?:but )?only (?:if|when) (?:it|they|something|anything|this|the figures?)?(?: has| have)? ?chang(?:ed|es|e)\b"
)
_THERE = r"there (?:is|are) (?:something|anything|rows|any)"
_FILLED = re.compile(
    rf"\b(?:but )?only (?:if|when) (?:(?:it|this|the table) (?:is not|isn't|is never) empty|{_THERE}|not empty)\b"
)
_CHANGES = re.compile(r"^(.*?) ?\b(?:changes|change|has changed|is different)$")
_WEAK = re.compile(r"\b(?:is|are) (?:above|over|below|under|higher|lower|more|less|greater)")
_OF_ANY = re.compile(r"^(.+?) (?:of|in|at) (?:any|each|every|one) (\S+)$")
_ANY = re.compile(r"^(?:any|a|an|one|some|each|every|any one) (\S+?)(?:'s|’s|s'|s’)? (.+)$")
_NOT_AN_ORDER = ("give", "show")  # unless a time of day is said: "show me deposits every month" is a question


@dataclass(frozen=True, slots=True)
class Order:
    """`subject` names what is ordered where it is not the answer before (then it is empty). `here`: for the channel."""

    recurrence: Recurrence
    subject: str = ""
    here: bool = False
    condition: Condition | None = None
    only_changed: bool = False
    only_filled: bool = False


def order_in(text: str) -> Order | None:
    """The order in a message, or None where it is none. Raises `UnclearTime` and `UnclearCondition`."""
    said = " ".join(text.replace("’", "'").split())
    order = _order_in(said.lower())
    if order is None or not order.subject:
        return order
    at = said.lower().find(order.subject)  # as it was written: a name may mean more with its capitals
    return replace(order, subject=said[at : at + len(order.subject)]) if at >= 0 else order


def _order_in(said: str) -> Order | None:
    words = _POLITE.sub("", said.strip(" .!?"))
    if tell := _TELL.match(words):
        return _alert(words, words[tell.end() :].strip(), tell[2])
    send = _SEND.match(words)
    if send is None or (send[0] in _NOT_AN_ORDER and " at " not in words):
        return None
    changed, filled = _CHANGED.search(words), _FILLED.search(words)
    rest = _FILLED.sub(" ", _CHANGED.sub(" ", words))
    found = recurrence_in(rest)
    if found is None:
        return None
    recurrence, rest = found
    here = bool(_HERE.search(rest))
    subject = _ME.sub(" ", _HERE.sub(" ", _SEND.sub("", rest, count=1))).strip().removeprefix("to ")
    return Order(recurrence, _subject(subject), here, None, bool(changed), bool(filled))


def _alert(words: str, rest: str, joint: str) -> Order | None:
    here = bool(_HERE.search(words))
    if joint == "if" and _WEAK.search(rest):
        return None  # "tell me if the ratio is above 3 %" asks whether it is now
    if found := condition_in(rest):
        condition, subject = found
        return Order(CHECKS, _subject(_HERE.sub(" ", subject)), here, condition)
    if changes := _CHANGES.match(rest):
        return Order(Recurrence("day"), _subject(changes[1]), here, None, only_changed=True)
    return None


def _subject(words: str) -> str:
    """ "any branch's deposits" is the deposits by branch; "this" is the answer before."""
    words = " ".join(words.split()).strip(" ,")
    if _THIS.match(words):
        return ""
    if each := _ANY.match(words):
        return f"{each[2]} by {each[1]}"
    if each := _OF_ANY.match(words):
        return f"{each[1]} by {each[2]}"
    return words
