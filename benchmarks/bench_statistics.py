"""Statistics of a day, a week and a year out of many questions: the ledger against `mlflow.search_runs` and pandas.

    python -m benchmarks.bench_statistics [LARGEST] [LARGEST_MLFLOW]      (1,000,000 and 100,000)

MLflow is measured at its largest only up to LARGEST_MLFLOW: filling more takes longer than everything else together.
"""

import json
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.filling import END, fill_ledger, fill_mlflow
from benchmarks.measuring import apart, median_ms, peak_mb, postgres

PERIODS = {"day": 1, "week": 7, "year": 365}
SIZES = (10_000, 100_000, 1_000_000)


def ours(url: str, days: int) -> dict[str, float]:
    from tracking.ledger import Ledger  # noqa: PLC0415
    from tracking.stats import between  # noqa: PLC0415

    ledger = Ledger.open(url)
    between(ledger, END, END + timedelta(days=1))  # everything is imported and connected
    before = peak_mb()
    found = between(ledger, END - timedelta(days=days), END)
    memory = peak_mb() - before
    times, spent = (7 if days < 365 else 1), time.process_time()
    milliseconds = median_ms(lambda: between(ledger, END - timedelta(days=days), END), times)
    cpu = 1000 * (time.process_time() - spent) / (times + 1)
    return {"ms": milliseconds, "cpu": cpu, "mb": memory, "questions": found.questions}


def theirs(uri: str, days: int) -> dict[str, float]:
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    import mlflow  # noqa: PLC0415

    mlflow.set_tracking_uri(uri)
    mlflow.search_runs(experiment_names=["bench"], max_results=1)
    before = peak_mb()
    began, spent = time.perf_counter(), time.process_time()
    since = int((END - timedelta(days=days)).timestamp() * 1000)
    runs = mlflow.search_runs(experiment_names=["bench"], filter_string=f"attributes.start_time >= {since}")
    by = runs.groupby("params.approach")
    by["metrics.success"].mean(), by["metrics.user_rating"].mean()
    runs["metrics.execution_time_seconds"].quantile([0.5, 0.95])
    runs["params.question"].value_counts().head(5)
    cpu = 1000 * (time.process_time() - spent)
    return {"ms": 1000 * (time.perf_counter() - began), "cpu": cpu, "mb": peak_mb() - before, "questions": len(runs)}


def main(largest: int, largest_mlflow: int) -> None:
    print("Statistics of the last day, week and year of a year's questions: milliseconds (of them this process's CPU;")
    print("a database server's comes on top) and MB of memory above that of an idle process\n")
    print(f"{'questions':>10}  {'':<24} {'day':>30} {'week':>31} {'year':>31}")
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        for size in [size for size in SIZES if size <= largest]:
            url = f"sqlite:///{folder}/ledger-{size}.db"
            fill_ledger(url, size)
            show(size, "ledger on SQLite", "ours", url)
            if server:
                fill_ledger(database(server, f"ledger_{size}"), size)
                show(size, "ledger on PostgreSQL", "ours", database(server, f"ledger_{size}", make=False))
            if size <= largest_mlflow:
                show(size, "search_runs and pandas", "theirs", mlflow_store(folder, size))


def show(size: int, name: str, which: str, url: str) -> None:
    cells = []
    for days in PERIODS.values():
        found = apart(__file__, which, url, str(days))
        cells.append(f"{found['ms']:9,.1f} ms ({found['cpu']:7,.0f}) {found['mb']:4,.0f} MB")
    print(f"{size:>10,}  {name:<24} {'  '.join(cells)}", flush=True)


def database(server: str, name: str, make: bool = True) -> str:
    from sqlalchemy import create_engine, text  # noqa: PLC0415

    if make:
        with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    return f"{server.rpartition('/')[0]}/{name}"


def mlflow_store(folder: str, size: int) -> str:
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    from tracking.mlflow_store import MlflowStore  # noqa: PLC0415

    store = MlflowStore(f"sqlite:///{folder}/mlflow-{size}.db", "bench")
    fill_mlflow(f"{folder}/mlflow-{size}.db", int(store.setup()), size)
    return store.tracking_uri


if __name__ == "__main__":
    if sys.argv[1:2] in (["ours"], ["theirs"]):
        print(json.dumps({"ours": ours, "theirs": theirs}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))))
    else:
        main(int((sys.argv[1:2] or ["1000000"])[0]), int((sys.argv[2:3] or ["100000"])[0]))
