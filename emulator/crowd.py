"""`python -m emulator.crowd ADDRESS QUESTION…`: the six colleagues ask, read and vote, so that there is something to count."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from emulator.cast import EVERYBODY
from emulator.human import Human, Sight

CHANNEL = "#general"
PATIENCE = 8.0  # seconds to wait for an answer to vote on
DISPLEASED = 4  # every so manieth answer gets a 👎


async def work(address: str, questions: Sequence[str]) -> int:
    """Each question once, the people taking turns. How many answers got a vote."""
    voted = 0
    for number, question in enumerate(questions, start=1):
        async with Human.at(address, EVERYBODY[number % len(EVERYBODY)]) as human:
            asked = await human.says(CHANNEL, f"@Teller {question}")
            voted += await _vote(human, asked, down=number % DISPLEASED == 0)
    return voted


async def _vote(human: Human, asked: str, *, down: bool) -> bool:
    try:
        ts, thumbs = await human.until(lambda sight: _thumbs(sight, asked), PATIENCE)
    except TimeoutError:
        return False  # an answer that was not given here, or not at all
    side = thumbs["negative_button" if down else "positive_button"]
    return await human.clicks(CHANNEL, ts, thumbs["action_id"], side["value"])


def _thumbs(sight: Sight, asked: str) -> Any:
    """The first answer in the thread that can be rated: its ts, and the buttons."""
    for message in sight.thread(CHANNEL, asked):
        for block in message.get("blocks", ()):
            for element in block.get("elements", ()):
                if element.get("type") == "feedback_buttons":
                    return message["ts"], element
    return None


def main(address: str, *questions: str) -> None:
    voted = asyncio.run(work(address, questions))
    sys.stdout.write(f"{len(questions)} questions asked in {CHANNEL}, {voted} answers rated.\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
