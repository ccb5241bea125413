"""What a word of a question can mean: something of the catalogue, a value of the data, a number, a period, or a word of English."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from generators.pattern.periods import Period


class Role(StrEnum):
    """What the English words do that Pattern Match knows."""

    EMPTY = "empty"
    ASK = "ask"
    HOW_MANY = "how many"
    AGGREGATE = "aggregate"  # argument: sum, average, minimum, maximum
    TOP = "top"  # argument: most, least
    EXTREME = "extreme"  # argument: most, least
    COMMON = "common"  # "most common"
    VAGUE = "vague"  # "high loan balances": argument most, least
    GROUP = "group"
    EVERY = "every"  # a unit of time: argument month, quarter, year
    TREND = "trend"
    SHARE = "share"
    SPREAD = "spread"  # "distribution of", "concentration of"
    DISTINCT = "distinct"
    MULTIPLE = "multiple"
    COMPARE = "compare"  # argument: > >= < <= =
    BETWEEN = "between"
    PREPOSITION = "preposition"
    ALL = "all"
    BE = "be"
    HAVE = "have"
    RELATIVE = "relative"
    NOT = "not"
    WITHOUT = "without"
    AND = "and"
    OR = "or"
    WORSE = "worse"
    BETTER = "better"
    AGAINST = "against"  # "worse than", "differs from": argument worse, better, <> or =
    BASED = "based on"
    ONLY = "only"  # "only fixed-rate loans": all of them are
    VERSUS = "versus"  # the things named are shown side by side
    CHANGE = "change"  # between two periods
    STEP = "step"  # "month over month": the change from each to the next; argument: the unit
    RUNNING = "running total"
    AGE = "age"
    OLDER = "older"  # argument: > or <
    RATIO = "ratio"  # "divided by", "as a percentage of"; argument: percent or number
    MINUS = "minus"
    PLACE = "place"  # "second largest"; argument: the number
    NEW = "new"
    DIRECTION = "direction"  # "highest first"; argument: most, least
    SPLIT = "split by"  # "split by secured and unsecured"
    WISE = "wise"  # "branch-wise"
    MAIN = "main amount"
    CURRENCY = "currency"  # argument: its code
    BOTH = "both"
    COLON = "colon"
    UNIT = "unit"  # a unit of time without "by"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of English that shapes the question."""

    role: Role
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """The noun of a table."""

    table: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column by one of its names; `short`: by the end of its name, which only its own table is asked by ("status")."""

    table: str
    column: str
    short: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure by one of its names."""

    measure: str


@dataclass(frozen=True, slots=True)
class Named:
    """A term of the bank."""

    term: str


@dataclass(frozen=True, slots=True)
class Several:
    """A word that the catalogue says may mean several columns or measures."""

    word: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A value of a column."""

    table: str
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A word that chooses among the readings of terms or ambiguous words, or that says which column is meant."""

    word: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that was typed."""

    number: Decimal
    currency: str = ""
    percent: bool = False
    scale: int = 1


@dataclass(frozen=True, slots=True)
class When:
    """A period that was named."""

    period: Period


Meaning = Word | Thing | Attribute | Figure | Named | Several | Stored | Pick | Amount | When


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of the question and all it can mean; none: it was not understood."""

    text: str
    stem: str
    meanings: tuple[Meaning, ...] = ()
    plural: bool = False
