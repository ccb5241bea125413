"""The words of English that Pattern Match understands, read once from english.yaml."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from generators.pattern.meanings import Role, Word
from generators.pattern.tokens import stems


@cache
def phrases() -> dict[tuple[str, ...], tuple[Word, ...]]:
    """Each phrase in the form in which it is compared, with all that it can do."""
    found: dict[tuple[str, ...], list[Word]] = {}
    for entry in _entries():
        word = Word(Role(entry["role"]), entry.get("argument", ""))
        for phrase in entry["phrases"]:
            known = found.setdefault(stems(phrase) or (phrase,), [])
            if word not in known:
                known.append(word)
    return {phrase: tuple(words) for phrase, words in found.items()}


def _entries() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("english.yaml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = yaml.load(text, yaml.CSafeLoader)
    return entries
