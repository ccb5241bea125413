"""Golden questions: what bankers ask, with the SQL a person wrote for each, or that it must not be answered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bank.errors import BankError

Held = Literal["clarify", "not_understood", "refused"]
_RESERVED = ("bank", "floor", "views")


class BadGolden(BankError):
    """These golden questions cannot be read."""


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Case(BaseModel):
    """One question, and what is to become of it.

    `sql`: the query a person wrote, or several where each is a fair reading. `expect`: how it may end without an
    answer; beside `sql` it says that asking back is as good as answering. `chosen`: what the banker picks when asked
    back, one after the other, by a choice's key or by words of its label; answering without asking is then wrong.
    `ordered`: the order of the rows counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str = Field(min_length=1)
    sql: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    expect: Annotated[tuple[Held, ...], BeforeValidator(_several)] = ()
    chosen: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    ordered: bool = False
    note: str = ""
    part: str = ""

    @model_validator(mode="after")
    def _knows_its_end(self) -> "Case":
        if not self.sql and not self.expect:
            raise ValueError("needs the SQL of its answer, or what to expect instead: clarify, not_understood, refused")
        if self.sql and set(self.expect) - {"clarify"}:
            raise ValueError(
                "has an answer: beside its SQL only clarify may be expected, for a refusal would be a miss"
            )
        return self

    @property
    def key(self) -> str:
        """What tells it from every other case of its file."""
        return " / ".join([self.question, *self.chosen])


class Floor(BaseModel):
    """The least that a file must reach, in percent; see `jobs.evaluation.Score`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    precision: float = Field(ge=0, le=100)
    coverage: float = Field(ge=0, le=100)


@dataclass(frozen=True, slots=True)
class Golden:
    """The cases of one file over one bank. `views` are queries that the hand-written SQL may use as tables."""

    name: str
    bank: str
    cases: tuple[Case, ...]
    floor: Floor | None
    views: dict[str, str]

    def with_views(self, sql: str) -> str:
        """The query with the views that it uses, directly or through another, in front."""
        used, text = [], sql
        for name, view in reversed(self.views.items()):
            if re.search(rf"\b{re.escape(name)}\b", text):
                used.append(f"{name} AS ({view})")
                text += f" {view}"
        if not used:
            return sql
        rest = re.sub(r"^\s*WITH\b", ",", sql, flags=re.IGNORECASE)
        return f"WITH {', '.join(reversed(used))} {rest}"


def find(path: Path) -> list[Path]:
    """The golden files of a folder in order of their names, or the one file; raises `BadGolden`."""
    if path.is_dir():
        found = sorted(path.glob("*.yaml"))
        if not found:
            raise BadGolden(f"{path} holds no golden questions: no file there ends in .yaml.")
        return found
    if not path.is_file():
        raise BadGolden(f"There is no file or folder {path}. Give the golden questions as a YAML file or a folder.")
    return [path]


def load(path: Path) -> Golden:
    """Reads one file; raises `BadGolden` with every fault.

    `bank:` names the catalogue it is for, `floor:` the least it must reach, `views:` names queries (or names the file
    beside it whose views it shares); every other key is a part: a list of questions.
    """
    document = _document(path)
    faults: list[str] = []
    cases = [case for part, listed in _parts(document) for case in _cases(path, part, listed, faults)]
    keys = [case.key for case in cases]
    faults += [f"{path.name}: {key!r} stands there twice." for key in sorted({k for k in keys if keys.count(k) > 1})]
    floor = None
    try:
        floor = Floor.model_validate(document["floor"]) if "floor" in document else None
    except ValidationError as error:
        faults += [f"{path.name}: floor: {fault['msg']}." for fault in error.errors()]
    if faults:
        raise BadGolden("\n".join(faults))
    return Golden(path.name, str(document.get("bank", "")), tuple(cases), floor, _views(path, document))


def _document(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except OSError:
        raise BadGolden(f"{path} cannot be read.") from None
    except yaml.YAMLError as error:
        raise BadGolden(f"{path.name} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(document, dict):
        raise BadGolden(f"{path.name} must hold parts with lists of questions, such as `questions: [...]`.")
    return document


def _parts(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((str(part), listed) for part, listed in document.items() if part not in _RESERVED)


def _cases(path: Path, part: str, listed: Any, faults: list[str]) -> Iterator[Case]:
    if not isinstance(listed, list):
        faults.append(f"{path.name}: {part} must be a list of questions.")
        return
    for number, given in enumerate(listed, start=1):
        try:
            yield Case.model_validate({**given, "part": part} if isinstance(given, dict) else given)
        except ValidationError as error:
            faults += [f"{path.name}: {part}, question {number}: {_fault(fault)}." for fault in error.errors()]


def _fault(fault: Any) -> str:
    place = " ".join(str(step) for step in fault["loc"])
    return f"{place}: {fault['msg']}" if place else str(fault["msg"]).removeprefix("Value error, ")


def _views(path: Path, document: dict[str, Any]) -> dict[str, str]:
    views = document.get("views", {})
    if isinstance(views, str):
        return _views(path, {"views": _document(path.with_name(views)).get("views", {})})
    return {str(name): str(sql) for name, sql in views.items()}
