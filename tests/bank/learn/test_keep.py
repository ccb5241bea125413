"""Learning again: what a person edited stays, what is new comes in, what went goes out; nothing is half written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bank.catalogue import load
from bank.errors import Misfit
from bank.learn.keep import NotLearnt, record_of
from bank.learn.learn import learn
from bank.learn.write import write
from bank.policy import load as load_policy

BANK = """CREATE TABLE branch (branch_id INTEGER PRIMARY KEY, branch_name TEXT, city TEXT);
CREATE TABLE loan (loan_id INTEGER PRIMARY KEY, branch_id INTEGER REFERENCES branch (branch_id), amount DOUBLE, status TEXT, email TEXT);
INSERT INTO branch VALUES (1, 'Leeds One', 'Leeds'), (2, 'York One', 'York');
INSERT INTO loan VALUES (1, 1, 10.5, 'Open', 'a@b.example'), (2, 2, 20.5, 'Closed', 'c@d.example'), (3, 1, 5.5, 'Open', 'e@f.example');"""


class Desk:
    """A database and the two files that are learnt from it."""

    def __init__(self, folder: Path) -> None:
        self.database, self.catalogue, self.policy = (
            folder / name for name in ("bank.db", "catalogue.yaml", "policy.yaml")
        )
        self.change(BANK)

    def change(self, script: str) -> None:
        with closing(sqlite3.connect(self.database)) as database:
            database.executescript(script)

    def learn(self) -> list[str]:
        return list(write(learn(str(self.database), "bank"), self.catalogue, self.policy))

    def edit(self, old: str, new: str) -> None:
        text = self.catalogue.read_text(encoding="utf-8")
        assert old in text
        self.catalogue.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.learn()
    return made


def test_a_draft_is_a_catalogue_that_loads(desk: Desk) -> None:
    assert load(desk.catalogue) == learn(str(desk.database), "bank").catalogue


def test_learning_again_changes_nothing_by_itself(desk: Desk) -> None:
    before = desk.catalogue.read_text(encoding="utf-8"), desk.policy.read_text(encoding="utf-8")
    desk.learn()
    assert (desk.catalogue.read_text(encoding="utf-8"), desk.policy.read_text(encoding="utf-8")) == before


def test_words_and_comments_of_a_person_stay(desk: Desk) -> None:
    desk.edit("noun: loan", "noun: credit  # what we call it")
    desk.edit("label: city", "label: town")
    desk.learn()
    desk.learn()
    assert load(desk.catalogue).tables["loan"].noun == "credit"
    assert load(desk.catalogue).label("branch", "city") == "town"
    assert "# what we call it" in desk.catalogue.read_text(encoding="utf-8")


def test_what_a_person_added_or_took_out_stays_so(desk: Desk) -> None:
    desk.edit("measures:\n", "measures:\n  count of loans: {table: loan, aggregate: count, kind: count}\n")
    line = next(line for line in desk.catalogue.read_text(encoding="utf-8").splitlines(True) if "email:" in line)
    desk.edit(line, "")
    desk.learn()
    found = load(desk.catalogue)
    assert "count of loans" in found.measures
    assert "email" not in found.tables["loan"].columns


def test_what_is_new_in_the_database_comes_in(desk: Desk) -> None:
    desk.edit("noun: loan", "noun: credit")
    desk.change(
        "ALTER TABLE loan ADD COLUMN rate DOUBLE; CREATE TABLE owner (owner_id INTEGER PRIMARY KEY, loan_id INTEGER);"
    )
    desk.change("INSERT INTO owner VALUES (1, 1), (2, 2);")

    desk.learn()
    found = load(desk.catalogue)
    assert "rate" in found.tables["loan"].columns
    assert found.tables["loan"].noun == "credit"
    assert ("owner", "loan") in {(join.many, join.one) for join in found.joins}


def test_what_went_from_the_database_goes_out_unless_a_person_wrote_it(desk: Desk) -> None:
    desk.edit("city: {kind: category, label: city}", "city: {kind: category, label: town}")
    desk.change("ALTER TABLE branch DROP COLUMN city; ALTER TABLE loan DROP COLUMN status;")
    desk.learn()
    found = load(desk.catalogue)
    assert "status" not in found.tables["loan"].columns
    assert found.label("branch", "city") == "town"  # theirs to take out: the catalogue says so when it is opened


def test_a_catalogue_that_learn_never_wrote_is_a_persons(desk: Desk) -> None:
    desk.edit("noun: loan", "noun: credit")
    record_of(desk.catalogue).unlink()
    desk.learn()
    assert load(desk.catalogue).tables["loan"].noun == "credit"


def test_a_policy_that_a_person_touched_is_left_as_it_is(desk: Desk) -> None:
    assert load_policy(desk.policy).draft
    desk.policy.write_text(desk.policy.read_text(encoding="utf-8").replace("draft: true\n", ""), encoding="utf-8")
    desk.change("CREATE TABLE owner (owner_id INTEGER PRIMARY KEY); INSERT INTO owner VALUES (1);")
    said = desk.learn()
    assert "owner" not in desk.policy.read_text(encoding="utf-8")
    assert any("yours" in sentence for sentence in said)


def test_the_draft_of_the_policy_follows_until_a_person_touches_it(desk: Desk) -> None:
    desk.change("CREATE TABLE owner (owner_id INTEGER PRIMARY KEY); INSERT INTO owner VALUES (1);")
    desk.learn()
    assert "owner" in load_policy(desk.policy).roles["reader"].tables
    assert "hidden: email" in desk.policy.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["tables: [", "just words", "bank: x\ntables: {loan: 3}\n"])
def test_a_catalogue_that_cannot_be_read_is_left_as_it_is(desk: Desk, text: str) -> None:
    desk.catalogue.write_text(text, encoding="utf-8")
    with pytest.raises(Misfit):
        desk.learn()
    assert desk.catalogue.read_text(encoding="utf-8") == text


def test_a_record_that_cannot_be_read_is_said(desk: Desk) -> None:
    record_of(desk.catalogue).write_text("[]", encoding="utf-8")
    with pytest.raises(NotLearnt, match="delete it"):
        desk.learn()


def test_no_personal_value_is_in_any_file(desk: Desk) -> None:
    written = "".join(
        file.read_text(encoding="utf-8") for file in desk.catalogue.parent.iterdir() if file.suffix != ".db"
    )
    assert "@" not in written
