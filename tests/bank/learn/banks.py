"""Seven made-up banks that have nothing in common but that they are banks: each in its own database, named in its own way."""

import random
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from sqlalchemy import make_url

FIRST = "Ada Ben Cleo Dan Eva Finn Gus Hana Ivo Jana Kai Lena Max Nora Otto Pia Quin Rosa Sam Tess".split()
LAST = "Abel Brook Crane Dorn Eller Frost Grant Hale Irvin Jung Kerr Lund Moss Nash Orr Penn Reed Stone Thorn Vance".split()
COMPANIES = [
    f"{a} {b}"
    for a in ("Northwind", "Granite", "Harbor", "Juniper", "Meridian", "Summit", "Cobalt")
    for b in ("Foods Ltd", "Logistics Inc", "Energy Corp", "Textiles GmbH", "Media LLC")
]


@dataclass(frozen=True)
class Table:
    """Its name, the SQL between the brackets of CREATE TABLE, and its rows."""

    name: str
    columns: str
    rows: Sequence[Sequence[Any]]


def retail() -> list[Table]:
    """snake_case, keys and references declared: customers, accounts, loans, transactions at branches."""
    chance = random.Random(1)  # noqa: S311
    cities = ["Leeds", "York", "Hull", "Bath", "Derby"]
    branches = [
        (
            n,
            f"{city} Central" if n < 6 else f"{city} Market",
            city,
            "North" if city in ("Leeds", "York", "Hull") else "South",
        )
        for n, city in enumerate(cities + cities[:3], 1)
    ]
    customers = [
        (
            n,
            chance.choice(FIRST),
            chance.choice(LAST),
            f"c{n}@mail.example",
            str(_day(chance, 1950, 2000)),
            chance.choice(["Retail", "Premier", "Private"]),
            1 + n % 8,
            str(_day(chance, 2010, 2023)),
            int(chance.random() < 0.8),
        )
        for n in range(1, 201)
    ]
    accounts = [
        (
            n,
            1 + chance.randrange(180),
            1 + chance.randrange(8),
            chance.choice(["Checking", "Savings", "Money Market"]),
            str(_day(chance, 2015, 2024)),
            chance.choice(["Active", "Active", "Dormant", "Closed"]),
            round(chance.uniform(-500, 20000), 2),
        )
        for n in range(1, 401)
    ]
    loans = [
        (
            n,
            1 + chance.randrange(150),
            chance.choice(["Mortgage", "Car Loan", "Personal Loan"]),
            round(chance.uniform(1000, 300000), 2),
            round(chance.uniform(0, 200000), 2),
            round(chance.uniform(2, 12), 2),
            str(_day(chance, 2016, 2024)),
            str(_day(chance, 2025, 2040)),
            chance.choice(["Performing", "Past Due", "Defaulted"]),
        )
        for n in range(1, 161)
    ]
    transactions = [
        (
            n,
            1 + chance.randrange(400),
            str(_day(chance, 2023, 2024)),
            chance.choice(["Deposit", "Withdrawal", "Transfer", "Fee"]),
            chance.choice(["ATM", "Online", "Counter"]),
            round(chance.uniform(1, 2500), 2),
        )
        for n in range(1, 3001)
    ]
    return [
        Table(
            "branches",
            "branch_id INTEGER PRIMARY KEY, branch_name VARCHAR(40), city VARCHAR(40), region VARCHAR(20)",
            branches,
        ),
        Table(
            "customers",
            "customer_id INTEGER PRIMARY KEY, first_name VARCHAR(40), last_name VARCHAR(40), email VARCHAR(60), "
            "date_of_birth DATE, segment VARCHAR(20), branch_id INTEGER REFERENCES branches(branch_id), "
            "joined_date DATE, is_active INTEGER",
            customers,
        ),
        Table(
            "accounts",
            "account_id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(customer_id), "
            "branch_id INTEGER REFERENCES branches(branch_id), account_type VARCHAR(20), opened_date DATE, "
            "status VARCHAR(20), balance DECIMAL(14,2)",
            accounts,
        ),
        Table(
            "loans",
            "loan_id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(customer_id), "
            "loan_type VARCHAR(20), principal_amount DECIMAL(14,2), outstanding_balance DECIMAL(14,2), "
            "interest_rate DECIMAL(6,2), start_date DATE, maturity_date DATE, status VARCHAR(20)",
            loans,
        ),
        Table(
            "transactions",
            "transaction_id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES accounts(account_id), "
            "transaction_date DATE, transaction_type VARCHAR(20), channel VARCHAR(20), amount DECIMAL(14,2)",
            transactions,
        ),
    ]


