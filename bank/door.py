"""The one door to the bank: guard, rights, engine, in that order; nothing else in the program opens a bank's database."""

from dataclasses import dataclass
from typing import Any, Self

from sqlglot import exp

from bank.audit import Audit
from bank.audit.look import Look
from bank.catalogue import Catalogue, ColumnEntry
from bank.causes import without_values
from bank.cells import table as to_table
from bank.engine import ReadOnlyEngine
from bank.engines import open_engine
from bank.errors import BankError, Misfit, Refused, TookTooLong, Unreachable
from bank.fit import faults
from bank.guard import Admitted, Guard
from bank.halt import Halt
from bank.person import Person
from bank.plan import Plan
from bank.policy import Policy, Standing
from bank.powers import reader
from bank.refusals import UnknownColumn, UnknownName
from bank.rights import Rights
from bank.schema import Schema
from bank.table import Cell, Column, Table
from bank.view import View


@dataclass(frozen=True, slots=True)
class Bank:
    """An open bank. Safe to use from several threads at once."""

    catalogue: Catalogue
    dialect: str
    row_cap: int
    rights: Rights
    audit: Audit | None
    _guard: Guard
    _engine: ReadOnlyEngine

    @classmethod
    def open(
        cls,
        url: str,
        catalogue: Catalogue,
        policy: Policy | None = None,
        *,
        time_limit: float = 20.0,
        row_cap: int = 1000,
        mask_key: str = "",
        audit: Audit | None = None,
    ) -> Self:
        """Opens a database (an SQLAlchemy URL, or a path to an SQLite file) and checks that catalogue and policy fit.

        Raises `Unreachable`, or `Misfit` with every fault. Never creates a file. `time_limit` is in seconds a query,
        `mask_key` the secret behind pseudonyms; every look goes on record in `audit`. Without a policy whoever has this
        object sees what is catalogued.
        """
        engine, dialect = open_engine(url, time_limit, mask_key)
        live = engine.live(catalogue.tables)
        schema = Schema.of(catalogue, live)
        rights = Rights(policy or Policy.open_to_all(), catalogue, schema, dialect)
        wrong = faults(catalogue, live) or rights.faults()
        if wrong:
            engine.close()
            raise Misfit("\n".join(wrong))
        engine.fence(schema)
        return cls(catalogue, dialect, row_cap, rights, audit, Guard(schema, dialect), engine)

    def check(self, sql: str, person: Person) -> Admitted:
        """The query as it would run for this person; raises `Refused`."""
        view = self.rights.view(person)
        try:
            return self._guard.check_for(sql, view, self.catalogue)
        except UnknownName:
            raise (self.rights.missing(self._guard.check(sql), view)) from None

    def may_also_see(self, sql: str, asker: Person, other: Person | Standing, rows: int) -> bool:
        """Whether the other may see at least what the query showed the asker: as many rows, of the same or more, masked
        no more. `rows` is how many the asker got."""
        try:
            theirs = self.rights.view(other)
        except Refused:
            return False
        admitted = self.check(sql, asker)
        covered = theirs.covers(self.rights.view(asker), admitted.tables, admitted.columns)
        return covered and rows <= self._most(theirs)

    def run(
        self,
        sql: str,
        person: Person,
        columns: tuple[Column, ...] = (),
        limit: int | None = None,
        halt: Halt | None = None,
        question_id: str = "",
    ) -> Table:
        """Runs one query and returns at most `limit` rows, never more than the row cap; raises `BankError`.

        `columns` gives label, kind and unit of the result's columns by position, where there are as many. Puts on
        record what was read for which question, or that it was refused, before anybody sees a row.
        """
        look = Look(self.rights, person, question_id, sql)
        with look.refusal_on_record(self.audit):
            admitted = self.check(sql, person)
        most = self._most(self.rights.view(person))
        cap = most if limit is None else max(0, min(limit, most))
        try:
            rows = self._engine.rows(admitted.sql, cap, admitted.ctes, halt)
        except BankError as error:
            error.cause = without_values(error.cause, sql)  # causes are logged and remembered: no cell may be in them
            look.failed(self.audit, admitted, error)
            raise
        look.read(self.audit, admitted, rows)
        return to_table(rows, columns, admitted.rights, admitted.personal)

    def plan(self, sql: str, person: Person, halt: Halt | None = None, question_id: str = "") -> Plan:
        """What the database expects of one query, which it reads and plans and does not run; raises `BankError`.

        Passes the same checks as a run and goes on record like one. Where a database's plans are not read, the query is
        run for no row at all.
        """
        look = Look(self.rights, person, question_id, sql)
        with look.refusal_on_record(self.audit):
            admitted = self.check(sql, person)
        planned = admitted.sql if self._engine.explain else _no_rows(admitted.sql, self.dialect)
        try:
            plan = self._engine.plan(planned, admitted.ctes, halt)
        except BankError as error:
            error.cause = without_values(error.cause, sql)
            look.failed(self.audit, admitted, error)
            raise
        look.planned(self.audit, admitted)
        return plan

    def record(self, kind: str, **what: Any) -> None:
        """Puts on record what happens round a look: that something was asked, to whom it was shown."""
        if self.audit:
            self.audit.append(kind, **what)

    def distinct(self, table: str, column: str, cap: int = 100_000, view: View | None = None) -> list[Cell]:
        """The different values of a catalogued column, in order, without nulls: all, or those that a view shows.

        Personal columns are refused.
        """
        entry = self._entry(table, column)
        if entry.personal:
            raise Refused(f"The values of {table}.{column} are personal, so they are not collected.")
        name = exp.column(column, quoted=True)
        query = exp.select(name).distinct().from_(exp.to_table(f'"{table}"')).where(name.copy().is_(exp.null()).not_())
        return self._own(query.order_by(exp.Literal.number(1)), Column(column, entry.kind), cap, view)

    def newest(self, table: str, column: str) -> Cell:
        """The greatest value of a catalogued column, or None where the table is empty."""
        entry = self._entry(table, column)
        query = exp.select(exp.Max(this=exp.column(column, quoted=True))).from_(exp.to_table(f'"{table}"'))
        return self._own(query, Column(column, entry.kind), 1)[0]

    def answers(self) -> bool:
        """Whether the database can be reached: it is asked for nothing of its own."""
        try:
            self._engine.rows("SELECT 1", 1)
        except (Unreachable, TookTooLong):
            return False
        return True

    def excess(self) -> list[str] | None:
        """A sentence for each thing Teller's way in could do beyond reading what is catalogued; None: it cannot be told."""
        return self._engine.excess(self.rights.schema)

    def reader(self) -> str:
        """SQL for a Postgres role that can read what is catalogued and nothing else."""
        return reader(self.rights.schema)

    def close(self) -> None:
        self._engine.close()

    def _most(self, view: View) -> int:
        """How many rows of one query whoever has this view may see."""
        return min(self.row_cap, view.row_cap or self.row_cap)

    def _entry(self, table: str, column: str) -> ColumnEntry:
        try:
            return self.catalogue.tables[table].columns[column]
        except KeyError:
            raise UnknownColumn(f"{table}.{column}") from None

    def _own(self, query: exp.Select, column: Column, cap: int, view: View | None = None) -> list[Cell]:
        """The one column of a query of our own, which passes the guard like any other."""
        sql = query.sql(self.dialect)
        admitted = self._guard.check_for(sql, view, self.catalogue) if view else self._guard.check(sql)
        rows = self._engine.rows(admitted.sql, cap, admitted.ctes)
        return [row[0] for row in to_table(rows, (column,)).rows]


def _no_rows(sql: str, dialect: str) -> str:
    inner = exp.Subquery(this=exp.Var(this=sql), alias=exp.TableAlias(this=exp.to_identifier("planned")))
    return exp.select("*").from_(inner).limit(0).sql(dialect)
