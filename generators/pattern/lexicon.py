"""Every phrase that means something here, built once from the catalogue, the data's values and the English words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bank.catalogue import Catalogue, ColumnEntry
from bank.values import Values
from generators.pattern import english
from generators.pattern.dating import find
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
)
from generators.pattern.periods import Clock
from generators.pattern.spelling import Spelling
from generators.pattern.tokens import Token, plainly, stems

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


# However the day is called on which a thing began, bankers say any of these of it: "loans issued in 2022".
_BEGINS = {
    "start",
    "origination",
    "issue",
    "granting",
    "grant",
    "opening",
    "open",
    "booking",
    "disbursement",
    "effective",
    "approval",
}
_BEGUN = (
    "issued",
    "granted",
    "originated",
    "opened",
    "disbursed",
    "taken out",
    "given out",
    "started",
)


# "How many loans did we grant in 2025" is said of the same day as "loans granted in 2025".
_PAST = ("did we", "did the bank", "did you", "do we", "have we", "did our customers", "did our clients")


class Lexicon:
    """Phrases in their compared form, each with all it can mean."""

    def __init__(self, catalogue: Catalogue, values: Values) -> None:
        self._fiscal_start = catalogue.fiscal_year_start
        self._known: dict[tuple[str, ...], list[Meaning]] = {}
        self._capital: dict[str, list[Meaning]] = {}  # values that are also words: only in capitals ("US", "IT")
        for phrase, words in english.phrases().items():
            self._known[phrase] = list(words)
        english_words = set(self._known)
        for name, meaning in _catalogue_phrases(catalogue):
            self._add(name, meaning)
        vocabulary = set(self._known)
        for value in values.known:
            found = Stored(value.table, value.column, value.value)
            # A value that is a word of English ("A", "all") would be found in every other sentence.
            if stems(value.said) not in english_words:
                self._add(value.said, found)
                if catalogue.tables[value.table].columns[value.column].kind == "category":
                    vocabulary.add(stems(value.said))  # a firm is never guessed at
            elif value.said.isupper() and len(value.said) > 1:
                self._capital.setdefault(value.said, []).append(found)
        for said, found in (*_short_names(catalogue, values, self._known), *_short_values(values, self._known)):
            self._add(said, found)
        self._longest = max((len(phrase) for phrase in self._known), default=1)
        self._starts = {phrase[0] for phrase in self._known}
        self._spelling = Spelling({word for phrase in vocabulary for word in phrase})

    def read(self, tokens: Sequence[Token], today: date) -> tuple[list[Item], tuple[str, ...]]:
        """The items of a question, and what was taken for a misspelling: ("custmers" → "customers", …)."""
        items = self._covered(tokens, today)
        lost = {item.text for item in items if not item.meanings}
        mended = self._spelling.mend(tokens, lost) if lost else None
        if not mended:
            return items, ()
        return self._covered(mended.tokens, today), mended.notes

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


def _item(tokens: Sequence[Token], meanings: Sequence[Meaning]) -> Item:
    text = " ".join(token.text for token in tokens)
    last = tokens[-1]
    return Item(text, " ".join(token.stem for token in tokens), tuple(meanings), _is_plural(last))


def _is_plural(last: Token) -> bool:
    word = plainly(last.text.casefold())
    return word != last.stem or word in {"men", "women", "people", "persons", "staff"}


def _catalogue_phrases(catalogue: Catalogue) -> Iterator[tuple[str, Meaning]]:
    yield from _table_phrases(catalogue)
    for name, measure in catalogue.measures.items():
        for said in (name, measure.says, *measure.synonyms):
            yield said, Figure(name)
            if measure.table and catalogue.tables[measure.table].countable:
                yield _with_noun(catalogue.tables[measure.table].noun, said), Figure(name)
    yield from _term_phrases(catalogue)


def _table_phrases(catalogue: Catalogue) -> Iterator[tuple[str, Meaning]]:
    for name, table in catalogue.tables.items():
        for noun in (table.noun, table.plural, *table.synonyms):
            yield noun, Thing(name)
        for column, entry in table.columns.items():
            if entry.personal:
                continue
            names = tuple(_column_names(table.noun, column, entry))
            names += tuple(_with_noun(table.noun, name) for name in names if entry.kind != "date")
            yield from ((said, Attribute(name, column)) for said in names)
            short = (
                ""
                if entry.kind in {"id", "month"}
                else _short_name(table.noun, entry.label or column.replace("_", " "))
            )
            if column == table.date and _BEGINS & set(stems(entry.label or column.replace("_", " "))):
                yield from ((verb, Attribute(name, column, short=True)) for verb in _BEGUN if verb not in names)
            if short and short not in names:
                yield short, Attribute(name, column, short=True)


_FEW_FIRMS = 4  # as many as there are buttons
_LEGAL_FORMS = frozenset(
    "inc incorporated plc llc ltd limited corp corporation co company gmbh ag sa srl bv nv kg oy ab group holding holdings".split()
)


def _short_names(
    catalogue: Catalogue, values: Values, known: Mapping[tuple[str, ...], object]
) -> Iterator[tuple[str, Stored]]:
    """Names of firms as they are called: without their legal form ("Willowbank Mills"), or by their first two words.

    Where a few firms are called so, each is a meaning, and the banker is asked which.
    """
    short: dict[str, dict[Stored, None]] = {}
    for value in values.known:
        if catalogue.tables[value.table].columns[value.column].kind != "name":
            continue
        words = value.said.split()
        bare = len(words)
        while bare > 1 and words[bare - 1].strip(".,").casefold() in _LEGAL_FORMS:
            bare -= 1
        found = Stored(value.table, value.column, value.value)
        for length in {bare, 2} - {1, len(words)}:
            if length < len(words):
                short.setdefault(" ".join(words[:length]), {})[found] = None
    for said, firms in short.items():
        if len(firms) <= _FEW_FIRMS and stems(said) not in known:
            yield from ((said, found) for found in firms)


_EVENTS = frozenset(
    "withdrawal refund transfer fee interest purchase repayment drawdown remittance chargeback dividend reversal".split()
)


def _short_values(values: Values, known: Mapping[tuple[str, ...], object]) -> Iterator[tuple[str, Stored]]:
    """ "withdrawals", where "Cash Withdrawal" is the only one that a column has."""
    found: dict[tuple[str, str, str], dict[Stored, None]] = {}
    for value in values.known:
        words = stems(value.said)
        if len(words) > 1 and words[-1] in _EVENTS:
            stored = Stored(value.table, value.column, value.value)
            found.setdefault((value.table, value.column, words[-1]), {})[stored] = None
    for (_, _, word), each in found.items():
        if len(each) == 1 and (word,) not in known:
            yield word, next(iter(each))


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
        name = list(stems(option_name(catalogue, option)))
        while name and name[-1] in {*said, *stems(word)}:
            name.pop()
        rest = " ".join(name)
        if rest:
            extra.setdefault(rest, []).append(option)
    return {rest: found[0] for rest, found in extra.items() if len(found) == 1}


def option_name(catalogue: Catalogue, option: str) -> str:
    """How a banker calls an option of an ambiguous word: a TABLE.COLUMN or a measure."""
    if option in catalogue.measures:
        return catalogue.measures[option].says or option
    table, _, column = option.partition(".")
    return catalogue.label(table, column)


def _with_noun(noun: str, name: str) -> str:
    """ "outstanding loan balance", for the outstanding balance of a loan."""
    words = name.split()
    return " ".join([*words[:-1], noun, words[-1]]) if len(words) > 1 and noun not in name else name


def _short_name(noun: str, label: str) -> str:
    """ "status", said of loans, is the loan status."""
    for prefix in (noun.casefold(), noun.casefold().split()[-1]):
        if label.casefold().startswith(f"{prefix} "):
            return label[len(prefix) + 1 :]
    return ""


def _column_names(noun: str, column: str, entry: ColumnEntry) -> Iterator[str]:
    label = entry.label or column.replace("_", " ")
    names = [label, column.replace("_", " "), *entry.synonyms]
    yield from names
    for name in (label, *entry.synonyms):
        # "customers joined" says what customers did; "customer joining date" is a name.
        is_name = entry.kind != "date" or name.casefold().endswith("date")
        if is_name and not name.casefold().startswith(noun.casefold()):
            yield f"{noun} {name}"
    if entry.kind == "date":
        for verb in (name for name in names if name.endswith("ed") and name.isalpha()):
            yield from (f"{said} {base}" for base in {verb[:-1], verb[:-2]} for said in _PAST)
    if entry.kind == "date" and stems(label)[-1:] == ("date",):
        yield from DATE_VERBS.get(stems(label)[-2] if len(stems(label)) > 1 else "", "").split()
