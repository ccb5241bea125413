"""What a question asks, once every word has its one meaning: from this alone come both the SQL and the reading."""

from dataclasses import dataclass
from typing import Literal

from bank.catalogue import Aggregate
from bank.table import Kind
from generators.pattern.periods import Period

Operator = Literal[">", ">=", "<", "<=", "=", "<>", "between"]


@dataclass(frozen=True, slots=True)
class Where:
    """A condition that the catalogue writes in SQL, on one table."""

    table: str
    where: str
    says: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column holds one of these values; `worst` or `best` stands for the end of its scale that occurs."""

    table: str
    column: str
    values: tuple[str, ...] = ()
    extreme: Literal["", "worst", "best"] = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A row's own figure against numbers; `value` is SQL over the table's columns. Amounts are in the reporting currency."""

    table: str
    value: str
    kind: Kind
    operator: Operator
    numbers: tuple[float, ...]
    says: str


@dataclass(frozen=True, slots=True)
class During:
    """A date column lies in a period."""

    table: str
    column: str
    period: Period


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: an aggregate over the rows of a table. `parts` are two figures for a ratio, `share` the conditions of a percentage."""

    table: str
    aggregate: Aggregate
    says: str
    kind: Kind
    value: str = ""
    where: str = ""
    currency: str = ""  # the currency of the value where it is the same in every row
    parts: tuple["Figure", ...] = ()
    share: tuple["Condition", ...] = ()
    distinct: str = ""  # a column of the table whose different values are counted


@dataclass(frozen=True, slots=True)
class Total:
    """A thing whose figure, over all its rows, compares so with numbers."""

    per: str
    figure: Figure
    operator: Operator
    numbers: tuple[float, ...]
    conditions: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Has:
    """A thing that has so many of another thing, which in turn meets conditions. None at all is `= 0`."""

    per: str
    other: str
    conditions: tuple["Condition", ...] = ()
    operator: Operator = ">="
    number: int = 1


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these holds."""

    conditions: tuple["Condition", ...]


Condition = Where | OneOf | Limit | During | Total | Has | Not | Either


@dataclass(frozen=True, slots=True)
class ByColumn:
    """One row of the answer for each value of a column."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class ByThing:
    """One row of the answer for each thing, by its key; shown by its name."""

    table: str


@dataclass(frozen=True, slots=True)
class ByPeriod:
    """One row of the answer for each month, quarter or year of a date or snapshot column."""

    table: str
    column: str
    unit: Literal["month", "quarter", "year"]


Group = ByColumn | ByThing | ByPeriod


@dataclass(frozen=True, slots=True)
class Order:
    """By which figure (its place), or by which value of the listed thing, and how many: 0 for all; `ties` keeps equals of the last."""

    figure: int = 0
    value: Limit | None = None
    descending: bool = True
    limit: int = 0
    ties: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """The question. Without figures it is a list: of things, or of the different values of a column (`values`)."""

    root: str
    figures: tuple[Figure, ...] = ()
    groups: tuple[Group, ...] = ()
    conditions: tuple[Condition, ...] = ()
    order: Order | None = None
    percent: bool = False  # adds each row's percentage of the total
    values: ByColumn | None = None
    month: Period | None = None  # the snapshot that was named; None: the latest
    every_month: bool = False  # no single snapshot: one row for each
    having: tuple[Total, ...] = ()
    columns: tuple[ByColumn, ...] = ()  # of a list: the columns that were asked for
