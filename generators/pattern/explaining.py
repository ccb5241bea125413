"""What a word of the bank means, in the catalogue's own words: "what does substandard mean?"."""

import re
from collections.abc import Iterator

from bank.catalogue import Catalogue, ColumnEntry, Measure
from generators.pattern.tokens import stems

_ASKED = (
    r"what (?:does|do|did) (?P<word>.+?) (?:mean|stand for|refer to)",
    r"what (?:is|are) (?:the )?(?:meaning|definition)s? of (?P<word>.+)",
    r"what (?:is|are) meant by (?P<word>.+)",
    r"what do(?:es)? (?:you|it|they|we|one) mean (?:by|with) (?P<word>.+)",
    r"(?:define|explain) (?P<word>.+)",
    r"(?:meaning|definition) of (?P<word>.+)",
    r"how (?:is|are|do you) (?P<word>.+?) (?:defined|calculated|computed|worked out|measured)",
)
_MOST = 6


def explained(text: str, catalogue: Catalogue) -> str | None:
    """The sentences that say it; None where nothing of the kind is asked, empty where the catalogue does not know the word."""
    word = asked_about(text)
    if not word:
        return None
    known = list(dict.fromkeys(_meanings(stems(word), catalogue)))
    return "\n".join(f"{sentence}." for sentence in known[:_MOST])


def asked_about(text: str) -> str:
    """The word whose meaning is asked for; empty where nothing of the kind is."""
    asked = re.sub(r"^(?:and|but|so|ok|okay|please|sorry)[\s,]+", "", text.strip().strip("?!. "), flags=re.IGNORECASE)
    for pattern in _ASKED:
        if found := re.fullmatch(pattern, asked, re.IGNORECASE):
            return re.sub(r"^(?:an?|the|by|here)\s+", "", found["word"].strip(" \"'“”"), flags=re.IGNORECASE)
    return ""


def _meanings(word: tuple[str, ...], catalogue: Catalogue) -> Iterator[str]:
    yield from _terms(word, catalogue)
    for name, measure in catalogue.measures.items():
        if _is(word, name, measure.says, *measure.synonyms):
            yield _measure(name, measure, catalogue)
    yield from _values(word, catalogue)
    for table in catalogue.tables.values():
        if _is(word, table.noun, table.plural, *table.synonyms) and table.countable:
            yield f"A {table.noun}: {table.row.rstrip('.')}"
    yield from _columns(word, catalogue)
    for said, options in catalogue.ambiguous.items():
        if _is(word, said):
            named = [_named(option, catalogue) for option in options]
            yield f"“{said}” may mean several things here: {'; '.join(dict.fromkeys(named))}"


def _terms(word: tuple[str, ...], catalogue: Catalogue) -> Iterator[str]:
    for name, term in catalogue.terms.items():
        if _is(word, name, *term.synonyms):
            readings = [f"{catalogue.tables[one.table].noun} {one.says} ({one.where})" for one in term.readings]
            yield f"“{name}” means {' or '.join(readings)}"


def _measure(name: str, measure: Measure, catalogue: Catalogue) -> str:
    says = f": {measure.says}" if measure.says and measure.says != name else ""
    if measure.of:
        return f"“{name}”{says}, which is {measure.of} over {measure.over}"
    aggregate = {"sum": "the sum", "average": "the average", "count": "the number", "minimum": "the lowest"}
    how = aggregate.get(measure.aggregate, "the highest")
    of = f" of {measure.value}" if measure.value else ""
    where = f" where {measure.where}" if measure.where else ""
    return f"“{name}”{says}. It is {how}{of} over the rows of {measure.table}{where}"


def _values(word: tuple[str, ...], catalogue: Catalogue) -> Iterator[str]:
    for name, table in catalogue.tables.items():
        for column, entry in table.columns.items():
            if not entry.personal:
                yield from _values_of(word, entry, f"{catalogue.label(name, column)} of a {table.noun}")


def _values_of(word: tuple[str, ...], entry: ColumnEntry, label: str) -> Iterator[str]:
    for value, meaning in entry.codes.items():
        if _is(word, value, meaning):
            yield f"{value} is a value of {label}" + (f" and means {meaning}" if meaning != value else "")
    for place, value in enumerate(entry.rank, 1):
        if _is(word, value):
            scale = " – ".join(entry.rank)
            yield f"{value} is number {place} of {len(entry.rank)} of {label}, from best to worst: {scale}"
    for value, names in entry.values.items():
        if _is(word, value, *names):
            yield f"{value} is a value of {label}, also called {', '.join(names)}"


def _columns(word: tuple[str, ...], catalogue: Catalogue) -> Iterator[str]:
    for name, table in catalogue.tables.items():
        for column, entry in table.columns.items():
            if entry.personal or entry.kind in ("id", "month") or not _is(word, entry.label, *entry.synonyms):
                continue
            held = [f"{value} ({said})" for value, said in entry.codes.items()] or list(entry.rank)
            values = f", one of {', '.join(held)}" if held else ""
            yield f"“{catalogue.label(name, column)}” is said of each {table.noun}{values} (column {name}.{column})"


def _named(option: str, catalogue: Catalogue) -> str:
    if option in catalogue.measures:
        return catalogue.measures[option].says or option
    table, _, column = option.partition(".")
    return catalogue.label(table, column)


def _is(word: tuple[str, ...], *names: str) -> bool:
    return any(name and stems(name) == word for name in names)
