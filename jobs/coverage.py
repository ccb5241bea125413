"""How much of the catalogue was asked about: by the tables that the answers were read from."""

import re
from collections.abc import Mapping, Sequence

NAMED = 8


def coverage_words(tables: Mapping[str, str], statements: Sequence[str]) -> str:
    """One sentence; `tables` are names with what a row of each is about. Empty without a catalogue."""
    if not tables:
        return ""
    used = {word.lower() for sql in statements for word in re.findall(r"\w+", sql)}
    unused = [noun for name, noun in tables.items() if name.rpartition(".")[2].lower() not in used]
    said = f"{len(tables) - len(unused)} of the catalogue's {len(tables)} tables were asked about."
    if not unused:
        return said
    rest = f" and {len(unused) - NAMED} more" if len(unused) > NAMED else ""
    return f"{said} Nobody asked about: {', '.join(unused[:NAMED])}{rest}."
