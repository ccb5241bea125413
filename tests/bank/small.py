"""A tiny bank in any database: some of it is catalogued, some of it must never be seen."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bank.catalogue import Catalogue
from bank.person import Person
from bank.schema import Live

SOMEBODY = Person("cli:somebody")
SECRET = "SECRET"  # stands in every cell that must never be seen

SCRIPT = """
CREATE TABLE branch (branch_id INTEGER PRIMARY KEY, city VARCHAR(40));
CREATE TABLE client (client_id INTEGER PRIMARY KEY, name VARCHAR(40), born DATE, branch_id INTEGER, ssn VARCHAR(40));
CREATE TABLE loan (loan_id INTEGER PRIMARY KEY, client_id INTEGER, amount DECIMAL(12, 2), granted DATE, status CHAR(1),
  score VARCHAR(40));
CREATE TABLE "Rating" ("Grade" INTEGER PRIMARY KEY, "Words" VARCHAR(40), "Hidden" VARCHAR(40));
CREATE TABLE salaries (person INTEGER PRIMARY KEY, pay VARCHAR(40), amount VARCHAR(40));
CREATE VIEW everything AS SELECT ssn FROM client;
CREATE VIEW lent AS SELECT client.name AS name, sum(loan.amount) AS amount, max(client.ssn) AS ssn
  FROM client JOIN loan ON loan.client_id = client.client_id GROUP BY client.name;
INSERT INTO branch VALUES (1, 'Leeds'), (2, 'York'), (3, 'Hull');
INSERT INTO client VALUES (1, 'Ann Archer', '1970-01-02', 1, 'SECRET-1'), (2, 'Bob Baker', '1981-05-06', 1, 'SECRET-2'),
  (3, 'Cy Cole', '1990-12-31', 2, 'SECRET-3'), (4, 'Di Dole', NULL, NULL, 'SECRET-4');
INSERT INTO loan VALUES (1, 1, 100.50, '2023-11-30', 'A', 'SECRET'), (2, 1, 250, '2024-01-15', 'B', 'SECRET'),
  (3, 2, 75.25, '2024-02-29', 'A', 'SECRET'), (4, 3, 1000, '2024-02-01', 'C', 'SECRET'),
  (5, 3, 20, '2024-12-24', NULL, 'SECRET');
INSERT INTO "Rating" VALUES (1, 'good', 'SECRET'), (2, 'bad', 'SECRET');
INSERT INTO salaries VALUES (1, 'SECRET', 'SECRET');
"""

_COLUMNS = {
    "branch": {"branch_id": "id", "city": "name"},
    "client": {"client_id": "id", "name": "name", "born": "date", "branch_id": "id"},
    "loan": {"loan_id": "id", "client_id": "id", "amount": "amount", "granted": "date", "status": "category"},
    "Rating": {"Grade": "id", "Words": "category"},
    "lent": {"name": "name", "amount": "amount"},
}
CATALOGUE = Catalogue.model_validate(
    {
        "bank": "Small",
        "tables": {
            name: {
                "noun": name,
                "row": f"one {name}",
                "key": next(iter(columns)),
                "columns": {column: {"kind": kind, "personal": column == "born"} for column, kind in columns.items()},
            }
            for name, columns in _COLUMNS.items()
        },
    }
)
LIVE: Live = {
    **{name: set(columns) for name, columns in _COLUMNS.items()},
    "client": {*_COLUMNS["client"], "ssn"},
    "loan": {*_COLUMNS["loan"], "score"},
    "Rating": {*_COLUMNS["Rating"], "Hidden"},
    "lent": {*_COLUMNS["lent"], "ssn"},
}


def make_sqlite(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SCRIPT)
    return path
