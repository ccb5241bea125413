"""How a banker would call tables and columns: nouns, labels and synonyms that do not get in each other's way."""

from collections.abc import Mapping, Sequence

from bank.learn.dictionary import Dictionary
from bank.learn.survey import ID_WORDS, Surveyed
from bank.learn.words import VOCABULARY, plural

# Words that alone say nothing without the thing they are of.
_BARE = set(
    """amount balance type status date name value description number code id key rate class category total time day month
    start end currency title level group state reason limit fee price term opened closed open close issued created""".split()
)
_SILENT = {"date", "name", "number", "id", "key", "code", "description", "time", "month", "day"}
_SYNONYMS = {
    "customer": ["client"],
    "client": ["customer"],
    "transaction": ["booking"],
    "employee": ["staff member"],
    "branch": ["bank branch"],
    "policy holder": ["policyholder"],
}
# What is said of a date: the words of its column, by their first forms.
_HAPPENED = {
    "open": "opened", "opening": "opened", "opened": "opened", "close": "closed", "closing": "closed", "closed": "closed",
    "issue": "issued", "issued": "issued", "start": "started", "begin": "began", "inception": "started", "origination": "originated",
    "originated": "originated", "disbursement": "disbursed", "disbursed": "disbursed", "funding": "funded", "booking": "booked",
    "posting": "posted", "posted": "posted", "post": "posted", "trade": "traded", "settlement": "settled", "reported": "reported",
    "report": "reported", "join": "joined", "joined": "joined", "onboarding": "onboarded", "grant": "granted", "granted": "granted",
    "approval": "approved", "maturity": "maturing", "expiry": "expiring", "expiration": "expiring", "hire": "hired", "hired": "hired",
    "signature": "signed", "signed": "signed", "purchase": "purchased", "payment": "paid", "created": "created", "creation": "created",
    "registration": "registered", "loss": "", "occurrence": "occurred", "end": "ending", "activation": "activated", "lost": "lost",
}  # fmt: skip
# What is said of things on the one date that they have.
_CAME_ABOUT = {
    "account": ("opened",), "loan": ("granted", "originated"), "card": ("issued",), "policy": ("issued",), "customer": ("joined",),
    "client": ("joined",), "transaction": ("booked", "made"), "payment": ("paid", "made"), "contract": ("signed",), "order": ("placed",),
    "claim": ("filed",), "lease": ("signed",), "facility": ("granted",), "deposit": ("made",), "trade": ("traded", "made"),
}  # fmt: skip
_WRAPPED = {"product", "account", "agreement", "contract", "record", "deal"}
_DATE_NAMES = {
    "opened": "opening",
    "closed": "closing",
    "issued": "issue",
    "posted": "posting",
    "granted": "granting",
    "created": "creation",
    "joined": "joining",
    "signed": "signing",
    "hired": "hiring",
    "disbursed": "disbursement",
    "originated": "origination",
    "started": "start",
    "ended": "end",
}


