"""What a follow-up asks in full: the question before it, with one thing changed. Each way in which it may be meant is one text."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bank.catalogue import Catalogue
from generators.pattern.meanings import Item, Named, Role, Thing
from generators.pattern.parts import Kind, Part, is_noun, parts, text_of
from generators.pattern.telling import columns_of

Cue = Literal["", "and", "about", "also", "only", "instead"]
Read = Callable[[str], list[Item]]


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a follow-up without those that say that it is one. `refers`: it cannot be a question of its own."""

    core: str
    cue: Cue = ""
    refers: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One way to mean it, and the question in full in several wordings, the first that can be read being the one."""

    key: str
    texts: tuple[str, ...]


_IT = r"(?:it|that|this|them|those|these|the same|the figures?|the numbers?|the result)"
_POLITE = (
    r"(?:please|pls|thanks|thank you|ok|okay|great|well|hm+|now|so|can you|could you|would you|i want|i need|let'?s)"
)
_OPENERS: tuple[tuple[str, Cue, bool], ...] = (
    (_POLITE, "", False),
    (r"(?:and|but|then)", "and", False),
    (r"(?:what|how) (?:about|of|if)", "about", True),
    (
        r"(?:do |show |give me |and )?(?:the )?same(?: thing| question| again| figures?| numbers?)*(?: but)?",
        "about",
        True,
    ),
    (rf"(?:narrow|restrict|limit|filter|reduce) {_IT} (?:down )?(?:to|by|for|on)", "only", True),
    (rf"(?:show|give|tell|repeat|list|do|make|have|get)(?: me| us)? {_IT}(?: again)?", "", True),
    (
        rf"(?:break|split|slice|group|cut|drill|analy[sz]e) (?:{_IT} )?(?:down|up|out|into)?(?= by| per| for each| across)",
        "",
        True,
    ),
    (r"(?:break|split|slice|drill)(?: down| up)", "", True),
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
    (r"(?:as|in) (?:an? )?(?:percent(?:age)?s?|per cent|%|shares?|proportions?)(?: of (?:the )?total)?", "as a percentage of the total"),
    (r"(?:as|in) (?:an? )?(?:trend|development|history)", "over time"),
    (r"(?:the )?(?:largest|biggest|highest|top)(?: one)?", "top 1"),
    (r"(?:the )?(?:smallest|lowest|bottom)(?: one)?", "bottom 1"),
    (r"(?:the )?(top|bottom|first) (\w+) ones", r"\1 \2"),
)  # fmt: skip


def said(text: str) -> Said:
    """Takes the words off that make it a follow-up."""
    core, cue, refers, before = _trimmed(text), "", False, None
    while core and core != before:
        before = core
        for pattern, known, alone in _OPENERS:
            if found := re.match(rf"{pattern}\b[\s,:]*", core, re.IGNORECASE):
                core, cue, refers = core[found.end() :], _stronger(cue, known), refers or alone
        for pattern, known, alone in _CLOSERS:
            if found := re.search(rf"(?:^|[\s,]+){pattern}$", core, re.IGNORECASE):
                core, cue, refers = core[: found.start()], _stronger(cue, known), refers or alone
        core = _trimmed(core)
    for pattern, words in _REWORDED:
        if re.fullmatch(pattern, core, re.IGNORECASE):
            return Said(re.sub(pattern, words, core, flags=re.IGNORECASE), cue, True)  # type: ignore[arg-type]
    return Said(core, cue, refers)  # type: ignore[arg-type]


def asks_why(text: str) -> bool:
    """ "why so low?", "what drives this?": no query answers that."""
    return (
        re.match(
            r"(?:(?:and|but|so|ok|okay|hm+)[\s,]+)*(?:why|how come|what (?:drives|explains|caused?s?|is the reason))\b",
            text.strip(),
            re.IGNORECASE,
        )
        is not None
    )


def _trimmed(text: str) -> str:
    return text.strip().strip("?!.,;: ").strip()


def _stronger(cue: str, known: Cue) -> str:
    return known if known and cue in ("", "and", "about") else cue


def ways(before: str, follow_up: Said, read: Read, catalogue: Catalogue) -> list[Way]:
    """Every way in which the question before can be changed so. Whether it can be read is for the caller to try."""
    found = [Way("", (before,))]
    for chunk in _chunks(parts(read(follow_up.core), catalogue)):
        found = [
            Way(" ".join(word for word in (way.key, changed.key) if word), changed.texts)
            for way in found
            for changed in _changed(parts(read(way.texts[0]), catalogue), chunk, follow_up.cue, catalogue)
        ]
    return found


def _chunks(said_parts: Sequence[Part]) -> Iterator[list[Part]]:
    """What is changed, one thing after the other: small words go with what follows them, nouns with what is said of them."""
    chunk: list[Part] = []
    for part in said_parts:
        kinds = {one.kind for one in chunk} - {"link"}
        begins = part.kind in {"group", "period", "rank", "share"}
        if kinds and (begins or kinds & {"group", "period", "rank", "share"} or (part.kind == "how")):
            links: list[Part] = []
            while chunk[-1].kind == "link":
                links.insert(0, chunk.pop())
            yield chunk
            chunk = links
        chunk.append(part)
    if chunk:
        yield chunk


def _changed(before: list[Part], chunk: list[Part], cue: Cue, catalogue: Catalogue) -> list[Way]:
    kinds = {part.kind for part in chunk}
    for kind, change in _CHANGES.items():
        if kind in kinds:
            return change(before, chunk, cue, catalogue)
    return _other_thing(before, chunk, cue, catalogue)


def _grouped(before: list[Part], chunk: list[Part], cue: Cue, catalogue: Catalogue) -> list[Way]:
    """ "by month": beside what it is grouped by already, or instead of it."""
    there = [place for place, part in enumerate(before) if part.kind == "group"]
    added = Way("as well", (text_of([*before, *chunk]),))
    if not there or cue == "also":
        return [added]
    kept = [part for place, part in enumerate(before) if place not in there]
    instead = Way("instead", (text_of([*kept[: there[0]], *chunk, *kept[there[0] :]]),))
    return [instead] if cue == "instead" else [added, instead]


def _ranked(before: list[Part], chunk: list[Part], cue: Cue, catalogue: Catalogue) -> list[Way]:
    """ "top 3": in the place of an earlier one."""
    kept = [part for part in before if part.kind != "rank"]
    return [Way("", (text_of([*kept, *chunk]), text_of([*chunk, *kept])))]


def _in_period(before: list[Part], chunk: list[Part], cue: Cue, catalogue: Catalogue) -> list[Way]:
    """ "last quarter": instead of the period before."""
    there = [place for place, part in enumerate(before) if part.kind == "period"]
    if not there or cue == "also":
        return [Way("", (text_of([*before, *chunk]),))]
    first, last = there[0], there[-1]
    while chunk[0].kind == "link" and first and before[first - 1].kind == "link":
        first -= 1  # "as of March" for "in February"
    return [Way("", (text_of([*before[:first], *chunk, *before[last + 1 :]]),))]


def _shown_as(before: list[Part], chunk: list[Part], cue: Cue, catalogue: Catalogue) -> list[Way]:
    """ "as a percentage of the total"."""
    return [Way("", (text_of([*before, *chunk]),))]


def _held(before: list[Part], chunk: list[Part], cue: Cue, catalogue: Catalogue) -> list[Way]:
    """ "for Leeds": instead of another value of the same column; else beside what is said already, or instead of that."""
    wanted = _slots(chunk, catalogue)
    negated = any(part.is_in(Role.NOT, Role.WITHOUT) for part in chunk)
    there = _runs(before)
    added = Way("as well", (text_of([*before, *chunk]), text_of([*before, *_without_noun(before, chunk)])))
    if negated or not there:
        return [added]
    alike = [run for run in there if wanted & _slots(before[run[0] : run[1]], catalogue)]
    if alike and cue == "also":
        joined = _plain(chunk, before)
        return [Way("as well", (text_of([*before[: alike[-1][1]], _AND, *joined, *before[alike[-1][1] :]]),))]
    if alike:
        return [_put(before, run, chunk) for run in alike] + ([added] if _is_negated(before, alike[0]) else [])
    if cue in ("only", "also") or cue == "":
        return [added]
    return [added, *(_put(before, run, chunk, f"instead of {text_of(before[run[0] : run[1]])}") for run in there)]


_AND = Part("link", (Item("and", "and"),))


def _put(before: list[Part], run: tuple[int, int], chunk: list[Part], key: str = "instead") -> Way:
    """The chunk in the place of a run, with its own small words or with those that stand there, whichever can be read."""
    first, last = run
    bare = [part for part in chunk if part.kind != "link" or not part.is_in(Role.PREPOSITION)]
    nouns = [part for part in bare if is_noun(part)]
    plain = _plain(chunk, before) if any(_same_noun(part, before) for part in nouns) else bare
    texts = [text_of([*before[:first], *plain, *before[last:]]), text_of([*before[:first], *bare, *before[last:]])]
    start = first
    while start and before[start - 1].kind == "link" and before[start - 1].is_in(Role.PREPOSITION):
        start -= 1
    end = last + 1 if last < len(before) and before[last].kind == "noun" and nouns else last
    texts.append(text_of([*before[:start], *before[end:], *chunk]))
    return Way(key, tuple(dict.fromkeys(texts)))


def _runs(before: Sequence[Part]) -> list[tuple[int, int]]:
    """Where something is said of the rows: each stretch from its first part to behind its last."""
    return [(place, place + 1) for place, part in enumerate(before) if part.kind == "held"]


def _is_negated(before: Sequence[Part], run: tuple[int, int]) -> bool:
    place = run[0] - 1
    while place >= 0 and before[place].kind == "link":
        if before[place].is_in(Role.NOT, Role.WITHOUT):
            return True
        place -= 1
    return False


def _plain(chunk: Sequence[Part], before: Sequence[Part]) -> list[Part]:
    """Values and terms alone, without small words before them and the noun that stands there already."""
    return [part for part in _without_noun(before, chunk) if part.kind != "link"]


def _without_noun(before: Sequence[Part], chunk: Sequence[Part]) -> list[Part]:
    return [part for part in chunk if not (is_noun(part) and _same_noun(part, before))]


def _same_noun(part: Part, before: Sequence[Part]) -> bool:
    tables = _tables([part])
    return bool(tables) and bool(tables & _tables(before))


def _tables(found: Sequence[Part]) -> set[str]:
    return {known.table for part in found for item in part.items for known in item.meanings if isinstance(known, Thing)}


def _slots(found: Sequence[Part], catalogue: Catalogue) -> set[tuple[str, str]]:
    """The columns of which values are named, and those by which terms are told."""
    slots: set[tuple[str, str]] = set()
    for item in (item for part in found if part.kind == "held" for item in part.items):
        slots |= columns_of(item)
        for known in item.meanings:
            if isinstance(known, Named):
                slots |= _told_by(known.term, catalogue)
    return slots


def _told_by(term: str, catalogue: Catalogue) -> set[tuple[str, str]]:
    return {
        (reading.table, column)
        for reading in catalogue.terms[term].readings
        for column in catalogue.tables[reading.table].columns
        if re.search(rf"\b{re.escape(column)}\b", reading.where, re.IGNORECASE)
    }


def _figured(before: list[Part], chunk: list[Part], cue: Cue, catalogue: Catalogue) -> list[Way]:
    """ "the average", "number of loans": instead of the figure before, or beside it."""
    there = [place for place, part in enumerate(before) if part.kind in {"how", "figure"}]
    alone = all(part.kind in {"how", "link"} for part in chunk)
    if not there:
        listed = [part for part in before if not part.is_in(Role.ASK)]
        return [Way("", (text_of([*chunk, *listed]), f"{text_of(chunk)} of {text_of(listed)}"))]
    first, last = there[0], there[-1] + 1
    rest = [*before[:first], *before[last:]]
    figures = [part for part in before[first:last] if part.kind == "figure"]
    context = [part for part in rest if part.kind != "link" or part not in rest[: first + 1]]
    if alone:
        counts = any(part.is_in(Role.HOW_MANY) for part in chunk)
        shown = [*chunk, *([] if counts else figures)]
        return [Way("instead", (text_of([*before[:first], *shown, *before[last:]]), text_of([*shown, *context])))]
    counted = [*before[:first], *before[last + 1 :]] if last < len(before) and before[last].kind == "noun" else rest
    instead = Way(
        "instead",
        (
            text_of([*before[:first], *chunk, *before[last:]]),
            text_of([*counted[:first], *chunk, *counted[first:]]),
            f"{text_of([*before[:first], *chunk])} of {text_of(before[last:])}",
        ),
    )
    if cue in ("instead", "about"):
        return [instead]
    end = last + 1 if last < len(before) and before[last].kind == "noun" and not figures else last
    both = Way("as well", (text_of([*before[:end], _AND, *chunk, *before[end:]]),))
    return [both] if cue == "also" else [instead, both]


def _other_thing(before: list[Part], chunk: list[Part], cue: Cue, catalogue: Catalogue) -> list[Way]:
    """ "and deposits?": another noun or measure in the place of the one before."""
    places = [place for place, part in enumerate(before) if part.kind in {"noun", "figure"}]
    bare = [part for part in chunk if part.kind != "link"]
    if not bare:
        return [Way("", (text_of([*before, *chunk]),))]
    found = [
        Way("instead", (text_of([*before[:place], *bare, *before[place + 1 :]]),))
        for place in places
        if text_of(before[place : place + 1]) != text_of(bare)
    ]
    return found or [Way("", (text_of([*before, *chunk]),))]


_Change = Callable[[list[Part], list[Part], Cue, Catalogue], list[Way]]
_CHANGES: dict[Kind, _Change] = {
    "group": _grouped,
    "rank": _ranked,
    "share": _shown_as,
    "how": _figured,
    "figure": _figured,
    "period": _in_period,
    "held": _held,
}
