"""What the catalogue's tables, columns, measures and terms are called: each phrase with what it means."""

from collections.abc import Iterator, Sequence

from bank.catalogue import Catalogue, ColumnEntry
from generators.pattern.meanings import Attribute, Figure, Meaning, Named, Pick, Several, Thing
from generators.pattern.tokens import stems

# The verbs of the nouns that date columns are named after: "maturity date" is when a loan "matures".
_DATE_VERBS = {
    "maturity": "maturing, mature, matured, due, fall due, falling due",
    "due": "due, fall due, falling due, fell due, falls due",
    "origination": "originated, originate, originating, originations, origination",
    "booking": "booked, booking, bookings",
    "open": "opened, open, opening, opened",
    "opening": "opened, opening",
    "issue": "issued, issuing, issues",
    "expiry": "expiring, expire, expired, expires",
    "expiration": "expiring, expire, expired, expires",
    "granting": "granted",
    "grant": "granted",
    "creation": "created",
    "closing": "closed, closing",
    "review": "reviewed, review",
    "transaction": "transacted",
    "incorporation": "incorporated",
    "effective": "effective",
    "start": "started, starting",
    "end": "ending, ended",
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


def catalogue_phrases(catalogue: Catalogue) -> Iterator[tuple[str, Meaning]]:
    yield from _table_phrases(catalogue)
    for name, measure in catalogue.measures.items():
        for said in (name, measure.says, *measure.synonyms):
            yield said, Figure(name)
            if measure.table and catalogue.tables[measure.table].countable:
                yield _with_noun(catalogue.tables[measure.table].noun, said), Figure(name)
    yield from _term_phrases(catalogue)
    yield from _who_phrases(catalogue)


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
            if column in {table.date, table.born} and _BEGINS & set(stems(entry.label or column.replace("_", " "))):
                yield from ((verb, Attribute(name, column, short=True)) for verb in _BEGUN if verb not in names)
            if short and short not in {*names, column.replace("_", " ")}:
                yield short, Attribute(name, column, short=True)


_WHO = ("manages", "looks after", "handles", "serves", "covers", "is responsible for", "is in charge of", "runs")
_MANAGERS = frozenset("officer manager banker advisor adviser".split())


def _who_phrases(catalogue: Catalogue) -> Iterator[tuple[str, Meaning]]:
    """ "who manages …" asks for an officer or a manager, whatever the bank calls its own."""
    for name, table in catalogue.tables.items():
        if table.name and _MANAGERS & {words[-1] for noun in (table.noun, *table.synonyms) if (words := stems(noun))}:
            yield from ((f"who {does}", Thing(name)) for does in _WHO)
        for column, entry in table.columns.items():
            said = [words[-1] for label in (entry.label, *entry.synonyms) if (words := stems(label))]
            if entry.kind in {"category", "name"} and not entry.personal and _MANAGERS & set(said):
                yield from ((f"who {does}", Attribute(name, column)) for does in _WHO)


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
        rest = label[len(prefix) + 1 :] if label.casefold().startswith(f"{prefix} ") else ""
        if rest and rest.split()[0] not in {"in", "of", "for", "per", "to", "from", "by", "at", "with"}:
            return rest
    return ""


def stored_names(catalogue: Catalogue) -> Iterator[tuple[str, Meaning]]:
    """The columns as the database calls them."""
    for name, table in catalogue.tables.items():
        for column, entry in table.columns.items():
            if not entry.personal:
                said = column.replace("_", " ")
                yield said, Attribute(name, column)
                if entry.kind != "date":
                    yield _with_noun(table.noun, said), Attribute(name, column)


def _column_names(noun: str, column: str, entry: ColumnEntry) -> Iterator[str]:
    label = entry.label or column.replace("_", " ")
    names = [label, *entry.synonyms]
    yield from names
    for name in (label, *entry.synonyms):
        # "customers joined" says what customers did; "customer joining date" is a name.
        is_name = entry.kind != "date" or name.casefold().endswith("date")
        if is_name and not name.casefold().startswith(noun.casefold()):
            yield f"{noun} {name}"
    if entry.kind == "date":
        dated = stems(label)[-1:] == ("date",) and len(stems(label)) > 1
        verbs = _DATE_VERBS.get(stems(label)[-2], "").split(", ") if dated else []
        yield from verbs
        for verb in (name for name in (*names, *verbs) if name.endswith("ed") and name.isalpha()):
            yield from (f"{said} {base}" for base in {verb[:-1], verb[:-2]} for said in _PAST)
