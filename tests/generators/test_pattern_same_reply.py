"""Pattern Match says the same whatever order a set has: two processes with different hash seeds, reply by reply."""

import asyncio
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import bank.sample
from bank.catalogue import load as load_catalogue
from bank.door import Bank
from bank.person import Person
from bank.values import Values
from generators.contract import Question
from generators.pattern.match import PatternMatch
from jobs.golden import find, load

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(600)  # two processes, each with 1,200 questions on a busy machine
def test_a_question_gets_the_same_reply_in_every_process(sample_bank: Path) -> None:
    first, second = replies(sample_bank, "1"), replies(sample_bank, "3")
    assert len(first) > 1000
    assert [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]] == []


def replies(file: Path, seed: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, __file__, str(file)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


async def say_all(file: str) -> None:
    """Every question over the sample bank and its reply, one a line; raises whatever Pattern Match raises."""
    door = Bank.open(file, load_catalogue(bank.sample.CATALOGUE))
    match = PatternMatch(door.catalogue, Values.read(door), door.dialect)
    door.close()
    for golden in map(load, find(ROOT / "tests" / "golden")):
        for case in golden.cases if golden.bank == "sample" else ():
            question = Question("1", case.question, Person("somebody"), datetime(2026, 11, 24), case.chosen)
            print(repr((case.question, await match.draft(question, never))))  # noqa: T201


async def never(sql: str) -> Any:
    raise AssertionError("Pattern Match does not look at the bank.")


if __name__ == "__main__":
    asyncio.run(say_all(sys.argv[1]))
