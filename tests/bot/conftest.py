"""A bank of five customers, a ledger on disk, and a whole Slack in this process."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from bank.catalogue import Catalogue
from bank.door import Bank
from bank.policy import Policy
from bank.table import Column
from bot.answering import Answering
from bot.audience import Audience
from bot.channels import Channels
from bot.connection import listen
from bot.delivering import Delivering
from bot.handing import Handing
from bot.listeners.desk import Desk
from bot.ordering import Ordering
from bot.people import People
from bot.posting import Poster, make_client
from bot.sharing import Sharing
from bot.slack_app import build
from bot.worker import Worker
from emulator.cast import APP_TOKEN, BOT_TOKEN
from emulator.human import Human, Sight, words
from emulator.manifest import read_manifest
from emulator.server import make_app
from emulator.slack import Setup
from generators.contract import Approach, Choice, Clarification, Draft, NotUnderstood, Statement
from tests.fakes import FakeRouter
from tracking.ledger import Ledger

CATALOGUE = {
    "bank": "Fern Bank",
    "tables": {
        "customer": {
            "noun": "customer",
            "row": "one customer",
            "key": "id",
            "columns": {
                "id": {"kind": "id"},
                "name": {"kind": "name"},
                "branch": {"kind": "category"},
                "balance": {"kind": "amount", "currency": "EUR"},
            },
        }
    },
    "terms": {
        "high risk": {
            "ask": True,
            "readings": [
                {"table": "customer", "where": "balance < 50", "says": "rated by the regulator"},
                {"table": "customer", "where": "balance < 10", "says": "rated by credit review"},
            ],
        }
    },
}
ROWS = [
    (1, "Ada <!channel> Ltd", "Leeds", 1200.5),
    (2, "Brook & Sons", "Leeds", 99.99),
    (3, "=HYPERLINK(1)", "York", 10.0),
    (4, "Dune", "York", 5.0),
    (5, "", "Hull", 0.0),
]
HOW_MANY = Draft(
    Approach.PATTERN,
    (
        Statement(
            "SELECT COUNT(*) AS customers FROM customer",
            "The number of customers",
            (Column("customers", "count"),),
            "30 June 2025",
            ("Every branch is counted.",),
        ),
    ),
)
LIST = Draft(
    Approach.PATTERN,
    (
        Statement(
            "SELECT name, branch, balance FROM customer ORDER BY id",
            "All customers with their balance",
            (Column("name", "name"), Column("branch", "category"), Column("balance", "amount", "EUR")),
        ),
    ),
)
LEEDS = Draft(
    Approach.PATTERN,
    (Statement("SELECT COUNT(*) AS n FROM customer WHERE branch = 'Leeds'", "The number of customers in Leeds"),),
)
WHICH = Clarification(
    Approach.PATTERN,
    "Which rating do you mean?",
    (Choice("Regulator's", "rating=r"), Choice("Credit review's", "rating=c")),
)
UNKNOWN = NotUnderstood(
    Approach.PATTERN, "I did not understand “flurbs”.", ("flurbs",), ("How many customers?", "List the customers")
)


@pytest.fixture
def policy() -> Policy:
    """Everybody sees everything; a test that is about rights has its own."""
    return Policy.open_to_all()


@pytest.fixture
def bank(tmp_path: Path, policy: Policy) -> Iterator[Bank]:
    file = tmp_path / "bank.db"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE customer (id INTEGER, name TEXT, branch TEXT, balance REAL)")
    connection.executemany("INSERT INTO customer VALUES (?, ?, ?, ?)", ROWS)
    connection.commit()
    connection.close()
    bank = Bank.open(f"sqlite:///{file}", Catalogue.model_validate(CATALOGUE), policy)
    yield bank
    bank.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield ledger
    ledger.close()


@pytest.fixture
def router() -> FakeRouter:
    return FakeRouter(
        {
            "How many customers?": HOW_MANY,
            "List the customers": LIST,
            "and in Leeds?": LEEDS,
            "How many are high risk?": WHICH,
            "How many are high risk? / rating=r": LEEDS,
            "How many flurbs?": UNKNOWN,
        }
    )


@pytest.fixture
def answering(ledger: Ledger, router: FakeRouter, bank: Bank) -> Iterator[Answering]:
    answering = Answering(ledger, router, bank)
    yield answering
    answering.close()


@dataclass
class Office:
    """A Slack with Teller in it. `teller` starts the bot; `hires` starts one more worker on the same ledger."""

    address: str
    ledger: Ledger
    answering: Answering
    router: FakeRouter
    stack: AsyncExitStack
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    lease: timedelta = timedelta(seconds=60)

    async def person(self, user: str) -> Human:
        return await self.stack.enter_async_context(Human.at(self.address, user))

    def people(self, poster: Poster) -> People:
        rules = self.answering.bank.rights.policy
        return People(poster.client, emails=rules.asks_for_email, groups=rules.groups, rest=bool(rules.everybody_else))

    def poster(self) -> Poster:
        return Poster(make_client(BOT_TOKEN, f"{self.address}/api/"), pause=0)

    def ordering(self, poster: Poster) -> Ordering:
        return Ordering(self.ledger, self.answering, poster, self.people(poster), ZoneInfo("Europe/London"))

    async def listens(self) -> None:
        """Teller hears, but nobody answers yet."""
        poster = self.poster()
        people = self.people(poster)
        audience = Audience(Channels(poster.client, people), people, self.answering.bank)
        sharing = Sharing(self.ledger, poster, people, self.answering, audience)
        handing = Handing(self.ledger, poster, people, self.answering, audience)
        examples, door = ["How many customers?"], self.answering.bank
        desk = Desk(
            self.ledger, poster, people, self.wake, "Fern Bank", examples, (), sharing, handing=handing, door=door
        )
        desk = replace(desk, ordering=self.ordering(poster))
        self.stack.push_async_callback(desk.background.finish, 5)
        stop = asyncio.Event()
        task = asyncio.create_task(listen(build(desk), APP_TOKEN, f"{self.address}/api/", stop, ping=0.2))
        self.stack.push_async_callback(_ends, task, stop)
        onlooker = await self.person("U0FARID001")
        await onlooker.until(lambda sight: sight.connections)

    @asynccontextmanager
    async def hires(self) -> AsyncIterator[Worker]:
        """A worker, until the end of the block."""
        poster = self.poster()
        people = self.people(poster)
        audience = Audience(Channels(poster.client, people), people, self.answering.bank)
        delivering = Delivering(self.ledger, self.answering, poster, people, audience)
        worker = Worker(
            self.ledger,
            self.answering,
            poster,
            self.wake,
            audience,
            delivering,
            self.ordering(poster),
            lease=self.lease,
            poll=0.05,
            grace=0.05,
        )
        stop = asyncio.Event()
        task = asyncio.create_task(worker.run(stop))
        try:
            yield worker
        finally:
            await _ends(task, stop)


async def _ends(task: asyncio.Task[None], stop: asyncio.Event) -> None:
    stop.set()
    await task


@pytest.fixture
async def office(ledger: Ledger, answering: Answering, router: FakeRouter) -> AsyncIterator[Office]:
    manifest = read_manifest(Path("slack-manifest.yaml"))
    runner = web.AppRunner(make_app(Setup(manifest=manifest)), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        office = Office(address, ledger, answering, router, stack)
        await office.listens()
        yield office


@pytest.fixture
async def teller(office: Office) -> AsyncIterator[Office]:
    """The office with one worker at work."""
    async with office.hires():
        yield office


def saying(channel: str, *texts: str) -> Callable[[Sight], dict[str, Any] | None]:
    """The first message in a channel in which all these words stand."""

    def found(sight: Sight) -> dict[str, Any] | None:
        those = (message for message in sight.messages(channel) if all(text in words(message) for text in texts))
        return next(those, None)

    return found
