"""The queue before the bank: people take turns, whoever asked more."""

import asyncio

from bot.turns import Turns


class Bench:
    """Statements that last until they are told to end; `began` is who got a turn, in order."""

    def __init__(self, at_once: int) -> None:
        self.turns = Turns(at_once)
        self.began: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def asks(self, *names: str) -> None:
        for name in names:
            self.ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._ask(name))
            await self.settled()

    async def finishes(self, *names: str) -> None:
        for name in names:
            self.ends[name].set()
            await self.settled()

    async def _ask(self, name: str) -> None:
        async with self.turns.of(name[0]):
            self.began.append(name)
            await self.ends[name].wait()

    async def settled(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)


async def test_somebody_else_never_waits_behind_all_that_one_person_asked() -> None:
    bench = Bench(3)
    await bench.asks("a1", "a2", "a3", "a4", "a5", "b1")
    assert bench.began == ["a1", "a2", "b1"]
    await bench.finishes("a1", "b1")
    await bench.asks("b2", "c1")
    assert bench.began == ["a1", "a2", "b1", "a3", "b2"]
    await bench.finishes("a2", "a3", "b2")
    assert bench.began[5:] == ["c1", "a4", "a5"]


async def test_people_take_turns_and_each_keeps_the_order_they_asked_in() -> None:
    bench = Bench(1)
    await bench.asks("a1", "a2", "a3", "b1", "b2", "c1")
    for name in ("a1", "a2", "b1", "c1", "a3", "b2"):
        await bench.finishes(name)
    assert bench.began == ["a1", "a2", "b1", "c1", "a3", "b2"]


async def test_who_stops_waiting_gives_up_the_place() -> None:
    bench = Bench(1)
    await bench.asks("a1", "b1", "c1")
    bench.tasks["b1"].cancel()
    await bench.settled()
    await bench.finishes("a1")
    assert bench.began == ["a1", "c1"]


async def test_a_statement_that_is_stopped_or_fails_gives_its_place_back() -> None:
    bench = Bench(1)
    await bench.asks("a1", "b1")
    bench.tasks["a1"].cancel()
    await bench.settled()
    assert bench.began == ["a1", "b1"]


async def test_more_are_never_with_the_bank_than_may_be() -> None:
    turns, now, most = Turns(4), [0], [0]

    async def one(person: str) -> None:
        async with turns.of(person):
            now[0] += 1
            most[0] = max(most[0], now[0])
            await asyncio.sleep(0)
            now[0] -= 1

    await asyncio.gather(*(one(person) for person in "aaaaaaaaaabbbcc" * 5))
    assert (now[0], most[0]) == (0, 4)


async def test_who_was_told_to_stop_and_has_not_left_yet_is_passed_over() -> None:
    turns = Turns(1)

    async def waits(person: str, done: list[str]) -> None:
        async with turns.of(person):
            done.append(person)

    done: list[str] = []
    async with turns.of("anna"):
        stopped, waiting = (asyncio.create_task(waits(person, done)) for person in ("ben", "chiara"))
        await asyncio.sleep(0)
        stopped.cancel()
    await asyncio.wait([stopped, waiting], timeout=5)
    assert stopped.cancelled()
    assert done == ["chiara"]
