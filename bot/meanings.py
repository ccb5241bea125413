"""What the bank's words in an answer mean, from the catalogue: for its file and for Explain."""

import re
from collections.abc import Iterator

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
    return [meaning for names, meaning in entries(catalogue) if any(_stands(name, lowered) for name in names)][:MOST]


def entries(catalogue: Catalogue) -> Iterator[tuple[tuple[str, ...], Meaning]]:
    """Every measure, term and table: the names it goes by, and (name, meaning)."""
    for name, measure in catalogue.measures.items():
        yield (name, measure.says, *measure.synonyms), (name, measured(catalogue, measure))
    for name, term in catalogue.terms.items():
        read = [f"{_plural(catalogue, one.table)} {one.says} ({one.where})" for one in term.readings]
        yield (name, *term.synonyms), (name, "; or ".join(read))
    for table in catalogue.tables.values():
        yield (table.noun, table.plural or f"{table.noun}s", *table.synonyms), (table.noun, table.row)


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
