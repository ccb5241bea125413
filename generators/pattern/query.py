"""One SELECT in the making: a root table, the tables joined to it one row each, and expressions over their columns."""

from dataclasses import dataclass, field
from datetime import date

import sqlglot
from sqlglot import exp

from bank.catalogue import Catalogue, Stored
from bank.values import Values
from generators.pattern.graph import Graph, Step

RESERVED = frozenset(
    """all and any as asc between by case check column constraint create cross current default delete desc
    distinct drop else end except exists for foreign from full group having in index inner insert intersect
    into is join key left like limit natural not null of offset on or order outer primary references right
    row select set table then to transaction trigger union unique update user using values when where window
    with
    analyze array asof authorization both call cascade change char character collate condition connect connection contains
    cube database databases dec decimal declare describe div double dual each escape execute exit explain extract fetch float
    force generated get grant grouping groups hash ignore ilike increment int integer interval keys kill lateral leading lines
    load lock long loop match merge minus mod new no nulls only option optionally out over overlaps partition
    placing preceding prepare procedure qualify range rank read recursive regexp release rename repeat replace require respect
    return returning revoke rlike rollup rows sample schema schemas separator show signal similar some sql start starting
    struct symmetric system tablesample terminated trailing treat unbounded undo unlock unnest unsigned usage use verbose
    view virtual while within write xor""".split()
)
"""Words that some database reserves (SQL standard, Postgres, MySQL, BigQuery, Snowflake, Trino): never a bare name."""


class Unreachable(Exception):
    """A column was asked for that no row of the root belongs to one row of."""


@dataclass(frozen=True)
class Ground:
    """What every query is made from."""

    catalogue: Catalogue
    graph: Graph
    values: Values
    dialect: str
    today: date = date.min  # what "this month" and the age of things count from
    fragments: dict[str, exp.Expr] = field(default_factory=dict)

    def fragment(self, sql: str) -> exp.Expr:
        """A piece of SQL of the catalogue, parsed once."""
        if sql not in self.fragments:
            self.fragments[sql] = sqlglot.parse_one(sql, read="sqlite")
        return self.fragments[sql].copy()

    def name(self, name: str) -> exp.Identifier:
        """A name as the database needs it: quoted only where it must be."""
        plain = name.isidentifier() and name.isascii() and name.casefold() not in RESERVED
        return exp.to_identifier(name, quoted=not plain or (self.dialect != "sqlite" and name != name.casefold()))


