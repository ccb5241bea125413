"""What a bank's catalogue calls things by: every phrase, and what it may mean; and how words compare."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bank.catalogue import Catalogue, ColumnEntry

_WORD = re.compile(r"[\w&']+")
IDLE = frozenset(
    "a all an and any are as at be been by can did do does each every for from give had has have how i in into is it its list"
    " many me more most much my number of on or our over per please show than that the their them there these they this those"
    " to total us was we were what when where which who whose will with would you your".split()
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a phrase may mean."""

    kind: str  # table, column, measure, term or ambiguous
    name: str
    table: str = ""


def words(text: str) -> tuple[str, ...]:
    """The words as they compare: small letters, without the s of a plural."""
    return tuple(_stem(word) for word in _WORD.findall(text.lower().replace("_", " ").replace("-", " ")))


def _stem(word: str) -> str:
    word = word.removesuffix("'s").strip("'")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def phrases(catalogue: Catalogue) -> Iterator[tuple[str, Target]]:
    """Everything that the catalogue calls something by."""
    for name, table in catalogue.tables.items():
        yield from ((phrase, Target("table", name, name)) for phrase in (table.noun, table.plural, *table.synonyms))
        for column, entry in table.columns.items():
            called = (catalogue.label(name, column), *entry.synonyms, *_meanings(entry))
            yield from ((phrase, Target("column", column, name)) for phrase in called)
    for name, measure in catalogue.measures.items():
        yield from ((phrase, Target("measure", name)) for phrase in (name, *measure.synonyms))
    for name, term in catalogue.terms.items():
        yield from ((phrase, Target("term", name)) for phrase in (name, *term.synonyms))
    yield from ((word, Target("ambiguous", word)) for word in catalogue.ambiguous)


def _meanings(entry: ColumnEntry) -> Iterator[str]:
    if not entry.personal:
        also = (word for words_of in entry.values.values() for word in words_of)
        yield from (meaning for meaning in (*entry.codes.values(), *also) if len(meaning) > 2)


def one_measure(targets: list[Target]) -> list[str]:
    """The measure that words name, where they name nothing else that could be meant."""
    measures = {one.name for one in targets if one.kind == "measure"}
    others = any(one.kind in ("ambiguous", "column") for one in targets)
    return list(measures) if len(measures) == 1 and not others else []
