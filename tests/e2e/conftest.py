"""The whole house as processes of its own, on a free port and in a folder of its own."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from emulator.human import Human

ROOT = Path(__file__).parents[2]
ANNA, BEN, EMMA = "U0ANNA0001", "U0BEN00001", "U0EMMA0001"


@dataclass
class House:
    """`home` holds what Teller writes; processes are started in it and log there."""

    home: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("TELLER_", "SLACK_", "MLFLOW_"))
        }
        return {
            **inherited,
            "PATH": f"{Path(sys.executable).parent}:{inherited['PATH']}",
            "TELLER_HOME": str(self.home),
            "TELLER_EMULATOR": "true",
            "TELLER_DIGEST_CHANNEL": "C0DIGEST01",
            "SLACK_API_URL": f"{self.address}/api/",
            "SLACK_BOT_TOKEN": "xoxb-emulator-teller",
            "SLACK_APP_TOKEN": "xapp-emulator-teller",
        }

    def teller(self, *words: str, timeout: float = 90, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs one command to its end."""
        command = [sys.executable, "-m", "app", *words]
        environment = {**self.environment, **more}
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )

    @contextmanager
    def running(self, name: str, *command: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process until the end of the block, stopped as an operator stops it."""
        with self.log(name).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env={**self.environment, **more},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                pytest.fail(f"{name} did not stop within 20 s:\n{self.words(name)}")

    def log(self, name: str) -> Path:
        return self.home / f"{name}.log"

    def words(self, name: str) -> str:
        return self.log(name).read_text(errors="replace")

    async def until_connected(self, lines: int = 1, seconds: float = 40) -> None:
        async with asyncio.timeout(seconds), Human.at(self.address, ANNA) as anna:
            while True:
                try:
                    if (await anna.looks()).connections >= lines:
                        return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)


@pytest.fixture
def house(tmp_path: Path, sample_bank: Path) -> House:
    (tmp_path / "bank.db").symlink_to(sample_bank)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return House(tmp_path, free.getsockname()[1])


@pytest.fixture
async def slack_and_bot(house: House) -> AsyncIterator[House]:
    """The emulator and a bot that has connected to it."""
    with house.running("slack", "emulator", "--port", str(house.port)), house.running("bot", "app", "bot"):
        try:
            await house.until_connected()
        except TimeoutError:
            pytest.fail(f"the bot did not connect:\n{house.words('slack')}\n{house.words('bot')}")
        yield house
