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
    strictly: bool = False  # "worse than": all beyond, without these
    apart: bool = False  # side by side, not together
    together: bool = False  # joined by "and": any of them, or one of each?
    behind: bool = False  # said behind its noun
    currency: bool = False  # "balance in EUR": of things in euros, or in euros?


@dataclass(slots=True)
class Termed:
    """A term of the bank."""

    item: Item
    negated: bool = False
    behind: bool = False
    period: Period | None = None  # "charged off in 2025"
    adjacent: bool = False  # a period follows


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
    against: Item | None = None  # another figure instead of numbers
    joined: bool = False  # "and" stands before it


@dataclass(slots=True)
class Faced:
    """A column against another of the same thing: "whose regulator rating is worse than their officer rating"."""

    item: Item
    operator: str  # worse, better, or an operator
    other: Item
    narrow: str = ""
    negated: bool = False


@dataclass(slots=True)
class Aged:
    """So many years old, by the birth or the beginning of a thing."""

    item: Item
    operator: Operator
    years: int
    unit: str = "year"
    narrow: str = ""
    negated: bool = False


@dataclass(slots=True)
class Dated:
    """A date column in a period."""

    item: Item
    period: Period
    narrow: str = ""
    negated: bool = False


@dataclass(slots=True)
class Owned:
    """A figure that is had: "customers who have deposits" have something that counts towards it."""

    item: Item
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
    apart: bool = False  # side by side, not together


Raw = Valued | Termed | Compared | Faced | Aged | Dated | Owned | Utmost | Vague | Eitherwise


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
    period: Period | None = None  # "with transactions in 2026": of these, not of those who have them
    both: bool = False  # "both a term loan and a bridge loan": one of each
    every: bool = False  # "only fixed-rate loans": it has some, and all of them are such


@dataclass(slots=True)
class Asked:
    """A figure that is asked for: a count of a table, or an aggregate of a measure or column."""

    item: Item
    aggregate: str = ""
    table: str = ""  # counted, or aggregated by its main amount
    narrow: str = ""
    distinct: bool = False
    plainly: bool = True  # "total loans" may be their number; "total amount of loans" may not
    age: bool = False
    mean: bool = False  # an average, perhaps per thing
    grouped: bool = False  # there are groups, so that one figure of each is wanted
    implied: bool = False  # "inhabitants by region": how to bring several together was not said


@dataclass(slots=True)
class Grouped:
    """What the answer is grouped by: a thing, a column, or a unit of time."""

    item: Item
    table: str = ""
    unit: str = ""
    narrow: str = ""
    per: bool = False  # "per customer", which may also divide; "by customer" only groups


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
    place: int = 0  # "second largest": only this place
    told: bool = False  # by which figure was said
    changed: bool = False  # by how much it changed ("grew the most")


@dataclass(slots=True)
class Sketch:
    """All of it."""

    phrases: list[Phrase] = field(default_factory=list)
    figures: list[Asked] = field(default_factory=list)
    groups: list[Grouped] = field(default_factory=list)
    conditions: list[Raw] = field(default_factory=list)  # of no noun
    part: list[Raw] = field(default_factory=list)  # of a share: what makes the part
    by_dates: bool = False  # "by maturity year": what the dates are, not what happened
    stock: bool = False  # "as of March": how things stood, not what happened
    periods: list[Period] = field(default_factory=list)
    counted: Item | None = None  # "how many industries have …": only the number of the groups is asked for
    having: list[tuple[int, Compared]] = field(default_factory=list)  # of which figure of each value that is asked for
    dates: list[tuple[Item, str]] = field(default_factory=list)
    columns: list[tuple[Item, str]] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)  # "loans with their customers": tables of what each belongs to
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
    new: Item | None = None  # "new customers": those that began in the period
    one_amount: bool = False  # "how much do our customers owe": one figure of them all
    yes_no: bool = False  # "are there …?"
    tested: str = ""  # "is A higher than B": how the first figure is to compare with the second
    twice: Item | None = (
        None  # the figure that was said of two things ("exposure of A compared with the exposure of B")
    )
    versus: Item | None = None
    change: Item | None = None
    step: str = ""  # the change from each unit of time to the next
    mean_unit: str = ""  # "average monthly inflow": the average over the months
    running: Item | None = None
    ratio: Item | None = None  # of the first figure to the second
    minus: Item | None = None
    shared: bool = False  # the ratio is a percentage