class Query:
    """A SELECT over `root`. `month` is the one snapshot that is read, or None where each month is a row of the answer."""

    def __init__(
        self,
        ground: Ground,
        root: str,
        month: date | None,
        taken: frozenset[str] = frozenset(),
        last_seen: bool = False,
    ) -> None:
        self.ground, self.root, self.month = ground, root, month
        self._taken = set(taken)
        self.aliases: dict[str, str] = {root: self._alias(root)}
        self._joins: list[exp.Join] = []
        self._rates: dict[tuple[str, str], str] = {}
        self.where: list[exp.Expr] = []
        snapshot = ground.catalogue.tables[root].snapshot
        if snapshot and month:
            self.where.append(
                exp.EQ(this=self.column(root, snapshot.column), expression=stored_day(month, snapshot.stored))
            )
        elif snapshot and last_seen:
            self._joins.append(self._last_seen(snapshot.column))

    def _last_seen(self, month: str) -> exp.Join:
        """Each thing as it stood at the last month end that knew it: what has left the book since is not lost.

        Found once for all things: looked up for each row, it took 20 s where the policy puts a query in the table's place.
        """
        name, key = self.ground.name, self.ground.catalogue.tables[self.root].key
        last, inner = self._free("last"), self._free("known")
        table = exp.Table(this=name(self.root), alias=exp.TableAlias(this=exp.to_identifier(inner)))
        known = exp.Column(this=name(key), table=exp.to_identifier(inner))
        newest = exp.Max(this=exp.Column(this=name(month), table=exp.to_identifier(inner)))
        found = (
            exp.select(exp.alias_(known, "thing"), exp.alias_(newest, "month_end")).from_(table).group_by(known.copy())
        )
        on = exp.and_(
            exp.EQ(this=exp.column("thing", last), expression=self.key(self.root)),
            exp.EQ(this=exp.column("month_end", last), expression=self.column(self.root, month)),
        )
        return exp.Join(this=found.subquery(last), on=on)

    @property
    def taken(self) -> frozenset[str]:
        """The names that a query inside this one must not use again."""
        return frozenset(self._taken)

    def column(self, table: str, column: str) -> exp.Column:
        """A column of the root or of a table its rows belong to, which is joined if it is not yet."""
        return exp.Column(this=self.ground.name(column), table=exp.to_identifier(self._joined(table)))

    def fragment(self, table: str, sql: str) -> exp.Expr:
        """SQL of the catalogue over one table's columns."""
        alias = self._joined(table)
        tree = self.ground.fragment(sql)
        for found in list(tree.find_all(exp.Column)):
            found.set("this", self.ground.name(found.name))
            found.set("table", exp.to_identifier(alias))
        return tree

    def key(self, table: str) -> exp.Column:
        """What identifies the thing of a table."""
        return self.column(table, self.ground.catalogue.tables[table].key)

    def money(self, table: str, value: exp.Expr, fixed: str = "") -> exp.Expr:
        """An amount of a row in the reporting currency, at the rate of the row's month end."""
        catalogue = self.ground.catalogue
        entry, target = catalogue.tables[table], catalogue.reporting_currency
        if not catalogue.currencies or not target or fixed == target or not (fixed or entry.currency):
            return value
        source = exp.Literal.string(fixed) if fixed else self.column(table, entry.currency)
        rate = self._rate_column(table, source)
        if fixed:
            return exp.Mul(this=_wrapped(value), expression=rate)
        same = exp.EQ(this=source.copy(), expression=exp.Literal.string(target))
        case = exp.Case(ifs=[exp.If(this=same, true=exp.Literal.number(1))], default=rate)
        return exp.Mul(this=_wrapped(value), expression=case)

    def rate_of(self, currency: str) -> exp.Expr:
        """What one unit of a currency is worth in the reporting currency, at the month end that is read."""
        rates, catalogue = self.ground.catalogue.currencies, self.ground.catalogue
        if rates is None or self.month is None:
            raise Unreachable(currency)
        found = exp.select(exp.Column(this=self.ground.name(rates.rate))).from_(
            exp.Table(this=self.ground.name(rates.table))
        )
        held = (
            (rates.source, exp.Literal.string(currency)),
            (rates.target, exp.Literal.string(catalogue.reporting_currency)),
            (rates.month, stored_day(self.month, rates.stored)),
        )
        return exp.Subquery(
            this=found.where(
                *(exp.EQ(this=exp.Column(this=self.ground.name(name)), expression=value) for name, value in held)
            )
        )

    def shared(self, table: str, value: exp.Expr) -> exp.Expr:
        """The part of an amount that a row stands for."""
        share = self.ground.catalogue.tables[table].share
        if not share:
            return value
        part = exp.Mul(this=_wrapped(value), expression=self.column(table, share.column))
        return exp.Div(this=part, expression=exp.Literal.number(f"{share.whole:.1f}"), typed=True)

    def select(self, *columns: exp.Expr) -> exp.Select:
        """The SELECT with all that was joined on the way."""
        query = exp.select(*columns).from_(self._table(self.root))
        query.set("joins", [join.copy() for join in self._joins])
        return query.where(*self.where) if self.where else query

    def _joined(self, table: str) -> str:
        if table in self.aliases:
            return self.aliases[table]
        way = self.ground.graph.up(self.root, table)
        if way is None:
            raise Unreachable(table)
        for step in way:
            if step.target not in self.aliases:
                self._join(step)
        return self.aliases[table]

    def _join(self, step: Step) -> None:
        """A left join, so that no row of the root is lost; the other side is read at the same month."""
        source, target = self.aliases[step.source], self._alias(step.target)
        self.aliases[step.target] = target
        on = [
            exp.EQ(
                this=exp.Column(this=self.ground.name(there), table=exp.to_identifier(target)),
                expression=exp.Column(this=self.ground.name(here), table=exp.to_identifier(source)),
            )
            for here, there in step.join.on.items()
        ]
        snapshot = self.ground.catalogue.tables[step.target].snapshot
        if snapshot and snapshot.column not in step.join.on.values():
            there = exp.Column(this=self.ground.name(snapshot.column), table=exp.to_identifier(target))
            on.append(exp.EQ(this=there, expression=self._month_of(step.source, snapshot.stored)))
        self._joins.append(exp.Join(this=self._table(step.target), side="LEFT", on=exp.and_(*on)))

    def _month_of(self, table: str, stored: Stored) -> exp.Expr:
        """The month of a row as another column stores it."""
        snapshot = self.ground.catalogue.tables[table].snapshot
        if self.month:
            return stored_day(self.month, stored)
        if snapshot and snapshot.stored == stored:
            return self.column(table, snapshot.column)
        raise Unreachable(table)

    def _rate_column(self, table: str, source: exp.Expr) -> exp.Column:
        rates = self.ground.catalogue.currencies
        assert rates is not None  # noqa: S101 - money() has looked
        sort = (table, source.name if isinstance(source, exp.Literal) else "")
        if sort not in self._rates:
            self._rates[sort] = self._free("rate")
            at = exp.to_identifier(self._rates[sort])
            on = exp.and_(
                exp.EQ(this=exp.Column(this=self.ground.name(rates.source), table=at), expression=source.copy()),
                exp.EQ(
                    this=exp.Column(this=self.ground.name(rates.target), table=at.copy()),
                    expression=exp.Literal.string(self.ground.catalogue.reporting_currency),
                ),
                exp.EQ(
                    this=exp.Column(this=self.ground.name(rates.month), table=at.copy()),
                    expression=self._rate_month(table, rates.stored),
                ),
            )
            joined = exp.Table(this=self.ground.name(rates.table), alias=exp.TableAlias(this=at.copy()))
            self._joins.append(exp.Join(this=joined, side="LEFT", on=on))
        return exp.Column(this=self.ground.name(rates.rate), table=exp.to_identifier(self._rates[sort]))

    def _rate_month(self, table: str, stored: Stored) -> exp.Expr:
        entry = self.ground.catalogue.tables[table]
        if entry.snapshot or not entry.date:
            return self._month_of(table, stored)
        return month_text(self.column(table, entry.date), entry.columns[entry.date].stored, stored == "yyyy-mm")

    def _table(self, table: str) -> exp.Table:
        alias = exp.TableAlias(this=exp.to_identifier(self.aliases[table]))
        return exp.Table(this=self.ground.name(table), alias=alias)

    def _alias(self, table: str) -> str:
        noun = "_".join(self.ground.catalogue.tables[table].noun.casefold().split())
        noun = "".join(letter if letter.isalnum() else "_" for letter in noun)
        return self._free(noun + "_" if noun in RESERVED or not noun[:1].isalpha() else noun)

    def _free(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name


def stored_day(day: date, stored: Stored) -> exp.Expr:
    """A day as a column stores it. Text compares with text, and every database reads it as a number or date where it must."""
    return exp.Literal.string(month_stored(day, stored))


def month_stored(day: date, stored: Stored) -> str:
    """A day or month end in the form in which a column stores it."""
    forms = {"yyyymm": "%Y%m", "yyyy-mm": "%Y-%m", "yyyymmdd": "%Y%m%d", "yymmdd": "%y%m%d"}
    return day.strftime(forms.get(stored, "%Y-%m-%d"))


def month_text(column: exp.Expr, stored: Stored, dashed: bool = True) -> exp.Expr:
    """The month of a stored date or month, as 2026-09 or 202609."""
    if stored == "native":
        return exp.TimeToStr(this=column, format=exp.Literal.string("%Y-%m" if dashed else "%Y%m"))
    text = exp.cast(column, "text")
    if stored in {"iso", "yyyy-mm"}:
        whole = _cut(text, 1, 7)
        return whole if dashed else exp.DPipe(this=_cut(text, 1, 4), expression=_cut(text, 6, 2))
    century = exp.Literal.string("19")
    year = exp.DPipe(this=century, expression=_cut(text, 1, 2)) if stored == "yymmdd" else _cut(text, 1, 4)
    month = _cut(text, 3, 2) if stored == "yymmdd" else _cut(text, 5, 2)
    first = exp.DPipe(this=year, expression=exp.Literal.string("-")) if dashed else year
    return exp.DPipe(this=first, expression=month)


def _cut(text: exp.Expr, start: int, length: int) -> exp.Expr:
    return exp.Substring(this=text.copy(), start=exp.Literal.number(start), length=exp.Literal.number(length))


def _wrapped(value: exp.Expr) -> exp.Expr:
    return exp.Paren(this=value) if isinstance(value, exp.Binary) else value
