"""Every phrase that means something here, built once from the catalogue, the data's values and the English words."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from bank.catalogue import Catalogue
from bank.values import Values
from generators.pattern import english
from generators.pattern.dating import find
from generators.pattern.meanings import Amount, Item, Meaning, Named, Role, Stored, When, Word
from generators.pattern.periods import Clock
from generators.pattern.phrases import catalogue_phrases, stored_names
from generators.pattern.short import short_names, short_values
from generators.pattern.spelling import Spelling
from generators.pattern.tokens import Token, plainly, stems

_DENIES = ("un", "in", "non", "dis")


class Lexicon:
    """Phrases in their compared form, each with all it can mean."""

    def __init__(self, catalogue: Catalogue, values: Values) -> None:
        self._fiscal_start = catalogue.fiscal_year_start
        self._known: dict[tuple[str, ...], list[Meaning]] = {}
        self._capital: dict[str, list[Meaning]] = {}  # values that are also words: only in capitals ("US", "IT")
        for phrase, words in english.phrases().items():
            self._known[phrase] = list(words)
        english_words = set(self._known)
        for name, meaning in catalogue_phrases(catalogue):
            self._add(name, meaning)
        vocabulary = set(self._known)
        for name, meaning in stored_names(catalogue):
            self._add(name, meaning)  # "IsActive" may be typed, but no slip of the finger leads there
        vocabulary |= self._add_values(catalogue, values, english_words)
        for said, found in (*short_names(catalogue, values, self._known), *short_values(values, self._known)):
            self._add(said, found)
        self._longest = max((len(phrase) for phrase in self._known), default=1)
        self._starts = {phrase[0] for phrase in self._known}
        self._spelling = Spelling({word for phrase in vocabulary for word in phrase})

    def _add_values(
        self, catalogue: Catalogue, values: Values, english_words: Collection[tuple[str, ...]]
    ) -> set[tuple[str, ...]]:
        """Adds the values of the data; returns those of categories, whose spelling may be put right: a firm is never guessed at."""
        spelled: set[tuple[str, ...]] = set()
        for value in values.known:
            found = Stored(value.table, value.column, value.value)
            # A value that is a word of English ("A", "all") would be found in every other sentence.
            if stems(value.said) not in english_words or _gives_way(self._known[stems(value.said)]):
                self._add(value.said, found)
                if catalogue.tables[value.table].columns[value.column].kind == "category":
                    spelled.add(stems(value.said))
            elif value.said.isupper() and len(value.said) > 1:
                self._capital.setdefault(value.said, []).append(found)
        return spelled

    def read(self, tokens: Sequence[Token], today: date) -> tuple[list[Item], tuple[str, ...]]:
        """The items of a question, and what was taken for a misspelling: ("custmers" → "customers", …)."""
        items = self._covered(tokens, today)
        lost = {item.text for item in items if not item.meanings}
        if lost and len(plain := self._without_prefixes(tokens, lost)) > len(tokens):
            return self.read(plain, today)
        mended = self._spelling.mend(tokens, lost) if lost else None
        if not mended:
            return items, ()
        return self._covered(mended.tokens, today), mended.notes

    def _without_prefixes(self, tokens: Sequence[Token], lost: Collection[str]) -> list[Token]:
        """ "unresolved" is not resolved, "inactive" not active, where a term of the bank is all that the prefix denies."""
        found: list[Token] = []
        for token in tokens:
            word = token.stem.casefold()
            denied = (word.removeprefix(prefix) for prefix in _DENIES if token.text in lost and word.startswith(prefix))
            term = next(
                (rest for rest in denied if any(isinstance(m, Named) for m in self._known.get((rest,), ()))), ""
            )
            found += [Token("not", "not"), replace(token, stem=term)] if term else [token]
        return found

    def _covered(self, tokens: Sequence[Token], today: date) -> list[Item]:
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
        token = tokens[at]
        reached: dict[int, list[Meaning]] = {1: self._alone(token)}
        if token.text not in self._capital and token.stem in self._starts:
            for size in range(1, min(self._longest, len(tokens) - at) + 1):
                meanings = self._known.get(tuple(token.stem for token in tokens[at : at + size]))
                if meanings:
                    reached[size] = [*reached.get(size, []), *meanings]
        period = find(tokens, at, Clock(today, self._fiscal_start))
        if period:
            reached[period[0]] = [*reached.get(period[0], []), When(period[1])]
        for size, meanings in reached.items():
            yield size, _item(tokens[at : at + size], meanings)

    def _alone(self, token: Token) -> list[Meaning]:
        """What a token says by itself: a number, a value in capitals, or the text between quotes."""
        number = [] if token.number is None else [Amount(token.number, token.currency, token.percent, token.scale)]
        quoted = self._known.get(tuple(token.stem.split()), []) if token.quoted else []
        return [*number, *self._capital.get(token.text, []), *quoted]

    def _add(self, name: str, meaning: Meaning) -> None:
        phrase = stems(name)
        if not phrase:
            return
        known = self._known.setdefault(phrase, [])
        if meaning not in known:
            known.append(meaning)


def _gives_way(meanings: Sequence[Meaning]) -> bool:
    """ "Declined" is also what became of a payment, "euros" are also what loans are in."""
    return all(found.role in {Role.CHANGE, Role.CURRENCY} for found in meanings if isinstance(found, Word))


def _item(tokens: Sequence[Token], meanings: Sequence[Meaning]) -> Item:
    text = " ".join(token.text for token in tokens)
    last = tokens[-1]
    return Item(
        text, " ".join(token.stem for token in tokens), tuple(meanings), _is_plural(last) and tokens[0].stem != "who"
    )


def _is_plural(last: Token) -> bool:
    word = plainly(last.text.casefold())
    if word.endswith("'s"):
        return False  # "which industry's balance"
    return word != last.stem or word in {"men", "women", "people", "persons", "staff"}
