"""A model server that none of us wrote (aimock, an npm package), started for tests on a free port.

`npm install --prefix tests/aimock` puts it where this finds it; without it, or without Node, its tests are skipped.
"""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_PROGRAM = Path(__file__).parent / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
_SECONDS = 20


@contextmanager
def serving(folder: Path, fixtures: Sequence[dict[str, Any]], *words: str) -> Iterator[str]:
    """The base address of a server that says these fixtures and 404 to all else; skips where there is none, fails on CI."""
    node = shutil.which("node")
    if node is None or not _PROGRAM.exists():
        reason = "aimock is not installed: it needs Node and `npm install --prefix tests/aimock`"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    file = folder / "fixtures.json"
    file.write_text(json.dumps({"fixtures": list(fixtures)}), encoding="utf-8")
    port = _free_port()
    listening = [node, str(_PROGRAM), "-p", str(port), "-f", str(file), "--strict", "--log-level", "warn", *words]
    with (folder / "aimock.log").open("w") as log, subprocess.Popen(listening, stdout=log, stderr=log) as server:
        try:
            _until_open(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def journal(address: str) -> list[dict[str, Any]]:
    """The bodies of every request to the model, in order."""
    with urllib.request.urlopen(f"{address}/__aimock/journal", timeout=5) as reply:
        held = json.load(reply)
    entries = held if isinstance(held, list) else held["entries"]
    return [entry["body"] for entry in entries if "chat/completions" in entry["path"]]


def _until_open(port: int) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
