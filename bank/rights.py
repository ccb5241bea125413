"""What each person sees of this bank: their role by the policy, and the view that role has with their attributes."""

import threading
from collections.abc import Iterator

from bank.catalogue import Catalogue
from bank.errors import Refused
from bank.guard import Admitted, Guard
from bank.person import Person
from bank.policy import Policy, Standing
from bank.refusals import NoRole, NotYours, OverBudget
from bank.schema import Schema
from bank.view import View


class Rights:
    """The policy over one bank. Safe to use from several threads at once."""

    def __init__(self, policy: Policy, catalogue: Catalogue, schema: Schema, dialect: str) -> None:
        self.policy = policy
        self._catalogue = catalogue
        self.schema = schema
        self._dialect = dialect
        self._views: dict[tuple[object, ...], View] = {}
        self._lock = threading.Lock()

    def view(self, of: Person | Standing) -> View:
        """Raises `NoRole`, or `NoAttribute` where a row filter names one the person has not."""
        standing = self.policy.standing(of) if isinstance(of, Person) else of
        if standing is None:
            raise NoRole
        key = standing.key
        with self._lock:
            if key not in self._views:
                self._views[key] = View.of(standing, self.policy, self._catalogue, self.schema, self._dialect)
            return self._views[key]

    def check_budget(self, person: Person, questions: int, seconds: float) -> None:
        """Raises `OverBudget` for whoever asks more than their role may in a day; `questions` holds the present one."""
        role = self.policy.roles[self.view(person).standing.role]
        if role.questions_a_day and questions > role.questions_a_day:
            raise OverBudget(f"the {role.questions_a_day:,} questions")
        if role.seconds_a_day and seconds >= role.seconds_a_day:
            raise OverBudget(f"the {role.seconds_a_day:,.0f} seconds")

    def missing(self, admitted: Admitted, view: View) -> NotYours:
        """The refusal of a query that would be fine for somebody who may see everything."""
        tables = sorted(table for table in admitted.tables if table not in view.parts)
        columns = [
            self._catalogue.label(table, column)
            for table, column in sorted(admitted.columns)
            if table in view.parts and column.lower() not in view.schema.tables[table.lower()].columns
        ]
        nouns = [self._catalogue.tables[table].plural or f"{self._catalogue.tables[table].noun}s" for table in tables]
        return NotYours(view.standing.role, [*nouns, *(f"the {label}" for label in columns)])

    def faults(self) -> list[str]:
        """What of the policy does not fit this bank, one sentence each."""
        return self.policy.misfits(self._catalogue) or list(self._unfit())

    def _unfit(self) -> Iterator[str]:
        """Every role as somebody has it: its filters are let through, its masks known, its attributes given."""
        for who, standing in self._standings():
            try:
                view = self.view(standing)
            except Refused as refusal:
                yield f"The policy gives {who} the role {standing.role}: {refusal}"
                continue
            for table, part in view.parts.items():
                columns = ", ".join(f'"{column}"' for column in part.masks) or "1"
                try:
                    Guard(self.schema, self._dialect).check_for(
                        f'SELECT {columns} FROM "{table}"', view, self._catalogue
                    )
                except Refused as refusal:
                    yield f"The role {standing.role}, table {table}: {refusal} {refusal.cause}".strip()

    def _standings(self) -> Iterator[tuple[str, Standing]]:
        policy = self.policy
        for member in policy.people:
            yield member.who, Standing(member.role, member.held)
        for channel in policy.channels:
            if cleared := policy.cleared(channel):
                yield f"the channel {channel}", cleared
        for who, role in (("the terminal", policy.terminal), ("everybody else", policy.everybody_else)):
            if role:
                yield who, Standing(role)
