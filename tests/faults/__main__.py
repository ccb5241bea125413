"""`python -m tests.faults`: 2,000 questions and 1,500 votes while everything is killed, cut off and filled up.

Prints what was done to it and what became of every question, run, trace and vote; ends with 1 if anything is wrong.
"""

import asyncio
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import click
from aiohttp import web
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from emulator.server import SLACK, make_app
from tests.faults.audit import Audit, audit
from tests.faults.line import Line, Trouble
from tests.faults.people import People
from tests.faults.town import Town, fill, free_port, kill_at_random
from tests.postgres import Server, server_in
from tracking.ledger import Ledger

INSIDE = "TELLER_FAULTS_INSIDE"  # set once the process has a mount table of its own
EXPERIMENT = "FIS_Text2SQL_Banking"
PATIENCE = 1800.0  # seconds for everything to settle once nothing is killed any more
WORK = {"bot": 5.0, "jobs": 15.0, "server": 10.0}  # seconds a process works between two kills, on average


@dataclass
class Trial:
    """One run of the test in one folder. `full_disk`: the folder is a file system of its own that may be filled."""

    home: Path
    kind: str
    questions: int
    votes: int
    kills: int
    seed: int
    full_disk: bool
    postgres: Server | None = None

    async def run(self) -> Audit:
        chance = random.Random(self.seed)
        app = make_app()
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ledger_url, store = self._databases()
        server = f"http://127.0.0.1:{free_port()}"
        line = Line(server, chance)
        town = Town(self.home, slack, ledger_url, store, await line.start(), server)
        town.settle()
        ledger = Ledger.open(ledger_url)
        people = People(app[SLACK], slack, ledger, chance)
        stop, enough = asyncio.Event(), asyncio.Event()
        alive = [asyncio.create_task(process.supervise(stop)) for process in town.processes.values()]
        try:
            await self._trouble(town, line, people, enough, chance)
            await self._settle(ledger)
            print(_kills(town), _troubles(line, self.full_disk), sep="\n", flush=True)
            return await asyncio.to_thread(audit, people, ledger, store, EXPERIMENT)
        finally:
            stop.set()
            await asyncio.gather(*alive)
            ledger.close()
            await line.stop()
            await runner.cleanup()

    async def _trouble(
        self, town: Town, line: Line, people: People, enough: asyncio.Event, chance: random.Random
    ) -> None:
        """People at work and everything that can go wrong at the same time, until all was asked, voted and killed."""
        began = time.monotonic()
        async with asyncio.timeout(120):  # the first start may take its time; the kills begin afterwards
            while not people.slack.sockets.count:  # noqa: ASYNC110 - the emulator tells nobody
                await asyncio.sleep(0.1)
        start = time.monotonic() - began
        seconds = max(60.0, 5.0 * self.kills)
        killing = [
            asyncio.create_task(kill_at_random(process, start, WORK[name.rstrip("12")], enough, chance))
            for name, process in town.processes.items()
        ]
        work = [
            asyncio.create_task(people.ask(self.questions, seconds)),
            asyncio.create_task(people.vote(self.votes, seconds)),
            asyncio.create_task(self._break(line, seconds)),
        ]
        try:
            while not all(task.done() for task in work) or town.kills < self.kills:
                for task in work:
                    if task.done():
                        task.result()
                self._say(f"{len(people.asked)} asked, {people.votes} votes, {town.kills} kills", began)
                await asyncio.sleep(5)
        finally:
            enough.set()
            await asyncio.gather(*killing)
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
        line.trouble = "none"

    async def _break(self, line: Line, seconds: float) -> None:
        """The server is away, answers 500, hangs, loses replies; in the middle the disk is full for a while.

        Each trouble stays until a request has met it: on a slow machine nothing may be brought to MLflow for a while.
        """
        troubles = [trouble for trouble in get_args(Trouble) if trouble != "none"]
        spell = seconds / (2 * len(troubles) + 2)
        for place, trouble in enumerate(troubles):
            await asyncio.sleep(spell)
            line.trouble = trouble
            await asyncio.sleep(spell)
            async with asyncio.timeout(PATIENCE):
                while not line.seen.get(trouble):  # noqa: ASYNC110 - the line tells nobody
                    await asyncio.sleep(0.1)
            line.trouble = "none"
            if place == 1 and self.full_disk:
                filler = await asyncio.to_thread(fill, self.home)
                await asyncio.sleep(min(15.0, spell))
                filler.unlink()
                await asyncio.to_thread(self._revive)

    def _revive(self) -> None:
        """A PostgreSQL that stopped for want of space is started again by whoever looks after it."""
        if self.postgres is not None:
            try:
                with create_engine(self.postgres.url, poolclass=NullPool).connect() as connection:
                    connection.execute(text("SELECT 1"))
            except Exception:
                self.postgres.start()

    async def _settle(self, ledger: Ledger) -> None:
        """Until every question has its end and MLflow holds everything."""
        began = time.monotonic()
        while True:
            try:
                holds = await asyncio.to_thread(ledger.holdings)
                opened = await asyncio.to_thread(ledger.unanswered)
            except Exception as error:
                self._say(f"the ledger is away: {type(error).__name__}", began)
            else:
                self._say(f"{opened} without an answer, {holds.waiting} not in MLflow, {holds.aside} set aside", began)
                if not opened and not holds.waiting and not holds.aside:
                    return
            if time.monotonic() - began > PATIENCE:
                return  # the audit says what is missing
            await asyncio.sleep(5)

    def _databases(self) -> tuple[str, str]:
        """The addresses of the ledger and of MLflow's own store."""
        if self.postgres is None:
            return f"sqlite:///{self.home / 'ledger.db'}", f"sqlite:///{self.home / 'mlflow-server.db'}"
        with create_engine(self.postgres.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
            for name in ("ledger", "mlflow"):
                connection.execute(text(f"CREATE DATABASE {name}"))
        base = self.postgres.url.rpartition("/")[0]
        return f"{base}/ledger", f"{base}/mlflow"

    def _say(self, words: str, began: float) -> None:
        print(f"  {self.kind:8} {time.monotonic() - began:5.0f} s  {words}", file=sys.stderr, flush=True)


@click.command()
@click.option(
    "--ledger", "kinds", type=click.Choice(["sqlite", "postgres"]), multiple=True, default=["sqlite", "postgres"]
)
@click.option("--questions", default=2000, show_default=True)
@click.option("--votes", default=1500, show_default=True)
@click.option("--kills", default=100, show_default=True)
@click.option("--seed", default=6, show_default=True)
@click.option(
    "--disk", default="3g", show_default=True, help="How much the disk holds that is filled up; it is memory."
)
@click.option("--keep", is_flag=True, help="Leaves the folder with every log.")
def main(kinds: tuple[str, ...], questions: int, votes: int, kills: int, seed: int, disk: str, keep: bool) -> None:
    """The fault test, whole, on SQLite and on a real PostgreSQL, each with a real MLflow server."""
    _own_mounts()
    wrong = [sentence for kind in kinds for sentence in _trial(kind, questions, votes, kills, seed, disk, keep)]
    for sentence in wrong:
        print(f"WRONG  {sentence}")
    sys.exit(bool(wrong))


def _trial(kind: str, questions: int, votes: int, kills: int, seed: int, disk: str, keep: bool) -> list[str]:
    home = Path(tempfile.mkdtemp(prefix=f"teller-faults-{kind}-"))
    full_disk = os.environ.get(INSIDE) == "yes" and _mount(home, disk)
    os.chmod(home, 0o755)  # noqa: S103 - PostgreSQL runs as somebody else in a folder below
    print(f"{kind}: {questions} questions, {votes} votes, at least {kills} kills, seed {seed}, in {home}", flush=True)
    trial = Trial(home, kind, questions, votes, kills, seed, full_disk)
    try:
        if kind == "postgres":
            trial.postgres = _postgres(home)
        result = asyncio.run(trial.run())
    finally:
        if trial.postgres is not None:
            trial.postgres.stop()
        if full_disk and keep:
            shutil.copytree(home, f"{home}-kept", ignore=shutil.ignore_patterns("artifacts", "postgres"))
            print(f"Kept: {home}-kept")
        if full_disk:
            subprocess.run(["umount", "--lazy", str(home)], check=False)
        if not keep:
            shutil.rmtree(home, ignore_errors=True)
    for name, number in result.figures.items():
        print(f"  {name:28} {number:6,}")
    accepted = ("given up with an apology",)  # the person got one answer: that it failed, and under which id
    wrong = [sentence for sentence in result.wrong if not sentence.startswith(accepted)]
    if not wrong:
        print(f"  {kind}: nothing lost, nothing doubled, every last word right")
    return [f"{kind}: {sentence}" for sentence in wrong]


def _postgres(home: Path) -> Server:
    server = server_in(home)
    if server is None:
        raise click.ClickException("PostgreSQL is not installed; --ledger sqlite runs the other half.")
    return server


def _own_mounts() -> None:
    """A mount table of its own lets the test fill a small disk that is nobody else's."""
    if INSIDE in os.environ:
        return
    mapped = [] if os.geteuid() == 0 else ["--map-current-user", "--keep-caps"]
    command = ["unshare", "--mount", *mapped]
    with suppress(FileNotFoundError):
        if subprocess.run([*command, "true"], check=False, capture_output=True).returncode == 0:
            inside = [*command, sys.executable, "-m", "tests.faults", *sys.argv[1:]]
            os.execvpe(command[0], inside, os.environ | {INSIDE: "yes"})  # noqa: S606
    os.environ[INSIDE] = "no"


def _mount(home: Path, disk: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={disk}", "tmpfs", str(home)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _kills(town: Town) -> str:
    each = ", ".join(f"{name} {process.kills}" for name, process in town.processes.items())
    ended = sum(process.ends for process in town.processes.values())
    return f"  killed with -9: {town.kills} ({each}); ended by themselves and started again: {ended}"


def _troubles(line: Line, full_disk: bool) -> str:
    each = ", ".join(f"{name} {number}" for name, number in sorted(line.seen.items()))
    disk = "the disk was full once" if full_disk else "the disk was not filled: this machine lets nobody mount"
    return f"  requests to MLflow that met trouble: {each}; {disk}"


if __name__ == "__main__":
    main()
