"""Words that nobody knows but that are one slip of the finger away from exactly one that is known."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from generators.pattern.tokens import Token

SHORTEST = 4  # letters; shorter words have too many neighbours
TWO_SLIPS = 8  # letters from which two slips are still one word


@dataclass(frozen=True, slots=True)
class Mended:
    """The tokens with their words put right, and what was changed, in words for the banker."""

    tokens: tuple[Token, ...]
    notes: tuple[str, ...]


class Spelling:
    """Knows the words of English, of the catalogue and of categories; names of people and firms are never guessed at."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted({word for word in words if word.isalpha() and len(word) >= SHORTEST})

    def mend(self, tokens: Sequence[Token], lost: Collection[str]) -> Mended | None:
        """Puts right the lost words that have one nearest neighbour; None if any of them has none or several."""
        mended, notes = list(tokens), []
        for place, token in enumerate(tokens):
            if token.text not in lost:
                continue
            word = self._nearest(token.stem)
            if not word:
                return None
            mended[place] = replace(token, stem=word)
            notes.append(f"I read “{token.text}” as “{word}”.")
        return Mended(tuple(mended), tuple(notes)) if notes else None

    def _nearest(self, word: str) -> str:
        if not word.isalpha() or len(word) < SHORTEST:
            return ""
        slips = 2 if len(word) >= TWO_SLIPS else 1
        found = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=slips, limit=9)
        near = [(known, distance) for known, distance, _ in found if known[0] == word[0]]
        nearest = [known for known, distance in near if distance == near[0][1]]
        if len(nearest) > 1:  # a letter left out is likelier than one put for another
            nearest = [known for known in nearest if len(known) > len(word)]
        return nearest[0] if len(nearest) == 1 else ""
