"""A model's query before it may be an answer: nothing invented, nothing counted twice, the catalogue's own measures, a plan
by the database, a look at the first rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from bank.causes import without_values
from bank.errors import BankError, QueryFailed, Refused, TookTooLong
from bank.refusals import NoAttribute, NoRole, NotYours
from bank.table import Table
from generators.ai.figures import refuse_invented
from generators.contract import Look
from generators.progress import doing
from generators.sql.checks import faults
from generators.sql.measures import measure_faults
from generators.sql.read import Reader

MENDABLE = (Refused, QueryFailed, TookTooLong)
_FINAL = (NotYours, NoRole, NoAttribute)  # about the person's rights: no other query would be any better
_TOO_MANY = (
    "The database expects about {rows:,.0f} rows of one of the joins: every row of one side meets very many of the other. Join"
    " on the whole key, or aggregate before joining."
)
NOTHING = "No row was found: perhaps a name or a period is spelt differently in the bank's data."


@dataclass(frozen=True, slots=True)
class Found:
    """`fault` is what is wrong with a query, for the model that wrote it; it cannot be an answer. `doubt` is what looks odd
    about its result: worth a second look, and a note if it stays. `columns` are its labels."""

    fault: str = ""
    doubt: str = ""
    columns: tuple[str, ...] = ()


class Examiner:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def examine(self, sql: str, measures: Sequence[str], look: Look) -> Found:
        """`measures` are those the question asks for. Raises `BankError` where the bank itself is away."""
        with doing("check", "Checking", sql):
            if fault := self._written(sql, measures):
                return Found(fault)
            try:
                plan = await look.plan(sql)
            except _FINAL:
                raise
            except MENDABLE as error:
                return Found(complaint(error, sql))
            if plan.multiplies:
                return Found(_TOO_MANY.format(rows=plan.joined))
        try:
            table = await look.rows(sql)
        except MENDABLE as error:
            return Found(complaint(error, sql))
        return Found(doubt=_odd(table), columns=tuple(column.label for column in table.columns))

    def missing(self, queries: Sequence[str], measures: Sequence[str]) -> list[str]:
        """Those of the measures asked for that none of the queries computes."""
        return [name for name in measures if all(measure_faults(self._reader, sql, (name,)) for sql in queries)]

    def _written(self, sql: str, measures: Sequence[str]) -> str:
        """What the query's own text tells, without asking the bank."""
        try:
            refuse_invented(sql, self._reader.dialect)
        except Refused as error:
            return complaint(error, sql)
        found = [*faults(self._reader, sql), *measure_faults(self._reader, sql, measures)]
        return " ".join(["The figures would be wrong.", *found]) if found else ""


def complaint(error: BankError, sql: str) -> str:
    """What a model is told about a query that did not pass; no cell of the bank is in it."""
    cause = f" The database said: {without_values(error.cause, sql)}" if error.cause else ""
    return f"The bank did not run that query. {error}{cause} Use only the tables and columns listed."


def _odd(table: Table) -> str:
    if not table.rows:
        return NOTHING
    for place, column in enumerate(table.columns):
        if all(row[place] is None for row in table.rows):
            return f"The column “{column.label}” is empty in every row: perhaps it is joined or filtered by something that never fits."
    return ""
