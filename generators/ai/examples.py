"""Verified examples: questions with the SQL that a person has checked, the nearest of which a model is shown."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel
from rapidfuzz import fuzz

from bank.document import STRICT, read
from generators.ai.phrases import words

NEAREST = 3
_AKIN = 45  # of 100; below, an example only costs tokens


class Example(BaseModel):
    """One question and its SQL, in the dialect of the bank's database."""

    model_config = STRICT

    question: str
    sql: str


class _File(BaseModel):
    model_config = STRICT

    examples: tuple[Example, ...] = ()


class Examples:
    """Those of one bank."""

    def __init__(self, known: Sequence[Example] = ()) -> None:
        self.known = [(" ".join(words(one.question)), one) for one in known]

    @classmethod
    def load(cls, path: Path) -> "Examples":
        """The file as it stands beside the catalogue; none where there is none. Raises `Misfit` with every fault."""
        return cls(read(path, _File, "list of examples").examples) if path.exists() else cls()

    def nearest(self, question: str) -> tuple[Example, ...]:
        """The nearest first."""
        said = " ".join(words(question))
        scored = [(fuzz.token_set_ratio(said, key), one) for key, one in self.known]
        scored = sorted((pair for pair in scored if pair[0] >= _AKIN), key=lambda pair: -pair[0])
        return tuple(one for _, one in scored[:NEAREST])
