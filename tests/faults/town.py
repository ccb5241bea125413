"""The processes of the fault test: started, killed with -9 and started again, as a machine and its supervisor would."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
AGAIN = 0.5  # seconds until a supervisor starts what ended


@dataclass
class Process:
    """One that is always started again. `kills` are ours, `ends` its own."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    kills: int = 0
    ends: int = 0
    running: subprocess.Popen[bytes] | None = None
    began: float = 0.0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        self.began = time.monotonic()

    def kill(self) -> None:
        """The process and all it started, at once."""
        assert self.running is not None
        if self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.kills += 1
        self.running.wait()

    async def supervise(self, stop: asyncio.Event) -> None:
        """Starts it, and again whenever it ended, until `stop`; then ends it for good."""
        self.start()
        while not stop.is_set():
            assert self.running is not None
            if self.running.poll() is not None:
                self.ends += self.running.returncode != -signal.SIGKILL
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), AGAIN)
                if not stop.is_set():
                    self.start()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.1)
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)  # type: ignore[union-attr]
        await asyncio.to_thread(self.running.wait)  # type: ignore[union-attr]


@dataclass
class Town:
    """Everything that runs, in one folder."""

    home: Path
    slack: str
    ledger: str
    mlflow_store: str
    mlflow_line: str
    mlflow_server: str
    processes: dict[str, Process] = field(default_factory=dict)

    def settle(self) -> None:
        """Names every process: two replicas of bot and jobs, as a bank runs them, and MLflow's server."""
        teller = [sys.executable, "-m", "app"]
        for number in (1, 2):
            self._add(f"bot{number}", [*teller, "bot"])
            self._add(f"jobs{number}", [*teller, "jobs"])
        port = self.mlflow_server.rpartition(":")[2]
        artifacts = ["--artifacts-destination", str(self.home / "artifacts"), "--serve-artifacts"]
        server = ["server", "--host", "127.0.0.1", "--port", port, "--workers", "1"]
        store = ["--backend-store-uri", self.mlflow_store]
        self._add("server", [sys.executable, "-m", "mlflow", *server, *store, *artifacts])

    def _add(self, name: str, command: list[str]) -> None:
        self.processes[name] = Process(name, command, self._environment(), self.home / f"{name}.log")

    def _environment(self) -> dict[str, str]:
        ours = ("TELLER_", "SLACK_", "MLFLOW_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return inherited | {
            "TELLER_HOME": str(self.home),
            "TELLER_LEDGER": self.ledger,
            "TELLER_EMULATOR": "true",
            "TELLER_LOG_LEVEL": "warning",
            "SLACK_API_URL": f"{self.slack}/api/",
            "SLACK_BOT_TOKEN": "xoxb-emulator-teller",
            "SLACK_APP_TOKEN": "xapp-emulator-teller",
            "MLFLOW_TRACKING_URI": self.mlflow_line,
            "MLFLOW_HTTP_REQUEST_TIMEOUT": "5",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            "MLFLOW_DISABLE_TELEMETRY": "true",
        }

    @property
    def kills(self) -> int:
        return sum(process.kills for process in self.processes.values())


async def kill_at_random(
    process: Process, start: float, work: float, enough: asyncio.Event, chance: random.Random
) -> None:
    """Kills it again and again: one time in five while it starts, else after it worked for `work` seconds on average.

    `start` is how many seconds a start takes on this machine.
    """
    while not enough.is_set():
        early = chance.random() < 0.2
        wait = chance.uniform(0.3, start) if early else start + chance.uniform(0.2, 2 * work)
        with suppress(TimeoutError):
            await asyncio.wait_for(enough.wait(), wait)
        if not enough.is_set() and process.running is not None:
            await asyncio.to_thread(process.kill)


def fill(folder: Path) -> Path:
    """Takes the last byte of the folder's file system; removing the file gives it back."""
    filler = folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 65536)
    return filler


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
