"""Debian's Chromium, and the demo as `make demo` starts it. Without Chromium the tests are skipped, in CI they fail."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
START = 90.0  # seconds for bank, bot and jobs on a busy machine


@contextmanager
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed: apt-get install chromium")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def demo(home: Path) -> Iterator[str]:
    """`teller demo` in a folder of its own; the address it prints."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TELLER_", "SLACK_"))}
    log = home / "demo.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "demo", "--port", str(port)],
            cwd=ROOT,
            env={**inherited, "TELLER_HOME": str(home)},
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield _printed_address(process, log)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(40)


def _printed_address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        words = log.read_text(errors="replace").split()
        address = next((word for word in words if word.startswith("http://127.0.0.1:")), None)
        if address and process.poll() is None:
            with urllib.request.urlopen(address) as page:
                assert page.status == 200
            return address
        assert process.poll() is None, log.read_text(errors="replace")
        time.sleep(0.1)
    raise AssertionError(f"the demo did not start within {START:.0f} s:\n{log.read_text(errors='replace')}")
