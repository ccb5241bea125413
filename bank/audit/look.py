"""What goes on record of one look at the bank."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bank.audit.audit import Audit
from bank.engine import Rows
from bank.errors import BankError, Refused
from bank.guard import Admitted
from bank.person import Person
from bank.rights import Rights


@dataclass(frozen=True, slots=True)
class Look:
    """One query for one person. Without an audit nothing is recorded."""

    rights: Rights
    person: Person
    question_id: str
    sql: str

    @contextmanager
    def refusal_on_record(self, audit: Audit | None) -> Iterator[None]:
        """While inside, a refusal goes on record before it is raised."""
        try:
            yield
        except Refused as refusal:
            if audit:
                audit.append("refused", **self._who(), sql=self.sql, why=type(refusal).__name__)
            raise

    def read(self, audit: Audit | None, admitted: Admitted, rows: Rows) -> None:
        """That it ran, as which SQL, over which tables and columns, and how many rows came of it."""
        if audit:
            count: dict[str, Any] = {"rows": len(rows.rows), "more": rows.truncated, "seconds": round(rows.seconds, 3)}
            audit.append("read", **self._who(), **_what(admitted), **count)

    def planned(self, audit: Audit | None, admitted: Admitted) -> None:
        """That the database was asked what it expects of the query, and read nothing."""
        if audit:
            audit.append("planned", **self._who(), **_what(admitted))

    def failed(self, audit: Audit | None, admitted: Admitted, error: BankError) -> None:
        """That it ran and no row came of it."""
        if audit:
            audit.append("failed", **self._who(), **_what(admitted), why=type(error).__name__)

    def _who(self) -> dict[str, Any]:
        standing = self.rights.policy.standing(self.person)
        return {
            "question": self.question_id,
            "person": self.person.id,
            "role": standing.role if standing else "",
            "attributes": {name: list(values) for name, values in standing.attributes.items()} if standing else {},
            "policy": self.rights.policy.stamp,
        }


def _what(admitted: Admitted) -> dict[str, Any]:
    return {
        "sql": admitted.sql,
        "tables": sorted(admitted.tables),
        "columns": sorted(f"{table}.{column}" for table, column in admitted.columns),
        "filtered_by": sorted(f"{table}.{column}" for table, column in admitted.beside),
    }
