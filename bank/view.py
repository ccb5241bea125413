"""What one kind of person sees of the bank: every table a query reads is replaced by the part of it they may see.

    FROM client AS c   →   FROM (SELECT name, NULL AS born FROM client WHERE branch_id = 7) AS c

One rewrite does rows, columns and masks at once, and holds in joins, subqueries, CTEs and unions.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self, cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from bank.catalogue import Catalogue
from bank.grammar import check_grammar
from bank.masks import Mask
from bank.policy import Access, Policy, Standing, Value
from bank.refusals import NoAttribute, NoCondition
from bank.schema import SYSTEM_COLUMNS, CataloguedTable, Schema
from bank.scope import Names

_FROM = " FROM "
_SQLITE = "sqlite"  # the dialect that catalogues and policies are written in

# Keeps a database from testing a question's own conditions on rows before the row filter has left them out: an overflow
# or a failed conversion would tell something about a row that may not be seen. `OFFSET 0` stops Postgres from moving
# conditions into a subquery (as its security_barrier does for views), a LIMIT stops SQLite and DuckDB.
_BARRIERS = {"postgres": ("offset", 0), "sqlite": ("limit", -1), "duckdb": ("limit", 2**63 - 1)}


@dataclass(frozen=True, slots=True)
class Part:
    """What is seen of one table: its masks by column, and its `rows`: a query with the condition they must meet.

    `whole`: nothing of the table is kept back, so it can stand as it is. `beside`: the (table, column) pairs that the
    condition itself reads; `says`: which rows these are, in words; empty where they are all. `written` keeps what of it
    was put into SQL before: the same for every question, and most of what the rewrite would cost.
    """

    masks: Mapping[str, Mask]
    rows: exp.Select
    says: str
    whole: bool
    beside: frozenset[tuple[str, str]] = frozenset()
    written: dict[str, str] = field(default_factory=dict)

    @property
    def condition(self) -> exp.Expr | None:
        return self.rows.args.get("where")

    def text(self, table: CataloguedTable, columns: Collection[str], dialect: str) -> str:
        """The query that stands in for the table where these of its columns are read."""
        if _FROM not in self.written:
            _, sign, source = _text(self.rows, dialect).partition(_FROM)
            self.written[_FROM] = sign + source
        for column in columns:
            if column not in self.written:
                self.written[column] = _text(self._shown(table.columns[column.lower()][1], column, dialect), dialect)
        return f"SELECT {', '.join(self.written[column] for column in columns) or '1'}{self.written[_FROM]}"

    def _shown(self, live: str, column: str, dialect: str) -> exp.Expr:
        value, mask = exp.column(live, quoted=True), self.masks.get(column)
        return exp.alias_(mask.over(value, dialect), live, quoted=True) if mask else value


@dataclass(frozen=True, slots=True)
class View:
    """The bank as one role with one set of attributes sees it. `schema` holds only what may be named; `reserved` are the
    names of all tables there are, `masks` those of every column that has one."""

    standing: Standing
    schema: Schema
    parts: Mapping[str, Part]
    row_cap: int
    reserved: frozenset[str]
    masks: Mapping[tuple[str, str], Mask]

    @classmethod
    def of(cls, standing: Standing, policy: Policy, catalogue: Catalogue, whole: Schema, dialect: str) -> Self:
        """Raises `NoAttribute` where a row filter names an attribute the person has not."""
        granted = {
            low: (table, access)
            for low, table in whole.tables.items()
            if (access := policy.access(standing.role, table.name)) is not None
        }
        tables = {low: _narrowed(table, access) for low, (table, access) in granted.items()}
        filters = _Filters(standing, policy, catalogue, whole, dialect)
        parts = {table.name: _part(tables[low], access, catalogue, filters) for low, (table, access) in granted.items()}
        masks = {(name, column): mask for name, part in parts.items() for column, mask in part.masks.items()}
        row_cap = policy.roles[standing.role].row_cap
        return cls(standing, Schema(tables), parts, row_cap, frozenset(whole.tables), masks)

    def narrow(self, names: Names, dialect: str) -> None:
        """Replaces every table of a resolved query by what is seen of it."""
        for node, table in names.physical:
            part = self.parts[table.name]
            if not part.whole:
                read = [column for name, column in sorted(names.columns) if name == table.name]
                alias = node.args.get("alias") or exp.TableAlias(this=node.this.copy())
                seen = exp.Var(this=part.text(table, read, dialect))
                node.replace(exp.Subquery(this=seen, alias=alias))

    def beside(self, tables: frozenset[str]) -> frozenset[tuple[str, str]]:
        """What the row filters of those tables read themselves."""
        return frozenset(pair for table in tables for pair in self.parts[table].beside)

    def rights(self, names: Names, catalogue: Catalogue) -> str:
        """What was kept back from a query, in a sentence; empty where it was nothing."""
        kept = [f"only {part.says}" for table in sorted(names.tables) if (part := self.parts[table]).says]
        for table, column in sorted(names.columns):
            if mask := self.parts[table].masks.get(column):
                kept.append(mask.says(catalogue.label(table, column)))
        return f"By your rights you see {'; '.join(dict.fromkeys(kept))}." if kept else ""

    def shows(self, table: str, column: str) -> bool:
        """Whether the values of a column are seen as they are, if perhaps not in every row."""
        part = self.parts.get(table)
        return (
            part is not None
            and column not in part.masks
            and column.lower() in self.schema.tables[table.lower()].columns
        )

    def covers(self, other: "View", tables: frozenset[str], columns: frozenset[tuple[str, str]]) -> bool:
        """Whether who has this view may see at least what the other shows of those tables and columns."""
        return all(self._covers_rows(other, table) for table in tables) and all(
            self._covers_column(other, table, column) for table, column in columns
        )

    def _covers_rows(self, other: "View", table: str) -> bool:
        mine = self.parts.get(table)
        return mine is not None and (mine.condition is None or mine.condition == other.parts[table].condition)

    def _covers_column(self, other: "View", table: str, column: str) -> bool:
        if column.lower() not in self.schema.tables[table.lower()].columns:
            return False
        mine, theirs = self.parts[table].masks.get(column), other.parts[table].masks.get(column)
        return mine is None or mine == theirs or (theirs is not None and theirs.how == "hide")


def _narrowed(table: CataloguedTable, access: Access) -> CataloguedTable:
    kept = {
        low: names
        for low, names in table.columns.items()
        if (not access.columns or names[0] in access.columns) and names[0] not in access.without
    }
    return CataloguedTable(table.name, table.live, kept, table.hidden | (table.columns.keys() - kept.keys()))


def _part(table: CataloguedTable, access: Access, catalogue: Catalogue, filters: "_Filters") -> Part:
    masks = {column: mask for column in _names(table) if (mask := _mask(access, column, catalogue, table.name))}
    rows, beside = filters.rows(table)
    filtered = rows.args.get("where") is not None
    kept_back = bool(masks) or filtered or bool(table.hidden - SYSTEM_COLUMNS)
    return Part(masks, rows, access.says if filtered else "", not kept_back, beside)


def _names(table: CataloguedTable) -> Iterator[str]:
    return (name for name, _ in table.columns.values())


def _mask(access: Access, column: str, catalogue: Catalogue, table: str) -> Mask | None:
    """Personal columns are hidden from whom nothing else is said."""
    if column in access.masks:
        return Mask.parse(access.masks[column])
    personal = catalogue.tables[table].columns[column].personal
    return Mask("hide") if personal and not {column, "*"} & set(access.shows) else None


def _text(expression: exp.Expr, dialect: str) -> str:
    return expression.sql(dialect, comments=False, unsupported_level=ErrorLevel.RAISE)


@dataclass(frozen=True, slots=True)
class _Filters:
    """The row filters of one role with one set of attributes, in the bank's own names and dialect."""

    standing: Standing
    policy: Policy
    catalogue: Catalogue
    schema: Schema
    dialect: str

    def rows(self, table: CataloguedTable) -> tuple[exp.Select, frozenset[tuple[str, str]]]:
        """A query for the rows of a table that are seen, and what its condition reads."""
        text = self._text(table.name)
        if not text:
            live = exp.to_identifier(table.live, quoted=True)
            return exp.select("1").from_(exp.Table(this=live)), frozenset()
        query = sqlglot.parse_one(f'SELECT 1 FROM "{table.name}" WHERE {text}', read=_SQLITE).transform(self._filled_in)
        check_grammar(query, self.dialect)
        names = Names(self.schema, self.dialect)
        names.resolve(query)
        clause, bound = _BARRIERS.get(self.dialect, ("", 0))
        rows = cast(exp.Select, query)
        if clause:
            rows = rows.offset(bound) if clause == "offset" else rows.limit(bound)
        return rows, frozenset(names.columns)

    def _text(self, table: str) -> str:
        access = self.policy.access(self.standing.role, table)
        conditions = [_condition(access.rows, table)] if access and access.rows else []
        if access and access.rows_of:
            join = next(join for join in self.catalogue.joins if (join.many, join.one) == (table, access.rows_of))
            pairs = [f'"{table}"."{many}" = "{join.one}"."{one}"' for many, one in join.on.items()]
            pairs += [inner] if (inner := self._text(join.one)) else []
            conditions.append(f'EXISTS (SELECT 1 FROM "{join.one}" WHERE {" AND ".join(pairs)})')
        return " AND ".join(f"({condition})" for condition in conditions)

    def _filled_in(self, node: exp.Expr) -> exp.Expr:
        """`= :name` and `IN (:name)` hold for each of the person's values; elsewhere there must be one."""
        if isinstance(node, exp.EQ) and isinstance(node.expression, exp.Placeholder):
            return exp.In(this=node.this, expressions=self._literals(node.expression))
        if isinstance(node, exp.In) and any(isinstance(one, exp.Placeholder) for one in node.expressions):
            given = [self._literals(one) if isinstance(one, exp.Placeholder) else [one] for one in node.expressions]
            return exp.In(this=node.this, expressions=[literal for literals in given for literal in literals])
        if isinstance(node, exp.Placeholder):
            literals = self._literals(node)
            if len(literals) != 1:
                raise NoAttribute(self.standing.role, f"one {node.name}")
            return literals[0]
        return node

    def _literals(self, placeholder: exp.Expr) -> list[exp.Expr]:
        values = self.standing.attributes.get(placeholder.name)
        if not values:
            raise NoAttribute(self.standing.role, placeholder.name)
        return [_literal(value) for value in values]


def _condition(text: str, table: str) -> str:
    """One condition and no more, whatever brackets and comments stand in it."""
    try:
        return sqlglot.parse_one(text, read=_SQLITE).sql(_SQLITE, comments=False)
    except SqlglotError:
        raise NoCondition(table) from None


def _literal(value: Value) -> exp.Expr:
    return exp.Literal.number(value) if isinstance(value, int) else exp.Literal.string(value)
