"""What remembering adds to an answer, and how fast MLflow is brought up to date: ours beside MLflow's own ways.

    python -m benchmarks.bench_remembering [QUESTIONS]      (200)

Everything on one disk in one run. "The original" logs each value by one call of MLflow's fluent API, while the banker
waits. Ours writes to the ledger, each time its own transaction: received (on disk before Slack is told so), claimed,
placed, still held, and finished, which comes after the answer is shown.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true"}

import logging

from sqlalchemy import create_engine, text

from benchmarks.measuring import postgres
from tracking.delivery import Delivery
from tracking.ledger import Ledger
from tracking.mlflow_store import MlflowStore
from tracking.records import Asked, Result, Step, Vote

SQL = "SELECT BRANCH_NAME, SUM(PRINCIPAL_BALANCE) FROM CL_DETAIL_FACT GROUP BY 1"
STEPS = tuple(
    Step(name, 0.1 * n, 0.1, "") for n, name in enumerate(("routing", "generation", "door", "query", "posting"))
)
RESULT = Result("answered", "Pattern Match", "Balance by branch", SQL, seconds=0.5, result_count=8, steps=STEPS,
                preview='[{"columns": ["Branch"], "rows": [["Leeds"]]}]')  # fmt: skip


def asked(number: int) -> Asked:
    now = datetime.now(UTC)
    return Asked(f"C1:{number}", f"Balance by branch, {number}?", "U1", "Anna", "C1", f"T{number}", now)


def until_it_is_shown(ledger: Ledger, number: int) -> None:
    """The four writes before the answer stands in Slack."""
    question, lease = asked(number), timedelta(seconds=10)
    ledger.receive(question)
    ledger.claim("worker", lease, datetime.now(UTC))
    ledger.placed(question.id, "C1", str(number))
    ledger.renew(question.id, "worker", lease, datetime.now(UTC))


def finish(ledger: Ledger, number: int) -> None:
    """The fifth, after it."""
    ledger.finish(f"C1:{number}", "worker", RESULT, datetime.now(UTC))


def log_as_the_original(number: int) -> None:
    import mlflow  # noqa: PLC0415

    with mlflow.start_run():
        mlflow.log_param("question", f"Balance by branch, {number}?")
        mlflow.log_param("approach", "Pattern Match")
        mlflow.log_param("session_id", f"T{number}")
        mlflow.log_param("timestamp", datetime.now(UTC).isoformat())
        mlflow.log_param("sql_query", SQL)
        mlflow.log_metric("execution_time_seconds", 0.5)
        mlflow.log_metric("success", 1)
        mlflow.log_metric("result_count", 8)
        mlflow.log_metric("pattern_match_used", 1)
        mlflow.log_dict({"question": "q", "result": ["Leeds"]}, "query_result.json")


def log_in_one_batch(store: MlflowStore, number: int) -> None:
    """The plain minimum: `create_run` with tags and one `log_batch`. No artifact, no trace, no votes."""
    from mlflow import MlflowClient  # noqa: PLC0415
    from mlflow.entities import Metric, Param  # noqa: PLC0415

    client = MlflowClient()
    run = client.create_run(store.setup(), tags={"question_id": f"plain {number}"})
    names = ("execution_time_seconds", "success", "result_count", "pattern_match_used")
    params = [Param(name, SQL) for name in ("question", "approach", "session_id", "timestamp", "sql_query")]
    client.log_batch(run.info.run_id, [Metric(name, 1.0, 0, 0) for name in names], params)


def milliseconds(number: int, *works: Callable[[int], Any]) -> list[list[float]]:
    """Of each piece of work, in turns: whatever else the machine does then slows all of them alike."""
    spent: list[list[float]] = [[] for _ in works]
    for place in range(-1, number):
        for work, times in zip(works, spent, strict=True):
            began = time.perf_counter()
            work(place)
            times.append(1000 * (time.perf_counter() - began))
    return [sorted(times[1:]) for times in spent]


def spread(spent: list[float]) -> str:
    return f"median {statistics.median(spent):7.2f} ms   95th {spent[int(0.95 * (len(spent) - 1))]:7.2f} ms"


def measure(kind: str, ledger_url: str, mlflow_url: str, artifacts: str, number: int) -> None:
    import mlflow  # noqa: PLC0415

    store = MlflowStore(mlflow_url, "bench", artifacts)
    store.setup()
    mlflow.set_tracking_uri(mlflow_url)
    mlflow.set_experiment("bench")
    ledger = Ledger.open(ledger_url)
    print(f"\n{kind}: {number} questions")
    original, before, after, vote, plain = milliseconds(
        number,
        log_as_the_original,
        lambda place: until_it_is_shown(ledger, place),
        lambda place: finish(ledger, place),
        lambda place: ledger.vote(Vote(f"C1:{place}", "U1", True, datetime.now(UTC))),
        lambda place: log_in_one_batch(store, place),
    )
    both = statistics.median(before) + statistics.median(after)
    print(f"  the original, one call per value     {spread(original)}")
    print(f"  ours, until the answer is shown      {spread(before)}")
    print(f"  ours, once it is                     {spread(after)}")
    print(
        f"  ours together                        median {both:7.2f} ms   {statistics.median(original) / both:.0f} × less"
    )
    print(f"  ours, a vote                         {spread(vote)}")
    print(f"  plain create_run + log_batch         {spread(plain)}   {1000 / statistics.mean(plain):5.1f} questions/s")
    print(f"  ours: run, artifacts, trace, vote    {throughput(ledger, store)}")


def throughput(ledger: Ledger, store: MlflowStore) -> str:
    """Run with artifacts, trace with six spans, one assessment: everything a question has in MLflow."""
    delivery, began, brought = Delivery(ledger, store), time.perf_counter(), 0
    for more in iter(lambda: delivery.once(), 0):
        brought += more
    seconds = time.perf_counter() - began
    return f"mean   {1000 * seconds / brought:7.2f} ms{'':21}{brought / seconds:5.1f} questions/s"


def places() -> Iterator[tuple[str, str, str, str]]:
    """Where to measure: the kind, the ledger's address, MLflow's address, the folder for files."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, postgres() as server:  # /tmp may be memory
        yield "SQLite", f"sqlite:///{folder}/ledger.db", f"sqlite:///{folder}/mlflow.db", f"file://{folder}/artifacts"
        if server:
            with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
                for name in ("ledger", "mlflow"):
                    connection.execute(text(f"CREATE DATABASE {name}"))
            base = server.rpartition("/")[0]
            yield "PostgreSQL", f"{base}/ledger", f"{base}/mlflow", f"file://{folder}/artifacts-2"


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    for place in places():
        measure(*place, int((sys.argv[1:2] or ["200"])[0]))
