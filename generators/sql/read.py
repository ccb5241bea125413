"""Reads a query into its levels, by the catalogue of one bank."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from bank.catalogue import Catalogue
from bank.errors import Refused
from bank.schema import Schema
from bank.scope import Names
from generators.sql.level import Level, Source, Stored, bare, conjuncts, within

_Sources = Mapping[str, Source]
_KEPT = 64  # queries: each is read for its faults, its measures and its words, and a team's by two agents
_BOUNDS = (exp.Between, exp.In, exp.GT, exp.GTE, exp.LT, exp.LTE)


class Reader:
    """`dialect` is sqlglot's name for the bank's SQL. Safe to use for any number of queries."""

    def __init__(self, catalogue: Catalogue, dialect: str) -> None:
        self.catalogue = catalogue
        self.dialect = dialect
        self._schema = Schema.of(catalogue, {name: set(table.columns) for name, table in catalogue.tables.items()})
        self._tables = {name.lower(): self._table(name) for name in catalogue.tables}
        self.levels: Callable[[str], list[Level]] = lru_cache(_KEPT)(self._levels)

    def _levels(self, sql: str) -> list[Level]:
        """Every SELECT, inner ones before those around them; none where it cannot be read: the door says so better."""
        try:
            tree = sqlglot.parse_one(sql, dialect=self.dialect)
            Names(self._schema, self.dialect).resolve(tree)
        except (SqlglotError, Refused, RecursionError):
            return []
        found: list[Level] = []
        self._query(tree, {}, None, found, top=True)
        return found

    def _query(
        self, query: exp.Expr, ctes: _Sources, outer: Level | None, found: list[Level], top: bool = False
    ) -> Source:
        while isinstance(query, exp.Subquery):
            query = query.this
        if clause := query.args.get("with_"):
            known = dict(ctes)
            for cte in clause.expressions:
                known[cte.alias.lower()] = self._query(cte.this, known, outer, found)
            ctes = known
        if isinstance(query, exp.SetOperation):
            left = self._query(query.this, ctes, outer, found, top)
            right = self._query(query.expression, ctes, outer, found, top)
            return _united(left, right)
        if not isinstance(query, exp.Select):
            return Source({})
        level = self._level(query, ctes, outer, found)
        level.top = top
        found.append(level)
        return _made(level)

    def _level(self, select: exp.Select, ctes: _Sources, outer: Level | None, found: list[Level]) -> Level:
        level = Level(select, {}, outer)
        first, joins = select.args.get("from_"), select.args.get("joins") or []
        for node in [*([first] if first else []), *joins]:
            table = node.this
            source = ctes.get(table.name.lower()) or self._tables.get(table.name.lower())
            if isinstance(table, exp.Subquery):
                source = self._query(table, ctes, outer, found)
            level.sources[table.alias_or_name.lower() or f" {len(level.sources)}"] = source or Source({})
        for join in joins:
            _use(level, join)
            _conditions(level, join.args.get("on"))
        _conditions(level, select.args.get("where"))
        level.grouped = level.places(*(part for part in grouping(select) if isinstance(bare(part), exp.Column)))
        for node in _inside(select):
            self._query(node, ctes, level, found)
        return level

    def _table(self, name: str) -> Source:
        table = self.catalogue.tables[name]
        outputs = {column.lower(): frozenset({Stored(name, column)}) for column in table.columns}
        months = frozenset({table.snapshot.column.lower()}) if table.snapshot else frozenset()
        return Source(outputs, tuple(self._keys(name)), months, name)

    def _keys(self, name: str) -> Iterator[frozenset[str]]:
        """What makes a row of a table unique, by its key and by the joins that lead to it."""
        table = self.catalogue.tables[name]
        month = {table.snapshot.column} if table.snapshot else set()
        if not table.share:
            yield _low({table.key, *month})
        for join in self.catalogue.joins:
            if join.one == name:
                yield _low(join.on.values())
            if join.single and join.many == name:
                yield _low(join.on)
        if (rates := self.catalogue.currencies) and rates.table == name:
            yield _low({rates.source, rates.month})


def _low(names: object) -> frozenset[str]:
    return frozenset(str(name).lower() for name in names)  # type: ignore[attr-defined]


def _inside(select: exp.Select) -> Iterator[exp.Expr]:
    """The queries that are looked into: in conditions, as values."""
    parts = [*select.expressions, *(select.args.get(name) for name in ("where", "having", "order", "qualify"))]
    parts += [join.args.get("on") for join in select.args.get("joins") or []]
    for part in parts:
        yield from (node for node in within(part) if isinstance(node, exp.Query))


def _use(level: Level, join: exp.Expr) -> None:
    for identifier in join.args.get("using") or []:
        holders = [
            (alias, identifier.name.lower())
            for alias, source in level.sources.items()
            if identifier.name.lower() in source.outputs
        ]
        level.equal += [(holders[0], other) for other in holders[1:]]


def _conditions(level: Level, clause: exp.Expr | None) -> None:
    for one in conjuncts(clause):
        level.conditions.append(one)
        if isinstance(one, exp.EQ):
            _equated(level, bare(one.this), bare(one.expression))
        elif isinstance(one, exp.In) and len(one.expressions) == 1:
            _equated(level, bare(one.this), bare(one.expressions[0]))
        elif isinstance(one, _BOUNDS):
            level.bounded |= level.places(one.this, one.args.get("expression"))


def _equated(level: Level, left: exp.Expr, right: exp.Expr) -> None:
    """Two columns are equal; a column and what names no column of this level: the column holds one value."""
    for one, other in ((left, right), (right, left)):
        if not isinstance(one, exp.Column) or (at := level.place(one)) is None:
            continue
        if not level.places(other):
            level.fixed.add(at)
        elif isinstance(other, exp.Column) and (there := level.place(other)):
            level.equal.append((at, there))
        else:
            level.told.add(at)


def grouping(select: exp.Select) -> list[exp.Expr]:
    """What GROUP BY names: a number or a name of an output stands for that output."""
    group = select.args.get("group")
    named = {one.alias.lower(): one for one in select.expressions if one.alias}
    parts = []
    for part in group.expressions if group else []:
        if isinstance(part, exp.Literal) and part.is_int and 0 < int(part.this) <= len(select.expressions):
            parts.append(select.expressions[int(part.this) - 1])
        elif isinstance(part, exp.Column) and not part.table and part.name.lower() in named:
            parts.append(named[part.name.lower()])
        else:
            parts.append(part)
    return parts


def _made(level: Level) -> Source:
    """A level as the source of another."""
    select = level.select
    names = [(one.alias_or_name or f" {number}").lower() for number, one in enumerate(select.expressions)]
    once = bool(select.args.get("distinct"))
    outputs = {name: level.stored(one, once) for name, one in zip(names, select.expressions, strict=True)}
    shown: dict[tuple[str, str], str] = {}
    for name, one in zip(names, select.expressions, strict=True):
        value = bare(one)
        if isinstance(value, exp.Column) and (at := level.place(value)):
            shown.update(dict.fromkeys(level.closure({at}), name))
    months = frozenset() if level.aggregates else frozenset(_pending(level, shown))
    return Source(outputs, tuple(_unique(level, names, shown)), months, levels=(level,))


def _pending(level: Level, shown: Mapping[tuple[str, str], str]) -> Iterator[str]:
    held = level.closure(level.fixed)
    for alias, source in level.sources.items():
        for month in source.months:
            if (alias, month) in shown and (alias, month) not in held:
                yield shown[(alias, month)]


def _unique(level: Level, names: Sequence[str], shown: Mapping[tuple[str, str], str]) -> Iterator[frozenset[str]]:
    """What makes a row of a level's result unique, by the names of its outputs."""
    select = level.select
    limit = select.args.get("limit")
    if limit is not None and limit.expression is not None and limit.expression.sql() == "1":
        yield frozenset()
    if select.args.get("distinct"):
        yield frozenset(names)
    if level.aggregates:
        spots = {id(one): name for name, one in zip(names, select.expressions, strict=True)}
        keys = [spots.get(id(part)) or _shown(level, part, shown, names) for part in grouping(select)]
        if all(key is not None for key in keys):
            yield frozenset(key for key in keys if key)
    else:
        yield from _kept(level, shown)


def _kept(level: Level, shown: Mapping[tuple[str, str], str]) -> Iterator[frozenset[str]]:
    """The keys of a source whose rows no join repeats, where they are shown."""
    held = level.closure(level.fixed)
    for alias, source in level.sources.items():
        whole = level.reached(alias) == level.sources.keys()
        for key in source.keys if whole else ():
            needed = {(alias, name) for name in key} - held
            if all(at in shown for at in needed):
                yield frozenset(shown[at] for at in needed)


def _shown(level: Level, part: exp.Expr, shown: Mapping[tuple[str, str], str], names: Sequence[str]) -> str | None:
    """The output that shows what GROUP BY names."""
    value = bare(part)
    if isinstance(value, exp.Column) and (at := level.place(value)):
        if at in shown:
            return shown[at]
        return "" if at in level.closure(level.fixed) else None
    text = value.sql()
    return next(
        (name for name, one in zip(names, level.select.expressions, strict=True) if bare(one).sql() == text), None
    )


def _united(left: Source, right: Source) -> Source:
    columns = zip(left.outputs.items(), right.outputs.values(), strict=False)
    outputs = {name: one | other for (name, one), other in columns}
    return Source(outputs, (), left.months, levels=(*left.levels, *right.levels))
