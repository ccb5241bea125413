"""One jobs process of the simulated quarter: `python -m tests.quarter.replica LEDGER SLACK CLOCK`."""

import asyncio
import logging
import sys
from datetime import timedelta
from pathlib import Path

from bot.channels import Channels
from bot.people import People
from bot.posting import Poster, make_client
from emulator.cast import BOT_TOKEN
from jobs.schedule import Schedule
from tests.quarter.bank import FileClock, by, jobs
from tracking.ledger import Ledger

LEASE = timedelta(seconds=3)
GLANCE = 0.02  # seconds between two looks at the clock
LOOK = 0.5  # seconds between two looks at the ledger while the clock stands still: what a dead process left


async def main(url: str, slack: str, file: str) -> None:
    """Until it is killed."""
    poster = Poster(make_client(BOT_TOKEN, f"{slack}/api/"), pause=0)
    post_once = Channels(poster.client, People(poster.client)).insiders_only(poster.post_once)
    ledger, clock = Ledger.open(url), FileClock(Path(file))
    table = jobs(ledger, ledger, post_once, poster.update)
    schedule = Schedule(lambda: table, ledger, by(), clock, LEASE)
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
