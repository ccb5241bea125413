"""The parts of a question's way are noted with their times, whoever does them."""

import asyncio

from bot import steps
from tracking.records import Result, Step


async def test_steps_of_tasks_are_noted_with_the_question_they_belong_to():
    async def question(name: str) -> list[str]:
        noted = steps.begin(None)
        with steps.step("routing"):
            await asyncio.gather(*(part(f"{name} {number}") for number in range(2)))
        return [f"{step.name} {step.note}".strip() for step in noted.taken()]

    async def part(note: str) -> None:
        with steps.step("door", note):
            await asyncio.sleep(0)

    first, second = await asyncio.gather(asyncio.create_task(question("a")), asyncio.create_task(question("b")))
    assert first == ["routing", "door a 0", "door a 1"]
    assert second == ["routing", "door b 0", "door b 1"]


def test_after_a_person_was_asked_back_the_steps_go_on_where_they_stopped():
    before = Result("clarify", "Pattern Match", seconds=0.5, steps=(Step("posting", 0.5, 0.25),))
    noted = steps.begin(before)
    with steps.step("routing"):
        pass
    (again,) = noted.taken()
    assert 0.75 <= again.began < 5


def test_nothing_is_noted_where_there_is_no_question():
    with steps.step("door"):
        pass
