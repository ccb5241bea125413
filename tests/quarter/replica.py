"""One process of the simulated quarter, which does what jobs do and sends what was ordered as a bot does:
`python -m tests.quarter.replica LEDGER SLACK CLOCK BANK`."""

import asyncio
import logging
import sys
from datetime import timedelta
from pathlib import Path

from bot.channels import Channels
from bot.people import People
from bot.posting import Poster, make_client
from bot.worker import Worker
from emulator.cast import BOT_TOKEN
from jobs.schedule import Schedule
from tests.quarter.bank import FileClock, by, jobs
from tests.quarter.orders import office
from tracking.ledger import Ledger

LEASE = timedelta(seconds=3)
GLANCE = 0.02  # seconds between two looks at the clock
POLL = 0.2  # seconds between two looks for what is to be sent
LOOK = 0.5  # seconds between two looks at the ledger while the clock stands still: what a dead process left


async def main(url: str, slack: str, file: str, bank: str) -> None:
    """Until it is killed."""
    poster = Poster(make_client(BOT_TOKEN, f"{slack}/api/"), pause=0)
    post_once = Channels(poster.client, People(poster.client)).insiders_only(poster.post_once)
    ledger, clock = Ledger.open(url), FileClock(Path(file))
    table = jobs(ledger, ledger, post_once, poster.update)
    with office(ledger, Path(bank), poster.client, poster.post_once, poster.update) as standing:
        schedule = Schedule(lambda: (*table, *standing.jobs()), ledger, by(), clock, LEASE)
        way, audience, delivering = standing.ordering.answering, standing.audience, standing.delivering
        worker = Worker(ledger, way, poster, asyncio.Event(), audience, delivering, lease=LEASE, poll=POLL)
        await asyncio.gather(worker.run(asyncio.Event()), keep(schedule, clock))


async def keep(schedule: Schedule, clock: FileClock) -> None:
    """Looks after the jobs whenever the clock has moved, and now and then while it stands still."""
    seen, looked = None, 0.0
    while True:
        now, at = clock(), asyncio.get_running_loop().time()
        if now != seen or at - looked > LOOK:
            seen, looked = now, at
            await schedule.tick()
        await asyncio.sleep(GLANCE)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(main(*sys.argv[1:]))
