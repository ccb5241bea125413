"""From names of tables and columns to words: snake_case and CamelCase cut up, abbreviations of banks and databases written out."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bank.document import load_words

_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")

VOCABULARY: dict[str, Any] = load_words(Path(__file__).with_name("vocabulary.yaml"))
"""What is known before any database was seen; the comments in the file say what each part is for."""
ABBREVIATIONS: dict[str, list[str]] = {short: long.split() for short, long in VOCABULARY["abbreviations"].items()}
TABLE_PREFIXES = {
    "dim",
    "fact",
    "fct",
    "tbl",
    "table",
    "t",
    "d",
    "f",
    "vw",
    "v",
    "tb",
    "mst",
    "mstr",
    "ref",
    "lkp",
    "lkup",
    "lookup",
    "stg",
    "dw",
    "dwh",
    "dm",
    "ods",
    "mart",
}
TABLE_SUFFIXES = {
    "dim",
    "dimension",
    "fact",
    "fct",
    "tbl",
    "table",
    "master",
    "mst",
    "mstr",
    "tab",
    "data",
    "list",
    "info",
}
_UNCOUNTED = {
    "status",
    "series",
    "analysis",
    "basis",
    "address",
    "business",
    "class",
    "process",
    "loss",
    "access",
    "gross",
    "bus",
    "plus",
    "bonus",
    "census",
    "radius",
}
_IRREGULAR = {
    "person": "people",
    "analysis": "analyses",
    "basis": "bases",
    "status": "statuses",
    "staff": "staff",
    "series": "series",
}


def pieces(name: str) -> list[str]:
    """The pieces of a name in lower case: "LoanTypeCD" → loan, type, cd."""
    return [piece.lower() for piece in _PIECE.findall(name)]


def written_out(words: Sequence[str]) -> list[str]:
    """Abbreviations written out: acct, no → account, number."""
    found = [long for word in words for long in ABBREVIATIONS.get(word, [word])]
    if found[:1] == ["original"] and found[-1:] == ["date"]:
        found[0] = "origination"  # orig_dt
    return [word for at, word in enumerate(found) if not at or word != found[at - 1]]


def table_words(name: str) -> list[str]:
    """The words of a table's name, without what only says that it is a table: "dim_acct", "LOAN_FACT" → account; loan."""
    words = pieces(name)
    while len(words) > 1 and words[0] in TABLE_PREFIXES:
        words = words[1:]
    while len(words) > 1 and words[-1] in TABLE_SUFFIXES:
        words = words[:-1]
    words = written_out(words)
    return [*words[:-1], singular(words[-1])] if words else [name.lower()]


def common_prefix(columns: Sequence[str]) -> int:
    """How many pieces begin every column of a table ("cst_id", "cst_name", "cst_seg" → 1), but for one word that is all of a name."""
    cut = [pieces(column) for column in columns]
    size = 0
    while len(cut) > 2 and all(len(words) > size + 1 and words[size] == cut[0][size] for words in cut):
        size += 1
    return size


def noun_prefix(columns: Sequence[Sequence[str]], noun: str) -> str:
    """A short form of the table's noun that begins several of its columns: "sup_nm", "sup_cty" in a table of suppliers."""
    first = [words[0] for words in columns if len(words) > 1]
    for short in dict.fromkeys(first):
        letters = iter(noun)
        stands = noun[:1] == short[:1] and all(letter in letters for letter in short)
        if 2 <= len(short) < len(noun) and short not in ABBREVIATIONS and first.count(short) > 1 and stands:
            return short
    return ""


def singular(word: str) -> str:
    """The singular of an English noun in lower case."""
    back = {plural: one for one, plural in _IRREGULAR.items()}
    if word in back or word in _UNCOUNTED or len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return back.get(word, word)
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word.removesuffix("s")


def plural(noun: str) -> str:
    """The plural of an English noun, of which the last word changes."""
    *first, last = noun.split()
    if last in _IRREGULAR:
        made = _IRREGULAR[last]
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        made = last[:-1] + "ies"
    else:
        made = last + ("es" if last.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return " ".join([*first, made])
