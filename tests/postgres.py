"""A PostgreSQL server of our own for tests: made in a temporary folder, on a free port, stopped at the end.

`from tests.postgres import postgres_server` in a test module (or a conftest) gives the fixture: the URL of a superuser.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

_NOBODY = "nobody"  # initdb and postgres refuse to run as root


def programs() -> Path | None:
    """The folder of initdb and pg_ctl: on the PATH, or the newest version that Debian's packages installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    return max(folders, key=lambda folder: int(folder.parent.name.split(".")[0]), default=None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a fresh server, as its superuser; skips where PostgreSQL is not installed, fails there on CI."""
    folder = programs()
    if folder is None:
        reason = "PostgreSQL is not installed (initdb is neither on the PATH nor under /usr/lib/postgresql)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="teller-postgres-") as home:
        server = Server(folder, Path(home), _free_port())
        server.make()
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


def server_in(home: Path) -> "Server | None":
    """A server in a folder of its own below `home`, running; None where PostgreSQL is not installed."""
    folder = programs()
    if folder is None:
        return None
    (home / "postgres").mkdir()
    server = Server(folder, home / "postgres", _free_port())
    server.make()
    server.start()
    return server


@dataclass(frozen=True)
class Server:
    """One PostgreSQL server: the programs' folder, a home of its own, its port on 127.0.0.1."""

    programs: Path
    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://admin@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.home, _NOBODY)
        self._run("initdb", "-U", "admin", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self, durable: bool = False) -> None:
        """`durable`: every commit is on disk, as a bank runs it; tests need not wait for that."""
        sync = "on" if durable else "off"
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.home} -c fsync={sync}"
        self._run("pg_ctl", "-w", "-t", "60", "-l", f"{self.home}/log", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *words: str) -> None:
        _as_server([str(self.programs / program), "-D", str(self.home / "data"), *words])


def _as_server(command: list[str]) -> None:
    prefix = ["setpriv", f"--reuid={_NOBODY}", "--clear-groups", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, check=False, cwd="/", timeout=100)
    if done.returncode:
        pytest.fail(f"{Path(command[0]).name} failed: {done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
