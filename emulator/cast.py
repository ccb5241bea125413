"""The invented people and channels of the workspace: nobody here exists."""

from dataclasses import dataclass

TEAM_ID = "T0EMULATOR"
TEAM_NAME = "Alder & Wharf Bank"
TEAM_DOMAIN = "alder-wharf-bank"
APP_ID = "A0TELLER00"
BOT_ID = "B0TELLER00"
BOT_USER = "U0TELLER00"
BOT_TOKEN = "xoxb-emulator-teller"  # noqa: S105  a name for the emulator, valid nowhere else
APP_TOKEN = "xapp-emulator-teller"  # noqa: S105  the same
SIGNING_SECRET = "emulator-signing-secret"  # noqa: S105  the same


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can write: a banker, or the bot itself."""

    id: str
    handle: str
    name: str
    title: str
    tz: str
    is_bot: bool = False

    @property
    def email(self) -> str:
        return f"{self.handle}@alder-wharf.example"


PEOPLE = (
    Person("U0ANNA0001", "anna", "Anna Kovář", "Relationship Manager", "Europe/Prague"),
    Person("U0BEN00001", "ben", "Ben Achterberg", "Credit Risk Analyst", "Europe/London"),
    Person("U0CHIARA01", "chiara", "Chiara Bellini", "Branch Manager, Leeds", "Europe/London"),
    Person("U0DANIEL01", "daniel", "Daniel Osei", "Head of Commercial Lending", "America/New_York"),
    Person("U0EMMA0001", "emma", "Emma Lindqvist", "Internal Audit", "Europe/Stockholm"),
    Person("U0FARID001", "farid", "Farid Haddad", "Data & Platform", "Europe/London"),
)
BOT = Person(BOT_USER, "teller", "Teller", "Answers questions about the bank", "Etc/UTC", is_bot=True)
EVERYBODY = tuple(person.id for person in PEOPLE)


@dataclass(frozen=True, slots=True)
class Group:
    """A user group, which people mention by its handle."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A channel as it is when the workspace opens."""

    id: str
    name: str
    purpose: str
    members: tuple[str, ...]
    is_private: bool = False


ANNA, BEN, CHIARA, DANIEL, EMMA, FARID = EVERYBODY

GROUPS = (Group("S0RISKTEAM", "risk-team", "Risk team", (BEN, EMMA)),)

ROOMS = (
    Room("C0GENERAL1", "general", "Everybody at the bank", (*EVERYBODY, BOT_USER)),
    Room("C0LENDING1", "lending", "Loans, facilities and limits", (ANNA, BEN, CHIARA, DANIEL, BOT_USER)),
    Room("C0RISK0001", "risk", "Ratings, past dues, concentrations", (BEN, DANIEL, EMMA, BOT_USER)),
    Room("C0DIGEST01", "teller-digest", "What Teller was asked, and how well it did", (*EVERYBODY, BOT_USER)),
    Room("C0TREASURY", "treasury", "Nobody has invited Teller here yet", (ANNA, DANIEL, FARID)),
    Room("C0COMMITT1", "credit-committee", "Members only", (BEN, DANIEL, EMMA, BOT_USER), is_private=True),
)
