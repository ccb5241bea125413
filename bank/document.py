"""Reads a YAML file into its model: the catalogue, the policy; every fault is a sentence that says where it is."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bank.errors import Misfit

_Model = TypeVar("_Model", bound=BaseModel)


# What such a file does not know is a fault, so that a typo never passes for a setting.
STRICT = ConfigDict(frozen=True, extra="forbid")


class _Words(yaml.SafeLoader):
    """YAML in which on, off, yes, no and NO (Norway) are words, as in YAML 1.2, and only true and false are truths."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":bool") or first in "tTfF"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(path: Path, model: type[_Model], what: str, hint: str = "") -> _Model:
    """The file as its model. `hint` is what to do where there is none. Raises `Misfit` with one sentence
    per fault, each naming where in the file it is."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _Words)  # noqa: S506 - it is a SafeLoader
    except FileNotFoundError:
        raise Misfit(f"There is no {what} at {path}. {hint}".strip()) from None
    except yaml.YAMLError as error:
        raise Misfit(f"{path} is not valid YAML: {error}") from None
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = [f"{path.name}: {_fault(fault['loc'], fault['msg'])}" for fault in error.errors()]
        raise Misfit("\n".join(faults)) from None


def _fault(where: Iterable[str | int], what: str) -> str:
    return f"{' → '.join(map(str, where))}: {what.removeprefix('Value error, ')}"
