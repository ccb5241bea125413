"""Cuts a question into words, numbers, dates and quoted text, and brings words to the form in which they are compared."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
SCALES = {"k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "mm": 10**6, "mio": 10**6, "million": 10**6}
SCALES |= {"millions": 10**6, "bn": 10**9, "b": 10**9, "billion": 10**9, "billions": 10**9}
NUMBER_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
WORD_NUMBERS = {word: Decimal(number) for number, word in enumerate(NUMBER_WORDS)}
WORD_NUMBERS |= {"fifteen": Decimal(15), "twenty": Decimal(20), "thirty": Decimal(30), "fifty": Decimal(50)}
WORD_NUMBERS |= {"hundred": Decimal(100), "thousand": Decimal(1000), "million": Decimal(10**6)}
SPOKEN = {"what's": "what is", "who's": "who is", "where's": "where is", "how's": "how is", "it's": "it is"}
SPOKEN |= {"don't": "do not", "doesn't": "does not", "aren't": "are not", "isn't": "is not", "haven't": "have not"}
SPOKEN |= {"i'd": "i would", "let's": "let us", "we're": "we are", "they're": "they are", "we've": "we have"}
SPOKEN |= {"i've": "i have", "wasn't": "was not", "weren't": "were not", "who've": "who have", "there's": "there is"}
SPOKEN |= {"hasn't": "has not", "didn't": "did not", "that's": "that is", "cannot": "can not", "can't": "can not"}

_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
_PIECE = re.compile(
    rf"""
    (?P<quoted>"[^"]+"|(?<!\w)'[^']+'(?!\w))
    |(?P<date>\b\d{{4}}-\d{{2}}(?:-\d{{2}})?\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}\b|\b\d{{1,2}}/\d{{4}}\b)
    |(?P<number>(?:(?P<sign>[$€£¥])\s?)?(?<![\w.])(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)(?:\s?(?P<scale>{_SCALE})\b)?
        (?P<percent>\s?%|\s(?:percent|per\scent)\b)?)(?![\w])
    |(?P<word>[^\W_]+(?:'[^\W_]+)*)
    |(?P<mark>[<>=!]=|<>|[^\s\w]|_)
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the question. `stem` is what is compared; `number`, `day` and `currency` are what it says, if it does."""

    text: str
    stem: str
    number: Decimal | None = None
    currency: str = ""
    percent: bool = False
    day: date | None = None
    quoted: bool = False
    scale: int = 1  # 1,000,000 for a number that was said in millions


def tokens(text: str) -> list[Token]:
    """The pieces of a question in order; marks that say nothing (dots, dashes, brackets) are left out."""
    plain = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return [token for match in _PIECE.finditer(plain) for token in _from_match(match)]


@lru_cache(maxsize=65536)
def stems(phrase: str) -> tuple[str, ...]:
    """The compared form of a phrase of the catalogue or a value of the bank."""
    return tuple(token.stem for token in tokens(phrase.replace('"', " ")) if token.stem != ",")


def stem(word: str) -> str:
    """The singular of an English word, lower case. Good enough as long as both sides go through it."""
    word = plainly(word.casefold())
    if word in {"ours", "theirs", "yours", "hers"}:
        return word  # "what is ours" asks for something, "our" does not
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word.removesuffix("s")


def plainly(word: str) -> str:
    """Letters without their accents: "Opéra" is found by "Opera"."""
    if word.isascii():
        return word
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def _from_match(match: re.Match[str]) -> list[Token]:
    text = match.group()
    if match["quoted"]:
        return [Token(text, " ".join(stems(text[1:-1].replace("'", " "))), quoted=True)]
    if match["date"]:
        return [_date(text)]
    if match["digits"]:
        return [_number(match)]
    if match["word"]:
        return _words(text)
    return [Token(text, text)] if text in {",", ":", "<", ">", "=", "<=", ">=", "!=", "<>", "%", "&"} else []


def _date(text: str) -> Token:
    """2026-09-30, 30.09.2026, and 30/09/2026 where only one of the numbers can be the month; 2026-09 stays text."""
    parts = [int(part) for part in re.split(r"[-./]", text)]
    if len(parts) == 2 and "/" in text:
        return Token(text, f"{parts[1]}-{parts[0]:02}")  # 09/2026 is a month, as 2026-09 is
    if len(parts) == 3 and parts[0] <= 31:
        parts.reverse()
        if "/" in text and parts[2] <= 12 and parts[1] != parts[2]:
            if parts[1] <= 12:
                return Token(text, text)  # 03/04/2026 is two days, depending on the country
            parts[1:] = parts[:0:-1]
    try:
        return Token(text, text, day=date(*parts))
    except (TypeError, ValueError):
        return Token(text, text)


def _number(match: re.Match[str]) -> Token:
    digits = match["digits"]
    scale = SCALES.get((match["scale"] or "").lower(), 1)
    amount = Decimal(digits.replace(",", "")) * scale
    currency = SIGNS.get(match["sign"] or "", "")
    return Token(
        match.group().strip(), match.group().strip().casefold(), amount, currency, bool(match["percent"]), scale=scale
    )


def _words(text: str) -> list[Token]:
    lowered = text.casefold()
    if lowered in SPOKEN:
        return [Token(word, stem(word)) for word in SPOKEN[lowered].split()]
    if lowered.endswith("'s"):
        lowered = lowered[:-2]
    elif lowered.endswith("s'"):
        lowered = lowered[:-1]
    return [Token(text, stem(lowered), WORD_NUMBERS.get(lowered))]
