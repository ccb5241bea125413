"""What may be said to the bank's database: one read-only query over catalogued tables, or `Refused`.

Lists of what is allowed, never of what is forbidden; what cannot be parsed, is not listed or is not catalogued is
refused. What runs is the text written anew from the checked tree, never the text that was received.
"""

from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from bank.errors import Refused
from bank.grammar import check_grammar
from bank.refusals import NotASelect, NotOneQuery, NotReadable, TooLarge
from bank.schema import Schema
from bank.scope import Names

LONGEST = 20_000  # characters: the longest honest query seen is a tenth of it
_SPACES = frozenset("\t\n\r")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A query that may run: its text written anew, the catalogued tables and (table, column) pairs it reads, and the
    names of the CTEs it defines itself."""

    sql: str
    tables: frozenset[str]
    columns: frozenset[tuple[str, str]]
    ctes: frozenset[str]


class Guard:
    """The guard of one bank, in its database's dialect (a sqlglot name)."""

    def __init__(self, schema: Schema, dialect: str) -> None:
        self._schema = schema
        self._dialect = dialect

    def check(self, sql: str) -> Admitted:
        """Admits the query or raises `Refused`."""
        try:
            tree = self._parse(sql)
            check_grammar(tree, self._dialect)
            names = Names(self._schema, self._dialect)
            names.resolve(tree)
            text = tree.sql(self._dialect, comments=False, unsupported_level=ErrorLevel.RAISE)
        except Refused:
            raise
        except RecursionError:
            raise TooLarge from None
        except Exception as error:  # not only its own errors: the parser trips (IndexError) over some odd input
            raise NotReadable(cause=str(error)) from None
        return Admitted(text, frozenset(names.tables), frozenset(names.columns), frozenset(names.ctes))

    def _parse(self, sql: str) -> exp.Expr:
        if len(sql) > LONGEST:
            raise TooLarge
        if any(ord(letter) < ord(" ") and letter not in _SPACES for letter in sql):
            raise NotReadable
        statements = [tree for tree in sqlglot.parse(sql, read=self._dialect) if not isinstance(tree, exp.Semicolon)]
        if len(statements) != 1:
            raise NotOneQuery
        tree = statements[0]
        if not isinstance(tree, exp.Select | exp.SetOperation):
            raise NotASelect
        return tree
