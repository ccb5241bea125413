"""What a notebook of old calls `tracker`: the same numbers by the same names, read from the ledger."""

from typing import Any

from sqlalchemy import case, func, select

from tracking.ledger import Ledger
from tracking.records import Vote
from tracking.schema import questions, votes
from tracking.votes import rating

_q = questions.c
_KEYS = {"Pattern Match": "pattern_match", "AI-Powered": "ai_powered", "AutoGen Multi-Agent": "autogen"}


class Tracker:
    """`get_experiment_stats()` over every question that ended or was asked back; test users are left out."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get_experiment_stats(self) -> dict[str, Any]:
        """All keys are there from the start. Counts are then 0; an average of nothing is NaN, never a made-up 0."""
        counted = (_q.state.in_(("waiting", "done")), _q.test.is_(False))
        answered = func.coalesce(func.sum(case((_q.outcome == "answered", 1), else_=0)), 0)
        with self._ledger.reading() as connection:
            totals = connection.execute(select(func.count(), answered, func.avg(_q.seconds)).where(*counted)).one()
            by_approach = select(_q.approach, func.count().label("questions")).where(*counted).group_by(_q.approach)
            used = {row.approach: row.questions for row in connection.execute(by_approach)}
            cast = select(votes).join(questions, _q.id == votes.c.question_id).where(*counted, votes.c.up.is_not(None))
            rated: dict[str, list[Vote]] = {}
            for row in connection.execute(cast):
                rated.setdefault(row.question_id, []).append(Vote(**row._mapping))
        up = sum(bool(rating(given)) for given in rated.values())
        return {
            "total_runs": totals[0],
            "successful_runs": totals[1],
            "average_execution_time": float("nan") if totals[2] is None else totals[2],
            "approaches_used": {key: used.get(name, 0) for name, key in _KEYS.items()},
            "average_user_rating": up / len(rated) if rated else float("nan"),
            "total_rated_runs": len(rated),
        }
