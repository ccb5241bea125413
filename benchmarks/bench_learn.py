"""How long `teller learn` takes on a mart of 898 columns, without and with its data dictionary; skips where its columns are absent."""

import sys
import tempfile
import time
from pathlib import Path

from bank.learn.dictionary import Dictionary
from bank.learn.learn import learn
from bank.learn.write import write
from benchmarks.mart import COLUMNS, make_mart


def main() -> None:
    if not COLUMNS.is_file():
        print("The columns of the mart are not here: nothing was measured.")
        sys.exit(0)
    with tempfile.TemporaryDirectory() as folder:
        mart = Path(folder, "mart.db")
        columns = make_mart(mart)
        for name, dictionary in (("alone", Dictionary()), ("with its data dictionary", Dictionary.read(COLUMNS))):
            began = time.perf_counter()
            learnt = learn(str(mart), "Mart", dictionary)
            write(learnt, Path(folder, name, "catalogue.yaml"), Path(folder, name, "policy.yaml"))
            seconds = time.perf_counter() - began
            found = learnt.catalogue
            print(
                f"teller learn, {columns} columns in {len(found.tables)} tables, {name}: {seconds:.1f} s "
                f"({len(found.joins)} joins, {len(found.measures)} measures, {len(learnt.personal)} personal columns)"
            )


if __name__ == "__main__":
    main()
