"""Times and memory, measured alike everywhere."""

import contextlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.postgres import Server, programs

ROOT = Path(__file__).parents[1]


def median_ms(work: Callable[[], Any], times: int = 7) -> float:
    """Milliseconds of one call: the median of so many, after one that warms up."""
    work()
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return 1000 * statistics.median(spent)


def apart(script: str, *words: str) -> dict[str, Any]:
    """Runs this file in a process of its own, so that its memory is its own; the JSON it prints last."""
    done = subprocess.run([sys.executable, script, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def peak_mb() -> float:
    """The most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """The address of a PostgreSQL of our own as it comes out of the box; None where it is not installed."""
    folder = programs()
    if folder is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="teller-bench-") as home:
        Path(home).chmod(0o755)
        server = Server(folder, Path(home, "server"), _free_port())
        server.home.mkdir()
        server.make()
        server.start(durable=True)
        try:
            yield server.url
        finally:
            server.stop()


def _free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
