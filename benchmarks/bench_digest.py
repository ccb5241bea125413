"""The weekly digest, from the ledger to the finished messages, over ledgers of different sizes.

    python -m benchmarks.bench_digest [LARGEST]      (1,000,000)

A year of questions each; a digest reads its last week and the one before. Time and memory include every list, the
comments and the CSV; sending to Slack is not among them.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.filling import END, fill_ledger
from benchmarks.measuring import apart, median_ms, peak_mb

SIZES = (10_000, 100_000, 1_000_000)
WEEK = timedelta(days=7)


def digest(url: str) -> dict[str, float]:
    """In a process of its own: milliseconds, MB above an idle process, and how much was said."""
    from bot.blocks.message import File, Message  # noqa: PLC0415
    from jobs.digest import Digests  # noqa: PLC0415
    from jobs.saying import Saying  # noqa: PLC0415
    from jobs.schedule import Firing  # noqa: PLC0415
    from tracking.ledger import Ledger  # noqa: PLC0415
    from tracking.records import Entry  # noqa: PLC0415

    said: list[int] = []

    async def post_once(channel: str, message: Message, key: str, since: datetime | None, thread_ts: str) -> str:
        said.append(len(message.blocks))
        return "1.0"

    async def attach_once(channel: str, thread_ts: str, file: File, since: datetime | None) -> str:
        said.append(len(file.write()))
        return "F1"

    async def shown(channel: str, entries: Sequence[Entry], most: int) -> list[Entry]:
        return list(entries[:most])

    ledger = Ledger.open(url)
    tables = {"CL_DETAIL_FACT": "loan", "BRANCH_DIMENSION": "branch", "RATING": "rating"}
    digests = Digests(ledger, Saying(ledger, post_once, attach_once), "C1", ZoneInfo("UTC"), shown, tables)

    async def now(name: str, due: datetime) -> None:
        await digests.weekly(Firing(name, due, due - WEEK))

    asyncio.run(now("first", END - 40 * WEEK))  # everything is imported and connected
    before, number = peak_mb(), iter(range(100))
    asyncio.run(now("memory", END))
    memory = peak_mb() - before
    spent = time.process_time()
    milliseconds = median_ms(lambda: asyncio.run(now(f"digest {next(number)}", END)), 5)
    return {"ms": milliseconds, "cpu": 1000 * (time.process_time() - spent) / 6, "mb": memory, "said": len(said)}


def main(largest: int) -> None:
    print("A weekly digest out of a year's questions (SQLite): milliseconds (of them CPU), MB above an idle process\n")
    with tempfile.TemporaryDirectory() as folder:
        for size in [size for size in SIZES if size <= largest]:
            url = f"sqlite:///{folder}/ledger-{size}.db"
            fill_ledger(url, size)
            found = apart(__file__, "digest", url)
            print(f"{size:>10,}  {found['ms']:9,.1f} ms ({found['cpu']:7,.0f})  {found['mb']:6,.1f} MB", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["digest"]:
        print(json.dumps(digest(sys.argv[2])))
    else:
        main(int((sys.argv[1:2] or ["1000000"])[0]))
