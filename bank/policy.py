"""Who may see what of the bank: roles, and the people and channels that have them, read from a YAML file.

What no rule grants is denied: a person without a role sees nothing, a role sees no table it does not list. How the file
is written stands in docs/policy.md.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from bank.catalogue import Catalogue
from bank.document import STRICT, read
from bank.errors import BankError
from bank.masks import Mask, MaskText
from bank.person import Person

Name = Annotated[str, Field(min_length=1)]
Value = str | int
ANY = "*"  # the table of a role that stands for every table it does not name
TERMINAL = "cli:"  # how the id of somebody in a terminal begins


class Unconfirmed(BankError):
    """Nobody has confirmed the policy yet: read it, and take out its line `draft: true`. Until then only the terminal answers."""


class _Part(BaseModel):
    model_config = STRICT


class Access(_Part):
    """What a role may see of one table. Nothing set: every row, every column, personal columns hidden."""

    columns: tuple[Name, ...] = ()  # empty: every catalogued column
    without: tuple[Name, ...] = ()
    rows: str = (
        ""  # an SQL condition over the table's columns, in SQLite's dialect; `:branch` is the person's attribute
    )
    rows_of: str = ""  # only rows that belong to a row this role may see of that table, by the catalogue's joins
    says: str = ""  # the rows in words, as an answer names them: "customers of your branch"
    masks: dict[Name, MaskText] = {}
    shows: tuple[Name, ...] = ()  # personal columns that are shown as they are


class Role(_Part):
    """A kind of person. Zero stands for no limit of its own."""

    says: str = ""
    tables: dict[Name, Access]
    row_cap: int = Field(default=0, ge=0)
    questions_a_day: int = Field(default=0, ge=0)
    seconds_a_day: float = Field(default=0, ge=0)
    looks_after: bool = False  # sees in Home what was voted 👎 and how Teller fares, and says what became of it


class Member(_Part):
    """Somebody with a role: by Slack user id, by e-mail address or by Slack user group, exactly one of them."""

    user: str = ""
    email: str = ""
    group: str = ""
    role: Name
    attributes: dict[Name, Value | tuple[Value, ...]] = {}

    @model_validator(mode="after")
    def _names_one(self) -> "Member":
        if [bool(self.user), bool(self.email), bool(self.group)].count(True) != 1:
            raise ValueError("names whom it is about by exactly one of user, email and group")
        return self

    @property
    def who(self) -> str:
        return self.user or self.email or self.group

    @property
    def held(self) -> dict[str, tuple[Value, ...]]:
        return _tuples(self.attributes)


class Clearance(_Part):
    """What everybody in a channel may see by being there: whoever lets somebody in answers for that."""

    clearance: Name
    attributes: dict[Name, Value | tuple[Value, ...]] = {}


@dataclass(frozen=True, slots=True)
class Standing:
    """As what somebody asks: a role of the policy and the attributes its row filters name."""

    role: str
    attributes: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """The same for all who see the same."""
        return (self.role, *sorted(self.attributes.items()))


class Policy(_Part):
    """A whole policy. `version` is the file's own word for itself; `stamp` also changes with every other word."""

    draft: bool = False  # nobody has confirmed it yet: the terminal may use it, the bot does not start on it
    version: str = ""
    roles: dict[Name, Role]
    people: tuple[Member, ...] = ()
    terminal: str = ""  # the role of whoever asks in a terminal under no other name; empty: none
    everybody_else: str = ""  # the role of a colleague in Slack whom nothing names; empty: none
    channels: dict[Name, Clearance] = {}

    @model_validator(mode="after")
    def _names_its_own_roles(self) -> "Policy":
        named = [member.role for member in self.people] + [channel.clearance for channel in self.channels.values()]
        unknown = sorted({role for role in [*named, self.terminal, self.everybody_else] if role} - self.roles.keys())
        if unknown:
            raise ValueError(f"names roles it does not list: {', '.join(unknown)}")
        return self

    @classmethod
    def open_to_all(cls) -> "Policy":
        """Everything catalogued, as it is, to whoever asks: for programs that have no askers, such as evaluations."""
        return cls(version="open", roles={"everybody": _everything()}, terminal="everybody", everybody_else="everybody")

    @cached_property
    def stamp(self) -> str:
        """Names this very policy in the audit."""
        digest = hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]
        return f"{self.version} {digest}".strip()

    def require_confirmed(self) -> None:
        """Raises `Unconfirmed` where no person has."""
        if self.draft:
            raise Unconfirmed

    def standing(self, person: Person) -> Standing | None:
        """The role of a person: by user id, else by e-mail, else by the first of their groups listed, else as one of
        the rest; None where nothing names them.

        Who is from outside is none of the rest, and their address is their own organisation's word, so it counts for
        nothing.
        """
        for fits in (
            lambda member: member.user == person.id,
            lambda member: bool(person.email) and not person.outside and member.email.lower() == person.email.lower(),
            lambda member: member.group in person.groups,
        ):
            for member in self.people:
                if member.user + member.email + member.group and fits(member):
                    return Standing(member.role, member.held)
        role = self.terminal if person.id.startswith(TERMINAL) else "" if person.outside else self.everybody_else
        return Standing(role) if role else None

    def looks_after(self, person: Person) -> bool:
        """Whether somebody looks after Teller: reviews what was voted down, and sees how it fares."""
        standing = self.standing(person)
        return standing is not None and self.roles[standing.role].looks_after

    def cleared(self, channel: str) -> Standing | None:
        """What a channel is cleared for, where the policy says so."""
        clearance = self.channels.get(channel)
        return Standing(clearance.clearance, _tuples(clearance.attributes)) if clearance else None

    def access(self, role: str, table: str) -> Access | None:
        """What a role may see of a table; None: nothing."""
        tables = self.roles[role].tables
        return tables.get(table, tables.get(ANY))

    @property
    def asks_for_email(self) -> bool:
        return any(member.email for member in self.people)

    @property
    def groups(self) -> tuple[str, ...]:
        """The Slack user groups it names, in order."""
        return tuple(dict.fromkeys(member.group for member in self.people if member.group))

    def misfits(self, catalogue: Catalogue) -> list[str]:
        """What the policy names and the catalogue does not have, one sentence each."""
        return [fault for name, role in self.roles.items() for fault in _misfits(name, role, catalogue)]


