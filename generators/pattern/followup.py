"""What a follow-up asks in full: the question before it, with one thing changed. Each way in which it may be meant is one text."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bank.catalogue import Catalogue
from generators.pattern.against import against
from generators.pattern.meanings import Attribute, Item, Named, Role, Thing
from generators.pattern.parts import Kind, Part, is_noun, parts, text_of
from generators.pattern.saying import Cue, Said
from generators.pattern.telling import columns_of

Read = Callable[[str], list[Item]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to mean it, and the question in full in several wordings, the first that can be read being the one."""

    key: str
    texts: tuple[str, ...]


def ways(before: str, follow_up: Said, read: Read, catalogue: Catalogue) -> list[Way]:
    """Every way in which the question before can be changed so. Whether it can be read is for the caller to try."""
    if follow_up.lists:
        return _things_of(parts(read(before), catalogue))
    held = against(parts(read(before), catalogue), follow_up.core, catalogue)
    if held:
        return [Way("", (held,))]
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


def _things_of(before: list[Part]) -> list[Way]:
    """ "list them", of things that were counted."""
    if not any(part.kind == "how" and part.is_in(Role.HOW_MANY) for part in before):
        return []
    kept = [part for part in before if part.kind not in {"how", "group", "rank", "figure"}]
    rest = [part for part in kept if part.kind != "link" or not part.is_in(Role.BE, Role.ASK)]
    return [Way("", (f"list {text_of(rest)}", f"list {text_of(kept)}"))]


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
    if any(part.is_in(Role.ALL) for part in chunk) and (wider := _wider(before, bare, catalogue)):
        return [wider]
    found = []
    for place in places:
        summed = before[place].kind == "figure" and not any(part.kind == "how" for part in before)
        new = f"total {text_of(bare)}" if summed and is_noun(bare[0]) else text_of(bare)
        words = [text_of(before[:place]), new, text_of(before[place + 1 :])]
        if text_of([before[place]]) != text_of(bare):
            found.append(Way("instead", (" ".join(word for word in words if word),)))
    return found or [Way("", (text_of([*before, *chunk]),))]


def _wider(before: list[Part], named: list[Part], catalogue: Catalogue) -> Way | None:
    """ "all countries": what was said of the country is gone."""
    meanings = [known for part in named for item in part.items for known in item.meanings]
    columns = {(known.table, known.column) for known in meanings if isinstance(known, Attribute)}
    runs = [run for run in _runs(before) if columns & _slots(before[run[0] : run[1]], catalogue)]
    if len(runs) != 1:
        return None
    start, end = runs[0]
    while start and before[start - 1].kind == "link":
        start -= 1
    return Way("all", (text_of([*before[:start], *before[end:]]),))


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
