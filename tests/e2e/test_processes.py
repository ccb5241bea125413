"""Processes as operators start and stop them: the demo, and the Procfile."""

import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing

import pytest

from emulator.human import Human
from tests.e2e.conftest import ANNA, ROOT, House
from tests.e2e.test_whole_way import QUESTION, answer_in, eventually

pytestmark = pytest.mark.e2e


async def test_the_demo_answers_a_first_question_and_stops_cleanly_on_ctrl_c(house: House):
    command = [sys.executable, "-m", "app", "demo", "--port", str(house.port)]
    demo = subprocess.Popen(
        command, cwd=ROOT, env=house.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        await house.until_connected()
        async with Human.at(house.address, ANNA) as anna:
            asked = await anna.says("#lending", f"@Teller {QUESTION}")
            await anna.until(answer_in(asked), seconds=15)
        second = house.teller("demo", "--port", str(house.port))
        assert second.returncode == 1
        assert "already running" in second.stderr
        assert house.address in second.stderr
    finally:
        demo.send_signal(signal.SIGINT)
        said, _ = demo.communicate(timeout=30)
    assert demo.returncode == 0, said
    assert house.address in said
    assert said.count("•") == 10
    assert "Traceback" not in said
    for name in ("slack", "bot", "jobs"):
        assert "Traceback" not in house.words(f"demo-{name}"), house.words(f"demo-{name}")


async def test_ctrl_c_in_mid_answer_hands_the_question_on_and_stops_cleanly(house: House):
    with socket.create_server(("127.0.0.1", 0)) as silent_model:
        model = {"TELLER_MODEL_URL": f"http://127.0.0.1:{silent_model.getsockname()[1]}/v1", "TELLER_MODEL_NAME": "m"}
        command = [sys.executable, "-m", "app", "demo", "--port", str(house.port)]
        demo = subprocess.Popen(
            command, cwd=ROOT, env={**house.environment, **model}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            await house.until_connected()
            async with Human.at(house.address, ANNA) as anna:
                await anna.commands("/ask", f"ai {QUESTION}", "#lending")
                await eventually(lambda: leases(house)[0] > microseconds() or None, seconds=20)
        finally:
            demo.send_signal(signal.SIGINT)
            said, _ = demo.communicate(timeout=60)
    assert demo.returncode == 0, said
    assert leases(house)[0] <= microseconds()  # whoever starts next may take it up at once
    assert "Traceback" not in house.words("demo-bot")


def leases(house: House) -> list[int]:
    """Until when each question that is being answered belongs to its worker; 0 while nobody has taken any."""
    with closing(sqlite3.connect(house.home / "ledger.db")) as ledger:
        claimed = ledger.execute("SELECT lease_until FROM questions WHERE state = 'claimed'").fetchall()
    return [until for (until,) in claimed] or [0]


def microseconds() -> int:
    return time.time_ns() // 1000


def test_a_port_that_is_taken_is_said(house: House):
    with house.running("other", "http.server", "--bind", "127.0.0.1", str(house.port)):
        wait_until_served(house)
        said = house.teller("demo", "--port", str(house.port))
    assert said.returncode == 1
    assert str(house.port) in said.stderr
    assert "Traceback" not in said.stderr


def test_a_wrong_token_is_said(house: House):
    with house.running("slack", "emulator", "--port", str(house.port)):
        wait_until_served(house)
        said = house.teller("bot", SLACK_BOT_TOKEN="xoxb-wrong-emulator")
    assert said.returncode == 1
    assert "Slack does not accept SLACK_BOT_TOKEN" in said.stderr
    assert "xoxb-wrong" not in said.stderr


async def test_the_procfile_runs_bot_jobs_and_mlflow(house: House):
    honcho = shutil.which("honcho", path=house.environment["PATH"])
    assert honcho
    mlflow_port = str(house.port + 1)
    with house.running("slack", "emulator", "--port", str(house.port)):
        wait_until_served(house)
        environment = {**house.environment, "MLFLOW_PORT": mlflow_port}
        with house.log("honcho").open("wb") as log:
            procfile = subprocess.Popen(
                [honcho, "-f", str(ROOT / "Procfile"), "start"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        try:
            await house.until_connected(seconds=60)
            async with Human.at(house.address, ANNA) as anna:
                asked = await anna.says(anna.direct, QUESTION)
                await anna.until(answer_in(asked, anna.direct), seconds=20)
            run = served_run(mlflow_port, seconds=60)
        finally:
            procfile.send_signal(signal.SIGTERM)
            procfile.wait(30)
    assert run["data"]["params"], house.words("honcho")
    assert {"key": "question", "value": QUESTION} in run["data"]["params"]


def served_run(port: str, seconds: float) -> dict:
    """The run as MLflow's own server tells it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            experiment = ask(port, "experiments/get-by-name?experiment_name=FIS_Text2SQL_Banking")["experiment"][
                "experiment_id"
            ]
            runs = ask(port, "runs/search", {"experiment_ids": [experiment]}).get("runs", [])
            if runs:
                return runs[0]
        except OSError:
            pass
        time.sleep(0.3)
    pytest.fail("the MLflow server shows no run")


def ask(port: str, path: str, body: dict | None = None) -> dict:
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/2.0/mlflow/{path}", data, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=5) as reply:
        return json.load(reply)


def wait_until_served(house: House) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(house.address, timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("nothing is served")