def camel() -> list[Table]:
    """CamelCase without a single declared key: companies, relationship managers, facilities, collateral, payments."""
    chance = random.Random(2)  # noqa: S311
    industries = ["Food", "Transport", "Energy", "Textiles", "Media"]
    clients = [
        (
            n,
            name,
            industries[(n - 1) % 5],
            chance.choice(["Germany", "France", "Italy", "Spain"]),
            chance.choice(["A", "B", "C", "D"]),
            1 + n % 6,
            chance.choice(["Y", "N"]),
            n * 11,
        )
        for n, name in enumerate(COMPANIES, 1)
    ]
    managers = [(n, f"{FIRST[n]} {LAST[n]}", chance.choice(["Corporate", "Mid-Market"])) for n in range(1, 7)]
    facilities = [
        (
            f"F{n:04}",
            1 + chance.randrange(30),
            chance.choice(["Term Loan", "Revolver", "Guarantee"]),
            round(chance.uniform(1e5, 5e6), 2),
            round(chance.uniform(0, 1e5), 2),
            chance.choice(["EUR"]),
            _day(chance, 2019, 2024),
            _day(chance, 2025, 2031),
            chance.choice(["Open", "Closed", "Frozen"]),
        )
        for n in range(1, 121)
    ]
    collateral = [
        (
            n,
            f"F{1 + chance.randrange(100):04}",
            chance.choice(["Real Estate", "Cash", "Securities"]),
            round(chance.uniform(5e4, 2e6), 2),
            _day(chance, 2022, 2024),
        )
        for n in range(1, 151)
    ]
    payments = [
        (
            n,
            f"F{1 + chance.randrange(120):04}",
            _day(chance, 2023, 2024),
            round(chance.uniform(1e3, 9e4), 2),
            chance.choice(["Y", "N"]),
        )
        for n in range(1, 901)
    ]
    return [
        Table(
            "Client",
            "ClientID INTEGER, ClientName TEXT, Industry TEXT, Country TEXT, InternalRating TEXT, "
            "ManagerID INTEGER, IsWatchlisted TEXT, NumberOfEmployees INTEGER",
            clients,
        ),
        Table("RelationshipManager", "ManagerID INTEGER, FullName TEXT, Team TEXT", managers),
        Table(
            "CreditFacility",
            "FacilityNo TEXT, ClientID INTEGER, FacilityType TEXT, LimitAmount DOUBLE PRECISION, DrawnAmount DOUBLE PRECISION, "
            "Currency TEXT, StartDate DATE, MaturityDate DATE, FacilityStatus TEXT",
            facilities,
        ),
        Table(
            "Collateral",
            "CollateralID INTEGER, FacilityNo TEXT, CollateralType TEXT, MarketValue DOUBLE PRECISION, ValuationDate DATE",
            collateral,
        ),
        Table(
            "RepaymentTransaction",
            "RepaymentID INTEGER, FacilityNo TEXT, PaymentDate DATE, PaidAmount DOUBLE PRECISION, IsLate TEXT",
            payments,
        ),
    ]


