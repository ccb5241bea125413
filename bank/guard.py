"""What may be said to the bank's database: one read-only query over catalogued tables, or `Refused`.

Lists of what is allowed, never of what is forbidden; what cannot be parsed, is not listed or is not catalogued is
refused. What runs is the text written anew from the checked tree, never the text that was received.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from bank.catalogue import Catalogue
from bank.errors import Refused
from bank.grammar import check_grammar
from bank.lineage import Lineage, outputs
from bank.refusals import NotASelect, NotOneQuery, NotReadable, TooLarge
from bank.schema import Schema
from bank.scope import Names
from bank.view import View

LONGEST = 20_000  # characters: the longest honest query seen is a tenth of it
BRACKETS = 1_000  # from Python 3.12 on nothing stops the compiled parser before its stack, and the process, is gone
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A query that may run: its text written anew, the catalogued tables and (table, column) pairs it names, and the
    names of the CTEs it defines itself.

    `rights` says what the person's rights kept back from it, `beside` what their row filters read besides, `personal`
    the places of those of its columns that hold personal data.
    """

    sql: str
    tables: frozenset[str]
    columns: frozenset[tuple[str, str]]
    ctes: frozenset[str]
    rights: str = ""
    beside: frozenset[tuple[str, str]] = frozenset()
    personal: frozenset[int] = frozenset()


class Guard:
    """The guard of one bank, in its database's dialect (a sqlglot name)."""

    def __init__(self, schema: Schema, dialect: str) -> None:
        self._schema = schema
        self._dialect = dialect

    def check(self, sql: str) -> Admitted:
        """Admits the query or raises `Refused`."""
        with _failing_closed():
            tree = self._parse(sql)
            names = self._named(tree, self._schema)
            return self._admitted(tree, names)

    def check_for(self, sql: str, view: View, catalogue: Catalogue) -> Admitted:
        """Admits the query as it may run for whoever has that view, or raises `Refused`."""
        with _failing_closed():
            tree = self._parse(sql)
            names = self._named(tree, view.schema, view.reserved)
            lineage = Lineage(names, view.masks, catalogue)
            lineage.check_uses(tree)
            personal = _personal(tree, lineage, catalogue)
            view.narrow(names, self._dialect)
            admitted = self._admitted(tree, names)
            beside = view.beside(admitted.tables)
            return replace(admitted, rights=view.rights(names, catalogue), beside=beside, personal=personal)

    def _named(self, tree: exp.Expr, schema: Schema, reserved: Collection[str] = ()) -> Names:
        check_grammar(tree, self._dialect)
        names = Names(schema, self._dialect, reserved)
        names.resolve(tree)
        return names

    def _admitted(self, tree: exp.Expr, names: Names) -> Admitted:
        # The tree is ours and done with: copying it first would take as long as everything else together.
        text = tree.sql(self._dialect, copy=False, comments=False, unsupported_level=ErrorLevel.RAISE)
        return Admitted(text, frozenset(names.tables), frozenset(names.columns), frozenset(names.ctes))

    def _parse(self, sql: str) -> exp.Expr:
        if len(sql) > LONGEST or sql.count("(") > BRACKETS:
            raise TooLarge
        if _CONTROL.search(sql):
            raise NotReadable
        statements = [tree for tree in sqlglot.parse(sql, read=self._dialect) if not isinstance(tree, exp.Semicolon)]
        if len(statements) != 1:
            raise NotOneQuery
        tree = statements[0]
        if not isinstance(tree, exp.Select | exp.SetOperation):
            raise NotASelect
        return tree


@contextmanager
def _failing_closed() -> Iterator[None]:
    """Whatever goes wrong in here, the query is refused."""
    try:
        yield
    except Refused:
        raise
    except RecursionError:
        raise TooLarge from None
    except Exception as error:  # not only its own errors: the parser trips (IndexError) over some odd input
        raise NotReadable(cause=str(error)) from None


def _personal(tree: exp.Expr, lineage: Lineage, catalogue: Catalogue) -> frozenset[int]:
    """The places of the result's columns in which values of a personal column stand, masked or not."""
    return frozenset(
        place
        for place, values in enumerate(outputs(tree))
        for value in values
        for table, column in lineage.stored(value)
        if catalogue.tables[table].columns[column].personal
    )
