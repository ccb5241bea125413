"""Takes over the history of the system before Teller: each old MLflow run becomes a question of the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, insert

from tracking.ledger import Ledger
from tracking.records import Asked, Outcome, Result, Vote
from tracking.run import USED
from tracking.schema import meaning, number_of, questions, vote_history, votes

SOURCE = "import"
_LONGEST_NAME = 200  # of a person or a session: they are in indexes
_BATCH = 500


class OldRun(Protocol):
    """A run as MLflow has it; NaN metrics are left out."""

    @property
    def run_id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def started(self) -> datetime: ...
    @property
    def ended(self) -> datetime | None: ...
    @property
    def params(self) -> Mapping[str, str]: ...
    @property
    def metrics(self) -> Mapping[str, float]: ...
    @property
    def tags(self) -> Mapping[str, str]: ...


@dataclass(slots=True)
class Imported:
    """How many runs became questions, were here already, are Teller's own, or hold no question."""

    new: int = 0
    here: int = 0
    own: int = 0
    empty: int = 0


def take_over(ledger: Ledger, runs: Iterable[OldRun], same_store: bool) -> Imported:
    """Each run once, however often it is repeated. The old store is not changed.

    `same_store`: the runs are in the very experiment Teller delivers to, so they are noted as delivered, not doubled.
    Rows of old results are left behind: nobody has masked them.
    """
    done = Imported()
    batch: list[OldRun] = []
    for run in runs:
        if "question_id" in run.tags:
            done.own += 1
        elif not run.params.get("question", "").strip():
            done.empty += 1
        else:
            batch.append(run)
        if len(batch) == _BATCH:
            _write(ledger, batch, same_store, done)
            batch = []
    _write(ledger, batch, same_store, done)
    return done


def _write(ledger: Ledger, batch: list[OldRun], same_store: bool, done: Imported) -> None:
    with ledger.writing() as connection:
        for run in batch:
            new = _insert(ledger, connection, run, same_store)
            done.new += new
            done.here += not new


def _insert(ledger: Ledger, connection: Connection, run: OldRun, same_store: bool) -> bool:
    asked, result, vote = asked_of(run), result_of(run), vote_of(run)
    revision = 2 if vote else 1
    values: dict[str, Any] = asdict(asked) | asdict(result)
    values |= {"approach_asked": asked.approach, "approach": result.approach, "choices": [], "chosen": [], "asides": []}
    values |= {"steps": [list(astuple(step)) for step in result.steps], "state": "done"}
    values |= {"finished_at": max(run.ended or run.started, run.started), "revision": revision}
    values |= {"session": number_of(asked.channel, asked.thread), "meaning": meaning(asked.text, result.sql)}
    if same_store:
        values |= {"run_id": run.run_id, "delivered_revision": revision}
    if vote:
        values |= {"votes_up": int(vote.up), "votes_down": int(not vote.up), "rating": vote.up}
        values |= {"commented": bool(vote.comment)}
    added = ledger.insert(questions).values(values).on_conflict_do_nothing().returning(questions.c.id)
    if connection.execute(added).first() is None:
        return False
    if vote:
        connection.execute(insert(votes).values(asdict(vote)))
        connection.execute(insert(vote_history).values(asdict(vote)))
    return True


def asked_of(run: OldRun) -> Asked:
    """Who asked what, and when; what the old system did not note is `unknown`."""
    person = (run.params.get("user_id") or run.tags.get("mlflow.user") or "unknown")[:_LONGEST_NAME]
    return Asked(
        id=f"{SOURCE}:{run.run_id}",
        text=run.params["question"],
        person=person,
        person_name=person,
        channel=SOURCE,
        thread=(run.params.get("session_id") or run.run_id)[:_LONGEST_NAME],
        asked_at=run.started,
        source=SOURCE,
    )


def result_of(run: OldRun) -> Result:
    """How it ended, by the metric `success`: the old system marked runs FAILED that were merely rated twice."""
    metrics, error = run.metrics, run.params.get("error_message", "")
    worked = metrics["success"] >= 0.5 if "success" in metrics else run.status == "FINISHED" and not error
    outcome: Outcome = "answered" if worked else "failed"
    approach = run.params.get("approach", "")
    if approach not in USED:
        approach = next((name for name, metric in USED.items() if metrics.get(metric)), "")
    return Result(
        outcome=outcome,
        approach=approach,
        sql=run.params.get("sql_query", ""),
        message="" if worked else "The system before Teller did not answer this.",
        error="" if worked else error,
        seconds=max(0.0, metrics.get("execution_time_seconds", 0.0)),
        result_count=max(0, int(metrics.get("result_count", 0))),
    )


def vote_of(run: OldRun) -> Vote | None:
    """The one rating an old run could hold, as the word of who asked."""
    rated = run.metrics.get("user_rating")
    if rated is None:
        return None
    asked = asked_of(run)
    comment = run.params.get("user_comment", "")
    return Vote(asked.id, asked.person, rated >= 0.5, _when_rated(run), comment=comment)


def _when_rated(run: OldRun) -> datetime:
    """Times without a zone were written by the machine's own clock, which nobody knows any more: taken as UTC."""
    try:
        at = datetime.fromisoformat(run.params.get("feedback_timestamp", ""))
    except ValueError:
        return run.ended or run.started
    return at if at.tzinfo else at.replace(tzinfo=UTC)
