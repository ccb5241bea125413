"""Codes that mean the same everywhere: currencies (ISO 4217) and countries (ISO 3166-1), in the words of bankers."""

from bank.learn.survey import Surveyed
from bank.learn.words import VOCABULARY

_KNOWN: dict[str, dict[str, str]] = {word: VOCABULARY[word] for word in ("currency", "country")}


_SIDES = ({"D": "debit", "C": "credit"}, {"DR": "debit", "CR": "credit"}, {"DB": "debit", "CR": "credit"})


def _sides(values: set[str]) -> dict[str, str]:
    return next((dict(sides) for sides in _SIDES if values and values <= set(sides)), {})


def known_codes(table: Surveyed, name: str) -> dict[str, str]:
    """The meanings of a currency's or country's codes, where nearly all values of the column are such codes."""
    if {"debit", "credit"} & set(table.words[name]) or {"dr", "cr"} <= set(table.words[name]):
        return _sides({str(cell) for cell in table.column(name).different})
    known = next((codes for word, codes in _KNOWN.items() if word in table.words[name]), {})
    values = {str(cell) for cell in table.column(name).different}
    found = {value: known[value] for value in sorted(values) if value in known}
    return found if len(found) > 0.8 * len(values) else {}
