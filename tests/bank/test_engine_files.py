"""What every engine that opens a file promises; what is its own stands in its own file."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import make_url

from bank.duckdb import DuckDBEngine
from bank.errors import QueryFailed, Stopped, TookTooLong, Unreachable
from bank.halt import Halt
from bank.schema import Schema
from bank.sqlite import SQLiteEngine
from tests.bank.small import CATALOGUE, SCRIPT, make_sqlite

LONG = "SELECT count(*) FROM " + ", ".join(f"loan AS l{place}" for place in range(16))


@dataclass(frozen=True)
class Opener:
    """One kind of engine and a small bank of its kind."""

    kind: type[SQLiteEngine] | type[DuckDBEngine]
    driver: str
    file: Path

    def unfenced(self, database: str, time_limit: float = 1.0) -> SQLiteEngine | DuckDBEngine:
        return self.kind(make_url(f"{self.driver}://").set(database=database), time_limit)

    def opened(self, time_limit: float = 5.0) -> SQLiteEngine | DuckDBEngine:
        engine = self.unfenced(str(self.file), time_limit)
        engine.fence(Schema.of(CATALOGUE, engine.live(CATALOGUE.tables)))
        return engine


@pytest.fixture(scope="module", params=["sqlite", "duckdb"])
def opener(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opener:
    folder = tmp_path_factory.mktemp("small")
    if request.param == "sqlite":
        return Opener(SQLiteEngine, "sqlite", make_sqlite(folder / "small bank?.db"))
    file = folder / "small bank.duckdb"
    with closing(duckdb.connect(str(file))) as database:
        database.execute(SCRIPT)
    return Opener(DuckDBEngine, "duckdb", file)


@pytest.fixture
def engine(opener: Opener) -> Iterator[SQLiteEngine | DuckDBEngine]:
    with closing(opener.opened()) as engine:
        yield engine


def test_reads_catalogued_columns_and_a_catalogued_view(engine: SQLiteEngine | DuckDBEngine) -> None:
    assert engine.rows("SELECT name FROM client ORDER BY client_id", 1).rows == (("Ann Archer",),)
    assert engine.rows("SELECT name FROM lent ORDER BY amount LIMIT 1", 10).rows == (("Bob Baker",),)
    assert engine.rows("WITH x AS (SELECT name FROM client) SELECT count(*) FROM x", 10, {"x"}).rows == ((4,),)


def test_says_that_there_were_more_rows_than_the_cap(engine: SQLiteEngine | DuckDBEngine) -> None:
    assert engine.rows("SELECT loan_id FROM loan", 4).truncated
    assert not engine.rows("SELECT loan_id FROM loan", 5).truncated
    assert len(engine.rows("SELECT loan_id FROM loan", 4).rows) == 4
    assert engine.rows("SELECT loan_id FROM loan", 0).rows == ()


def test_a_long_query_is_stopped_by_the_database(opener: Opener) -> None:
    with closing(opener.opened(time_limit=0.2)) as engine:
        with pytest.raises(TookTooLong):
            engine.rows(LONG, 10)
        assert engine.rows("SELECT count(*) FROM loan", 1).rows == ((5,),)


def test_a_running_query_can_be_stopped_from_another_thread(opener: Opener) -> None:
    halt = Halt()
    timer = threading.Timer(0.1, halt.stop)
    timer.start()
    with closing(opener.opened(time_limit=60)) as engine, pytest.raises(Stopped):
        engine.rows(LONG, 10, halt=halt)
    timer.join()


def test_a_query_stopped_before_it_began_does_not_run(engine: SQLiteEngine | DuckDBEngine) -> None:
    halt = Halt()
    halt.stop()
    with pytest.raises(Stopped):
        engine.rows("SELECT 1", 10, halt=halt)


def test_what_the_driver_said_stays_out_of_the_sentence(engine: SQLiteEngine | DuckDBEngine) -> None:
    with pytest.raises(QueryFailed) as failure:
        engine.rows("SELECT nothing_of_that_name FROM loan", 1)
    assert "nothing_of_that_name" in failure.value.cause
    assert "nothing_of_that_name" not in str(failure.value)


def test_several_questions_at_once_get_their_own_answers(engine: SQLiteEngine | DuckDBEngine) -> None:
    questions = [f"SELECT {number} + count(*) FROM loan" for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda question: engine.rows(question, 1).rows[0][0], questions))
    assert answers == [number + 5 for number in range(60)]


@pytest.mark.parametrize("database", ["", "missing.db", ":memory:"])
def test_a_missing_file_is_said_and_never_made(
    opener: Opener, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unreachable, match="no bank database"):
        opener.unfenced(database)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said(opener: Opener, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear bank, this is a letter and not a database. " * 50)
    with pytest.raises(Unreachable):
        opener.unfenced(str(file))
