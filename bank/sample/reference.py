"""What stands still in the sample bank: branches, currencies, shareholders of loans, officers, industries, ratings."""

from dataclasses import dataclass
from random import Random

from bank.sample import months

BANK_NAME = "Alder & Wharf Bank"
REPORTING_CURRENCY = "USD"

RATINGS = {1: "PASS", 2: "SPECIAL MENTION", 3: "SUBSTANDARD", 4: "DOUBTFUL", 5: "LOSS"}
"""Grade → words; 1 is best. All four rating systems use the same grades, so they are easily confused."""

INDUSTRIES = {
    "11": "Agriculture",
    "21": "Mining",
    "22": "Utilities",
    "23": "Construction",
    "31": "Manufacturing",
    "42": "Wholesale Trade",
    "44": "Retail Trade",
    "48": "Transportation",
    "51": "Information Technology",
    "53": "Real Estate",
    "54": "Professional Services",
    "62": "Health Care",
    "72": "Hospitality",
    "81": "Energy Services",
}

CUSTOMER_TYPES = {"COR": "Corporate", "SME": "Small Business", "FIN": "Financial Institution", "PUB": "Public Sector"}

OFFICERS = (
    "Amara Osei", "Bjorn Halvorsen", "Carla Mendes", "Dmitri Volkov", "Eleanor Whitcombe",
    "Farid Rahimi", "Grace Oduya", "Henrik Aldous", "Ingrid Salomon", "Jonas Weidmann",
    "Keiko Tanabe", "Liam Carrick", "Mireille Dufour", "Nadia Petrenko", "Owen Pritchard",
    "Priya Raman", "Quentin Marsh", "Rosa Valdes", "Stefan Brandt", "Tamsin Hale",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Branch:
    """An office; `currency` is what its customers mostly borrow in."""

    id: int
    name: str
    city: str
    region: str
    country: str
    currency: str
    opened: str


BRANCHES = tuple(
    Branch(101 + position, f"{city} {office}", city, region, country, currency, opened)
    for position, (city, office, region, country, currency, opened) in enumerate(
        (
            ("New York", "Water Street", "Northeast", "United States", "USD", "1987-03-02"),
            ("Boston", "Harbor", "Northeast", "United States", "USD", "1991-06-17"),
            ("Philadelphia", "Main", "Northeast", "United States", "USD", "1995-09-05"),
            ("Chicago", "Lakeside", "Midwest", "United States", "USD", "1989-05-08"),
            ("Houston", "Main", "South", "United States", "USD", "1993-10-11"),
            ("Atlanta", "Peachtree", "South", "United States", "USD", "1998-02-23"),
            ("San Francisco", "Market Street", "West", "United States", "USD", "1996-04-15"),
            ("Seattle", "Pine Street", "West", "United States", "USD", "2003-08-25"),
            ("Toronto", "Bay", "Ontario", "Canada", "CAD", "2006-01-16"),
            ("London", "City", "Greater London", "United Kingdom", "GBP", "1990-11-05"),
            ("Leeds", "Park Row", "Yorkshire", "United Kingdom", "GBP", "1999-03-15"),
            ("Manchester", "Deansgate", "North West", "United Kingdom", "GBP", "1997-07-07"),
            ("Edinburgh", "George Street", "Scotland", "United Kingdom", "GBP", "2001-05-14"),
            ("Dublin", "Docklands", "Leinster", "Ireland", "EUR", "2004-10-18"),
            ("Frankfurt", "Mainufer", "Hesse", "Germany", "EUR", "2000-02-07"),
            ("Hamburg", "Hafen", "Northern Germany", "Germany", "EUR", "2008-09-01"),
            ("Paris", "Opéra", "Île-de-France", "France", "EUR", "2002-04-22"),
            ("Amsterdam", "Zuidas", "North Holland", "Netherlands", "EUR", "2005-06-13"),
            ("Zürich", "Seefeld", "German Switzerland", "Switzerland", "CHF", "2007-03-19"),
            ("Tokyo", "Marunouchi", "Kanto", "Japan", "JPY", "2010-11-29"),
        )
    )
)

CURRENCIES = {
    "USD": ("US Dollar", 1.0),
    "EUR": ("Euro", 1.09),
    "GBP": ("Pound Sterling", 1.28),
    "CHF": ("Swiss Franc", 1.15),
    "CAD": ("Canadian Dollar", 0.73),
    "JPY": ("Japanese Yen", 0.0067),
}
"""Code → name and roughly what one unit is worth in dollars."""


@dataclass(frozen=True, slots=True)
class Holder:
    """An institution that holds a share of loans; 1 is the bank itself. `key` serves as owner and as investor."""

    key: int
    name: str
    short: str
    type: tuple[str, str]
    country: str
    domain: tuple[str, str]


_TYPES = {"BK": "Commercial Bank", "IN": "Insurer", "PF": "Pension Fund", "CF": "Credit Fund", "OWN": "Own Book"}
_DOMAINS = {"D": "Domestic", "F": "Foreign"}

HOLDERS = tuple(
    Holder(position + 1, name, name.split()[0].upper(), (kind, _TYPES[kind]), country, (domain, _DOMAINS[domain]))
    for position, (name, kind, country, domain) in enumerate(
        (
            (BANK_NAME, "OWN", "US", "D"),
            ("Nordkai Bank AG", "BK", "DE", "F"),
            ("Harrow Mutual Life", "IN", "GB", "F"),
            ("Keystone Prairie Bank", "BK", "US", "D"),
            ("Banque du Vieux Pont", "BK", "FR", "F"),
            ("Larkspur Pension Trust", "PF", "US", "D"),
            ("Tidewater Credit Partners", "CF", "US", "D"),
            ("Kestrel Loan Fund II", "CF", "IE", "F"),
            ("Oberland Kantonalkasse", "BK", "CH", "F"),
            ("Maple Ridge Assurance", "IN", "CA", "F"),
            ("Sumida Commercial Bank", "BK", "JP", "F"),
            ("Pennine Building Society", "BK", "GB", "F"),
            ("Blue Mesa Retirement System", "PF", "US", "D"),
            ("Quayside Senior Debt Fund", "CF", "NL", "F"),
        )
    )
)


def branch_rows() -> list[tuple[object, ...]]:
    """The rows of BRANCH."""
    return [(b.id, b.name, b.city, b.region, b.country, b.opened) for b in BRANCHES]


def owner_rows() -> list[tuple[object, ...]]:
    """The rows of OWNER_DIMENSION: who holds the shares."""
    return [(h.key, f"OW{h.key:03d}", h.name, h.short, *h.type, h.country) for h in HOLDERS]


def investor_rows() -> list[tuple[object, ...]]:
    """The rows of INVESTOR_DIMENSION: as what they hold them."""
    return [(h.key, *h.type, *_investor_class(h), *h.domain) for h in HOLDERS]


def _investor_class(holder: Holder) -> tuple[str, str]:
    return ("L", "Lead Lender") if holder.key == 1 else ("P", "Participant")


def currency_rows(random: Random) -> list[tuple[object, ...]]:
    """The rows of CURRENCY_DIMENSION: dollars for one unit at each month end."""
    to_name = CURRENCIES[REPORTING_CURRENCY][0]
    rows: list[tuple[object, ...]] = []
    for code, (name, start) in CURRENCIES.items():
        rate = start
        for index in range(months.COUNT):
            if code != REPORTING_CURRENCY:
                rate = round(rate * (1 + random.uniform(-0.02, 0.02)), 8 if rate < 0.1 else 4)
            rows.append((code, REPORTING_CURRENCY, months.month_id(index), name, to_name, rate))
    return rows
