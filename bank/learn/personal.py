"""Which columns are about a natural person: by their names, and by what their values look like. Doubt counts as personal."""

import re
from collections.abc import Sequence

from bank.learn.facts import Column
from bank.learn.words import VOCABULARY

NAMED = [tuple(name.split()) for name in VOCABULARY["personal"]]
_PEOPLE = set(VOCABULARY["people"])
_NOT_PEOPLE = {
    "id",
    "code",
    "type",
    "count",
    "rating",
    "status",
    "branch",
    "department",
    "key",
    "percent",
    "class",
    "group",
    "level",
}
_POINTS = {"id", "key", "code", "type", "class", "status", "percent", "group", "level"}
_PERSON_COLUMNS = {
    ("birth", "date"),
    ("of", "birth"),
    ("gender",),
    ("sex",),
    ("first", "name"),
    ("last", "name"),
    ("social", "security"),
    ("marital", "status"),
}
_COMPANY = re.compile(
    r"\b(inc|llc|ltd|limited|plc|gmbh|ag|corp|corporation|company|co|bank|group|holdings?|partners|trust|fund|sa|bv|nv|ab|oy|kg|lp|llp|"
    r"industries|services|systems|stores?|shop|market|caf[eé]|hotel|restaurant|association|foundation|university|city|school|insurance|capital)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"[A-ZÀ-Þ][\w'’-]+(?: [A-Z]\.?)?(?: (?:van|von|de|der|di|da|la|le|bin|al))* [A-ZÀ-Þ][\w'’-]+|[A-ZÀ-Þ][\w'’-]+, [A-ZÀ-Þ][\w'’-]+"
)
_VALUES = {
    "e-mail addresses": re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}"),
    "social security numbers": re.compile(r"\d{3}-\d{2}-\d{4}"),
    "account numbers (IBAN)": re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7} ?[A-Z0-9]{0,4}"),
    "phone numbers": re.compile(r"\+\d[\d ()/.-]{6,18}|\(\d{3}\) ?\d{3}-\d{4}|\d{3}[-.]\d{3}[-.]\d{4}"),
    "street addresses": re.compile(
        r"\d{1,5} [\w .'-]+ (?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|blvd|way|court|ct|place|square)\.?,?.*",
        re.IGNORECASE,
    ),
}
_LOOKED_AT = 200  # different values of a column
_MOST = 0.6  # of the values of a sample


def why_personal(words: Sequence[str], column: Column, noun: str, people: bool) -> str:
    """In what way a column is personal; empty where it is not. `people`: the table is about natural persons."""
    if found := _by_name(words):
        return f"named as {found}"
    if words[-1:] == ["name"] and _names_people(words, column, noun, people):
        return "names of people"
    return _by_values(column)


def is_about_people(columns: Sequence[Sequence[str]]) -> bool:
    """Whether a table's columns are those of natural persons."""
    return any(_has(words, sign) for words in columns for sign in _PERSON_COLUMNS)


def _by_name(words: Sequence[str]) -> str:
    if words[-1:] in (["flag"], ["count"]) or (words[:1] == ["number"] and len(words) > 1):
        return ""
    found = [name for name in NAMED if _has(words, name)]
    if words[-1] in _POINTS:  # "cardholder id" only points at somebody, "tax id" is theirs
        found = [name for name in found if name[-1] == words[-1]]
    return " ".join(found[0]) if found else ""


def _names_people(words: Sequence[str], column: Column, noun: str, people: bool) -> bool:
    who = set(words) | set(noun.split())
    if _NOT_PEOPLE & set(words[:-1]):
        return False
    named = [text for text in column.texts[:2000] if text]
    companies = sum(bool(_COMPANY.search(text)) for text in named)
    if people and set(words[:-1]) <= set(noun.split()):
        return companies < 0.5 * len(named) or not named
    if _PEOPLE & who and companies < 0.3 * max(1, len(named)):
        return not named or any(_PERSON.fullmatch(text) for text in named)
    two = sum(bool(_PERSON.fullmatch(text)) for text in named)
    party = bool({"customer", "client", "account", "party", "contact", "lessee", "obligor", "user"} & who)
    return party and bool(named) and two > 0.8 * len(named) and companies < 0.1 * len(named)


def _by_values(column: Column) -> str:
    texts = list(dict.fromkeys(cell.strip() for cell in column.cells[:2000] if isinstance(cell, str)))[:_LOOKED_AT]
    for what, form in _VALUES.items():
        if texts and sum(bool(form.fullmatch(text)) for text in texts) >= _MOST * len(texts):
            return what
    digits = [re.sub(r"[ -]", "", text) for text in texts]
    if digits and sum(text.isdigit() and 15 <= len(text) <= 16 and _luhn(text) for text in digits) >= _MOST * len(
        digits
    ):
        return "card numbers"
    return ""


def _luhn(digits: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1)."""
    total = 0
    for at, letter in enumerate(reversed(digits)):
        number = int(letter) * (1 + at % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _has(words: Sequence[str], name: Sequence[str]) -> bool:
    size = len(name)
    return any(tuple(words[at : at + size]) == tuple(name) for at in range(len(words) - size + 1))
