"""Work behind a click comes to its end, or who pressed hears that it did not."""

import asyncio

from bot.background import FAILED, STOPPED, Background


class Pressed:
    """Whoever pressed, and what they were told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def tell(self, sentence: str) -> None:
        self.told.append(sentence)


async def test_a_stop_waits_for_what_runs() -> None:
    background, pressed, allowed = Background(), Pressed(), asyncio.Event()

    async def file() -> None:
        await allowed.wait()
        await pressed.tell("Here it is.")

    background.start("a file", file(), pressed.tell)
    ending = asyncio.create_task(background.finish(60))
    await asyncio.sleep(0)
    allowed.set()
    await ending
    assert pressed.told == ["Here it is."]


async def test_who_waits_for_what_a_stop_cuts_short_is_told() -> None:
    background, pressed = Background(), Pressed()
    background.start("a file", asyncio.Event().wait(), pressed.tell)  # type: ignore[arg-type]
    await background.finish(0.01)
    assert pressed.told == [STOPPED]


async def test_a_fault_nobody_foresaw_is_no_silence() -> None:
    background, pressed = Background(), Pressed()

    async def file() -> None:
        raise ZeroDivisionError

    background.start("a file", file(), pressed.tell)
    await background.finish(60)
    assert pressed.told == [FAILED]


async def test_who_cannot_be_told_keeps_nobody_waiting() -> None:
    background = Background()

    async def file() -> None:
        raise ZeroDivisionError

    async def tell(sentence: str) -> None:
        raise ConnectionError

    background.start("a file", file(), tell)
    await background.finish(60)


async def test_pressed_twice_meanwhile_it_is_done_once() -> None:
    background, pressed, allowed = Background(), Pressed(), asyncio.Event()

    async def file() -> None:
        await allowed.wait()
        await pressed.tell("Here it is.")

    for _ in range(2):
        background.start("a file", file(), pressed.tell)
    allowed.set()
    await background.finish(60)
    assert pressed.told == ["Here it is."]
