"""What a banker in Slack waits for beside the bank: acknowledgements under load, and the way of a question to its answer.

Everything is there: emulator, WebSocket, HTTP, ledger and audit on disk, the sample bank, Pattern Match. The emulator runs in
the same process and on the same cores, so that its own work counts as ours.
"""

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from benchmarks.slack import Office, office
from emulator.cast import EVERYBODY
from emulator.human import Human
from generators.contract import Approach, Draft, Look, Question, Reply, Statement

LENDING = "C0LENDING1"
SLOW, ACKNOWLEDGED = 50, 200
ASKED = 30
SPARING = 1.05  # seconds between two questions in one conversation: Slack takes one message a second there
OVER = ("generation", "query")  # what is not overhead: working out the SQL, and the bank's own work
NEVER_ENDS = (
    "SELECT COUNT(*) AS n FROM CL_DETAIL_FACT AS a CROSS JOIN CL_DETAIL_FACT AS b CROSS JOIN CL_DETAIL_FACT AS c"
)


@dataclass
class Endless:
    """Every question is slow: a query that burns this machine until its time limit, or a wait for a model or a bank elsewhere."""

    burning: bool

    async def draft(self, question: Question, look: Look, approach: Approach | None = None) -> Reply:
        if not self.burning:
            await asyncio.sleep(3600)
        return Draft(Approach.PATTERN, (Statement(NEVER_ENDS, "Everything with everything"),))


async def acknowledgements(burning: bool, at_once: int) -> list[float]:
    """Milliseconds from a person's /ask until Slack has the acknowledgement, which means: it is safe in the ledger."""
    async with office(Endless(burning), at_once) as there, Human.at(there.address, EVERYBODY[0]) as anna:
        for number in range(SLOW):
            await anna.commands("/ask", f"private slow question {number}", LENDING)
        async with asyncio.timeout(60):
            while there.ledger.unanswered() < SLOW:  # noqa: ASYNC110  the ledger rings no bell
                await asyncio.sleep(0.05)
        spent = []
        for number in range(ACKNOWLEDGED):
            began = time.perf_counter()
            assert await anna.commands("/ask", f"private question {number}", LENDING)
            spent.append(1000 * (time.perf_counter() - began))
        return spent


async def answers(channel: str = "") -> tuple[list[float], list[float]]:
    """Milliseconds from a question to its answer on the screen, and what of that neither drafting nor the bank took.

    Without a `channel` in direct messages.
    """
    whole, over = [], []
    async with office() as there:
        humans = [Human.at(there.address, person) for person in EVERYBODY[: 1 if channel else 5]]
        people = [await human.__aenter__() for human in humans]
        free_at = dict.fromkeys(range(len(people)), 0.0)
        for number in range(ASKED):
            place = number % len(people)
            await asyncio.sleep(max(0.0, free_at[place] - time.monotonic()))
            elapsed, drafted = await answer(there, people[place], QUESTIONS[number % len(QUESTIONS)], channel)
            free_at[place] = time.monotonic() + SPARING
            if number >= len(people):  # the first of each warms up
                whole.append(1000 * elapsed)
                over.append(1000 * (elapsed - drafted))
        for human in humans:
            await human.__aexit__(None, None, None)
    return whole, over


async def answer(there: Office, person: Human, question: str, channel: str = "") -> tuple[float, float]:
    """Seconds until the answer is seen, by the page's own stream of changes, and those of drafting and the bank."""
    async with asyncio.timeout(30), aclosing(person.changes()) as changes:
        await anext(changes)
        began = time.perf_counter()
        ts = await person.says(channel or person.direct, f"@Teller {question}" if channel else question)
        async for change in changes:
            shown = change.get("message", {})
            if shown.get("thread_ts") == ts and "feedback_buttons" in str(shown):
                break
        elapsed = time.perf_counter() - began
    question_id = f"{channel or person.direct}:{ts}"
    async with asyncio.timeout(5):
        while (entry := there.ledger.entry(question_id)) is None or entry.state != "done":  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert entry.result is not None
    assert entry.result.outcome == "answered", (question, entry.result.message)
    return elapsed, sum(step.seconds for step in entry.result.steps if step.name in OVER)


QUESTIONS = (
    "How many active loans do we have?",
    "What is our total exposure?",
    "What is the total loan balance by branch?",
    "Show the top 10 customers by exposure",
    "How many customers do we have by industry?",
)


def percentile(spent: Sequence[float], part: int) -> float:
    return statistics.quantiles(spent, n=100)[part - 1]


async def main() -> None:
    print(f"/ask acknowledged while {SLOW} slow questions are in hand ({ACKNOWLEDGED} times):")
    for burning, at_once, what in (
        (True, 4, "4 burn this machine at a time, as set by default"),
        (False, SLOW, "all of them wait for a model or a bank elsewhere"),
    ):
        spent = await acknowledgements(burning, at_once)
        print(
            f"  {what}: median {statistics.median(spent):.1f} ms, 99th percentile {percentile(spent, 99):.1f} ms, "
            f"worst {max(spent):.1f} ms",
            flush=True,
        )
    for channel, where in (("", "in direct messages"), (LENDING, "in a channel, after asking who reads it")):
        whole, over = await answers(channel)
        print(f"question to answer in Slack {where} (Pattern Match, sample bank, {len(whole)} questions):")
        print(f"  whole    median {statistics.median(whole):5.1f} ms   95th percentile {percentile(whole, 95):5.1f} ms")
        print(f"  overhead median {statistics.median(over):5.1f} ms   95th percentile {percentile(over, 95):5.1f} ms")


if __name__ == "__main__":
    asyncio.run(main())
