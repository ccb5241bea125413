"""The attacks and the honest questions, as test parameters."""

from collections.abc import Iterator
from pathlib import Path

import yaml

_FOLDER = Path(__file__).with_name("attacks")


def attacks() -> Iterator[tuple[str, str]]:
    """(trick, statement) of the attack corpus."""
    for group in yaml.load((_FOLDER / "attacks.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader):
        for statement in group["statements"]:
            yield group["trick"], statement


def honest(dialect: str) -> list[str]:
    """The questions that must be admitted in a dialect."""
    document = yaml.load((_FOLDER / "honest.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    return [*document["both"], *document[dialect]]
