"""`python -m tests.quarter`: a quarter of digests, alerts, subscriptions and metric alerts while processes are killed.

Three processes on one ledger, each doing what jobs do and sending what was ordered; real orders over a bank's figures,
two clock changes, holidays, two days on which everything is down. Prints what was done and what was said; ends with 1
if anything was said twice or not at all.
"""

import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import click
from aiohttp import web
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.pool import NullPool

from bot.posting import make_client
from emulator.cast import BOT_TOKEN
from emulator.server import SLACK, make_app
from jobs.calendar import When
from jobs.subscriptions import subscription_jobs
from tests.faults.town import Process
from tests.jobs.channel import Channel
from tests.postgres import Server, server_in
from tests.quarter import oracle, orders
from tests.quarter.bank import BEGINS, ENDS, KEPT, FileClock, by, jobs
from tests.quarter.oracle import Down, said_in
from tests.quarter.orders import LOOKS
from tracking.firings import Fired
from tracking.ledger import Ledger
from tracking.schema import fired as fired_rows
from tracking.schema import questions
from tracking.subscriptions import SOURCE

REPLICAS = 3
PATIENCE = 90.0  # seconds for one step of the clock
MOMENT = 0.5  # seconds after a step within which most of its work is done
SAID_WEIGHS = 5  # as many times as likely is a kill where a digest or a subscription comes due as at a mere look


@dataclass
class Quarter:
    """One run. `kills`: how many processes are killed in all; `days` from the first of January."""

    home: Path
    url: str
    kills: int
    days: float
    chance: random.Random
    replicas: list[Process] = field(default_factory=list)
    downs: list[Down] = field(default_factory=list)
    ended: set[Fired] = field(default_factory=set)  # before they are pruned

    async def run(self) -> list[str]:
        """What was wrong, in sentences."""
        app = make_app()
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ledger = Ledger.open(self.url)
        ends = min(ENDS, BEGINS + timedelta(days=self.days))
        oracle.fill(ledger, BEGINS - timedelta(days=7), ends)
        orders.make_figures(self.bank)
        for one in await orders.take_orders(self.bank, make_client(BOT_TOKEN, f"{slack}/api/")):
            ledger.subscribe(one)
        clock = FileClock(self.home / "clock")
        clock.set(BEGINS)
        self.replicas = [self._replica(number, slack) for number in range(1, REPLICAS + 1)]
        stop = asyncio.Event()
        keeping = [asyncio.create_task(replica.supervise(stop)) for replica in self.replicas]
        try:
            await self._live(ledger, clock, ends, stop, keeping)
        finally:
            stop.set()
            await asyncio.gather(*keeping)
            await runner.cleanup()
        said = said_in(app[SLACK])
        wrong = await asyncio.to_thread(oracle.audit, said, ends, self.downs)
        wrong += await oracle.audit_alerts(ledger, self.ended, app[SLACK], self.home / "replayed.db")
        self._tell(said, ledger)
        ledger.close()
        return wrong

    async def _live(
        self, ledger: Ledger, clock: FileClock, ends: datetime, stop: asyncio.Event, keeping: list[asyncio.Task[None]]
    ) -> None:
        instants = self._instants(ledger, ends)
        said = self._said(ledger, ends)
        outages = [BEGINS + (ends - BEGINS) * part / 3 for part in (1, 2)]
        await self._settled(ledger, BEGINS)
        now, began = BEGINS, time.monotonic()
        while left := [instant for instant in instants if instant > now]:
            if outages and left[0] > outages[0]:
                del outages[0]
                now = await self._outage(now, ends, clock, stop, keeping)
            else:
                now = left[0]
                orders.set_figures(self.bank, now)
                clock.set(now)
                weights = [SAID_WEIGHS if instant in said else 1 for instant in left]
                if self.chance.random() < (self.kills - self.killed) * weights[0] / sum(weights):
                    await asyncio.sleep(self.chance.uniform(0, MOMENT))
                    if alive := self._alive():
                        await asyncio.to_thread(self.chance.choice(alive).kill)
            await self._settled(ledger, now)
            if len(left) % 100 == 0:
                print(f"  {now:%d %b}  {self.killed} kills  {time.monotonic() - began:.0f} s", file=sys.stderr)

    def _instants(self, ledger: Ledger, ends: datetime) -> list[datetime]:
        """Whenever anything comes due."""
        return sorted({due.at for _, when in self._timetable(ledger) for due in by().dues(when, BEGINS, ends)})

    def _said(self, ledger: Ledger, ends: datetime) -> set[datetime]:
        """When a digest or a subscription comes due: what is not only a look."""
        told = [when for name, when in self._timetable(ledger) if name.startswith(("daily", "weekly", "subscription"))]
        return {due.at for when in told for due in by().dues(when, BEGINS, ends)}

    def _timetable(self, ledger: Ledger) -> list[tuple[str, When]]:
        """Every job there is with when it comes due."""
        nothing = Channel()
        table = jobs(ledger, ledger, nothing.post_once, nothing.update)
        sent = subscription_jobs(ledger)()
        watched = [(f"metric {one.id}", LOOKS) for one in ledger.standing() if one.condition]
        return [*((job.name, job.when) for job in (*table, *sent)), *watched]

    def _alive(self) -> list[Process]:
        return [each for each in self.replicas if each.running is not None and each.running.poll() is None]

    async def _outage(
        self, now: datetime, ends: datetime, clock: FileClock, stop: asyncio.Event, keeping: list[asyncio.Task[None]]
    ) -> datetime:
        """Everything is killed, two days and an hour pass, and everything is started again."""
        back = min(now + timedelta(hours=49), ends)
        stop.set()
        await asyncio.gather(*keeping)
        orders.set_figures(self.bank, back)
        clock.set(back)
        self.downs.append(Down(now, back))
        stop.clear()
        keeping[:] = [asyncio.create_task(replica.supervise(stop)) for replica in self.replicas]
        return back

    async def _settled(self, ledger: Ledger, now: datetime) -> None:
        """Until everything that has come due was begun and ended, and what was ordered is sent."""
        dues = {}
        for name, when in self._timetable(ledger):
            found = by().dues(when, now - timedelta(days=40), now)
            dues[name] = found[-1].nominal if found else None
        due = {name: nominal for name, nominal in dues.items() if nominal is not None and nominal >= BEGINS}
        async with asyncio.timeout(PATIENCE):
            while not await asyncio.to_thread(self._is_settled, ledger, due, len(dues)):  # noqa: ASYNC110 - other processes
                await asyncio.sleep(0.02)
        self.ended |= set(await asyncio.to_thread(ledger.ended, now - KEPT, "done", "skipped", "failed"))

    def _is_settled(self, ledger: Ledger, due: dict[str, datetime], number: int) -> bool:
        last = select(fired_rows.c.job, func.max(fired_rows.c.run_at)).group_by(fired_rows.c.job)
        with ledger.reading() as connection:
            begun = {row.job: row[1] for row in connection.execute(last)}
            unfinished = connection.execute(select(func.count()).where(fired_rows.c.state == "begun")).scalar_one()
            unsent = select(func.count()).where(questions.c.state.in_(("received", "claimed")))
            unfinished += connection.execute(unsent).scalar_one()
        return not unfinished and len(begun) == number and all(begun[name] >= nominal for name, nominal in due.items())

    def _replica(self, number: int, slack: str) -> Process:
        files = [str(self.home / "clock"), str(self.bank)]
        command = [sys.executable, "-m", "tests.quarter.replica", self.url, slack, *files]
        return Process(f"jobs{number}", command, {"PATH": "/usr/bin:/bin"}, self.home / f"jobs{number}.log")

    @property
    def bank(self) -> Path:
        return self.home / "bank.db"

    @property
    def killed(self) -> int:
        return sum(replica.kills for replica in self.replicas)

    def _tell(self, said: Counter[str], ledger: Ledger) -> None:
        counted = Counter((fired.job, fired.state) for fired in self.ended)
        tries = Counter({(fired.job, fired.state): 0 for fired in self.ended})
        for fired in self.ended:
            tries[fired.job, fired.state] += fired.tries
        again = select(func.count()).where(questions.c.source == SOURCE, questions.c.attempts > 1)
        with ledger.reading() as connection:
            resumed = connection.execute(again).scalar_one()
            kept = connection.execute(select(func.count()).select_from(fired_rows)).scalar_one()
        ends = sum(replica.ends for replica in self.replicas)
        print(f"  killed with -9: {self.killed}; ended by themselves: {ends}; outages: {len(self.downs)}")
        for (job, state), number in sorted(counted.items()):
            print(f"  {job:20} {state:8} {number:6,}  in {tries[job, state]:6,} tries")
        print(
            f"  subscriptions gone on with after a death: {resumed}; firings not yet pruned: {kept} of {len(self.ended)}"
        )
        print(f"  messages: {sum(said.values()):,}, of them said twice: {sum(1 for n in said.values() if n > 1)}")


