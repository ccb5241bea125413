"""A question whose words have found their places but whose words may still mean several things."""

from dataclasses import dataclass, field

from generators.pattern.intent import Operator
from generators.pattern.meanings import Item
from generators.pattern.periods import Period


@dataclass(slots=True)
class Valued:
    """Values, perhaps with the column they were said to be of."""

    items: list[Item]
    column: Item | None = None
    onward: str = ""  # "worse" or "better": these and all beyond
    negated: bool = False


@dataclass(slots=True)
class Termed:
    """A term of the bank."""

    item: Item
    negated: bool = False


@dataclass(slots=True)
class Compared:
    """A figure or column against numbers. Without an item it is the thing's main amount ("loans over 1 million")."""

    item: Item | None
    operator: Operator
    numbers: tuple[float, ...]
    currency: str = ""
    aggregate: str = ""
    narrow: str = ""  # the table whose noun stood before ("loan balance")
    conditions: list["Raw"] = field(default_factory=list)
    negated: bool = False


@dataclass(slots=True)
class Dated:
    """A date column in a period."""

    item: Item
    period: Period
    narrow: str = ""
    negated: bool = False


@dataclass(slots=True)
class Utmost:
    """The highest or lowest of an ordered category."""

    item: Item
    which: str  # most, least
    narrow: str = ""
    negated: bool = False


@dataclass(slots=True)
class Vague:
    """ "high loan balances": the banker is asked what is high."""

    item: Item
    which: str
    narrow: str = ""
    negated: bool = False


@dataclass(slots=True)
class Eitherwise:
    """Conditions of which one must hold."""

    parts: list["Raw"]
    negated: bool = False


Raw = Valued | Termed | Compared | Dated | Utmost | Vague | Eitherwise


@dataclass(slots=True)
class Phrase:
    """A noun with what is said of it. `link`: subject, of (context), has, hasnt (of the phrase `of`)."""

    table: str
    item: Item
    link: str
    of: "Phrase | None" = None
    operator: Operator = ">="
    number: int = 1
    conditions: list[Raw] = field(default_factory=list)
    part: bool = False  # said of a share: the part, not the whole


@dataclass(slots=True)
class Asked:
    """A figure that is asked for: a count of a table, or an aggregate of a measure or column."""

    item: Item
    aggregate: str = ""
    table: str = ""  # counted, or aggregated by its main amount
    narrow: str = ""
    distinct: bool = False
    plainly: bool = True  # "total loans" may be their number; "total amount of loans" may not


@dataclass(slots=True)
class Grouped:
    """What the answer is grouped by: a thing, a column, or a unit of time."""

    item: Item
    table: str = ""
    unit: str = ""
    narrow: str = ""


@dataclass(slots=True)
class Ranked:
    """Most or least first, how many, and by what: a figure's place, or a date or number column of the listed thing."""

    which: str
    limit: int = 0
    ties: bool = False
    figure: int = 0
    item: Item | None = None
    narrow: str = ""
    main: bool = False  # by the thing's main amount ("largest loans")


@dataclass(slots=True)
class Sketch:
    """All of it."""

    phrases: list[Phrase] = field(default_factory=list)
    figures: list[Asked] = field(default_factory=list)
    groups: list[Grouped] = field(default_factory=list)
    conditions: list[Raw] = field(default_factory=list)  # of no noun
    part: list[Raw] = field(default_factory=list)  # of a share: what makes the part
    stock: bool = False  # "as of March": how things stood, not what happened
    periods: list[Period] = field(default_factory=list)
    dates: list[tuple[Item, str]] = field(default_factory=list)
    columns: list[tuple[Item, str]] = field(default_factory=list)
    head: Grouped | None = None  # "which currency …": a column is asked for
    ranked: Ranked | None = None
    share: Item | None = None
    spread: str = ""  # count or amount
    trend: bool = False
    distinct: Item | None = None
    common: str = ""
    picked: list[Item] = field(default_factory=list)
    based: list[Item] = field(default_factory=list)
    whole: Item | None = None  # "for all customers": one total, or one each?
