"""Teller, unchanged, on a Slack emulator that is not ours, over both transports."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e import on_local_slack
from tests.e2e.npm import module

pytestmark = [pytest.mark.e2e, pytest.mark.page, pytest.mark.timeout(300)]


@pytest.mark.parametrize("mode", ["socket", "events"])
def test_teller_answers_on_another_slack(tmp_path: Path, mode: str):
    program = module("local-slack-linux-x64/bin/local-slack")
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        reason = "unshare and ip are needed: that emulator listens on all interfaces, so it gets a network of its own"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    script = f'ip link set lo up && exec "{sys.executable}" "{on_local_slack.__file__}" "{program}" "{tmp_path}" {mode}'
    done = subprocess.run(
        ["unshare", "-rn", "sh", "-c", script], capture_output=True, text=True, timeout=280, check=False
    )
    logs = "\n".join(log.read_text(errors="replace")[-2000:] for log in sorted(tmp_path.glob("*.log")))
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{logs}"
    seen = json.loads(done.stdout)
    assert "data_table" in seen["answer"]
    assert seen["modal"]
    assert seen["home"]
    assert seen["asked back"]
