"""Every phrase that means something here, built once from the catalogue, the data's values and the English words."""

from collections.abc import Iterator, Sequence
from datetime import date

from bank.catalogue import Catalogue, ColumnEntry
from bank.values import Values
from generators.pattern import english, periods
from generators.pattern.meanings import (
    Amount,
    Attribute,
    Figure,
    Item,
    Meaning,
    Named,
    Pick,
    Several,
    Stored,
    Thing,
    When,
    Word,
)
from generators.pattern.tokens import Token, stems

# The verbs of the nouns that date columns are named after: "maturity date" is when a loan "matures".
DATE_VERBS = {
    "maturity": "maturing mature matured due",
    "origination": "originated originate originating originations origination",
    "booking": "booked booking bookings",
    "open": "opened open opening opened",
    "opening": "opened opening",
    "issue": "issued issuing issues",
    "expiry": "expiring expire expired expires",
    "expiration": "expiring expire expired expires",
    "granting": "granted",
    "grant": "granted",
    "creation": "created",
    "closing": "closed closing",
    "review": "reviewed review",
    "transaction": "transacted",
    "incorporation": "incorporated",
    "effective": "effective",
    "start": "started starting",
    "end": "ending ended",
    "birth": "born",
}


class Lexicon:
    """Phrases in their compared form, each with all it can mean."""

    def __init__(self, catalogue: Catalogue, values: Values) -> None:
        self._known: dict[tuple[str, ...], list[Meaning]] = {}
        for phrase, words in english.phrases().items():
            self._known[phrase] = list(words)
        english_words = set(self._known)
        for name, meaning in _catalogue_phrases(catalogue):
            self._add(name, meaning)
        for value in values.known:
            # A value that is a word of English ("A", "all") would be found in every other sentence.
            if stems(value.said) not in english_words:
                self._add(value.said, Stored(value.table, value.column, value.value))
        self._longest = max((len(phrase) for phrase in self._known), default=1)
        self._starts = {phrase[0] for phrase in self._known}

    def read(self, tokens: Sequence[Token], today: date) -> list[Item]:
        """Covers the tokens so that the fewest are left without a meaning, with the fewest and so the longest stretches."""
        best: list[tuple[int, int, list[Item]]] = [(0, 0, [])]
        for end in range(len(tokens), 0, -1):
            at = end - 1
            options = []
            for taken, item in self._stretches(tokens, at, today):
                lost, stretches, after = best[len(tokens) - at - taken]
                missed = taken if not item.meanings else 0
                options.append((lost + missed, stretches + 1, taken, item, after))
            lost, stretches, _, item, after = min(options, key=lambda option: (option[0], option[1], -option[2]))
            best.append((lost, stretches, [item, *after]))
        return best[-1][2]

    def _stretches(self, tokens: Sequence[Token], at: int, today: date) -> Iterator[tuple[int, Item]]:
        single: list[Meaning] = []
        token = tokens[at]
        period = periods.find(tokens, at, today)
        if token.number is not None:
            single.append(Amount(token.number, token.currency, token.percent, token.scale))
        reached = {1: single}
        if token.stem in self._starts:
            for size in range(1, min(self._longest, len(tokens) - at) + 1):
                meanings = self._known.get(tuple(token.stem for token in tokens[at : at + size]))
                if meanings:
                    reached[size] = [*reached.get(size, []), *meanings]
        if token.quoted:
            reached[1] = [*single, *self._known.get(tuple(token.stem.split()), [])]
        if period:
            reached[period[0]] = [*reached.get(period[0], []), When(period[1])]
        for size, meanings in reached.items():
            yield size, _item(tokens[at : at + size], meanings)

    def _add(self, name: str, meaning: Meaning) -> None:
        phrase = stems(name)
        if not phrase:
            return
        known = self._known.setdefault(phrase, [])
        if meaning not in known:
            known.append(meaning)


def _item(tokens: Sequence[Token], meanings: Sequence[Meaning]) -> Item:
    text = " ".join(token.text for token in tokens)
    last = tokens[-1]
    return Item(text, " ".join(token.stem for token in tokens), tuple(meanings), last.text.casefold() != last.stem)


def _catalogue_phrases(catalogue: Catalogue) -> Iterator[tuple[str, Meaning]]:
    yield from _table_phrases(catalogue)
    for name, measure in catalogue.measures.items():
        for said in (name, measure.says, *measure.synonyms):
            yield said, Figure(name)
    yield from _term_phrases(catalogue)


def _table_phrases(catalogue: Catalogue) -> Iterator[tuple[str, Meaning]]:
    for name, table in catalogue.tables.items():
        for noun in (table.noun, table.plural, *table.synonyms):
            yield noun, Thing(name)
        for column, entry in table.columns.items():
            if entry.personal:
                continue
            for said in _column_names(table.noun, column, entry):
                yield said, Attribute(name, column)


def _term_phrases(catalogue: Catalogue) -> Iterator[tuple[str, Meaning]]:
    for name, term in catalogue.terms.items():
        for said in (name, *term.synonyms):
            yield said, Named(name)
        for reading in term.readings:
            for said in reading.synonyms:
                yield said, Pick(" ".join(stems(said)))
    for word in catalogue.ambiguous:
        yield word, Several(word)
    for said in {pick for word, options in catalogue.ambiguous.items() for pick in picks(catalogue, word, options)}:
        yield said, Pick(said)


def picks(catalogue: Catalogue, word: str, options: Sequence[str]) -> dict[str, str]:
    """The words that choose one option of an ambiguous word: what its name has and the word has not ("regulator")."""
    extra: dict[str, list[str]] = {}
    said = {
        stem for known, named in catalogue.ambiguous.items() if tuple(named) == tuple(options) for stem in stems(known)
    }
    for option in options:
        rest = " ".join(part for part in stems(option_name(catalogue, option)) if part not in {*said, *stems(word)})
        if rest:
            extra.setdefault(rest, []).append(option)
    return {rest: found[0] for rest, found in extra.items() if len(found) == 1}


def option_name(catalogue: Catalogue, option: str) -> str:
    """How a banker calls an option of an ambiguous word: a TABLE.COLUMN or a measure."""
    if option in catalogue.measures:
        return catalogue.measures[option].says or option
    table, _, column = option.partition(".")
    return catalogue.label(table, column)


def _column_names(noun: str, column: str, entry: ColumnEntry) -> Iterator[str]:
    label = entry.label or column.replace("_", " ")
    names = [label, column.replace("_", " "), *entry.synonyms]
    yield from names
    for name in (label, *entry.synonyms):
        # "customers joined" says what customers did; "customer joining date" is a name.
        is_name = entry.kind != "date" or name.casefold().endswith("date")
        if is_name and not name.casefold().startswith(noun.casefold()):
            yield f"{noun} {name}"
    if entry.kind == "date" and stems(label)[-1:] == ("date",):
        yield from DATE_VERBS.get(stems(label)[-2] if len(stems(label)) > 1 else "", "").split()


def is_empty(item: Item) -> bool:
    """Whether the question would mean the same without this stretch."""
    return all(isinstance(meaning, Word) and meaning.role == "empty" for meaning in item.meanings) and bool(
        item.meanings
    )
