"""A whole Slack in this process with Teller in it, for benchmarks of what a banker waits for."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from app.settings import CATALOGUES, ROOT
from bank import catalogue as catalogues
from bank.audit import Audit
from bank.door import Bank
from bank.policy import Policy
from bank.sample.make import make_bank
from bot.answering import Answering, Drafts
from bot.audience import Audience
from bot.channels import Channels
from bot.connection import listen
from bot.listeners.desk import Desk
from bot.people import People
from bot.posting import Poster, kept_open, make_client
from bot.slack_app import build
from bot.worker import Worker
from emulator.cast import APP_TOKEN, BOT_TOKEN
from emulator.human import Human
from emulator.server import make_app
from generators.pattern.fresh import FreshPatternMatch
from generators.router import Router
from tracking.ledger import Ledger

ONLOOKER = "U0FARID001"


@dataclass(frozen=True)
class Office:
    """Where the emulator is, and the ledger behind the bot."""

    address: str
    ledger: Ledger


@asynccontextmanager
async def office(router: Drafts | None = None, at_once: int = 4) -> AsyncIterator[Office]:
    """The sample bank on disk with its audit and ledger, Pattern Match or a `router` of one's own, two lines to Slack."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="teller-bench-")))
        make_bank(home / "bank.db")
        audit = stack.enter_context(closing(Audit.open(f"sqlite:///{home / 'audit.db'}", "")))
        known = catalogues.load(ROOT / CATALOGUES["sample"])
        bank = stack.enter_context(closing(Bank.open(str(home / "bank.db"), known, Policy.open_to_all(), audit=audit)))
        ledger = stack.enter_context(closing(Ledger.open(f"sqlite:///{home / 'ledger.db'}")))
        runner = web.AppRunner(make_app(), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        session = await stack.enter_async_context(kept_open())
        poster = Poster(make_client(BOT_TOKEN, f"{address}/api/", session))
        people = People(poster.client)
        match = FreshPatternMatch(bank)
        route = router or Router(match)
        way = stack.enter_context(closing(Answering(ledger, route, bank, at_once, askers=people, suggest=match.next)))
        wake, stop = asyncio.Event(), asyncio.Event()
        audience = Audience(Channels(poster.client, people), people, bank)
        worker = Worker(ledger, way, poster, wake, audience, at_once=at_once, grace=0.5)
        desk = Desk(ledger, poster, people, wake, known.bank, known.examples, door=bank)
        tasks = [asyncio.create_task(worker.run(stop))]
        tasks.append(asyncio.create_task(listen(build(desk), APP_TOKEN, f"{address}/api/", stop)))
        try:
            async with Human.at(address, ONLOOKER) as onlooker:
                await onlooker.until(lambda sight: sight.connections == 2, seconds=20)
            yield Office(address, ledger)
        finally:
            stop.set()
            await asyncio.gather(*tasks)
