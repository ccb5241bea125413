"""Loans of the sample bank: drawn under a facility, amortised, sometimes past due, closed or charged off."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bank.sample import months
from bank.sample.customers import Customer
from bank.sample.reference import OFFICERS, RATINGS

PRODUCTS = {
    "TERM": "Term Loan",
    "REVL": "Revolving Loan",
    "CREM": "Commercial Mortgage",
    "EQUI": "Equipment Loan",
    "BRID": "Bridge Loan",
    "ABLN": "Asset-Based Loan",
}
PURPOSES = {
    "WC": "Working Capital",
    "CX": "Capital Expenditure",
    "AQ": "Acquisition",
    "RE": "Real Estate Purchase",
    "RF": "Refinancing",
    "EX": "Expansion",
}
PORTFOLIOS = {
    "CB": "Corporate Banking",
    "MM": "Middle Market",
    "SB": "Small Business Banking",
    "RE": "Real Estate Finance",
}
STATUSES = {"A": "ACTIVE", "M": "MATURED", "C": "CLOSED", "W": "CHARGED OFF"}
RATE_TYPES = {"F": "Fixed", "V": "Floating"}

_BASE_RATE = {"USD": 4.4, "EUR": 2.3, "GBP": 4.3, "CHF": 0.6, "CAD": 3.2, "JPY": 0.7}
_KEPT_AFTER_CLOSING = 9  # months a repaid loan stays in the snapshots; a charged-off one stays for good


@dataclass(frozen=True, slots=True)
class State:
    """A loan at one month end. Amounts are those of the whole loan, in its own currency."""

    index: int
    status: str
    since: int  # the month the status began
    grade: int
    balance: float
    rate: float
    past_due_principal: float
    past_due_interest: float
    charged_off: float

    @property
    def accruing(self) -> bool:
        """Interest is still earned; from DOUBTFUL downwards, or once all of the principal is due, it is not."""
        if self.status == "C":
            return True
        return self.status == "A" and self.grade < 4 and self.past_due_principal < self.balance


@dataclass(frozen=True, slots=True)
class Loan:
    """`effective` and `matures` are months; `shares` are (holder, percent) and sum to 100."""

    key: int
    number: str
    facility: str
    customer: Customer
    currency: str
    shares: tuple[tuple[int, float], ...]
    product: str
    purpose: str
    portfolio: str
    rate_type: str
    secured: bool
    effective: int
    effective_day: str
    matures: int
    matures_day: str
    principal: float
    history: tuple[State, ...]


def make_loan(
    random: Random,
    key: int,
    facility: str,
    customer: Customer,
    currency: str,
    unit: float,
    shares: tuple[tuple[int, float], ...],
) -> Loan:
    """A loan under a facility; `unit` is what one unit of its currency is worth in dollars."""
    product = random.choices(list(PRODUCTS), (34, 22, 16, 14, 6, 8))[0]
    term = random.choice({"BRID": (12, 18), "CREM": (84, 120, 144)}.get(product, (24, 36, 48, 60, 72)))
    effective = _effective(random, customer, term)
    rate_type = random.choices(list(RATE_TYPES), (45, 55))[0]
    # Syndicates are made for loans too large for one bank.
    dollars = min(90_000_000, max(60_000, random.lognormvariate(13.9 if len(shares) == 1 else 16.1, 0.95)))
    principal = float(round(dollars / unit, -4 if unit > 0.1 else -6))
    rate = round(_BASE_RATE[currency] + random.uniform(1.1, 3.9) + (0.6 if rate_type == "F" else 0), 3)
    return Loan(
        key=key,
        number=f"LN{key:06d}",
        facility=facility,
        customer=customer,
        currency=currency,
        shares=shares,
        product=product,
        purpose="RE" if product == "CREM" else random.choice(list(PURPOSES)),
        portfolio=_portfolio(product, customer),
        rate_type=rate_type,
        secured=product in ("CREM", "EQUI", "ABLN") or random.random() < 0.5,
        effective=effective,
        effective_day=months.day_in(effective, random.random()).isoformat(),
        matures=effective + term,
        matures_day=months.day_in(effective + term, random.random()).isoformat(),
        principal=principal,
        history=tuple(_lives(random, customer, product, effective, term, principal, rate, rate_type)),
    )


def _effective(random: Random, customer: Customer, term: int) -> int:
    if customer.first == 0 and random.random() < 0.62:
        return -random.randrange(0, min(term - 1, 48))
    return random.randrange(customer.first, customer.last + 1)


def _portfolio(product: str, customer: Customer) -> str:
    if product == "CREM":
        return "RE"
    return {"SME": "SB", "COR": "CB"}.get(customer.type, "MM")


def _lives(
    random: Random,
    customer: Customer,
    product: str,
    effective: int,
    term: int,
    principal: float,
    rate: float,
    kind: str,
) -> Iterator[State]:
    status, since, behind, charged_off, lossy = "A", effective, 0, 0.0, 0
    for index in range(max(effective, 0), customer.last + 1):
        grade = customer.grade(max(index, customer.first))
        if kind == "V":
            rate = round(max(0.25, rate + random.uniform(-0.09, 0.07)), 3)
        behind = _months_behind(random, grade, behind)
        lossy = lossy + 1 if grade == 5 else 0
        balance = _balance(random, product, index - effective, term, principal, behind)
        before = status
        status = _status(random, status, index, effective + term, grade, lossy)
        if status != before:
            since = index
            charged_off = balance if status == "W" else 0.0
        if status in "CW":
            balance, behind = 0.0, 0
            if status == "C" and index - since >= _KEPT_AFTER_CLOSING:
                return
        due, interest = _past_due(status, balance, behind, term, principal, rate)
        yield State(index, status, since, grade, balance, rate, due, interest, charged_off)


def _months_behind(random: Random, grade: int, behind: int) -> int:
    slips = {1: 0.006, 2: 0.07, 3: 0.30, 4: 0.65, 5: 0.85}[grade]
    if random.random() < slips:
        return behind + 1
    return 0 if grade < 4 and random.random() < 0.6 else behind


def _balance(random: Random, product: str, age: int, term: int, principal: float, behind: int) -> float:
    if product == "REVL":
        return round(principal * random.uniform(0.25, 0.98), 2)
    if product == "BRID":
        return principal
    paid = min(max(age - behind, 0), term)
    return round(principal * (1 - 0.95 * paid / term), 2)  # the last twentieth falls due at maturity


def _status(random: Random, status: str, index: int, matures: int, grade: int, lossy: int) -> str:
    if status in "CW":
        return status
    if lossy >= 3:
        return "W"
    if index >= matures:
        return "C" if grade < 3 else "M"  # a weak borrower does not repay on the day
    return "C" if random.random() < 0.004 else "A"


def _past_due(
    status: str, balance: float, behind: int, term: int, principal: float, rate: float
) -> tuple[float, float]:
    if status == "M":
        return balance, round(balance * rate / 1200 * max(behind, 1), 2)
    due = round(min(balance, principal * 0.95 / term * behind), 2)
    return due, round(balance * rate / 1200 * behind, 2)


def loan_rows(loans: list[Loan]) -> list[tuple[object, ...]]:
    """The rows of LOAN_PRODUCT_DIMENSION: each loan once for each month end."""
    return sorted((row for loan in loans for row in _loan_rows(loan)), key=lambda row: (row[1], row[0]))


def _loan_rows(loan: Loan) -> Iterator[tuple[object, ...]]:
    customer = loan.customer
    for state in loan.history:
        reviewed = months.last_yearly(state.index, loan.key % 12) - 12 * (loan.key % 11 == 0)  # one in eleven is late
        yield (
            loan.key,
            months.month_id(state.index),
            loan.number,
            loan.facility,
            customer.id,
            loan.portfolio,
            PORTFOLIOS[loan.portfolio],
            loan.product,
            PRODUCTS[loan.product],
            loan.purpose,
            PURPOSES[loan.purpose],
            loan.rate_type,
            RATE_TYPES[loan.rate_type],
            "Y" if loan.secured else "N",
            loan.currency,
            customer.branch.id,
            customer.branch.name,
            OFFICERS[customer.officer],
            loan.effective_day,
            loan.matures_day,
            state.status,
            STATUSES[state.status],
            loan.effective_day if state.since == loan.effective else months.month_end(state.since).isoformat(),
            "ACCR" if state.accruing else "NACC",
            str(state.grade),
            RATINGS[state.grade],
            months.day_in(reviewed, 0.6).isoformat(),
            months.day_in(reviewed + 12, 0.6).isoformat(),
            months.month_end(state.since).isoformat() if state.status == "W" else None,
        )


def share_rows(loans: list[Loan]) -> list[tuple[object, ...]]:
    """The rows of CL_DETAIL_FACT: the whole loan repeated for each of its holders."""
    return sorted((row for loan in loans for row in _share_rows(loan)), key=lambda row: row[:3])


def _share_rows(loan: Loan) -> Iterator[tuple[object, ...]]:
    for state in loan.history:
        amounts = (
            loan.principal,
            state.balance,
            round(state.balance * state.rate / 1200, 2),
            round(state.balance * 0.0002, 2),
            state.rate,
            state.past_due_principal,
            state.past_due_interest,
            round(state.past_due_principal + state.past_due_interest, 2),
            state.charged_off,
        )
        accrual = "ACCR" if state.accruing else "NACC"
        for holder, percent in loan.shares:
            yield (
                months.month_id(state.index),
                loan.key,
                holder,
                holder,
                loan.customer.key,
                percent,
                loan.currency,
                state.status,
                accrual,
                loan.effective_day,
                *amounts,
            )
