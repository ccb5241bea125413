"""Ask, read, vote, and find it all in MLflow: over real HTTP and WebSocket, with every process there is."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

import mlflow
import pytest

from emulator.human import Human, Sight, words
from tests.e2e.conftest import ANNA, BEN, House

pytestmark = pytest.mark.e2e
QUESTION = "How many active loans do we have?"


def answer_in(thread: str, channel: str = "#lending"):
    """Finds the finished answer in a thread: the message that carries thumbs."""

    def found(sight: Sight):
        return next((m for m in sight.thread(channel, thread) if '"feedback_buttons"' in json.dumps(m)), None)

    return found


async def test_a_question_a_table_two_votes_and_the_mlflow_run_that_holds_it_all(slack_and_bot: House):
    house = slack_and_bot
    async with Human.at(house.address, ANNA) as anna, Human.at(house.address, BEN) as ben:
        asked_at = datetime.now(UTC)
        asked = await anna.says("#lending", f"@Teller {QUESTION}")
        answer = await anna.until(answer_in(asked), seconds=15)
        assert "active" in words(answer)
        assert "30 Sep 2026" in words(answer)

        thumbs = button(answer, "feedback_buttons")
        await anna.clicks("#lending", answer["ts"], thumbs["action_id"], thumbs["positive_button"]["value"])
        await ben.clicks("#lending", answer["ts"], thumbs["action_id"], thumbs["negative_button"]["value"])
        view = await ben.until(lambda sight: sight.view, seconds=5)
        await ben.submits(view["id"], {"reason": "wrong_number", "comment": "Leeds is missing"})

        assert house.teller("setup").returncode == 0
        with house.running("jobs", "app", "jobs"):
            run = await eventually(lambda: rated_run(house), seconds=60)
        weekly = house.teller("jobs", "--now", "weekly-digest")
        assert weekly.returncode == 0, weekly.stderr
        digest = words((await anna.looks()).messages("#teller-digest")[0])

    assert run["params.question"] == QUESTION
    assert run["params.approach"] == "Pattern Match"
    assert run["params.sql_query"].startswith("SELECT")
    assert run["params.user_id"] == ANNA
    assert run["params.user_comment"] == "Leeds is missing"
    assert run["metrics.success"] == 1
    assert run["metrics.result_count"] == 1
    assert run["metrics.pattern_match_used"] == 1
    assert 0 < run["metrics.execution_time_seconds"] < 15
    assert run["metrics.user_rating"] == 0  # one up, one down: a tie goes to the latest
    assert (run["metrics.votes_up"], run["metrics.votes_down"]) == (1, 1)
    assert run["status"] == "FINISHED"
    assert abs(run["start_time"].to_pydatetime() - asked_at) < timedelta(seconds=10)
    assert "1 question from 1 person" in digest


def rated_run(house: House):
    """The one run, once it carries both votes; read as a notebook reads it."""
    mlflow.set_tracking_uri(f"sqlite:///{house.home / 'mlflow.db'}")
    runs = mlflow.search_runs(experiment_names=["FIS_Text2SQL_Banking"], filter_string="start_time >= 0")
    assert len(runs) <= 1
    rated = len(runs) == 1 and runs.iloc[0].get("metrics.votes_down") == 1 and runs.iloc[0]["params.user_comment"]
    return runs.iloc[0] if rated else None


def button(message: dict, kind: str) -> dict:
    """The first element of a kind in a message."""
    return next(e for block in message["blocks"] for e in block.get("elements", []) if e.get("type") == kind)


async def eventually(check, seconds: float):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = await asyncio.to_thread(check)
        if found is not None:
            return found
        await asyncio.sleep(0.2)
    pytest.fail(f"{check} found nothing within {seconds} s")
