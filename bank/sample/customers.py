"""Customers of the sample bank: who they are, how long they stay, and how four rating systems see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from bank.sample import months
from bank.sample.names import Names
from bank.sample.reference import BRANCHES, CURRENCIES, CUSTOMER_TYPES, INDUSTRIES, OFFICERS, RATINGS, Branch

EVER = 1330
"""Customers over the two years; about 1,200 of them are there at the newest month end."""

_START = (0.855, 0.08, 0.04, 0.02, 0.005)  # grades 1 to 5 in the first month
_WORSE = {1: 0.007, 2: 0.045, 3: 0.05, 4: 0.05, 5: 0.0}  # chance a month to fall by one grade
_BETTER = {1: 0.0, 2: 0.05, 3: 0.025, 4: 0.008, 5: 0.0}  # chance a month to rise by one grade
_BRANCH_WEIGHTS = (14, 8, 6, 9, 8, 6, 9, 6, 5, 10, 6, 6, 4, 4, 6, 4, 4, 4, 3, 3)


@dataclass(frozen=True, slots=True)
class Customer:
    """`first` and `last` are its months in the books; the grades hold one entry for each of those months."""

    key: int
    id: str
    name: str
    tax_id: str
    type: str
    industry: str
    currency: str
    branch: Branch
    officer: int
    incorporated: str
    since: str
    first: int
    last: int
    review_month: int  # 0 to 11: when in the year it is reviewed
    internal: tuple[int, ...]
    line_officer: tuple[int, ...]
    credit_review: tuple[int, ...]
    regulator: tuple[int, ...]

    def grade(self, index: int) -> int:
        """The bank's internal grade at a month end."""
        return self.internal[index - self.first]

    def watched(self, index: int) -> bool:
        """On the watch list: two months in a row worse than PASS by the internal grade."""
        position = index - self.first
        return min(self.internal[max(position - 1, 0) : position + 1]) > 1


def make_customers(random: Random) -> list[Customer]:
    """All customers the bank had in the two years."""
    names = Names(random)
    return [_customer(random, names, key) for key in range(1001, 1001 + EVER)]


def _customer(random: Random, names: Names, key: int) -> Customer:
    branch = random.choices(BRANCHES, _BRANCH_WEIGHTS)[0]
    industry = random.choice(list(INDUSTRIES))
    first = random.randrange(1, months.COUNT) if random.random() < 0.12 else 0
    last = random.randrange(first, months.NEWEST) if random.random() < 0.10 else months.NEWEST
    currency = branch.currency if random.random() < 0.85 else random.choice(list(CURRENCIES))
    since = (
        months.day_in(first, random.random()) if first else months.day_in(-random.randrange(49, 240), random.random())
    )
    internal = _grades(random, last - first + 1)
    return Customer(
        key=key,
        id=f"C{key:06d}",
        name=names.company(industry, branch.country),
        tax_id=f"{random.randrange(10, 99)}-{random.randrange(1_000_000, 9_999_999)}",
        type=random.choices(list(CUSTOMER_TYPES), (50, 38, 7, 5))[0],
        industry=industry,
        currency=currency,
        branch=branch,
        officer=random.randrange(len(OFFICERS)),
        incorporated=(since - timedelta(days=random.randrange(200, 15_000))).isoformat(),
        since=since.isoformat(),
        first=first,
        last=last,
        review_month=random.randrange(12),
        internal=internal,
        line_officer=_seen(random, internal, lag=2, bias=-1),
        credit_review=_seen(random, internal, lag=1, bias=1),
        regulator=_seen(random, internal, lag=6, bias=1),
    )


def _grades(random: Random, count: int) -> tuple[int, ...]:
    grade = random.choices(list(RATINGS), _START)[0]
    path = []
    for _ in range(count):
        path.append(grade)
        chance = random.random()
        if chance < _WORSE[grade]:
            grade += 1
        elif chance > 1 - _BETTER[grade]:
            grade -= 1
    return tuple(path)


def _seen(random: Random, internal: tuple[int, ...], lag: int, bias: int) -> tuple[int, ...]:
    """The same borrower through other eyes: some months late, and for some customers a grade kinder or harsher."""
    shift = bias if random.random() < 0.06 else 0
    return tuple(min(5, max(1, internal[max(0, position - lag)] + shift)) for position in range(len(internal)))


def customer_rows(customers: list[Customer]) -> Iterator[tuple[object, ...]]:
    """The rows of CUSTOMER_DIMENSION: each customer once for each of its months."""
    for index in range(months.COUNT):
        for customer in customers:
            if customer.first <= index <= customer.last:
                yield _row(customer, index)


def _row(customer: Customer, index: int) -> tuple[object, ...]:
    position = index - customer.first
    watched = customer.watched(index)
    leaving = customer.last != months.NEWEST and index > customer.last - 3
    status = ("I", "INACTIVE") if leaving or customer.key % 37 == 0 else ("A", "ACTIVE")
    reviewed = months.last_yearly(index, customer.review_month) - 12 * (customer.key % 9 == 0)  # one in nine is late
    line, credit, regulator = (
        grades[position] for grades in (customer.line_officer, customer.credit_review, customer.regulator)
    )
    return (
        customer.key,
        months.month_id(index),
        customer.id,
        customer.name,
        customer.tax_id,
        customer.type,
        CUSTOMER_TYPES[customer.type],
        customer.currency,
        customer.industry,
        INDUSTRIES[customer.industry],
        f"OF{customer.officer + 1:02d}",
        OFFICERS[customer.officer],
        customer.branch.id,
        customer.branch.name,
        customer.incorporated,
        customer.since,
        *status,
        str(line),
        RATINGS[line],
        str(credit),
        RATINGS[credit],
        str(regulator),
        RATINGS[regulator],
        "Y" if watched else "N",
        _watched_since(customer, index) if watched else None,
        months.day_in(reviewed, 0.4).isoformat(),
        months.day_in(reviewed + 12, 0.4).isoformat(),
    )


def _watched_since(customer: Customer, index: int) -> str:
    while index > customer.first and customer.watched(index - 1):
        index -= 1
    return months.month_end(index).isoformat()
