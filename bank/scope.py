"""Which table and column every name of a query stands for; a name that stands for nothing catalogued is refused.

The database resolves names by its own rules, so this errs on one side: a name that could reach a column the catalogue
does not list (also a hidden one of a catalogued table, or one of an outer query) is refused, never guessed at.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect, NormalizationStrategy

from bank.refusals import NotAllowed, UnclearName, UnknownColumn, UnknownTable
from bank.schema import CataloguedTable, Schema

_CLAUSES = ("distinct", "where", "group", "having", "qualify", "windows", "order")


@dataclass(frozen=True, slots=True)
class Source:
    """Something in FROM. A catalogued table knows its hidden columns; a CTE or subquery has only what it puts out:
    `query` is what it is, `places` where in its projections each output stands."""

    outputs: Mapping[str, exp.Identifier]
    table: CataloguedTable | None = None
    query: exp.Expr | None = None
    places: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return (name.lower() in self.table.columns) if self.table else name in self.outputs

    def hides(self, name: str) -> bool:
        return self.table is not None and name.lower() in self.table.hidden


@dataclass(slots=True)
class Scope:
    """What one SELECT can name: its sources by alias, its own output names, and the query around it."""

    outer: "Scope | None"
    ctes: Mapping[str, Source]
    itself: Source = Source({})  # its own outputs, as an alias names them
    sources: dict[str, Source] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)


class Names:
    """Resolves one query; afterwards `tables` and `columns` hold what it reads, by the catalogue's names, `ctes` the
    names it defines itself, `physical` each place of a catalogued table, `origins` what each column (by the id of its
    node) stands for, a source and a name in it, and `merged` the same for every side of a USING.

    `reserved` are lower-case names that no CTE may bear: those of tables which a policy may add to the query.
    """

    def __init__(self, schema: Schema, dialect: str, reserved: Collection[str] = ()) -> None:
        self._schema = schema
        self._reserved = {*schema.tables, *reserved}
        self.physical: list[tuple[exp.Table, CataloguedTable]] = []
        self.origins: dict[int, tuple[Source, str]] = {}
        self.merged: list[list[tuple[Source, str]]] = []
        self._strategy = Dialect.get_or_raise(dialect).normalization_strategy
        self.tables: set[str] = set()
        self.ctes: set[str] = set()
        self.columns: set[tuple[str, str]] = set()

    def resolve(self, query: exp.Expr) -> None:
        """Writes out `*`, corrects names whose case the database would not find, raises `Refused`."""
        self._query(query, {}, None)

    def _query(self, query: exp.Expr, ctes: Mapping[str, Source], outer: Scope | None) -> list[exp.Identifier | None]:
        if isinstance(query, exp.Subquery):
            return self._query(query.this, ctes, outer)
        if not isinstance(query, exp.Select | exp.SetOperation):
            raise NotAllowed(query.key.upper())
        ctes = self._with(query, ctes, outer)
        if isinstance(query, exp.Select):
            return self._select(query, Scope(outer, ctes))
        outputs = self._query(query.this, ctes, outer)
        self._query(query.expression, ctes, outer)
        order = Scope(None, ctes, self._put_out(query, outputs))
        self._expressions(query.args.get("order"), order)
        return outputs

    def _with(self, query: exp.Expr, ctes: Mapping[str, Source], outer: Scope | None) -> Mapping[str, Source]:
        clause = query.args.get("with_")
        if not clause:
            return ctes
        known = dict(ctes)
        for cte in clause.expressions:
            name = self._fold(cte.args["alias"].this)
            if name in known or name.lower() in self._reserved:
                raise UnclearName(name)
            known[name] = self._derived(cte, known, outer)
            self.ctes.add(name)
        return known

    def _derived(self, node: exp.Expr, ctes: Mapping[str, Source], outer: Scope | None) -> Source:
        """A CTE or a subquery in FROM, its outputs renamed by the column list after its alias."""
        outputs = self._query(node.this, ctes, outer)
        alias = node.args.get("alias")
        names = list(alias.args.get("columns") or []) if alias else []
        if len(names) > len(outputs):
            raise NotAllowed("more column names than columns")
        return self._put_out(node.this, [*names, *outputs[len(names) :]])

    def _put_out(self, query: exp.Expr, outputs: Sequence[exp.Identifier | None]) -> Source:
        named: dict[str, exp.Identifier] = {}
        places: dict[str, list[int]] = {}
        for place, name in enumerate(outputs):
            if name:
                key = self._fold(name)
                named[key] = name
                places.setdefault(key, []).append(place)
        return Source(named, None, query, places)

    def _select(self, select: exp.Select, scope: Scope) -> list[exp.Identifier | None]:
        joins = select.args.get("joins") or []
        first = select.args.get("from_")
        for node in ([first] if first else []) + joins:
            self._add(node.this, scope)
        for join in joins:
            self._merge(join, scope)
            self._expressions(join.args.get("on"), scope)
        self._write_out_stars(select, scope)
        for projection in select.expressions:
            self._expressions(projection, scope)
        outputs = [_output(projection) for projection in select.expressions]
        scope.itself = self._put_out(select, outputs)
        for clause in _CLAUSES:
            value = select.args.get(clause)
            for node in value if isinstance(value, list) else [value]:
                self._expressions(node, scope)
        return outputs

    def _add(self, node: exp.Expr, scope: Scope) -> None:
        if isinstance(node, exp.Table):
            source = self._table(node, scope)
        elif isinstance(node, exp.Subquery):
            source = self._derived(node, scope.ctes, scope.outer)
        else:
            raise NotAllowed(f"{node.key.upper()} in FROM")
        alias = node.args.get("alias")
        name = alias.this if alias else node.this
        key = self._fold(name) if isinstance(name, exp.Identifier) else f" {len(scope.sources)}"
        if key in scope.sources:
            raise UnclearName(key)
        scope.sources[key] = source

    def _table(self, node: exp.Table, scope: Scope) -> Source:
        name = self._fold(node.this)
        if node.alias_column_names:
            raise NotAllowed("new column names for a table")
        if name in scope.ctes:
            return scope.ctes[name]
        table = self._schema.tables.get(name.lower())
        if table is None:
            raise UnknownTable(node.name)
        self.tables.add(table.name)
        self.physical.append((node, table))
        if not node.args.get("alias") and not self._reaches(node.this, table.live):
            node.set("alias", exp.TableAlias(this=node.this.copy()))
        self._correct(node.this, table.live)
        return Source({low: exp.to_identifier(live, quoted=True) for low, (_, live) in table.columns.items()}, table)

    def _merge(self, join: exp.Expr, scope: Scope) -> None:
        for identifier in join.args.get("using") or []:
            name = self._fold(identifier)
            holders = [source for source in scope.sources.values() if source.has(name)]
            if len(holders) < 2 or any(source.hides(name) for source in scope.sources.values()):
                raise UnknownColumn(identifier.name)
            for source in holders:
                self._read(source, name)
            self.merged.append([(source, name) for source in holders])
            scope.merged.add(name)

    def _write_out_stars(self, select: exp.Select, scope: Scope) -> None:
        """`*` would also show columns the catalogue does not list: it is replaced by those it does."""
        if not any(_is_star(projection) for projection in select.expressions):
            return
        written: list[exp.Expr] = []
        for projection in select.expressions:
            written += self._star(projection, scope) if _is_star(projection) else [projection]
        select.set("expressions", written)

    def _star(self, star: exp.Expr, scope: Scope) -> list[exp.Expr]:
        wanted = star.args.get("table") if isinstance(star, exp.Column) else None
        if wanted and self._fold(wanted) not in scope.sources:
            raise UnknownTable(wanted.name)
        columns: list[exp.Expr] = []
        for alias, source in scope.sources.items():
            if wanted and alias != self._fold(wanted):
                continue
            table = alias if len(scope.sources) > 1 else ""
            columns += [_named(name, table) for name in source.outputs.values()]
        if not columns:
            raise NotAllowed("SELECT * without a table")
        return columns

    def _expressions(self, root: exp.Expr | None, scope: Scope) -> None:
        """Resolves every column below, and every query inside as one that can see this scope."""
        waiting = [root] if root else []
        while waiting:
            node = waiting.pop()
            if isinstance(node, exp.Query):
                self._query(node, scope.ctes, scope)
            elif isinstance(node, exp.Column):
                self._column(node, scope)
            else:
                waiting.extend(node.iter_expressions())

    def _column(self, column: exp.Column, scope: Scope) -> None:
        name = self._fold(column.this)
        if isinstance(column.parent, exp.Ordered) and not column.table and scope.itself.has(name):
            source = scope.itself
        else:
            source = self._qualified(column, name, scope) if column.table else self._unqualified(column, name, scope)
        self.origins[id(column)] = (source, name)
        self._read(source, name)
        if source.table:
            self._correct(column.this, source.table.columns[name.lower()][1])

    def _qualified(self, column: exp.Column, name: str, scope: Scope | None) -> Source:
        alias = self._fold(column.args["table"])
        while scope:
            if alias in scope.sources:
                if scope.sources[alias].has(name):
                    return scope.sources[alias]
                break
            scope = scope.outer
        raise UnknownColumn(f"{column.table}.{column.name}")

    def _unqualified(self, column: exp.Column, name: str, scope: Scope | None) -> Source:
        """The source an unqualified name stands for; an output name of a SELECT stands for that SELECT itself."""
        while scope:
            if any(source.hides(name) for source in scope.sources.values()):
                raise UnknownColumn(column.name)
            holders = [source for source in scope.sources.values() if source.has(name)]
            if len(holders) > 1 and name not in scope.merged:
                raise UnclearName(column.name)
            if holders:
                return holders[0]
            if scope.itself.has(name):
                return scope.itself
            scope = scope.outer
        raise UnknownColumn(column.name)

    def _read(self, source: Source, name: str) -> None:
        if source.table:
            self.columns.add((source.table.name, source.table.columns[name.lower()][0]))

    def _fold(self, identifier: exp.Expr) -> str:
        """The name as the database compares it."""
        name = identifier.name
        if self._strategy is NormalizationStrategy.CASE_SENSITIVE:
            return name
        if identifier.args.get("quoted") and self._strategy in _KEEPS_QUOTED:
            return name
        return name.upper() if self._strategy is NormalizationStrategy.UPPERCASE else name.lower()

    def _reaches(self, identifier: exp.Expr, live: str) -> bool:
        return self._fold(identifier) == self._fold(exp.to_identifier(live, quoted=True))

    def _correct(self, identifier: exp.Expr, live: str) -> None:
        """Where the database would not find the name as written (its case differs), the name it goes by."""
        if not self._reaches(identifier, live):
            identifier.set("this", live)
            identifier.set("quoted", True)


def _named(name: exp.Identifier, table: str) -> exp.Column:
    """Made anew: copying is ten times slower, and a star may stand for a hundred columns."""
    column = exp.Identifier(this=name.this, quoted=bool(name.args.get("quoted")))
    return exp.Column(this=column, table=exp.Identifier(this=table, quoted=True) if table else None)


def _is_star(projection: exp.Expr) -> bool:
    return isinstance(projection, exp.Star) or (
        isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star)
    )


def _output(projection: exp.Expr) -> exp.Identifier | None:
    name = projection.args["alias"] if isinstance(projection, exp.Alias) else projection.this
    return name if isinstance(projection, exp.Alias | exp.Column) and isinstance(name, exp.Identifier) else None


_KEEPS_QUOTED = {NormalizationStrategy.LOWERCASE, NormalizationStrategy.UPPERCASE}
