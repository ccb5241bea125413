"""Deposit accounts of the sample bank and what was booked on them."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from bank.sample import months
from bank.sample.customers import Customer

TRANSACTIONS = 60_000

TYPES = {"Checking": 0.05, "Savings": 1.9, "Money Market": 2.8, "Time Deposit": 3.6}
"""Account type → interest it earns, percent a year."""

_BOOKINGS = {  # type → (direction, channels, typical dollars, how often)
    "Incoming Payment": ("CREDIT", ("Online", "API"), 21_000, 26),
    "Outgoing Payment": ("DEBIT", ("Online", "API", "Mobile"), 15_000, 28),
    "Card Payment": ("DEBIT", ("Card Terminal", "Online"), 350, 16),
    "Direct Debit": ("DEBIT", ("API",), 2_400, 10),
    "Cash Deposit": ("CREDIT", ("Branch Counter", "ATM"), 4_500, 6),
    "Cash Withdrawal": ("DEBIT", ("Branch Counter", "ATM"), 900, 5),
    "Interest Credit": ("CREDIT", ("Automatic",), 420, 5),
    "Account Fee": ("DEBIT", ("Automatic",), 38, 4),
}
_WEIGHTS = tuple(accumulate(often for *_, often in _BOOKINGS.values()))
_FIRST_DAY = months.day_in(0, 0)
_DAYS = (months.month_end(months.NEWEST) - _FIRST_DAY).days + 1


@dataclass(frozen=True, slots=True)
class Account:
    """`days` are the first and last day on which something can be booked, counted from 1 October 2024."""

    id: int
    number: str
    customer: Customer
    type: str
    status: str
    currency: str
    opened: date
    closed: date | None
    rate: float
    opening: int  # cents
    days: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Booking:
    """Cents are always positive; the direction says which way."""

    account: Account
    day: int
    type: str
    channel: str
    direction: str
    cents: int


def make_accounts(random: Random, customers: list[Customer]) -> list[Account]:
    """About nine in ten customers have one to three accounts."""
    accounts: list[Account] = []
    for customer in customers:
        for position in range(random.choices((0, 1, 2, 3), (8, 48, 32, 12))[0]):
            accounts.append(_account(random, 70_001 + len(accounts), customer, first=position == 0))
    return accounts


def _account(random: Random, account_id: int, customer: Customer, first: bool) -> Account:
    kind = "Checking" if first else random.choice(list(TYPES))
    since = date.fromisoformat(customer.since)
    newest = months.month_end(months.NEWEST)
    left = customer.last != months.NEWEST
    # Accounts are opened up to three years after the customer came, and before it leaves.
    room = (months.month_end(customer.last) - since).days - 15
    opened = since + timedelta(days=random.randrange(max(1, min(room, 1100))))
    status = "CLOSED" if left else random.choices(("OPEN", "DORMANT", "FROZEN", "CLOSED"), (88, 5, 2, 5))[0]
    closed = None
    if status == "CLOSED":
        end = months.month_end(customer.last) if left else newest - timedelta(days=random.randrange(5, 400))
        closed = max(end, opened + timedelta(days=10))
        closed = min(closed, newest)
    return Account(
        id=account_id,
        number=f"{customer.branch.id}-{random.randrange(10_000_000, 99_999_999)}-{account_id % 97:02d}",
        customer=customer,
        type=kind,
        status=status,
        currency=customer.currency,
        opened=opened,
        closed=closed,
        rate=TYPES[kind],
        opening=int(random.lognormvariate(12.6, 1.1)) * 100 if opened < _FIRST_DAY else 0,
        days=(max(0, (opened - _FIRST_DAY).days), ((closed or newest) - _FIRST_DAY).days),
    )


def make_bookings(random: Random, accounts: list[Account]) -> list[Booking]:
    """The transactions, oldest first; a dormant account has none, a closed one ends at zero."""
    busy = [account for account in accounts if account.status != "DORMANT" and account.days[0] <= account.days[1]]
    bookings = [_booking(random, account) for account in busy]
    more = TRANSACTIONS - len(busy) - sum(account.status == "CLOSED" for account in busy)
    bookings += [_booking(random, busy[int(random.random() * len(busy))]) for _ in range(more)]
    bookings += _payouts(bookings, busy)
    return sorted(bookings, key=lambda booking: (booking.day, booking.account.id))


def _booking(random: Random, account: Account) -> Booking:
    kind = random.choices(list(_BOOKINGS), cum_weights=_WEIGHTS)[0]
    direction, channels, typical, _ = _BOOKINGS[kind]
    first, last = account.days
    return Booking(
        account=account,
        day=first + int(random.random() * (last - first + 1)),
        type=kind,
        channel=channels[int(random.random() * len(channels))],
        direction=direction,
        cents=max(100, int(typical * 100 * random.lognormvariate(0, 0.7))),
    )


def _payouts(bookings: list[Booking], accounts: list[Account]) -> list[Booking]:
    """What empties each closed account on its last day."""
    balances = _balances(bookings, accounts)
    payouts = []
    for account in accounts:
        if account.status == "CLOSED":
            left = balances[account.id]
            kind, direction = ("Outgoing Payment", "DEBIT") if left >= 0 else ("Incoming Payment", "CREDIT")
            payouts.append(Booking(account, account.days[1], kind, "Branch Counter", direction, abs(left)))
    return payouts


def _balances(bookings: list[Booking], accounts: list[Account]) -> dict[int, int]:
    balances = {account.id: account.opening for account in accounts}
    for booking in bookings:
        balances[booking.account.id] += booking.cents if booking.direction == "CREDIT" else -booking.cents
    return balances


def account_rows(accounts: list[Account], bookings: list[Booking]) -> list[tuple[object, ...]]:
    """The rows of DEPOSIT_ACCOUNT; the balance is the opening balance and all that was booked since."""
    balances = _balances(bookings, accounts)
    return [
        (
            account.id,
            account.number,
            account.customer.key,
            months.month_id(account.customer.last),
            account.customer.branch.id,
            account.type,
            account.status,
            account.currency,
            account.opened.isoformat(),
            account.closed.isoformat() if account.closed else None,
            account.rate,
            account.opening / 100,
            balances[account.id] / 100,
        )
        for account in accounts
    ]


def booking_rows(bookings: list[Booking]) -> list[tuple[object, ...]]:
    """The rows of ACCOUNT_TRANSACTION."""
    days = [(_FIRST_DAY + timedelta(days=day)).isoformat() for day in range(_DAYS)]
    return [
        (900_001 + position, b.account.id, days[b.day], b.type, b.channel, b.direction, b.cents / 100)
        for position, b in enumerate(bookings)
    ]
