"""`python -m tests.quarter`: a quarter of digests, alerts and subscriptions while jobs processes are killed at random.

Three processes on one ledger, two clock changes, holidays, two days on which everything is down. Prints what was done
and what was said; ends with 1 if anything was said twice or not at all.
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

from emulator.server import SLACK, make_app
from tests.faults.town import Process, free_port
from tests.jobs.channel import Channel
from tests.postgres import Server, programs
from tests.quarter import oracle
from tests.quarter.bank import BEGINS, ENDS, FileClock, by, jobs
from tests.quarter.oracle import Down, said_in
from tracking.ledger import Ledger
from tracking.schema import fired

REPLICAS = 3
PATIENCE = 90.0  # seconds for one step of the clock
MOMENT = 0.15  # seconds after a step within which most of its work is done


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
        wrong = await asyncio.to_thread(oracle.audit, ledger, said, ends, self.downs)
        wrong += await oracle.audit_alerts(ledger, app[SLACK])
        self._tell(said, ledger)
        ledger.close()
        return wrong

    async def _live(
        self, ledger: Ledger, clock: FileClock, ends: datetime, stop: asyncio.Event, keeping: list[asyncio.Task[None]]
    ) -> None:
        instants = self._instants(ledger, ends)
        outages = [BEGINS + (ends - BEGINS) * part / 3 for part in (1, 2)]
        await self._settled(ledger, BEGINS)
        now, began = BEGINS, time.monotonic()
        while left := [instant for instant in instants if instant > now]:
            if outages and left[0] > outages[0]:
                del outages[0]
                now = await self._outage(now, ends, clock, stop, keeping)
            else:
                now = left[0]
                clock.set(now)
                if self.chance.random() < (self.kills - self.killed) / len(left):
                    await asyncio.sleep(self.chance.uniform(0, MOMENT))
                    if alive := self._alive():
                        await asyncio.to_thread(self.chance.choice(alive).kill)
            await self._settled(ledger, now)
            if len(left) % 100 == 0:
                print(f"  {now:%d %b}  {self.killed} kills  {time.monotonic() - began:.0f} s", file=sys.stderr)

    def _instants(self, ledger: Ledger, ends: datetime) -> list[datetime]:
        """Whenever anything comes due."""
        table = jobs(ledger, ledger, Channel().post_once, Channel().update)
        return sorted({due.at for job in table for due in by().dues(job.when, BEGINS, ends)})

    def _alive(self) -> list[Process]:
        return [each for each in self.replicas if each.running is not None and each.running.poll() is None]

    async def _outage(
        self, now: datetime, ends: datetime, clock: FileClock, stop: asyncio.Event, keeping: list[asyncio.Task[None]]
    ) -> datetime:
        """Everything is killed, two days and an hour pass, and everything is started again."""
        back = min(now + timedelta(hours=49), ends)
        stop.set()
        await asyncio.gather(*keeping)
        clock.set(back)
        self.downs.append(Down(now, back))
        stop.clear()
        keeping[:] = [asyncio.create_task(replica.supervise(stop)) for replica in self.replicas]
        return back

    async def _settled(self, ledger: Ledger, now: datetime) -> None:
        """Until everything that has come due was begun and ended."""
        dues = {}
        for job in jobs(ledger, ledger, Channel().post_once, Channel().update):
            found = by().dues(job.when, now - timedelta(days=40), now)
            dues[job.name] = found[-1].nominal if found else None
        due = {name: nominal for name, nominal in dues.items() if nominal is not None and nominal >= BEGINS}
        async with asyncio.timeout(PATIENCE):
            while not await asyncio.to_thread(self._is_settled, ledger, due, len(dues)):  # noqa: ASYNC110 - other processes
                await asyncio.sleep(0.02)

    def _is_settled(self, ledger: Ledger, due: dict[str, datetime], number: int) -> bool:
        last = select(fired.c.job, func.max(fired.c.run_at)).group_by(fired.c.job)
        with ledger.reading() as connection:
            begun = {row.job: row[1] for row in connection.execute(last)}
            unfinished = connection.execute(select(func.count()).where(fired.c.state == "begun")).scalar_one()
        return not unfinished and len(begun) == number and all(begun[name] >= nominal for name, nominal in due.items())

    def _replica(self, number: int, slack: str) -> Process:
        command = [sys.executable, "-m", "tests.quarter.replica", self.url, slack, str(self.home / "clock")]
        return Process(f"jobs{number}", command, {"PATH": "/usr/bin:/bin"}, self.home / f"jobs{number}.log")

    @property
    def killed(self) -> int:
        return sum(replica.kills for replica in self.replicas)

    def _tell(self, said: Counter[str], ledger: Ledger) -> None:
        with ledger.reading() as connection:
            counted = select(fired.c.job, fired.c.state, func.count(), func.sum(fired.c.tries))
            rows = connection.execute(
                counted.where(fired.c.state != "known").group_by(fired.c.job, fired.c.state)
            ).all()
        ends = sum(replica.ends for replica in self.replicas)
        print(f"  killed with -9: {self.killed}; ended by themselves: {ends}; outages: {len(self.downs)}")
        for job, state, number, tries in sorted(rows):
            print(f"  {job:20} {state:8} {number:6,}  in {tries:6,} tries")
        print(f"  messages: {sum(said.values()):,}, of them said twice: {sum(1 for n in said.values() if n > 1)}")


@click.command()
@click.option(
    "--ledger", "kinds", type=click.Choice(["sqlite", "postgres"]), multiple=True, default=["sqlite", "postgres"]
)
@click.option("--kills", default=200, show_default=True)
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
    folder = programs()
    if folder is None:
        raise click.ClickException("PostgreSQL is not installed; --ledger sqlite runs the other half.")
    (home / "postgres").mkdir()
    server = Server(folder, home / "postgres", free_port())
    server.make()
    server.start()
    return server


if __name__ == "__main__":
    main()
