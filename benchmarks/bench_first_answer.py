"""How long a newcomer waits: from the command `teller demo` to the first answer on the page.

Runs the demo three times in one folder: the first makes the sample bank and the stores, the others find them there.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from emulator.human import Human, Sight

ROOT = Path(__file__).parents[1]
QUESTION = "How many active loans do we have?"
ANNA = "U0ANNA0001"


async def first_answer(home: str) -> float:
    """Seconds from the command to the answer, asked as soon as anybody can ask."""
    port = free_port()
    began = time.monotonic()
    command = [sys.executable, "-m", "app", "demo", "--port", str(port)]
    demo = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TELLER_HOME": home}, stdout=subprocess.DEVNULL)  # noqa: ASYNC220
    try:
        async with Human.at(f"http://127.0.0.1:{port}", ANNA) as anna:
            asked = await say_as_soon_as_possible(anna)
            await anna.until(lambda sight: answered(sight, anna.direct, asked), seconds=60)
        return time.monotonic() - began
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(30)


async def say_as_soon_as_possible(anna: Human) -> str:
    while True:
        try:
            return await anna.says(anna.direct, QUESTION)
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)


def answered(sight: Sight, channel: str, asked: str) -> bool:
    return any("feedback_buttons" in str(message) for message in sight.thread(channel, asked))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        print(f"first demo  (makes the sample bank): {asyncio.run(first_answer(home)):5.1f} s to the first answer")
        again = [asyncio.run(first_answer(home)) for _ in range(3)]
        print(f"second demo (median of 3):           {sorted(again)[1]:5.1f} s to the first answer")


if __name__ == "__main__":
    main()
