"""Reads a YAML file into its model: the catalogue, the policy; every fault is a sentence with its line."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bank.errors import Misfit

_Model = TypeVar("_Model", bound=BaseModel)


# What such a file does not know is a fault, so that a typo never passes for a setting.
STRICT = ConfigDict(frozen=True, extra="forbid")


class _Words(yaml.CSafeLoader):
    """YAML in which on, off, yes, no and NO (Norway) are words, as in YAML 1.2, and only true and false are truths."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":bool") or first in "tTfF"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(path: Path, model: type[_Model], what: str, hint: str = "") -> _Model:
    """The file as its model. `hint` is what to do where there is none. Raises `Misfit` with one sentence
    per fault, each naming the line it is in."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Misfit(f"There is no {what} at {path}. {hint}".strip()) from None
    except UnicodeDecodeError:
        raise Misfit(f"{path.name} is not written in UTF-8.") from None
    return parse(text, path.name, model)


def load_words(path: Path) -> dict[str, Any]:
    """A file of ours as plain values."""
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), _Words)  # noqa: S506 - it is a SafeLoader
    return found


def parse(text: str, name: str, model: type[_Model]) -> _Model:
    """As `read`, from a text; `name` is what the file is called in a fault."""
    loader = _Words(text)
    try:
        tree = loader.get_single_node()
        document = loader.construct_document(tree) if tree else None
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise Misfit(f"{name}{line}: this is not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise Misfit(f"{name} is not valid YAML: {error}") from None
    finally:
        loader.dispose()
    if twice := list(_twice(tree)):
        raise Misfit("\n".join(f"{name}, line {line}: {key} stands here a second time." for line, key in twice))
    if not isinstance(document, dict):
        raise Misfit(f"{name} is empty, or not a list of `name: value` lines.")
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise Misfit(
            "\n".join(
                _fault(name, tree, fault["loc"], _SAYS.get(fault["type"], fault["msg"])) for fault in error.errors()
            )
        ) from None


def _fault(name: str, tree: yaml.Node | None, where: Sequence[str | int], what: str) -> str:
    place = " → ".join(str(part) for part in where if part != "[key]")
    return f"{name}, line {_line(tree, where)}: {f'{place}: ' if place else ''}{what.removeprefix('Value error, ')}"


_SAYS = {"extra_forbidden": "There is no such entry here", "missing": "This is missing"}


def _twice(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Names that one part of the file gives twice: YAML itself would silently take the last."""
    known = set()
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value in known:
            yield key.start_mark.line + 1, key.value
        known.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        yield from _twice(value)
    for value in node.value if isinstance(node, yaml.SequenceNode) else ():
        yield from _twice(value)


def _line(node: yaml.Node | None, where: Sequence[str | int]) -> int:
    """The line of the innermost part that the file has of a place such as ("tables", "loan", "columns", "x", "kind")."""
    line = 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if str(key.value) == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
