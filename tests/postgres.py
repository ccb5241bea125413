"""A PostgreSQL server of our own for tests: made in a temporary folder, on a free port, stopped at the end.

`from tests.postgres import postgres_server` in a test module (or a conftest) gives the fixture: the URL of a superuser.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
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
        data, port = Path(home, "data"), _free_port()
        if os.geteuid() == 0:
            shutil.chown(home, _NOBODY)
        _as_server([str(folder / "initdb"), "-D", str(data), "-U", "admin", "-A", "trust", "-E", "UTF8", "--no-sync"])
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
        start = [str(folder / "pg_ctl"), "-D", str(data), "-w", "-t", "60", "-l", f"{home}/log", "-o", options, "start"]
        _as_server(start)
        try:
            yield f"postgresql+psycopg://admin@127.0.0.1:{port}/postgres"
        finally:
            _as_server([str(folder / "pg_ctl"), "-D", str(data), "-w", "-m", "immediate", "stop"])


def _as_server(command: list[str]) -> None:
    prefix = ["setpriv", f"--reuid={_NOBODY}", "--clear-groups", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, check=False, cwd="/", timeout=100)
    if done.returncode:
        pytest.fail(f"{Path(command[0]).name} failed: {done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
