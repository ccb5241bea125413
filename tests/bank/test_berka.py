"""The Czech bank: loaded whole, its catalogue fits, and facts that were counted by hand in the files hold."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bank.berka import CATALOGUE
from bank.berka.load import NoBerkaFiles, load_bank
from bank.berka.tables import TABLES, birth_date, day, sex
from bank.catalogue import load
from bank.door import Bank
from bank.fit import faults
from tests.bank.small import SOMEBODY

SOURCE = Path(__file__).parents[3] / "shared" / "data" / "berka"
present = pytest.mark.skipif(
    not SOURCE.is_dir(), reason="the files of the PKDD 1999 bank are not at ../shared/data/berka"
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    path = tmp_path_factory.mktemp("berka") / "var" / "berka.db"
    return path, load_bank(SOURCE, path)


@pytest.fixture(scope="module")
def bank(loaded: tuple[Path, list[str]]) -> Iterator[Bank]:
    bank = Bank.open(str(loaded[0]), load(CATALOGUE))
    yield bank
    bank.close()


def test_the_catalogue_fits_the_tables_that_are_loaded() -> None:
    assert faults(load(CATALOGUE), {table.name: [name for name, *_ in table.columns] for table in TABLES}) == []


def test_reads_dates_and_birth_numbers() -> None:
    assert day("980229 00:00:00".replace("29", "28")) == "1998-02-28"
    assert (birth_date("706213"), sex("706213")) == ("1970-12-13", "F")
    assert (birth_date("450204"), sex("450204")) == ("1945-02-04", "M")


def test_a_folder_without_the_files_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(NoBerkaFiles, match=r"district\.asc, client\.asc"):
        load_bank(tmp_path, tmp_path / "berka.db")
    assert list(tmp_path.iterdir()) == []


@present
def test_reports_the_line_that_is_cut_off(loaded: tuple[Path, list[str]]) -> None:
    assert loaded[1] == [
        "trans.asc is cut off in line 49,104: that line was skipped, and what followed is missing.",
    ]


@present
def test_a_line_that_cannot_be_read_is_reported_and_the_rest_is_loaded(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(SOURCE, source, copy_function=shutil.copyfile)
    source.chmod(0o755)
    lines = (source / "loan.asc").read_text().splitlines(keepends=True)
    lines[5] = lines[5].replace(";", ";not a number", 1)
    lines[7] = "1;2;3\n"
    (source / "loan.asc").write_text("".join(lines))
    skipped = load_bank(source, tmp_path / "berka.db")
    assert skipped[:2] == [f"loan.asc: line {line} could not be read and was skipped." for line in (6, 8)]
    with closing(sqlite3.connect(tmp_path / "berka.db")) as plain:
        assert plain.execute("SELECT count(*) FROM loan").fetchone() == (680,)


@present
def test_files_that_do_not_fit_together_leave_the_bank_there_was(tmp_path: Path) -> None:
    source, path = tmp_path / "source", tmp_path / "berka.db"
    shutil.copytree(SOURCE, source, copy_function=shutil.copyfile)
    source.chmod(0o755)
    path.write_text("the bank there was")
    (source / "client.asc").write_text('"client_id";"birth_number";"district_id"\n1;"706213";18\n')
    with pytest.raises(NoBerkaFiles, match="do not fit together"):
        load_bank(source, path)
    assert path.read_text() == "the bank there was"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["berka.db", "source"]


@present
@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("district", 77),
        ("client", 5369),
        ("account", 4500),
        ("disp", 5369),
        ("loan", 682),
        ("orders", 6471),
        ("trans", 49102),
        ("card", 892),
    ],
)
def test_every_line_became_a_row(bank: Bank, table: str, rows: int) -> None:
    assert bank.run(f"SELECT count(*) FROM {table}", SOMEBODY).rows == ((rows,),)


@present
@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT sex, count(*) FROM client GROUP BY sex ORDER BY sex", (("F", 2645), ("M", 2724))),
        (
            "SELECT status, count(*) FROM loan GROUP BY status ORDER BY status",
            (("A", 203), ("B", 31), ("C", 403), ("D", 45)),
        ),
        ("SELECT type, count(*) FROM card GROUP BY type ORDER BY 1", (("classic", 659), ("gold", 88), ("junior", 145))),
        ("SELECT type, count(*) FROM disp GROUP BY type ORDER BY 1", (("DISPONENT", 869), ("OWNER", 4500))),
        ("SELECT count(*) FROM account WHERE frequency = 'POPLATEK TYDNE'", ((240,),)),
        ("SELECT count(*), count(k_symbol) FROM orders", ((6471, 6471 - 1379),)),
        ("SELECT count(*) FROM trans WHERE k_symbol = 'UROK'", ((9463,),)),
        ("SELECT min(date), max(date) FROM trans", (("1993-01-01", "1994-03-31"),)),
        ("SELECT name FROM district WHERE unemployment_1995 IS NULL", (("Jesenik",),)),
        ("SELECT count(*) FROM district WHERE region = 'south Moravia'", ((14,),)),
        (
            "SELECT duration, count(*) FROM loan WHERE duration <= 24 GROUP BY duration ORDER BY 1",
            ((12, 131), (24, 138)),
        ),
        (
            "SELECT d.name, c.birth_date FROM client c JOIN district d ON d.district_id = c.district_id "
            "WHERE c.client_id = 1",
            (("Pisek", "1970-12-13"),),
        ),
    ],
)
def test_facts_counted_by_hand_in_the_files_hold(bank: Bank, sql: str, rows: tuple[tuple[object, ...], ...]) -> None:
    assert bank.run(sql, SOMEBODY).rows == rows


@present
def test_the_catalogue_knows_every_code_in_the_data(bank: Bank) -> None:
    for name, table in bank.catalogue.tables.items():
        for column, entry in table.columns.items():
            stored = set(bank.distinct(name, column)) if entry.codes or entry.values else set()
            assert stored >= entry.values.keys(), f"{name}.{column}"
            assert not entry.codes or stored == entry.codes.keys(), f"{name}.{column}"
