"""Facilities of the sample bank: what was promised to customers, its limits, and what of them is used."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bank.sample import months
from bank.sample.customers import Customer
from bank.sample.loans import Loan, make_loan
from bank.sample.reference import CURRENCIES, HOLDERS, OFFICERS, RATINGS

TYPES = {"RCF": "Revolving Credit Facility", "TLF": "Term Loan Facility", "MOF": "Multi-Option Facility"}
STRUCTURES = {"B": "Bilateral", "S": "Syndicated"}
STATUSES = {"O": "OPEN", "E": "EXPIRED"}
LIMIT_TYPES = {"CSH": "Cash Advances", "LOC": "Letters of Credit"}

_DEFAULT_PROBABILITY = {1: 0.6, 2: 3.5, 3: 12.0, 4: 40.0, 5: 100.0}  # percent within a year, by grade


@dataclass(frozen=True, slots=True)
class Limit:
    """A part of a facility; amounts in its currency. Letters of credit have their own usage."""

    key: int
    type: str
    amount: float
    withheld: float
    collateral: float
    loss_given_default: float
    letters: tuple[float, ...]  # share used, month by month; empty for cash advances


@dataclass(frozen=True, slots=True)
class Facility:
    """A line of credit and the loans drawn under it. `expires` is a month."""

    key: int
    number: str
    customer: Customer
    currency: str
    type: str
    shares: tuple[tuple[int, float], ...]
    effective_day: str
    expires: int
    first: int
    last: int
    limits: tuple[Limit, ...]
    loans: tuple[Loan, ...]

    @property
    def structure(self) -> str:
        """Bilateral or syndicated."""
        return "B" if len(self.shares) == 1 else "S"

    def drawn(self) -> dict[int, float]:
        """Month → principal outstanding of its loans."""
        totals: dict[int, float] = {}
        for loan in self.loans:
            for state in loan.history:
                totals[state.index] = round(totals.get(state.index, 0.0) + state.balance, 2)
        return totals


def make_facilities(random: Random, customers: list[Customer]) -> list[Facility]:
    """All facilities and, under them, all loans."""
    facilities: list[Facility] = []
    loan_key = 20_001
    for customer in customers:
        for _ in range(random.choices((1, 2, 3), (74, 22, 4))[0]):
            facility = _facility(random, 5001 + len(facilities), loan_key, customer)
            facilities.append(facility)
            loan_key += len(facility.loans)
    return facilities


def _facility(random: Random, key: int, loan_key: int, customer: Customer) -> Facility:
    number = f"CA{key:05d}"
    shares = _shares(random)
    unit = CURRENCIES[customer.currency][1]
    loans = tuple(
        make_loan(random, loan_key + position, number, customer, customer.currency, unit, shares)
        for position in range(random.choices((1, 2, 3, 4, 5), (34, 28, 20, 12, 6))[0])
    )
    first = max(customer.first, min(loan.history[0].index for loan in loans) - 1)
    last = max(loan.history[-1].index for loan in loans)
    return Facility(
        key=key,
        number=number,
        customer=customer,
        currency=customer.currency,
        type=random.choice(list(TYPES)),
        shares=shares,
        effective_day=min(loan.effective_day for loan in loans),
        expires=max(loan.matures for loan in loans) + random.choice((-3, 0, 0, 1, 3)),
        first=first,
        last=last,
        limits=tuple(_limits(random, key, sum(loan.principal for loan in loans), last - first + 1)),
        loans=loans,
    )


def _shares(random: Random) -> tuple[tuple[int, float], ...]:
    """Who holds how much, in percent; the bank itself comes first and always holds some."""
    if random.random() > 0.15:
        return ((1, 100.0),)
    others = sorted(random.sample(range(2, len(HOLDERS) + 1), random.randrange(1, 5)))
    cuts = [random.choice((10.0, 12.5, 15.0, 17.5, 20.0)) for _ in others]
    return ((1, 100.0 - sum(cuts)), *zip(others, cuts, strict=True))


def _limits(random: Random, key: int, principal: float, count: int) -> Iterator[Limit]:
    step = -4 if principal < 1e9 else -6
    # A tight limit is passed when a borrower draws more than was agreed.
    generous = 0.8 if random.random() < 0.03 else random.uniform(1.05, 1.7)
    amount = float(round(principal * generous, step))
    withheld = float(round(amount * 0.05, step)) if random.random() < 0.1 else 0.0
    collateral = float(round(amount * random.uniform(0.3, 1.4), step)) if random.random() < 0.7 else 0.0
    loss = random.choice((25.0, 35.0, 45.0, 60.0))
    yield Limit(key * 10 + 1, "CSH", amount, withheld, collateral, loss, ())
    if random.random() < 0.16:
        letters = tuple(round(random.uniform(0.1, 0.8), 3) for _ in range(count))
        yield Limit(key * 10 + 2, "LOC", float(round(amount * 0.3, step)), 0.0, 0.0, loss, letters)


def facility_rows(facilities: list[Facility]) -> list[tuple[object, ...]]:
    """The rows of CA_PRODUCT_DIMENSION: each facility once for each month end."""
    return sorted(
        (row for facility in facilities for row in _facility_rows(facility)), key=lambda row: (row[1], row[0])
    )


def _facility_rows(facility: Facility) -> Iterator[tuple[object, ...]]:
    customer = facility.customer
    for index in range(facility.first, facility.last + 1):
        status = _status(facility, index)
        grade = customer.grade(index)
        reviewed = months.last_yearly(index, facility.key % 12) - 12 * (
            facility.key % 13 == 0
        )  # one in thirteen is late
        yield (
            facility.key,
            months.month_id(index),
            facility.number,
            f"{TYPES[facility.type]} for {customer.name}",
            customer.id,
            facility.type,
            TYPES[facility.type],
            facility.currency,
            facility.structure,
            STRUCTURES[facility.structure],
            status,
            STATUSES[status],
            facility.effective_day,
            months.month_end(facility.expires).isoformat(),
            months.day_in(reviewed, 0.5).isoformat(),
            months.day_in(reviewed + 12, 0.5).isoformat(),
            str(grade),
            RATINGS[grade],
            OFFICERS[customer.officer],
        )


def _status(facility: Facility, index: int) -> str:
    return "E" if index >= facility.expires else "O"


def limit_rows(facilities: list[Facility]) -> list[tuple[object, ...]]:
    """The rows of LIMIT_DIMENSION."""
    return [
        (
            limit.key,
            facility.number,
            limit.type,
            LIMIT_TYPES[limit.type],
            "N" if facility.type == "TLF" else "Y",
            facility.currency,
            facility.effective_day,
            months.month_end(facility.expires).isoformat(),
        )
        for facility in facilities
        for limit in facility.limits
    ]


def limit_share_rows(facilities: list[Facility]) -> list[tuple[object, ...]]:
    """The rows of CA_DETAIL_FACT: each limit repeated for each holder of its facility."""
    rows = (row for facility in facilities for row in _limit_share_rows(facility))
    return sorted(rows, key=lambda row: (row[0], row[2], row[3]))


def _limit_share_rows(facility: Facility) -> Iterator[tuple[object, ...]]:
    drawn = facility.drawn()
    for index in range(facility.first, facility.last + 1):
        for limit in facility.limits:
            amounts = _amounts(facility, limit, index, drawn.get(index, 0.0))
            for holder, percent in facility.shares:
                yield (
                    months.month_id(index),
                    facility.key,
                    limit.key,
                    holder,
                    holder,
                    facility.customer.key,
                    percent,
                    facility.currency,
                    *amounts,
                )


def _amounts(facility: Facility, limit: Limit, index: int, drawn: float) -> tuple[float, ...]:
    expired = _status(facility, index) == "E"
    used = round(limit.amount * limit.letters[index - facility.first], 2) if limit.letters else drawn
    if expired and limit.letters:
        used = 0.0
    # Nothing more may be drawn under an expired facility: all that is unused is withheld.
    withheld = (
        round(max(limit.amount - used, 0.0), 2) if expired else min(limit.withheld, max(limit.amount - used, 0.0))
    )
    available = round(max(limit.amount - withheld - used, 0.0), 2)
    grade = facility.customer.grade(index)
    fee = round(available * 0.004 / 12, 2)
    unpaid = round(fee * max(grade - 1, 0) * 1.5, 2)
    past_due = unpaid if grade >= 3 else 0.0
    return (
        limit.amount,
        round(withheld, 2),
        used,
        available,
        limit.collateral,
        fee,
        unpaid,
        past_due,
        _DEFAULT_PROBABILITY[grade],
        limit.loss_given_default,
        round(used + 0.5 * available, 2),
    )
