"""What the bank's words in an answer mean, from the catalogue: for its file and for Explain."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bank.catalogue import Catalogue, Measure
from bot.answer import Answer

Meaning = tuple[str, str]

MOST = 12
VERBS = {"count": "number", "sum": "sum", "average": "average", "minimum": "smallest", "maximum": "largest"}


def meanings(catalogue: Catalogue, answer: Answer) -> list[Meaning]:
    """Every measure and term whose words stand in a reading or over a column, with how it is reckoned."""
    said = " ".join(
        words for part in answer.parts for words in [part.reading, *(column.label for column in part.table.columns)]
    )
    return found_in(catalogue, f"{answer.question} {said}")


def found_in(catalogue: Catalogue, words: str) -> list[Meaning]:
    """The same of any words."""
    lowered = f" {_plain(words)} "
    there = [one for one in entries(catalogue) if any(_stands(name, lowered) for name in one.names)]
    return [(one.name, one.meaning) for one in there][:MOST]


@dataclass(frozen=True, slots=True)
class Word:
    """A measure, a term or a thing of the bank: all it is called, what it means, and of which tables that speaks."""

    name: str
    names: tuple[str, ...]
    meaning: str
    tables: frozenset[str]


def entries(catalogue: Catalogue) -> Iterator[Word]:
    """Everything the catalogue explains."""
    for name, measure in catalogue.measures.items():
        says = (measure.says,) if measure.says else ()
        yield Word(name, (name, *says, *measure.synonyms), measured(catalogue, measure), _tables(catalogue, measure))
    for name, term in catalogue.terms.items():
        read = [f"{_plural(catalogue, one.table)} {one.says} ({one.where})" for one in term.readings]
        yield Word(name, (name, *term.synonyms), "; or ".join(read), frozenset(one.table for one in term.readings))
    for key, table in catalogue.tables.items():
        plural = table.plural or f"{table.noun}s"
        yield Word(table.noun, (table.noun, plural, *table.synonyms), table.row, frozenset({key}))


def _tables(catalogue: Catalogue, measure: Measure) -> frozenset[str]:
    parts = [catalogue.measures[part] for part in (measure.of, measure.over) if part in catalogue.measures]
    return frozenset({measure.table} - {""}).union(*(_tables(catalogue, part) for part in parts))


def measured(catalogue: Catalogue, measure: Measure) -> str:
    """A measure in words and in the catalogue's SQL."""
    said = f"{measure.says}: " if measure.says else ""
    if measure.of:
        return f"{said}{measure.of} divided by {measure.over}"
    things = _plural(catalogue, measure.table)
    what = f"{measure.value} of {things}" if measure.value else things
    return f"{said}{VERBS[measure.aggregate]} of {what}{f', where {measure.where}' if measure.where else ''}"


def _plural(catalogue: Catalogue, table: str) -> str:
    entry = catalogue.tables.get(table)
    return table if entry is None else entry.plural or f"{entry.noun}s"


def _stands(name: str, lowered: str) -> bool:
    sought = _plain(name)
    return bool(sought) and f" {sought} " in lowered


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.lower()))
