"""What could be asked next about an answer: the same by something else, over time, only the highest; each can be answered."""

from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from bank.catalogue import Catalogue
from generators.pattern.followup import Read, ways
from generators.pattern.intent import Intent
from generators.pattern.meanings import Attribute, Figure, Thing
from generators.pattern.parts import Part, parts
from generators.pattern.saying import Said

MOST = 3
_TRIES = 8  # questions tried out for them; each takes a few milliseconds
_LABEL = 75  # characters on one of Slack's buttons


class Means(Protocol):
    """What a question asks, by which two wordings are compared; None where it cannot be read.

    With `answerable` its query is built as well, and None says that there is none: most of the time goes into that.
    """

    def __call__(self, text: str, /, answerable: bool = False) -> Intent | None: ...


def suggestions(text: str, read: Read, catalogue: Catalogue, means: Means, most: int = MOST) -> tuple[str, ...]:
    """Up to `most` questions in full, each of which can be answered."""
    found: list[str] = []
    there = parts(read(text), catalogue)
    kinds = {part.kind for part in there}
    if not kinds & {"how", "figure"} or "rank" in kinds:  # "top 10 by industry" would rank within each
        return ()
    for words in islice(_wanted(there, catalogue), _TRIES):
        wanted = ways(text, Said(words, "instead"), read, catalogue)[0].texts[0]
        asked = means(wanted, answerable=True) if wanted != text else None
        if asked is None:
            continue
        worded = (one for one in (*_as_said(text, words, _grouped(there)), wanted) if len(one) <= _LABEL)
        if label := next((one for one in worded if one == wanted or means(one) == asked), ""):
            found.append(label[0].upper() + label[1:])
        if len(found) == most:
            break
    return tuple(found)


def _as_said(text: str, words: str, grouped: str) -> Iterator[str]:
    """In the asker's own words, which read better than the parts put together again, where that means the same."""
    bare = text.strip().rstrip("?.! ")
    end = "?" if text.rstrip().endswith("?") else ""
    if words.startswith("by ") and grouped and grouped in bare:
        yield bare.replace(grouped, words) + end
    yield f"{bare}{' ' if words.startswith('by ') else ', '}{words}{end}"


def _grouped(there: list[Part]) -> str:
    return " ".join(part.text for part in there if part.kind == "group")


def _wanted(there: list[Part], catalogue: Catalogue) -> Iterator[str]:
    grouped = _grouped(there)
    if grouped:
        yield "top 3"
    dimensions = [label for label in _dimensions(there, catalogue) if label not in grouped]
    yield from (f"by {label}" for label in dimensions[:1])
    if "month" not in grouped:
        yield "by month"
    yield from (f"by {label}" for label in dimensions[1:])


def _dimensions(there: list[Part], catalogue: Catalogue) -> Iterator[str]:
    """The names of categories of what is asked about, those first that are shown when it is listed."""
    for table in _tables(there, catalogue):
        entry = catalogue.tables[table]
        ordered = [*entry.listing, *(name for name in entry.columns if name not in entry.listing)]
        for name in ordered:
            column = entry.columns[name]
            if column.kind == "category" and column.indexed and not column.personal:
                yield catalogue.label(table, name)


def _tables(there: list[Part], catalogue: Catalogue) -> list[str]:
    """The tables that the question names, and those that its facts belong to."""
    found: dict[str, None] = {}
    for known in (known for part in there for item in part.items for known in item.meanings):
        if isinstance(known, Thing | Attribute):
            found[known.table] = None
        elif isinstance(known, Figure):
            measure = catalogue.measures[known.measure]
            found[measure.table or catalogue.measures[measure.of].table] = None
    for join in catalogue.joins:
        if join.many in found:
            found[join.one] = None
    return [table for table in found if table]