class Naming:
    """Names for all tables of a database: what one thing is called, no other is."""

    def __init__(self, tables: Sequence[Surveyed], dictionary: Dictionary) -> None:
        self._nouns = {table.name: table.noun for table in tables}
        self._dictionary = dictionary
        self._all = {word for noun in self._nouns.values() for word in (noun, plural(noun))}
        self._synonyms = {table.name: self._noun_synonyms(table) for table in tables}
        self._all |= {word for found in self._synonyms.values() for one in found for word in (one, plural(one))}

    def noun_synonyms(self, table: Surveyed) -> list[str]:
        """What the things of a table are also called."""
        return self._synonyms.get(table.name, [])

    def _noun_synonyms(self, table: Surveyed) -> list[str]:
        found = list(_SYNONYMS.get(table.noun, []))
        *before, last = table.noun.split()
        if before and last not in set(self._nouns.values()) and self._only(last):
            found.append(last)
        # A "loan product" or "loan account" is what bankers call a loan, where no other table is of loans.
        if len(before) == 1 and last in _WRAPPED and before[0] in VOCABULARY["things"] and self._begins(before[0]) == 1:
            found.append(before[0])
        return [word for word in found if word not in self._all]

    def _begins(self, word: str) -> int:
        return sum(noun.split()[0] == word for noun in self._nouns.values())

    def _only(self, word: str) -> bool:
        """Whether just one table's noun ends in this word, and the word says what a thing is."""
        return sum(noun.split()[-1] == word for noun in self._nouns.values()) == 1 and word in VOCABULARY["things"]

    def column(self, table: Surveyed, name: str, described: str = "") -> tuple[str, list[str]]:
        """The label and synonyms of a column. `described`: it is a code, and another column has its words."""
        words = list(table.words[name])
        kind = table.sorts[name].kind
        if kind == "flag":
            return " ".join([*_flagged(words), "flag"]), []
        if kind == "date":
            return self._date(table, words)
        if name == table.key or words[-1] in ID_WORDS:
            return self._identifier(table, name, words, described)
        if kind in {"category", "name"} and len(words) > 1 and words[-1] in {"description", "code"}:
            words = words[:-1]
        return self._plain(table, words, self._dictionary.phrase(table.name, name))

    def _plain(self, table: Surveyed, words: Sequence[str], phrase: str) -> tuple[str, list[str]]:
        said, noun = " ".join(words), table.noun
        rest = self._after_noun(table, words)
        synonyms = [rest] if rest and (rest not in _SILENT or rest == "type") else []
        label = said
        if said in _BARE or said in self._all:
            label = f"{noun} {said}"
            synonyms = [said] if said not in self._all and said not in _SILENT else []
        synonyms += _shorter(words)
        if words[-1] == "name" and len(words) > 1 and not rest and words[:-1] != noun.split():
            synonyms.append(" ".join(words[:-1]))  # the region name of a branch is its region
        if words[-1] == "type" and len(words) > 1:
            synonyms.append(f"type of {' '.join(words[:-1])}")
        if phrase and phrase not in {label, *synonyms} and phrase not in self._all:
            synonyms.append(phrase)
        return label, [word for word in dict.fromkeys(synonyms) if word not in self._all]

    @staticmethod
    def _after_noun(table: Surveyed, words: Sequence[str]) -> str:
        """What is left of a name behind its table's noun, or behind the noun's last word: "txn channel" of card transactions."""
        for noun in (table.noun.split(), table.noun.split()[-1:]):
            if list(words[: len(noun)]) == noun:
                return " ".join(words[len(noun) :])
        return ""

    def _identifier(self, table: Surveyed, name: str, words: list[str], described: str) -> tuple[str, list[str]]:
        said = " ".join(words)
        category = table.sorts[name].kind == "category"
        if category and words[-1] == "code" and len(words) > 1 and not described and name != table.key:
            return self._plain(table, words[:-1], self._dictionary.phrase(table.name, name))
        return (f"{table.noun} {said}" if len(words) == 1 else said), []

    def _date(self, table: Surveyed, words: list[str]) -> tuple[str, list[str]]:
        stem = [
            word
            for word in words
            if word not in {"date", "at", "on", "time", "timestamp", "datetime", "day", "of", *ID_WORDS}
        ]
        rest = stem[len(table.noun.split()) :] if stem[: len(table.noun.split())] == table.noun.split() else stem
        if rest == ["since"]:
            came = _CAME_ABOUT.get(table.noun.split()[-1], ("started",))
            return " ".join(words), [*(word for word in came if word not in self._all), "since"]
        if not stem or stem == table.noun.split():
            came = _CAME_ABOUT.get(table.noun.split()[-1], ())
            return f"{table.noun} date", ["date", *(word for word in came if word not in self._all)]
        happened = next((said for word in reversed(stem) if (said := _HAPPENED.get(word))), "")
        happened = happened or (stem[-1] if stem[-1].endswith("ed") and stem[-1] not in _HAPPENED else "")
        named = [*stem[:-1], _DATE_NAMES.get(stem[-1], stem[-1])]
        label = " ".join([*named, "date"] if stem[-1] != "since" else words)
        synonyms = [happened] if happened and not happened.endswith("ing") else []
        synonyms += ["start", "starting"] if happened == "started" else []
        return label, [word for word in synonyms if word not in self._all]


def _shorter(words: Sequence[str]) -> list[str]:
    """What is also said of an amount or a number: "revenue amount" is revenue, "paid amount" the amount paid."""
    *before, last = words
    if before and before[0] in {"current", "actual"} and len(before) > 1:
        return [" ".join(words[1:])]
    if before[:2] == ["number", "of"] or (before[:1] == ["number"] and last != "number"):
        return [" ".join(word for word in words[1:] if word != "of")]
    if last != "amount" or not before:
        return []
    happened = before[-1].endswith("ed") or before[-1] in {"paid", "drawn", "lent", "due"}
    return [f"amount {' '.join(before)}"] if happened else [" ".join(before)]


def _flagged(words: Sequence[str]) -> list[str]:
    """The words of a flag without those that only say that it is one."""
    return [word for word in words if word not in {"is", "has", "flag", "indicator", "yn"}] or list(words)


def flag_word(words: Sequence[str]) -> str:
    """What is said of things whose flag is set: "active" of is_active."""
    return " ".join(_flagged(words))


def described_codes(table: Surveyed) -> Mapping[str, str]:
    """Codes of a table that another of its columns has the words for: status_cd → status_desc, each code with one text."""
    found = {}
    by_words = {tuple(words): name for name, words in table.words.items()}
    for words, code in by_words.items():
        if (
            words[-1] not in {"code", "id", "number", "key"}
            or code == table.key
            or len(words) < 2
            or code in table.personal
        ):
            continue
        for last in ("description", "name", "text"):
            text = by_words.get((*words[:-1], last)) or (by_words.get(words[:-1]) if last == "text" else None)
            if (
                text
                and text not in table.personal
                and table.sorts[text].kind in {"category", "name", "text"}
                and _one_each(table, code, text)
            ):
                found[code] = text
                break
    return found


def _one_each(table: Surveyed, code: str, text: str) -> bool:
    if table.column(code).empty or table.column(text).empty:
        return not table.column(code).cells
    pairs = set(zip(table.column(code).cells, table.column(text).cells, strict=True))
    return len(pairs) == len(table.column(code).different) <= 500
