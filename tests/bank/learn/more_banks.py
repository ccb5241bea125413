"""Two more made-up banks of other shapes: a factor that buys invoices, and an acquirer that settles what merchants sell by card."""

import random
from collections.abc import Callable
from datetime import timedelta

from tests.bank.learn.banks import COMPANIES, FIRST, LAST, Table, _day


def factoring() -> list[Table]:
    """Abbreviated names, status codes with a table of their own, advances and disputes of invoices, dates as numbers."""
    chance = random.Random(8)  # noqa: S311
    countries = [("DE", "Germany"), ("FR", "France"), ("PL", "Poland"), ("ES", "Spain")]
    states = [("OP", "Open"), ("PD", "Paid"), ("OD", "Overdue"), ("WO", "Written Off")]
    sellers = [
        (
            n,
            COMPANIES[n],
            countries[n % 4][0],
            chance.choice(["Textiles", "Steel", "Food", "Plastics"]),
            _number(chance, 2012, 2022),
        )
        for n in range(20)
    ]
    debtors = [
        (
            n,
            f"{chance.choice(LAST)} {word}",
            countries[chance.randrange(4)][0],
            chance.choice("ABCD"),
            chance.randrange(1, 20) * 100_000,
        )
        for n, word in enumerate(["Trading", "Stores", "Retail", "Supply", "Works", "Yards"] * 10, 1)
    ]
    invoices, advances, disputes = [], [], []
    for n in range(1, 1201):
        issued = _day(chance, 2023, 2024)
        amount = round(chance.uniform(500, 90_000), 2)
        invoices.append(
            (
                n,
                chance.randrange(18),
                chance.randrange(1, 56),
                amount,
                "EUR",
                int(issued.strftime("%Y%m%d")),
                int((issued + timedelta(days=chance.choice([30, 60, 90]))).strftime("%Y%m%d")),
                states[chance.choice([0, 1, 1, 1, 2, 3])][0],
            )
        )
        if chance.random() < 0.8:
            advances.append(
                (len(advances) + 1, n, round(amount * 0.85, 2), int((issued + timedelta(days=2)).strftime("%Y%m%d")))
            )
        if chance.random() < 0.1:
            disputes.append(
                (len(disputes) + 1, n, chance.choice(["Quality", "Quantity", "Price"]), chance.choice(["Y", "N"]))
            )
    return [
        Table("country", "country_cd VARCHAR(2) PRIMARY KEY, country_nm VARCHAR(30)", countries),
        Table("invoice_status", "status_cd VARCHAR(2) PRIMARY KEY, status_desc VARCHAR(30)", states),
        Table(
            "seller",
            "seller_id INTEGER PRIMARY KEY, seller_nm VARCHAR(40), country_cd VARCHAR(2), industry VARCHAR(20), onboarding_dt INTEGER",
            sellers,
        ),
        Table(
            "debtor",
            "debtor_id INTEGER PRIMARY KEY, debtor_nm VARCHAR(40), country_cd VARCHAR(2), credit_grade VARCHAR(1), "
            "credit_limit_amt DECIMAL(14,2)",
            debtors,
        ),
        Table(
            "invoice",
            "invoice_id INTEGER PRIMARY KEY, seller_id INTEGER, debtor_id INTEGER, invoice_amt DECIMAL(14,2), currency_cd VARCHAR(3), "
            "issue_dt INTEGER, due_dt INTEGER, status_cd VARCHAR(2)",
            invoices,
        ),
        Table(
            "advance",
            "advance_id INTEGER PRIMARY KEY, invoice_id INTEGER, advance_amt DECIMAL(14,2), paid_out_dt INTEGER",
            advances,
        ),
        Table(
            "dispute",
            "dispute_id INTEGER PRIMARY KEY, invoice_id INTEGER, reason VARCHAR(20), resolved_flg VARCHAR(1)",
            disputes,
        ),
    ]


