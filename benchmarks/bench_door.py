"""What the door costs a question: guard, rights and rewrite for each role of the sample bank, and putting it on record.

Asked are the golden questions over the sample bank, as Pattern Match writes them. The database's time is not in it.
The door only computes, so its cost is the thread's processor time, whatever else the machine does; a record waits for the disk.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import bank.sample
from bank import catalogue, policy
from bank.audit import Audit
from bank.door import Bank
from bank.errors import Refused
from bank.person import Person
from bank.sample.make import make_bank
from bank.values import Values
from generators.contract import Draft, Question
from generators.pattern.match import PatternMatch
from jobs.golden import find, load

ROOT = Path(__file__).parents[1]
PEOPLE = {
    "banker of one branch": Person("U0CHIARA01"),
    "risk analyst": Person("U0BEN00001", email="ben@alder-wharf.example"),
    "administrator": Person("U0FARID001"),
}
ROUNDS = 3


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        make_bank(Path(home, "bank.db"))
        words, rules = catalogue.load(bank.sample.CATALOGUE), policy.load(bank.sample.POLICY)
        with closing(Bank.open(str(Path(home, "bank.db")), words, rules, mask_key="key")) as door:
            queries = asyncio.run(drafted(door))
            print(f"{len(queries):,} queries, {statistics.median(map(len, queries)):,.0f} characters at the median")
            medians = [
                show(f"door, {role}", timed(queries, checked(door, person), time.thread_time, ROUNDS))
                for role, person in PEOPLE.items()
            ]
        with closing(Audit.open(f"sqlite:///{home}/audit.db", "key")) as audit:
            show(
                "on record, on disk",
                timed(queries[:300], lambda sql: audit.append("read", sql=sql), time.perf_counter, 1),
            )
    return 0 if max(medians) < 2.0 else 1


def checked(door: Bank, person: Person) -> Callable[[str], object]:
    def check(sql: str) -> object:
        try:
            return door.check(sql, person)
        except Refused as refusal:  # also costs what it costs
            return refusal

    return check


async def drafted(door: Bank) -> list[str]:
    match, queries = PatternMatch(door.catalogue, Values.read(door), door.dialect), []
    for golden in map(load, find(ROOT / "tests" / "golden")):
        for case in golden.cases if golden.bank == "sample" else ():
            question = Question("1", case.question, Person("U"), datetime(2026, 11, 24))
            try:
                reply = await match.draft(question, look=door.check)  # type: ignore[arg-type]  # Pattern Match never looks
            except Exception as error:
                print(f"Pattern Match failed on “{case.question}”: {error!r}", file=sys.stderr)
                continue
            queries += [statement.sql for statement in reply.statements] if isinstance(reply, Draft) else []
    return list(dict.fromkeys(queries))


def timed(
    queries: Sequence[str], work: Callable[[str], object], clock: Callable[[], float], rounds: int
) -> list[float]:
    """Milliseconds for each query, the least of the rounds."""
    found = []
    for sql in queries:
        times = []
        for _ in range(rounds):
            began = clock()
            work(sql)
            times.append((clock() - began) * 1000)
        found.append(min(times))
    return found


def show(what: str, milliseconds: list[float]) -> float:
    median, high = statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[-1]
    print(f"{what:28} {median:6.2f} ms at the median, {high:6.2f} ms at the 95th percentile")
    return median


if __name__ == "__main__":
    sys.exit(main())
