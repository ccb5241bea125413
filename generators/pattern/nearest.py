"""The questions nearest to one that was not understood, each of which can be answered."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property

from rapidfuzz import fuzz, process

from bank.catalogue import Catalogue
from generators.pattern.reading import plural

_THEN = datetime(2000, 1, 1)


class Nearest:
    """Examples of the catalogue, and questions made from its measures and nouns; tried once, when first needed."""

    def __init__(self, catalogue: Catalogue, answerable: Callable[[str, datetime], bool]) -> None:
        self._catalogue, self._answerable = catalogue, answerable

    def to(self, text: str, count: int = 3) -> tuple[str, ...]:
        """Up to three questions, the nearest first."""
        found = process.extract(text, self._known, scorer=fuzz.token_set_ratio, limit=count, processor=str.casefold)
        return tuple(question for question, _, _ in found)

    @cached_property
    def _known(self) -> list[str]:
        made = dict.fromkeys((*self._catalogue.examples, *_made(self._catalogue)))
        return [question for question in made if self._answerable(question, _THEN)]


def _made(catalogue: Catalogue) -> Iterator[str]:
    for table, entry in catalogue.tables.items():
        if entry.countable:
            nouns = plural(catalogue, table)
            yield f"How many {nouns} do we have?"
            for column in [name for name, about in entry.columns.items() if about.kind == "category"][:8]:
                yield f"Number of {nouns} by {catalogue.label(table, column)}"
    for name in catalogue.measures:
        yield f"What {'are' if name.split()[-1].endswith('s') else 'is'} the {name}?"
