"""What Teller adds around a language model, how fifty questions at once fare, and how large the prompts are.

The model is a server in this very process, which answers at once or after two seconds: on a busy machine its own work counts
among ours. Both banks are real files.
"""

import asyncio
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bank.sample
from bank.catalogue import Catalogue, load
from bank.door import Bank
from bank.learn.dictionary import Dictionary
from bank.learn.learn import learn
from bank.person import Person
from bank.sample.make import make_bank
from bank.values import Values
from benchmarks.mart import COLUMNS, make_mart
from generators.agents.team import AutoGenTeam
from generators.ai.generator import AIPowered
from generators.ai.linking import Linker
from generators.ai.model import Model
from generators.ai.prompt import described, rules
from generators.ai.workbench import Workbench
from generators.contract import Look, Question
from tests.fakes import FakeModel, Says, says

SQL = "SELECT COUNT(DISTINCT CUSTOMER_KEY) AS customers FROM CUSTOMER_DIMENSION WHERE CUSTOMER_MONTH_ID = 202609"
QUESTIONS = (
    "What is the NPL ratio by portfolio?",
    "top 5 customers by exposure",
    "total past due amount of loans by industry",
    "average interest rate by product type",
    "outstanding principal balance by currency",
)
WRITTEN = says(reading="Customers.", sql=SQL, assumptions=[], clarification="", choices=[])
TEAM = {
    "You plan": says(parts=["customers"], tables=["CUSTOMER_DIMENSION"]),
    "You write": says(
        queries=[{"reading": "Customers.", "sql": SQL, "assumptions": []}],
        commentary=[],
        follow_ups=[],
        clarification="",
        choices=[],
    ),
    "You review": says(approved=True, remarks=""),
}


class SlowModel(FakeModel):
    """Answers after so many seconds."""

    seconds = 0.0

    def __init__(self, always: dict[str, Says], seconds: float) -> None:
        super().__init__(always=always)
        self.seconds = seconds

    async def _complete(self, request: Any) -> Any:
        await asyncio.sleep(self.seconds)
        return await super()._complete(request)


def asked(text: str) -> Question:
    return Question("B-1", text, Person("U1"), datetime(2026, 10, 1, tzinfo=UTC))


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bank.db")
        make_bank(path)
        catalogue = load(Path(bank.sample.__file__).with_name("catalogue.yaml"))
        with closing(Bank.open(str(path), catalogue)) as door:
            values = Values.read(door)
            await overhead(door, values)
            await at_once(door, values)
            prompts("sample bank", catalogue, door.dialect, values)
        if COLUMNS.exists():
            prompts(*mart(Path(folder, "mart.db")))
        else:
            print("The mart's column list is not here: its prompts are not measured.")


WAYS = (("AI-Powered", AIPowered, {"You write": WRITTEN}), ("agents", AutoGenTeam, TEAM))


async def overhead(door: Bank, values: Values) -> None:
    """Milliseconds of a whole draft, less those that the bare calls and one bare look take."""
    for way in WAYS:
        await _overhead(door, values, *way)


async def _overhead(door: Bank, values: Values, name: str, way: Any, always: dict[str, Says]) -> None:
    async with SlowModel(always, 0).serving() as fake:
        model = Model(fake.url, "fake", "key")
        generator = way(Workbench(door.catalogue, door.dialect, model, lambda _: values))
        system: Any = [{"role": "system", "content": next(iter(always))}]
        whole = await _median(lambda: generator.draft(asked("How many customers do we have?"), look_through(door)))
        bare = await _median(lambda: model.client.chat.completions.create(model="fake", messages=system))
        looks = await _median(lambda: look_through(door).rows(SQL))
        ours = whole - len(always) * bare - looks
        print(
            f"{name}: {ours:.1f} ms of ours a question ({whole:.1f} with {len(always)} calls of {bare:.1f} and a look)"
        )
        await model.close()


def look_through(door: Bank) -> Look:
    return Look(
        lambda sql: asyncio.to_thread(door.run, sql, Person("U1")),
        lambda sql: asyncio.to_thread(door.plan, sql, Person("U1")),
    )


async def _median(work: Any, times: int = 30) -> float:
    await work()
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        spent.append(time.perf_counter() - began)
    return 1000 * statistics.median(spent)


async def at_once(door: Bank, values: Values, many: int = 50, seconds: float = 2.0) -> None:
    for name, way, always in WAYS:
        took, ideal = await _all_at_once(door, values, way, always, many, seconds), seconds * len(always)
        print(
            f"{name}: {many} questions at once, a model of {seconds:g} s: {took:.2f} s, {took / ideal:.2f} × {ideal:g} s"
        )


async def _all_at_once(
    door: Bank, values: Values, way: Any, always: dict[str, Says], many: int, seconds: float
) -> float:
    async with SlowModel(always, 0).serving() as fake:
        model = Model(fake.url, "fake", "key")
        generator = way(Workbench(door.catalogue, door.dialect, model, lambda _: values))
        question, look = asked("How many customers do we have?"), look_through(door)
        await generator.draft(question, look)  # what is made once, in a bot long before
        fake.seconds = seconds
        began = time.perf_counter()
        await asyncio.gather(*(generator.draft(question, look) for _ in range(many)))
        took = time.perf_counter() - began
        await model.close()
    return took


def mart(path: Path) -> tuple[str, Catalogue, str, Values]:
    columns = make_mart(path)
    learnt = learn(str(path), "Mart", Dictionary.read(COLUMNS))
    return f"mart of {columns} columns", learnt.catalogue, "sqlite", Values()


def prompts(name: str, catalogue: Catalogue, dialect: str, values: Values) -> None:
    """Tokens by the rule of three characters each: SQL names take more than prose; no tokenizer is asked for."""
    linker = Linker(catalogue)
    sizes = [len(rules(dialect) + described(catalogue, linker.link(values, text))) // 3 for text in QUESTIONS]
    columns = [sum(map(len, linker.link(values, text).tables.values())) for text in QUESTIONS]
    whole = sum(len(table.columns) for table in catalogue.tables.values())
    print(
        f"{name}: prompts of about {statistics.median(sizes):,.0f} tokens, at most {max(sizes):,};"
        f" {statistics.median(columns):.0f} of {whole} columns"
    )


if __name__ == "__main__":
    asyncio.run(main())