def star() -> list[Table]:
    """A star: dim_ and fact_ tables, abbreviations, surrogate keys, day numbers as dates, a month-end snapshot."""
    chance = random.Random(3)  # noqa: S311
    days = [date(2024, 1, 1) + timedelta(n) for n in range(366)]
    calendar = [
        (int(f"{day:%Y%m%d}"), str(day), day.year, (day.month + 2) // 3, day.month, f"{day:%B}") for day in days
    ]
    customers = [
        (n, f"CU{n:05}", chance.choice(["MASS", "AFFLUENT", "SME"]), chance.choice(["North", "South", "East", "West"]))
        for n in range(1, 151)
    ]
    products = [
        (n, name, cat)
        for n, (name, cat) in enumerate(
            [
                ("Gold Card", "CARDS"),
                ("Basic Card", "CARDS"),
                ("Home Loan", "LOANS"),
                ("Auto Loan", "LOANS"),
                ("Saver", "DEPOSITS"),
                ("Current", "DEPOSITS"),
            ],
            1,
        )
    ]
    branches = [(n, f"BR{n:02}", city) for n, city in enumerate(["Oslo", "Bergen", "Tromso", "Stavanger"], 1)]
    sales = [
        (
            n,
            int(f"{chance.choice(days):%Y%m%d}"),
            1 + chance.randrange(150),
            1 + chance.randrange(6),
            1 + chance.randrange(4),
            chance.randrange(1, 5),
            round(chance.uniform(10, 900), 2),
            round(chance.uniform(1, 50), 2),
        )
        for n in range(1, 2501)
    ]
    months = [int(f"2024{m:02}") for m in range(1, 13)]
    balances = [
        (month, acct, 1 + acct % 150, 5 + acct % 2, round(chance.uniform(100, 9000), 2))
        for month in months
        for acct in range(1, 201)
    ]
    return [
        Table(
            "dim_date",
            "date_key INTEGER PRIMARY KEY, full_dt DATE, yr INTEGER, qtr INTEGER, mth INTEGER, mth_nm TEXT",
            calendar,
        ),
        Table("dim_cust", "cust_key INTEGER PRIMARY KEY, cust_no TEXT, cust_seg TEXT, cust_region TEXT", customers),
        Table("dim_prod", "prod_key INTEGER PRIMARY KEY, prod_nm TEXT, prod_cat TEXT", products),
        Table("dim_br", "br_key INTEGER PRIMARY KEY, br_cd TEXT, br_city TEXT", branches),
        Table(
            "fact_sales",
            "sale_id INTEGER PRIMARY KEY, date_key INTEGER, cust_key INTEGER, prod_key INTEGER, br_key INTEGER, "
            "qty INTEGER, rev_amt DOUBLE PRECISION, fee_amt DOUBLE PRECISION",
            sales,
        ),
        Table(
            "fact_acct_bal",
            "month_id INTEGER, acct_key INTEGER, cust_key INTEGER, prod_key INTEGER, bal_amt DOUBLE PRECISION",
            balances,
        ),
    ]


def cards() -> list[Table]:
    """A card processor: dates as text and as numbers, flags as Y and N, a prefix on every column, numbers kept as text."""
    chance = random.Random(4)  # noqa: S311
    merchants = [
        (f"M{n:03}", name, chance.choice(["Grocery", "Fuel", "Travel", "Dining"]), chance.choice(["US", "CA", "MX"]))
        for n, name in enumerate(COMPANIES, 1)
    ]
    holders = [
        (
            n,
            f"{chance.choice(FIRST)} {chance.choice(LAST)}",
            f"+1 555 010 {n:04}",
            chance.choice(["Gold", "Platinum", "Classic"]),
            chance.choice(["Y", "N"]),
        )
        for n in range(1, 121)
    ]
    issued = [
        (
            n,
            1 + (n - 1) % 120,
            f"4{chance.randrange(10**14, 10**15):015}"[:15],
            f"{_day(chance, 2020, 2023):%Y%m%d}",
            chance.choice(["A", "B", "L"]),
            float(chance.randrange(1, 20) * 500),
        )
        for n in range(1, 151)
    ]
    transactions = [
        (
            n,
            1 + chance.randrange(150),
            f"M{1 + chance.randrange(35):03}",
            int(f"{_day(chance, 2024, 2024):%Y%m%d}"),
            f"2024-{chance.randrange(1, 13):02}",
            round(chance.uniform(2, 700), 2),
            chance.choice(["POS", "ECOM", "ATM"]),
            chance.choice(["Y", "N", "N", "N", "N"]),
        )
        for n in range(1, 4001)
    ]
    disputes = [
        (
            n,
            n * 7,
            f"{_day(chance, 2024, 2024)}",
            chance.choice(["Fraud", "Not Received", "Duplicate"]),
            f"{chance.uniform(5, 300):.2f}",
            chance.choice(["Won", "Lost", "Pending"]),
        )
        for n in range(1, 301)
    ]
    return [
        Table("T_MERCHANT", "MER_ID TEXT, MER_NAME TEXT, MER_CATEGORY TEXT, MER_COUNTRY TEXT", merchants),
        Table("T_CARDHOLDER", "CH_ID INTEGER, CH_NAME TEXT, CH_PHONE TEXT, CH_TIER TEXT, CH_VIP_FLAG TEXT", holders),
        Table(
            "T_CARD",
            "CRD_ID INTEGER, CARDHOLDER_ID INTEGER, CARD_NUMBER TEXT, ISSUE_DATE TEXT, CRD_STATUS TEXT, "
            "CREDIT_LIMIT DOUBLE PRECISION",
            issued,
        ),
        Table(
            "T_CARD_TXN",
            "TXN_ID INTEGER, CARD_ID INTEGER, MERCHANT_ID TEXT, TXN_DATE INTEGER, BILLING_MONTH TEXT, "
            "TXN_AMT DOUBLE PRECISION, TXN_CHANNEL TEXT, DECLINED_FLAG TEXT",
            transactions,
        ),
        Table(
            "T_DISPUTE",
            "DISPUTE_ID INTEGER, TXN_ID INTEGER, OPENED_DATE TEXT, DISPUTE_REASON TEXT, DISPUTED_AMT TEXT, "
            "OUTCOME TEXT",
            disputes,
        ),
    ]


def leasing() -> list[Table]:
    """A leasing book: code tables, a monthly snapshot of contracts, references declared for some tables only."""
    chance = random.Random(5)  # noqa: S311
    statuses = [("AC", "Active"), ("TE", "Terminated"), ("DF", "Defaulted")]
    types = [("FL", "Finance Lease"), ("OL", "Operating Lease"), ("HP", "Hire Purchase")]
    assets = [("CAR", "Passenger Car"), ("TRK", "Truck"), ("MAC", "Machine"), ("IT", "Computer")]
    lessees = [
        (n, name, chance.choice(["Vienna", "Graz", "Linz"]), chance.choice(["Low", "Medium", "High"]))
        for n, name in enumerate(COMPANIES, 1)
    ]
    dealers = [(n, f"{city} Motors {n}", city) for n, city in enumerate(["Vienna", "Graz", "Linz", "Wels"], 1)]
    contracts = [
        (
            n,
            1 + chance.randrange(35),
            1 + n % 4,
            chance.choice(types)[0],
            chance.choice(assets)[0],
            _day(chance, 2019, 2023),
            chance.choice([24, 36, 48, 60]),
            round(chance.uniform(5e3, 9e4), 2),
            round(chance.uniform(0, 9e3), 2),
        )
        for n in range(1, 181)
    ]
    ends = [date(2024, month + 1, 1) - timedelta(1) for month in range(1, 12)] + [date(2024, 12, 31)]
    book = [
        (
            day,
            n,
            chance.choice(statuses)[0],
            round(chance.uniform(1e3, 8e4), 2),
            round(chance.choice([0, 0, 0, chance.uniform(50, 900)]), 2),
        )
        for day in ends
        for n in range(1, 181)
    ]
    instalments = [
        (
            n,
            1 + chance.randrange(180),
            _day(chance, 2023, 2024),
            round(chance.uniform(100, 1500), 2),
            chance.random() < 0.8,
        )
        for n in range(1, 1501)
    ]
    return [
        Table("contract_status", "status_code TEXT PRIMARY KEY, description TEXT", statuses),
        Table("lease_type", "lease_type_code TEXT PRIMARY KEY, lease_type_desc TEXT", types),
        Table("asset_class", "asset_class_code TEXT PRIMARY KEY, asset_class_name TEXT", assets),
        Table("lessee", "lessee_id INTEGER PRIMARY KEY, lessee_name TEXT, city TEXT, risk_class TEXT", lessees),
        Table("dealer", "dealer_id INTEGER PRIMARY KEY, dealer_name TEXT, city TEXT", dealers),
        Table(
            "lease_contract",
            "contract_id INTEGER PRIMARY KEY, lessee_id INTEGER REFERENCES lessee(lessee_id), "
            "dealer_id INTEGER REFERENCES dealer(dealer_id), lease_type_code TEXT, asset_class_code TEXT, "
            "start_date DATE, term_months INTEGER, financed_amount DOUBLE PRECISION, "
            "residual_value DOUBLE PRECISION",
            contracts,
        ),
        Table(
            "contract_month_end",
            "reporting_date DATE, contract_id INTEGER, status_code TEXT, outstanding_amount DOUBLE PRECISION, "
            "arrears_amount DOUBLE PRECISION, PRIMARY KEY (reporting_date, contract_id)",
            book,
        ),
        Table(
            "instalment",
            "instalment_id INTEGER PRIMARY KEY, contract_id INTEGER REFERENCES lease_contract(contract_id), "
            "due_date DATE, instalment_amount DOUBLE PRECISION, paid BOOLEAN",
            instalments,
        ),
    ]


def harbor() -> list[Table]:
    """Prefixed tables, abbreviated columns, no declared key, status codes with code tables, days as numbers."""
    chance = random.Random(6)  # noqa: S311

    def day(first: int, last: int) -> int:
        return int(f"{_day(chance, first, last):%Y%m%d}")

    places = [("Harbour Street", "North"), ("Mill Lane", "North"), ("Castle Square", "South"), ("Station Road", "West")]
    branches = [(n, name, region, 20000101 + n * 10000) for n, (name, region) in enumerate(places, 1)]
    firms = [
        f"{a} {b} Ltd"
        for a in "Arden Birch Cole Dale Elm Frost Grant Hale Ivor Joss Kemp Lorne Moss".split()
        for b in "Foods Motors Textiles Shipping Dairies Timber Glass Print Tools Optics".split()
    ]
    clients = [
        (
            1000 + n,
            name,
            chance.choice(["RETAIL", "SME", "CORP", "PRIVATE"]),
            chance.choice(["Bristol", "Cardiff", "Exeter", "Bath", "Truro"]),
            day(2010, 2025),
            chance.choice("AABBBCD"),
        )
        for n, name in enumerate(firms)
    ]
    accounts = [
        (
            f"AC{50000 + n}",
            1000 + chance.randrange(130),
            1 + n % 4,
            chance.choice(["CUR", "SAV", "DEP"]),
            "GBP",
            day(2015, 2025),
            round(chance.lognormvariate(9, 1.2), 2),
            chance.choice("AAAAACF"),
        )
        for n in range(260)
    ]
    transactions = [
        (
            n,
            f"AC{50000 + chance.randrange(260)}",
            day(2024, 2025),
            round(chance.lognormvariate(6, 1), 2),
            chance.choice("DC"),
            chance.choice(["ATM", "BRANCH", "ONLINE", "MOBILE"]),
        )
        for n in range(1, 3001)
    ]
    products = [("MTG", "Mortgage"), ("PLN", "Personal Loan"), ("AUT", "Auto Loan"), ("BUS", "Business Loan")]
    statuses = [("P", "Performing"), ("D", "Delinquent"), ("W", "Written Off"), ("R", "Repaid")]
    loans = []
    for n in range(180):
        amount, status = round(chance.uniform(5e3, 4e5), 2), chance.choice("PPPPPPDDWRR")
        left = 0.0 if status == "R" else round(amount * chance.random(), 2)
        product, rate = chance.choice(products)[0], round(chance.uniform(2, 9), 2)
        who = (f"LN{7000 + n}", 1000 + chance.randrange(95), 1 + n % 4, product)
        loans.append((*who, amount, left, rate, day(2018, 2025), day(2026, 2040), status))
    number = "DOUBLE PRECISION"
    loan_columns = (
        f"ln_no TEXT, cli_id INTEGER, brn_id INTEGER, prod_cd TEXT, orig_amt {number}, os_bal {number}, int_rt {number}"
    )
    return [
        Table("tbl_branch", "brn_id INTEGER, brn_nm TEXT, regn_nm TEXT, opn_dt INTEGER", branches),
        Table(
            "tbl_client",
            "cli_id INTEGER, cli_nm TEXT, cli_seg_cd TEXT, cli_city TEXT, cli_since_dt INTEGER, risk_grade TEXT",
            clients,
        ),
        Table(
            "tbl_acct",
            "acct_no TEXT, cli_id INTEGER, brn_id INTEGER, acct_typ_cd TEXT, ccy_cd TEXT, opn_dt INTEGER, bal_amt DOUBLE PRECISION, "
            "acct_sts_cd TEXT",
            accounts,
        ),
        Table(
            "tbl_txn",
            "txn_id INTEGER, acct_no TEXT, txn_dt INTEGER, txn_amt DOUBLE PRECISION, dr_cr_ind TEXT, chnl_cd TEXT",
            transactions,
        ),
        Table("tbl_loan", f"{loan_columns}, orig_dt INTEGER, mat_dt INTEGER, ln_sts_cd TEXT", loans),
        Table("ref_product", "prod_cd TEXT, prod_desc TEXT", products),
        Table("ref_loan_status", "ln_sts_cd TEXT, ln_sts_desc TEXT", statuses),
    ]


def wealth() -> list[Table]:
    """A wealth manager in camelCase: portfolios with their values at each month end, trades in instruments."""
    chance = random.Random(7)  # noqa: S311
    advisors = [
        (n, f"{chance.choice(FIRST)} {name}", ["Geneva", "Zurich", "Lugano"][n % 3], str(_day(chance, 2005, 2022)))
        for n, name in enumerate(LAST[:6], 1)
    ]
    clients = [
        (
            100 + n,
            chance.choice(FIRST),
            f"{chance.choice(LAST)}{n}",
            f"w{n}@mail.example",
            chance.choice(["CH", "DE", "FR", "IT"]),
            chance.choice(["Gold", "Silver", "Platinum"]),
            str(_day(chance, 2012, 2025)),
        )
        for n in range(90)
    ]
    portfolios = [
        (
            500 + n,
            100 + chance.randrange(80),
            1 + chance.randrange(6),
            chance.choice(["Growth", "Balanced", "Income", "Conservative"]),
            "CHF",
            str(_day(chance, 2013, 2024)),
        )
        for n in range(140)
    ]
    classes = ["Equity", "Bond", "Fund", "Structured Product"]
    instruments = [(n, f"T{n:02}", f"Instrument {n}", classes[n % 4], chance.randint(1, 7)) for n in range(1, 41)]
    trades = [
        (
            n,
            500 + chance.randrange(140),
            1 + chance.randrange(40),
            f"{_day(chance, 2023, 2025)} 10:30:00",
            chance.choice(["BUY", "SELL"]),
            round(chance.lognormvariate(9, 1), 2),
            round(chance.uniform(5, 200), 2),
        )
        for n in range(1, 2001)
    ]
    ends = [date(2025, month + 1, 1) - timedelta(1) for month in range(1, 12)] + [date(2025, 12, 31)]
    values = [
        (portfolio[0], str(end), round(chance.uniform(5e4, 2e6), 2), round(chance.uniform(1e3, 5e4), 2))
        for portfolio in portfolios
        for end in ends
    ]
    return [
        Table("Advisors", "advisorId INTEGER, advisorName TEXT, officeName TEXT, hireDate TEXT", advisors),
        Table(
            "Clients",
            "clientId INTEGER, firstName TEXT, lastName TEXT, emailAddress TEXT, countryCode TEXT, clientTier TEXT, onboardedOn TEXT",
            clients,
        ),
        Table(
            "Portfolios",
            "portfolioId INTEGER, clientId INTEGER, advisorId INTEGER, strategy TEXT, baseCurrency TEXT, inceptionDate TEXT",
            portfolios,
        ),
        Table(
            "Instruments",
            "instrumentId INTEGER, ticker TEXT, instrumentName TEXT, assetClass TEXT, riskScore INTEGER",
            instruments,
        ),
        Table(
            "Trades",
            "tradeId INTEGER, portfolioId INTEGER, instrumentId INTEGER, tradeDate TEXT, side TEXT, tradeValue DOUBLE PRECISION, "
            "commissionAmount DOUBLE PRECISION",
            trades,
        ),
        Table(
            "PortfolioValues",
            "portfolioId INTEGER, monthEnd TEXT, marketValue DOUBLE PRECISION, cashBalance DOUBLE PRECISION",
            values,
        ),
    ]


BANKS: dict[str, Callable[[], list[Table]]] = {
    "retail": retail,
    "camel": camel,
    "star": star,
    "cards": cards,
    "leasing": leasing,
    "harbor": harbor,
    "wealth": wealth,
}


def fill(connection: Any, tables: Sequence[Table], place: str = "?") -> None:
    """Writes the tables through any driver; `place` is how it marks a value."""
    cursor = connection.cursor()
    for table in tables:
        cursor.execute(f'CREATE TABLE "{table.name}" ({_quoted(table.columns)})')
        places = ", ".join([place] * len(table.rows[0]))
        for at in range(0, len(table.rows), 500):
            rows = table.rows[at : at + 500]
            values = ", ".join([f"({places})"] * len(rows))
            cursor.execute(f'INSERT INTO "{table.name}" VALUES {values}', [cell for row in rows for cell in row])
    connection.commit()


def make_sqlite(path: Path, tables: Sequence[Table]) -> None:
    with closing(sqlite3.connect(path)) as connection:
        plain = [
            Table(
                t.name, t.columns, [[str(cell) if isinstance(cell, date) else cell for cell in row] for row in t.rows]
            )
            for t in tables
        ]
        fill(connection, plain)


def _quoted(columns: str) -> str:
    """Names as they are written here, whatever the case a database would fold them to."""
    parts = []
    for part in columns.split(", "):
        name, _, rest = part.partition(" ")
        rest = re.sub(r"REFERENCES (\w+)", r'REFERENCES "\1"', rest)
        parts.append(part if name in {"PRIMARY", "contract_id)"} else f'"{name}" {rest}')
    return ", ".join(parts)


def _day(chance: random.Random, first: int, last: int) -> date:
    return date(first, 1, 1) + timedelta(chance.randrange((date(last, 12, 31) - date(first, 1, 1)).days))


def make_duckdb(path: Path, tables: Sequence[Table]) -> None:
    with closing(duckdb.connect(str(path))) as connection:
        fill(connection, tables)


def make_postgres(url: str, name: str, tables: Sequence[Table]) -> str:
    """A database of that name on a server; returns its URL."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
    made = make_url(url).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(made.replace("+psycopg", "")) as connection:
        fill(connection, tables, "%s")
    return made
