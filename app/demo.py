"""The whole of Teller on one laptop: the Slack emulator, the bot and the jobs as processes, until Ctrl-C."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

BOT_TOKEN = "xoxb-emulator-teller"
APP_TOKEN = "xapp-emulator-teller"
DIGEST_CHANNEL = "C0DIGEST01"
MANIFEST = (
    Path(__file__).parents[1] / "slack-manifest.yaml"
)  # as the emulator should know the app; an installed one has none
PATIENCE = 30.0  # seconds for each part to start
GOODBYE = 20.0  # seconds for each part to stop by itself; the bot gives an answer in hand ten of them


class DemoFailed(Exception):
    """The demo could not start."""


@dataclass
class Demo:
    """The processes of one demo. `home` takes their logs; `suggestions` are shown on the emulator's page.

    `bank` is the sample bank's file, which the page can lock; `model_url` the model's endpoint, "" = there is none.
    """

    home: Path
    port: int
    suggestions: tuple[str, ...]
    bank: Path | None = None
    model_url: str = ""
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def run(self) -> None:
        """Starts everything, says where to look, and stays until Ctrl-C. Raises `DemoFailed` with the reason."""
        for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell started us in the background
            signal.signal(number, signal.default_int_handler)
        with self._only_one():
            try:
                self._start_all()
                self._welcome()
                self._watch()
            except KeyboardInterrupt:
                print("\nStopping …")
            finally:
                self._stop_all()

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "demo.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise DemoFailed(f"The demo is already running: {lock.read().strip()}") from None
            lock.truncate(0)
            lock.write(f"open {self.page} or end process {os.getpid()} first.")
            lock.flush()
            yield

    def _start_all(self) -> None:
        suggest = [word for question in self.suggestions for word in ("--suggest", question)]
        given = ["--manifest", str(MANIFEST)] if MANIFEST.exists() else []
        given += ["--controls", str(self._write_controls())]
        self._start("slack", [sys.executable, "-m", "emulator", "--port", str(self.port), *given, *suggest])
        self._until("slack", lambda: connections(self.page) is not None)
        teller = [sys.executable, "-m", "app"]
        self._start("bot", [*teller, "bot"], **self._start_model_line())
        self._until("bot", lambda: bool(connections(self.page)))
        self._start("jobs", [*teller, "jobs"])

    def _write_controls(self) -> Path:
        """What the page offers to do behind the scenes, so that a newcomer sees digests and alerts come."""
        file = self.home / "demo-controls.json"
        file.write_text(json.dumps(self._controls()), encoding="utf-8")
        return file

    def _controls(self) -> list[dict[str, object]]:
        def job(name: str) -> list[str]:
            return [sys.executable, "-m", "app", "jobs", "--now", name]

        controls: list[dict[str, object]] = [
            {
                "name": "Let the colleagues work",
                "hint": "They ask ten questions in #general and rate the answers",
                "command": [sys.executable, "-m", "emulator.crowd", self.page, *self.suggestions],
            },
            {
                "name": "Run the daily digest now",
                "hint": "Look into #teller-digest",
                "command": job("daily-stats"),
            },
            {
                "name": "Run the weekly digest now",
                "hint": "It comes by itself on Monday at nine",
                "command": job("weekly-digest"),
            },
            {
                "name": "Check for alerts now",
                "hint": "From ten questions on; the jobs look every five minutes too",
                "command": job("threshold-alerts"),
            },
        ]
        if self.model_url:
            breaking = [sys.executable, "-m", "app.trouble", "model", str(self._broken)]
            hint = "AI-Powered and the agents fail until you mend it"
            controls.append({"name": "Break the model", "hint": hint, "command": breaking, "lasting": True})
        if self.bank:
            breaking = [sys.executable, "-m", "app.trouble", "bank", str(self.bank)]
            hint = "Every question fails until you mend it"
            controls.append({"name": "Break the bank's database", "hint": hint, "command": breaking, "lasting": True})
        return controls

    @property
    def _broken(self) -> Path:
        """While this file is there, the model is away."""
        return self.home / "demo-model-is-broken"

    def _start_model_line(self) -> dict[str, str]:
        """A line to the model that can be cut. What the bot has to know of it."""
        if not self.model_url:
            return {}
        self._broken.unlink(missing_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._start(
            "model", [sys.executable, "-m", "app.trouble", "line", str(port), self.model_url, str(self._broken)]
        )
        return {"TELLER_MODEL_URL": f"http://127.0.0.1:{port}/v1"}

    def _start(self, name: str, command: list[str], **more: str) -> None:
        environment = {
            **os.environ,
            "SLACK_API_URL": f"{self.page}api/",
            "TELLER_EMULATOR": "true",
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            **more,
        }
        environment.setdefault("TELLER_DIGEST_CHANNEL", DIGEST_CHANNEL)
        with self._log(name).open("wb") as log:
            # Its own session: Ctrl-C reaches only this process, which then stops the others in the right order.
            self.parts[name] = subprocess.Popen(
                command,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def _until(self, name: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self._fail_if_ended(name)
            if ready():
                return
            time.sleep(0.05)
        raise DemoFailed(f"The {name} did not start within {PATIENCE:.0f} s; its log is {self._log(name)}.")

    def _fail_if_ended(self, name: str) -> None:
        status = self.parts[name].poll()
        if status is not None:
            words = self._log(name).read_text(errors="replace").strip().splitlines()[-8:]
            raise DemoFailed("\n".join([f"The {name} ended (status {status}). Its last words:", *words]))

    def _log(self, name: str) -> Path:
        return self.home / f"demo-{name}.log"

    def _welcome(self) -> None:
        print(f"\n  Teller is at {self.page}   (Ctrl-C stops it)\n\n  Ask it, for example:")
        for question in self.suggestions:
            print(f"    • {question}")
        print(flush=True)

    def _watch(self) -> None:
        while True:
            for name in self.parts:
                self._fail_if_ended(name)
            time.sleep(0.5)

    def _stop_all(self) -> None:
        """Bot and jobs first, together: they have things to say to Slack until they end. A second Ctrl-C kills."""
        for names in (("bot", "jobs"), ("slack", "model")):
            parts = [self.parts[name] for name in names if name in self.parts]
            for part in parts:
                part.terminate()
            for part in parts:
                try:
                    part.wait(GOODBYE)
                except (subprocess.TimeoutExpired, KeyboardInterrupt):
                    part.kill()
                    part.wait()


def connections(page: str) -> int | None:
    """How many lines the bot has to the emulator; None while there is no emulator."""
    try:
        with urllib.request.urlopen(f"{page}ui/state", timeout=1) as reply:  # noqa: S310 - always 127.0.0.1
            return int(json.load(reply)["connections"])
    except OSError:
        return None
