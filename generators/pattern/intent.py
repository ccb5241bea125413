"""What a question asks, once every word has its one meaning: from this alone come both the SQL and the reading."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
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
    ended: bool = False  # what is so has ended, and may have left the book


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
    currency: str = ""  # of the numbers, where it is not the reporting currency


@dataclass(frozen=True, slots=True)
class Facing:
    """Two columns of one row against each other; `ranked`: by their places on one scale, best first."""

    table: str
    column: str
    operator: Operator
    other_table: str
    other: str
    ranked: bool = False


@dataclass(frozen=True, slots=True)
class During:
    """A date column lies in a period. `event`: that is when it happened, once and for all."""

    table: str
    column: str
    period: Period
    event: bool = False


@dataclass(frozen=True, slots=True)
class Months:
    """The month ends that are read, where they are several."""

    table: str
    column: str
    months: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: an aggregate over the rows of a table. `parts` are two figures that make one, `share` the conditions of a percentage."""

    table: str
    aggregate: Aggregate
    says: str
    kind: Kind
    value: str = ""
    where: str = ""
    currency: str = ""  # the currency of the value where it is the same in every row
    parts: tuple["Figure", ...] = ()
    operation: Literal["ratio", "difference"] = "ratio"
    apart: bool = False  # the parts are of different rows: each is aggregated on its own
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
    currency: str = ""  # of the numbers, where it is not the reporting currency


@dataclass(frozen=True, slots=True)
class Versus:
    """A thing of which one sum is larger or smaller than another."""

    per: str
    figure: Figure
    operator: Literal[">", "<"]
    other: Figure


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
class Both:
    """All of these hold."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these holds."""

    conditions: tuple["Condition", ...]


Condition = Where | OneOf | Limit | Facing | During | Months | Total | Versus | Has | Not | Both | Either


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
    unit: Literal["day", "month", "quarter", "year"]


Group = ByColumn | ByThing | ByPeriod


@dataclass(frozen=True, slots=True)
class Order:
    """By which figure (its place), or by which value of the listed thing, and how many: 0 for all; `ties` keeps equals of the last."""

    figure: int = 0
    value: Limit | None = None
    descending: bool = True
    limit: int = 0
    ties: bool = False
    place: int = 0  # only this place: the second largest
    within: int = 0  # so many of the leading groups are each ranked on their own
    changed: bool = False  # by the change of the figure


@dataclass(frozen=True, slots=True)
class Slice:
    """One of several columns in which the same figures stand side by side: a period, a month end, or a condition."""

    says: str
    month: Period | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """A question of yes or no: whether the first figure compares so with a number."""

    operator: Operator
    number: float = 0.0
    second: bool = False  # against the second figure instead


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
    every_month: bool = False  # no single snapshot: one row for each, or flows summed over them
    last_seen: bool = False  # no single snapshot: each thing as it was last recorded
    slices: tuple[Slice, ...] = ()
    change: bool = False  # from the first slice to the second, or from each period to the next
    mean_unit: str = ""  # of each unit of time one figure, and of these the average
    running: bool = False  # summed up to and with each period
    test: Test | None = None
    counted: str = ""  # only how many groups there are is asked for: "number of industries"
    having: tuple[Total, ...] = ()
    columns: tuple[ByColumn, ...] = ()  # of a list: the columns that were asked for


def asked_in(conditions: Iterable[Condition]) -> list[Condition]:
    """All conditions, and those inside them."""
    found: list[Condition] = []
    waiting = list(conditions)
    while waiting:
        asked = waiting.pop()
        found.append(asked)
        waiting.extend(getattr(asked, "conditions", ()))
        if inner := getattr(asked, "condition", None):
            waiting.append(inner)
    return found


def inner_tables(asked: Condition) -> list[str]:
    """The tables that a condition reads in queries of their own."""
    found = []
    for known in asked_in([asked]):
        if isinstance(known, Has):
            found.append(known.other)
        elif isinstance(known, Total):
            found.append(known.figure.table)
        elif isinstance(known, Versus):
            found += [known.figure.table, known.other.table]
    return found