def acquiring() -> list[Table]:
    """PascalCase with keys declared: merchants, their terminals, card payments, chargebacks, and a month-end table of merchants."""
    chance = random.Random(9)  # noqa: S311
    cities = ["Lisbon", "Porto", "Braga", "Faro"]
    groups = ["Restaurants", "Groceries", "Hotels", "Fuel", "Electronics"]
    managers = [(n, f"{FIRST[n]} {LAST[n]}", chance.choice(["North", "South"])) for n in range(1, 7)]
    merchants = [
        (
            n,
            f"{LAST[n % 20]} {['Cafe', 'Market', 'Inn', 'Garage'][n % 4]} {n}",
            groups[n % 5],
            cities[chance.randrange(4)],
            1 + n % 6,
            _day(chance, 2015, 2023),
            n % 9 != 0,
            round(chance.uniform(0.6, 2.4), 2),
        )
        for n in range(1, 91)
    ]
    terminals = [
        (n, 1 + chance.randrange(80), chance.choice(["Mobile", "Countertop", "E-Commerce"]), _day(chance, 2019, 2024))
        for n in range(1, 151)
    ]
    payments = [
        (
            n,
            1 + chance.randrange(145),
            _day(chance, 2023, 2024),
            round(chance.uniform(2, 400), 2),
            round(chance.uniform(0.05, 6), 2),
            chance.choice(["Visa", "Mastercard", "Amex"]),
            chance.choice(["Approved", "Approved", "Approved", "Declined", "Refunded"]),
        )
        for n in range(1, 4001)
    ]
    chargebacks = [
        (
            n,
            1 + chance.randrange(3900),
            chance.choice(["Fraud", "Not Received", "Duplicate"]),
            round(chance.uniform(5, 300), 2),
            _day(chance, 2023, 2024),
            chance.choice(["Won", "Lost", "Pending"]),
        )
        for n in range(1, 121)
    ]
    months = [
        (month, n, round(chance.uniform(0, 50_000), 2), round(chance.uniform(0, 4_000), 2))
        for month in ("2024-09-30", "2024-10-31", "2024-11-30", "2024-12-31")
        for n in range(1, 91)
    ]
    return [
        Table(
            "AccountManager",
            "ManagerId INTEGER PRIMARY KEY, ManagerName VARCHAR(40), SalesRegion VARCHAR(20)",
            managers,
        ),
        Table(
            "Merchant",
            "MerchantId INTEGER PRIMARY KEY, MerchantName VARCHAR(40), BusinessType VARCHAR(20), City VARCHAR(20), "
            "ManagerId INTEGER REFERENCES AccountManager, SignedOn DATE, IsActive BOOLEAN, FeePercent DECIMAL(5,2)",
            merchants,
        ),
        Table(
            "Terminal",
            "TerminalId INTEGER PRIMARY KEY, MerchantId INTEGER REFERENCES Merchant, TerminalType VARCHAR(20), InstalledOn DATE",
            terminals,
        ),
        Table(
            "CardPayment",
            "PaymentId INTEGER PRIMARY KEY, TerminalId INTEGER REFERENCES Terminal, PaymentDate DATE, Amount DECIMAL(12,2), "
            "FeeAmount DECIMAL(12,2), CardScheme VARCHAR(20), PaymentStatus VARCHAR(20)",
            payments,
        ),
        Table(
            "Chargeback",
            "ChargebackId INTEGER PRIMARY KEY, PaymentId INTEGER REFERENCES CardPayment, Reason VARCHAR(20), DisputedAmount DECIMAL(12,2), "
            "OpenedOn DATE, Outcome VARCHAR(20)",
            chargebacks,
        ),
        Table(
            "MerchantMonthEnd",
            "MonthEnd DATE, MerchantId INTEGER REFERENCES Merchant, PayableBalance DECIMAL(14,2), ReserveBalance DECIMAL(14,2)",
            months,
        ),
    ]


def _number(chance: random.Random, first: int, last: int) -> int:
    return int(_day(chance, first, last).strftime("%Y%m%d"))


MORE_BANKS: dict[str, Callable[[], list[Table]]] = {"factoring": factoring, "acquiring": acquiring}
