"""The words by which a question says that it goes on with another ("what about", "instead", "only"), apart from what it changes."""

import re
from dataclasses import dataclass
from typing import Literal

Cue = Literal["", "and", "about", "also", "only", "instead"]


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a follow-up without those that say that it is one. `refers`: it cannot be a question of its own."""

    core: str
    cue: Cue = ""
    refers: bool = False
    lists: bool = False  # "list them": the things that were counted


_IT = r"(?:it|that|this|them|those|these|the same|the figures?|the numbers?|the result)"
_POLITE = (
    r"(?:please|pls|thanks|thank you|ok|okay|great|well|hm+|now|so|can you|could you|would you|i want|i need|let'?s)"
)
_OPENERS: tuple[tuple[str, Cue, bool], ...] = (
    (_POLITE, "", False),
    (r"(?:and|but|then)", "and", False),
    (r"(?:what|how) (?:about|of|if)", "about", True),
    (r"(?:do |show |give me )?(?:the )?same(?: thing| question| again| figures?| numbers?)*(?: but)?", "about", True),
    (rf"(?:narrow|restrict|limit|filter|reduce) {_IT} (?:down )?(?:to|by|for|on)", "only", True),
    (rf"(?:show|give|tell|repeat|list|do|make|have|get)(?: me| us)? {_IT}(?: again)?", "", True),
    (
        rf"(?:break|split|slice|group|cut|drill)(?: {_IT})?(?: down| up| out| into)*(?= (?:by|per|for each|across)\b)",
        "",
        True,
    ),
    (rf"(?:sort|order|rank) {_IT}", "", True),
    (r"(?:only|just)", "only", True),
    (r"(?:also|additionally|in addition)", "also", True),
    (r"(?:rather|instead)", "instead", True),
)
_CLOSERS: tuple[tuple[str, Cue, bool], ...] = (
    (r"(?:please|pls|thanks|thank you|then|now|again)", "", False),
    (r"(?:instead|rather)", "instead", True),
    (r"(?:also|too|as well|in addition|additionally)", "also", True),
    (r"(?:only|alone)", "only", True),
)
_REWORDED = (
    (
        r"(?:as|in) (?:an? )?(?:percent(?:age)?s?|per cent|%|shares?|proportions?)(?: of (?:the )?total)?",
        "as a percentage of the total",
    ),
    (r"(?:as|in) (?:an? )?(?:trend|development|history)", "over time"),
    (r"(?:the )?(?:largest|biggest|highest|top)", "top 1"),
    (r"(?:the )?(?:smallest|lowest|bottom)", "bottom 1"),
)
# "the secured ones", "how many of them": what they are stands in the question before.
_POINTED = re.compile(r"(?: of)? (?:them|those|these)\b|^the (?=.+ ones?$)| ones?$", re.IGNORECASE)
_NO_QUESTION = re.compile(
    r"(?:for|in|at|by|per|of|from|with|without|excluding|except|since|until|as of|before|after|during|over|under|within|as)"
    r" (?!which|what|whom|each|every)",
    re.IGNORECASE,
)
_LONG = 6  # words from which what begins with a small word may be a question all the same
_WHOLE = 4  # words from which a question may be one of its own without a doubt
_LIST = re.compile(
    r"(?:and )?(?:(?:list|name|show|display|give)(?: me)? (?:all )?(?:of )?(?:them|those|these)(?: all)?"
    r"|which ones?(?: are (?:they|those|these))?|(?:who|what|which) are (?:they|those|these))",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"(?:(?:and|but|so|ok|okay|hm+)[\s,]+)*(?:why|how come|what (?:drives|explains|caused?s?|is the reason))\b",
    re.IGNORECASE,
)


def said(text: str) -> Said:
    """Takes the words off that make it a follow-up."""
    core = _trimmed(text)
    if _LIST.fullmatch(core):
        return Said("", "", True, lists=True)
    cue: Cue = ""
    core, cue, refers = _opened(core, cue)
    core, pointed = _POINTED.subn("", core)
    refers = refers or bool(pointed) or (bool(_NO_QUESTION.match(core)) and len(core.split()) < _LONG)
    for pattern, words in _REWORDED:
        if re.fullmatch(pattern, core, re.IGNORECASE):
            return Said(words, cue, True)
    return Said(core, cue, refers)


def asks_why(text: str) -> bool:
    """ "why so low?", "what drives this?": no query answers that."""
    return _WHY.match(text.strip()) is not None


def is_short(text: str) -> bool:
    """Whether it says so little that it may as well go on with what was asked before."""
    return len(text.split()) < _WHOLE


def _opened(core: str, cue: Cue) -> tuple[str, Cue, bool]:
    """Without the words at both ends that say how it goes on."""
    refers, before = False, ""
    while core and core != before:
        before = core
        for pattern, known, alone in _OPENERS:
            if found := re.match(rf"{pattern}\b[\s,:]*", core, re.IGNORECASE):
                core, cue, refers = core[found.end() :], _stronger(cue, known), refers or alone
        for pattern, known, alone in _CLOSERS:
            if found := re.search(rf"(?:^|[\s,]+){pattern}$", core, re.IGNORECASE):
                core, cue, refers = core[: found.start()], _stronger(cue, known), refers or alone
        core = _trimmed(core)
    return core, cue, refers


def _trimmed(text: str) -> str:
    return text.strip().strip("?!.,;: ").strip()


def _stronger(cue: Cue, known: Cue) -> Cue:
    return known if known and cue in ("", "and", "about") else cue
