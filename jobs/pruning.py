"""Every night what the jobs remember of their own work goes, once nothing can depend on it any more."""

import asyncio
from datetime import timedelta

from jobs.calendar import When
from jobs.schedule import Firing, Job
from tracking.ledger import Ledger

KEPT = timedelta(days=90)  # a firing is tried for half a day at most: a quarter is for people who look back
NIGHT = When("3", "50")


def pruning_job(ledger: Ledger, kept: timedelta = KEPT) -> Job:
    """Firings that are over and messages that were said, older than `kept`. The newest firing of each job stays: what was
    missed is counted from it."""

    async def work(firing: Firing) -> None:
        await asyncio.to_thread(ledger.prune_firings, firing.due - kept)
        await asyncio.to_thread(ledger.prune_sayings, firing.due - kept)

    return Job("pruning", NIGHT, work, catch_up=True)
