"""What comments are about and how they sound, by rules: the same every time, with no model and no network.

The thumb and the reason that were given with a comment say most. Rules find what else it speaks of. The libraries of
this kind that exist are either years without care or bring a language model along; a bank's comments are short and
about an answer, and a dozen stems cover them. What no rule knows is counted as such.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tracking.records import Remark

Mood = Literal["pleased", "mixed", "displeased"]

THEMES: dict[str, tuple[str, str]] = {
    # theme → the reason code that means it, words that speak of it
    "Wrong figures": (
        "wrong_number",
        r"\bwrong\b|incorrect|\bfalse\b|does(n.t| not) match|not right|mistake|\berrors?\b",
    ),
    "Misunderstood": ("wrong_meaning", r"misunderst|\bmeant\b|not what i|different question|did(n.t| not) ask"),
    "Data missing": ("missing_rows", r"missing|\black(s|ing)?\b|incomplete|\bleft out\b|not (there|included|shown)"),
    "Slow": ("too_slow", r"\bslow|\bwait(ed|ing)?\b|\btook (too|so|very) long\b|too long|timed? ?out"),
    "Hard to read": (
        "unclear",
        r"unclear|confus|hard to|cannot read|\bmessy\b|format|layout|column (names?|order)|rounding",
    ),
    "Out of date": ("", r"out ?dated|out of date|\bold (rate|data|figure|number)|\bstale\b|yesterday.s"),
    "Wishes": (
        "",
        r"\b(would|could) (be|you|it|we)\b|\bplease\b|\bwish\b|would like|it.d be|can you|add (a|an|the)\b|chart",
    ),
}
_GOOD = re.compile(
    r"\b(thanks?|thank you|great|good|perfect|excellent|useful|helpful|love|nice|exactly|correct|quick|fast|brilliant|"
    r"spot on|saved|impress\w*|works? well|easy)\b",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"\b(wrong|bad|useless|slow|missing|incorrect|confus\w*|unclear|mistakes?|fail\w*|broken|poor\w*|terrible|annoying|"
    r"incomplete|stale|outdated|misunderst\w*)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(not?|never|isn.t|wasn.t|doesn.t|didn.t|hardly|n.t)(\s+\w+){0,2}\s*$", re.IGNORECASE)
_RULES = {theme: (code, re.compile(words, re.IGNORECASE)) for theme, (code, words) in THEMES.items()}


@dataclass(frozen=True, slots=True)
class Theme:
    """How many comments speak of it; the latest few of them."""

    name: str
    number: int
    examples: tuple[Remark, ...]


def themes(remarks: Sequence[Remark], examples: int = 2) -> tuple[Theme, ...]:
    """The most frequent first; a comment may speak of several. Those that no rule knows are "Other"."""
    found: dict[str, list[Remark]] = {}
    for remark in remarks:
        for theme in themes_of(remark.vote.comment, remark.vote.reason) or ("Other",):
            found.setdefault(theme, []).append(remark)
    ranked = sorted(found.items(), key=lambda pair: (pair[0] == "Other", -len(pair[1]), pair[0]))
    return tuple(Theme(name, len(those), tuple(those[:examples])) for name, those in ranked)


def themes_of(comment: str, reason: str = "") -> tuple[str, ...]:
    """What one comment is about. Where it is praised that nothing is missing, nothing is."""
    return tuple(
        theme
        for theme, (code, words) in _RULES.items()
        if (code and code == reason) or any(not _denied(comment, found.start()) for found in words.finditer(comment))
    )


def mood(comment: str, up: bool) -> Mood:
    """The thumb is what somebody thinks; their words may qualify it: "great, but slow" is mixed."""
    good, bad = _counted(_GOOD, _BAD, comment)
    if up:
        return "mixed" if bad else "pleased"
    return "mixed" if good else "displeased"


def _counted(good: re.Pattern[str], bad: re.Pattern[str], comment: str) -> tuple[int, int]:
    """Good and bad words; one that is denied ("not good", "nothing is missing") counts for the other side."""
    tally = {True: 0, False: 0}
    for words, is_good in ((good, True), (bad, False)):
        for found in words.finditer(comment):
            tally[is_good is not _denied(comment, found.start())] += 1
    return tally[True], tally[False]


def _denied(comment: str, at: int) -> bool:
    before = comment[:at]
    return bool(_NOT.search(before) or re.search(r"\bnothing(\s+\w+){0,2}\s*$", before, re.IGNORECASE))