@click.command()
@click.option(
    "--ledger", "kinds", type=click.Choice(["sqlite", "postgres"]), multiple=True, default=["sqlite", "postgres"]
)
@click.option("--kills", default=220, show_default=True)
@click.option("--days", default=90.0, show_default=True)
@click.option("--seed", default=7, show_default=True)
@click.option("--keep", is_flag=True, help="Leaves the folder with every log.")
def main(kinds: tuple[str, ...], kills: int, days: float, seed: int, keep: bool) -> None:
    """The quarter, on SQLite and on a real PostgreSQL."""
    wrong = [sentence for kind in kinds for sentence in trial(kind, kills, days, seed, keep)]
    for sentence in wrong:
        print(f"WRONG  {sentence}")
    sys.exit(bool(wrong))


def trial(kind: str, kills: int, days: float, seed: int, keep: bool = False) -> list[str]:
    """One quarter on one kind of ledger."""
    home = Path(tempfile.mkdtemp(prefix=f"teller-quarter-{kind}-"))
    home.chmod(0o755)  # PostgreSQL runs as somebody else in a folder below
    print(f"{kind}: {days:g} days, {kills} kills, seed {seed}, in {home}", flush=True)
    server = _postgres(home) if kind == "postgres" else None
    url = f"sqlite:///{home / 'ledger.db'}"
    began = time.monotonic()
    try:
        if server is not None:
            with create_engine(server.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
                connection.execute(text("CREATE DATABASE ledger"))
            url = f"{server.url.rpartition('/')[0]}/ledger"
        wrong = asyncio.run(Quarter(home, url, kills, days, random.Random(seed)).run())
    finally:
        if server is not None:
            server.stop()
        if not keep:
            shutil.rmtree(home, ignore_errors=True)
    print(
        f"  {kind}: {'each once, none missing' if not wrong else 'WRONG'}, in {time.monotonic() - began:.0f} s",
        flush=True,
    )
    return [f"{kind}: {sentence}" for sentence in wrong]


def _postgres(home: Path) -> Server:
    server = server_in(home)
    if server is None:
        raise click.ClickException("PostgreSQL is not installed; --ledger sqlite runs the other half.")
    return server


if __name__ == "__main__":
    main()
