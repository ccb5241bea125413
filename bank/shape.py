"""How a database describes itself: its tables with the types, keys and references that it declares."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reference:
    """A declared foreign key: `on` maps columns of the table that declares it to columns of `other`."""

    other: str
    on: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shape:
    """One table or view. `types` maps each column in order to its SQL type in lower case; `key` is the primary key."""

    name: str
    types: Mapping[str, str]
    key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    references: tuple[Reference, ...] = ()
    comment: str = ""
    comments: Mapping[str, str] = field(default_factory=dict)  # column → what the database says about it
    view: bool = False
