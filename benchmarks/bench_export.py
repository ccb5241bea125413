"""Export of a big ledger: rows a second and memory, as CSV and as Parquet.

python -m benchmarks.bench_export [QUESTIONS]      (1,000,000)
"""

import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.filling import fill_ledger
from benchmarks.measuring import apart, peak_mb
from tracking.export import write_csv, write_parquet
from tracking.ledger import Ledger

KINDS = {"csv": write_csv, "parquet": write_parquet}


def one(kind: str, url: str, file: str) -> dict[str, float]:
    ledger = Ledger.open(url)
    KINDS[kind](Ledger.open(f"sqlite:///{file}.empty"), Path(f"{file}.none"))  # everything is imported
    before, began = peak_mb(), time.perf_counter()
    rows = KINDS[kind](ledger, Path(file))
    return {"rows": rows, "seconds": time.perf_counter() - began, "mb": peak_mb() - before}


def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.db"
        fill_ledger(url, number)
        print(f"Export of {number:,} questions, one in three rated, from a ledger on SQLite\n")
        for kind in KINDS:
            file = f"{folder}/all.{kind}"
            found = apart(__file__, "one", kind, url, file)
            speed, size = found["rows"] / found["seconds"], Path(file).stat().st_size / 1e6
            print(
                f"{kind:>8}  {speed:9,.0f} rows/s  {found['seconds']:6.1f} s  {found['mb']:5.0f} MB  file {size:,.0f} MB"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        print(json.dumps(one(*sys.argv[2:])))
    else:
        main(int((sys.argv[1:2] or ["1000000"])[0]))
