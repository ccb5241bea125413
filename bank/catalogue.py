"""The words of a bank: its tables, columns, joins, measures and terms, read from a YAML file.

The catalogue is the only thing the generators and the guard know about a bank. SQL fragments in it (`value`, `where`)
are written in SQLite's dialect over the columns of one table, unqualified.
"""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from bank.document import STRICT, read
from bank.table import Kind

Stored = Literal["native", "iso", "yyyymmdd", "yymmdd", "yyyymm", "yyyy-mm"]
Aggregate = Literal["count", "sum", "average", "minimum", "maximum"]
Name = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = STRICT


class ColumnEntry(_Part):
    """One column. `label` is how a banker calls it (default: the name in lower case, underscores as spaces)."""

    kind: Kind
    label: str = ""
    synonyms: tuple[Name, ...] = ()
    stored: Stored = "native"  # how dates and months are stored
    codes: dict[str, str] = {}  # stored value → its meaning in words
    values: dict[str, tuple[Name, ...]] = {}  # stored value → what bankers also call it
    described_by: str = ""  # the column of the same table that holds the words for this code
    rank: tuple[str, ...] = ()  # an ordered category, best first (ratings): "highest", "worse than" need it
    currency: str = ""  # ISO code where every row has the same one; else the table's currency column says
    additive: bool = True  # amounts and counts: false where a sum says nothing (averages, prices, running balances)
    personal: bool = False
    indexed: bool = True  # whether the column's values are words a banker may type (category and name columns)


class Snapshot(_Part):
    """The table repeats its rows for each month end; `column` says which. Never summed over months."""

    column: Name
    stored: Stored = "yyyymm"


class Share(_Part):
    """A row stands for a part of the thing: amounts are times `column` / `whole`; counts are distinct over the key."""

    column: Name
    whole: float = 100


class TableEntry(_Part):
    """One table. `noun` is what a row is about, singular; `key` identifies that thing (not the row, in a snapshot)."""

    noun: Name
    plural: str = ""
    row: Name  # what one row is, in a sentence
    synonyms: tuple[Name, ...] = ()
    key: Name
    name: str = ""  # the column by which a banker calls the thing
    countable: bool = True  # whether "how many NOUNs" is answered from this table
    snapshot: Snapshot | None = None
    share: Share | None = None
    currency: str = ""  # the column that holds the ISO currency code of the row's amounts
    born: str = ""  # the date from which its age counts, if it has one
    date: str = ""  # the column that "in March" or "since 2024" means unless another is named
    listing: tuple[str, ...] = ()  # the columns shown when things of this table are listed
    columns: dict[str, ColumnEntry]

    @model_validator(mode="after")
    def _names_its_own_columns(self) -> "TableEntry":
        named = [self.key, self.name, self.currency, self.date, self.born, *self.listing]
        named += [entry.described_by for entry in self.columns.values()]
        named += [self.snapshot.column] if self.snapshot else []
        named += [self.share.column] if self.share else []
        unknown = sorted({name for name in named if name and name not in self.columns})
        if unknown:
            raise ValueError(f"names columns it does not list: {', '.join(unknown)}")
        return self


class Join(_Part):
    """Each row of `many` belongs to at most one row of `one`; `on` maps columns of `many` to columns of `one`.

    `single`: a row of `one` also has at most one row of `many`.
    """

    many: Name
    one: Name
    single: bool = False
    on: dict[str, str]


class Measure(_Part):
    """A figure with a name. Either an aggregate over one table (`value` is an SQL expression; empty for count), or a
    ratio of two other measures. `where` restricts it."""

    table: str = ""
    aggregate: Aggregate = "sum"
    value: str = ""
    where: str = ""
    over: str = ""  # ratio: the measure below the line
    of: str = ""  # ratio: the measure above the line
    kind: Kind = "amount"
    flow: bool = False  # of a snapshot: what happened in each month, so that a quarter is the sum of its three
    date: str = ""  # TABLE.COLUMN: the day on which it happened ("origination volume in 2026")
    synonyms: tuple[Name, ...] = ()
    says: str = ""  # how the reading calls it (default: its name)


class Reading(_Part):
    """One meaning of a term: a condition on one table and the words for it."""

    table: Name
    where: Name
    says: Name
    synonyms: tuple[Name, ...] = ()  # words that pick this reading: "regulator", "line officer"
    date: str = ""  # the column that says since when: "charged off in 2025" is what happened in that year


class Term(_Part):
    """A word of the bank ("high risk", "past due") with one meaning, or several among which the banker must choose."""

    synonyms: tuple[Name, ...] = ()
    ask: bool = False  # the banker chooses even where only one reading is about the things asked for
    readings: tuple[Reading, ...] = Field(min_length=1)


class Currencies(_Part):
    """Month-end rates: amount in `source` × `rate` = amount in the reporting currency."""

    table: Name
    source: Name
    target: Name
    month: Name
    stored: Stored = "yyyymm"
    rate: Name


class Catalogue(_Part):
    """Everything Teller knows about one bank."""

    bank: Name
    reporting_currency: str = ""
    currencies: Currencies | None = None
    fiscal_year_start: int = Field(default=1, ge=1, le=12)
    clock: Literal["today", "data"] = "today"  # "last month" counts from the calendar, or from the newest data
    tables: dict[str, TableEntry]
    joins: tuple[Join, ...] = ()
    measures: dict[str, Measure] = {}
    terms: dict[str, Term] = {}
    ambiguous: dict[str, tuple[str, ...]] = {}  # a word → the TABLE.COLUMN or measures it may mean; the banker is asked
    examples: tuple[str, ...] = ()

    def label(self, table: str, column: str) -> str:
        """How a banker calls a column: "current principal balance"."""
        return self.tables[table].columns[column].label or column.replace("_", " ").lower()

    def misfits(self, schema: dict[str, set[str]]) -> list[str]:
        """What the catalogue names and the live schema (table → columns) does not have, one sentence each."""
        faults = []
        for name, table in self.tables.items():
            if name not in schema:
                faults.append(f"The database has no table {name}.")
                continue
            missing = [column for column in table.columns if column not in schema[name]]
            faults += [f"The table {name} has no column {column}." for column in missing]
        return faults


def load(path: Path) -> Catalogue:
    """Reads a catalogue; raises `Misfit` with one sentence per fault, each naming where in the file it is."""
    return read(path, Catalogue, "catalogue")


def json_schema() -> str:
    """The JSON Schema of the file, as it is shipped in `bank/catalogue.schema.json`."""
    return json.dumps(Catalogue.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
