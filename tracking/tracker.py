"""What a notebook of old calls `tracker`: the same numbers by the same names, read from the ledger."""

from typing import Any

from sqlalchemy import case, func, select

from tracking.ledger import Ledger
from tracking.schema import questions

_q = questions.c
_KEYS = {"Pattern Match": "pattern_match", "AI-Powered": "ai_powered", "AutoGen Multi-Agent": "autogen"}


class Tracker:
    """`get_experiment_stats()` over every question that ended or was asked back; test users are left out."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get_experiment_stats(self) -> dict[str, Any]:
        """All keys are there from the start. Counts are then 0; an average of nothing is NaN, never a made-up 0."""
        up = func.coalesce(func.sum(case((_q.rating, 1), else_=0)), 0)
        answered = func.coalesce(func.sum(case((_q.outcome == "answered", 1), else_=0)), 0)
        used = [func.coalesce(func.sum(case((_q.approach == name, 1), else_=0)), 0) for name in _KEYS]
        numbers = select(func.count(), answered, func.avg(_q.seconds), func.count(_q.rating), up, *used)
        counted = numbers.where(_q.state.in_(("waiting", "done")), _q.test.is_(False))
        with self._ledger.reading() as connection:
            total, answers, seconds, rated, liked, *by_approach = connection.execute(counted).one()
        return {
            "total_runs": total,
            "successful_runs": answers,
            "average_execution_time": float("nan") if seconds is None else seconds,
            "approaches_used": dict(zip(_KEYS.values(), by_approach, strict=True)),
            "average_user_rating": liked / rated if rated else float("nan"),
            "total_rated_runs": rated,
        }