def load(path: Path) -> Policy:
    """Reads a policy; raises `Misfit` with one sentence per fault, each naming where in the file it is."""
    return read(path, Policy, "policy", "Without one nobody sees anything; docs/policy.md says how it is written.")


def _everything() -> Role:
    return Role(tables={ANY: Access(shows=(ANY,))})


def _tuples(attributes: Mapping[str, Value | tuple[Value, ...]]) -> dict[str, tuple[Value, ...]]:
    return {name: value if isinstance(value, tuple) else (value,) for name, value in attributes.items()}


def _misfits(name: str, role: Role, catalogue: Catalogue) -> Iterator[str]:
    for table, access in role.tables.items():
        where = f"The role {name}, table {table},"
        if table == ANY:
            if access.columns or access.without or access.rows or access.rows_of or access.masks:
                yield f"{where} stands for every other table, so it may only say shows."
        elif table not in catalogue.tables:
            yield f"The role {name} names the table {table}, which the catalogue does not list."
        else:
            yield from (f"{where} {fault}" for fault in _faults(access, table, role, catalogue))


def _faults(access: Access, table: str, role: Role, catalogue: Catalogue) -> Iterator[str]:
    columns = catalogue.tables[table].columns
    named = {*access.columns, *access.without, *access.masks, *access.shows} - {ANY}
    if unknown := sorted(named - columns.keys()):
        yield f"names columns that the catalogue does not list: {', '.join(unknown)}."
    if access.columns and access.without:
        yield "says columns and without; one of them is enough."
    for column in sorted(access.masks.keys() & columns.keys()):
        entry = columns[column]
        if fault := Mask.parse(access.masks[column]).misfit(entry.kind, entry.stored):
            yield f"cannot mask {column} that way: {fault}"
    if (access.rows or access.rows_of) and not access.says:
        yield "filters rows, so it must say which in words: an answer names what it leaves out (says: …)."
    if access.rows_of:
        yield from _loose_rows(access.rows_of, table, role, catalogue)


def _loose_rows(source: str, table: str, role: Role, catalogue: Catalogue) -> Iterator[str]:
    if not any(join.many == table and join.one == source for join in catalogue.joins):
        yield f"takes its rows from {source}, to which the catalogue has no join."
    if not role.tables.keys() & {source, ANY}:
        yield f"takes its rows from {source}, which the role may not see."
