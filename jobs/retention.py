"""Every night what is past its age goes, where the bank has set one."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from jobs.calendar import When
from jobs.schedule import Firing, Job

NIGHT = When("3", "30")


def retention_job(retain: Callable[[datetime], None]) -> Job:
    """`retain` deletes what is past its age at an instant; it may take long, and is run again if it fails."""

    async def work(firing: Firing) -> None:
        await asyncio.to_thread(retain, datetime.now(UTC))

    return Job("retention", NIGHT, work, catch_up=True)
