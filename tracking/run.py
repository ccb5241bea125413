"""How one question looks in MLflow: the names a user's notebook finds, made from the ledger alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import nan
from typing import Any

from tracking.records import Entry, Result, Vote
from tracking.schema import storable
from tracking.votes import latest_comment, rating

# What an outcome means for the success rate; those missing have no verdict: a question still waiting for its asker,
# and one refused by rights or guard. MLflow keeps NaN for them, rates leave them out.
SUCCESS = {"answered": 1, "failed": 0, "not_understood": 0}
USED = {
    "Pattern Match": "pattern_match_used",
    "AI-Powered": "ai_powered_used",
    "AutoGen Multi-Agent": "autogen_used",
}
WHEN_RATED = "feedback_timestamp"
_LONGEST_PARAM = 6_000  # MLflow cuts what is longer, with a warning
_LONGEST_TAG = 8_000
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Run:
    """One question as MLflow keeps it. `query_result` and `feedback` become artifacts; the latter only once rated."""

    name: str
    started: datetime
    ended: datetime
    params: dict[str, str]
    metrics: dict[str, float]
    tags: dict[str, str]
    query_result: dict[str, Any]
    feedback: dict[str, Any]


def run_of(entry: Entry, votes: Sequence[Vote]) -> Run:
    """The run of a question that was answered, or asked back; `votes` are the last ones, the latest last."""
    asked, result = entry.asked, entry.result
    if result is None or entry.finished_at is None:
        raise ValueError(f"Question {asked.id} has no result yet")
    return Run(
        name=_cut(" ".join(asked.text.split()), _LONGEST_NAME) or asked.id,
        started=asked.asked_at,
        ended=max(asked.asked_at, entry.finished_at),
        params={name: _cut(value, _LONGEST_PARAM) for name, value in _params(entry, result, votes).items()},
        metrics=_metrics(result, votes),
        tags={name: _cut(value, _LONGEST_TAG) for name, value in _tags(entry, result, votes).items()},
        query_result=_query_result(entry, result),
        feedback={"question_id": asked.id, "votes": [_vote(vote) for vote in votes]},
    )


def _params(entry: Entry, result: Result, votes: Sequence[Vote]) -> dict[str, str]:
    """A question waiting for its asker leaves open what the answer will settle: MLflow lets nobody change a param."""
    asked = entry.asked
    params = {
        "question": asked.text,
        "session_id": asked.thread,
        "timestamp": asked.asked_at.isoformat(),
        "user_id": asked.person,
    }
    if entry.state == "done":
        params |= {"sql_query": result.sql} | ({"approach": result.approach} if result.approach else {})
        if result.outcome != "answered":
            params["error_message"] = result.error or result.message
        if result.model:
            params |= {"model": result.model, "prompt_version": result.prompt_version}
    if votes:
        params |= {"user_comment": latest_comment(votes), WHEN_RATED: votes[-1].at.isoformat()}
    return params


def _metrics(result: Result, votes: Sequence[Vote]) -> dict[str, float]:
    """`user_rating` is there from the start, so that the column always exists; NaN also takes a rating back."""
    up = rating(votes)
    metrics = {
        "execution_time_seconds": result.seconds,
        "success": float(SUCCESS.get(result.outcome, nan)),
        "result_count": float(result.result_count),
        "user_rating": nan if up is None else float(up),
        "votes_up": float(sum(vote.up for vote in votes)),
        "votes_down": float(sum(not vote.up for vote in votes)),
    }
    if result.model:
        metrics |= {
            "prompt_tokens": float(result.prompt_tokens),
            "completion_tokens": float(result.completion_tokens),
            "model_calls": float(result.model_calls),
            "model_cost": result.cost,
        }
    return metrics | ({USED[result.approach]: 1.0} if result.approach in USED else {})


def _tags(entry: Entry, result: Result, votes: Sequence[Vote]) -> dict[str, str]:
    asked = entry.asked
    tags = {
        "question_id": asked.id,
        "outcome": result.outcome,
        "reading": result.reading,
        "channel": asked.channel,
        "source": asked.source,
        "model": result.model,
        "test_user": str(asked.test).lower(),
        "mlflow.user": asked.person,
    }
    return tags | ({WHEN_RATED: votes[-1].at.isoformat()} if votes else {})


def _query_result(entry: Entry, result: Result) -> dict[str, Any]:
    return {
        "question": entry.asked.text,
        "approach": result.approach,
        "execution_time": result.seconds,
        "timestamp": entry.asked.asked_at.isoformat(),
        "result": _preview(result.preview),
    }


def _preview(text: str) -> Any:
    try:
        return json.loads(text) if text else []
    except ValueError:
        return text


def _vote(vote: Vote) -> dict[str, Any]:
    return {
        "user_id": vote.person,
        "rating": int(vote.up),
        "reason": vote.reason,
        "comment": vote.comment,
        "timestamp": vote.at.isoformat(),
    }


def _cut(text: str, longest: int) -> str:
    text = storable(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"
