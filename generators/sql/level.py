"""A query as levels, one for each SELECT: what stands in FROM, what is equated with what, what makes a row unique."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

Place = tuple[str, str]
"""A column of a level: (alias of its source, name), both in lower case."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A catalogued column that a value comes from; `figured`: through an aggregate, so that its row is counted once."""

    table: str
    column: str
    figured: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Something in FROM. `outputs` are its columns with what they come from, `keys` what makes a row of it unique,
    `months` those of its columns that hold a month end which nothing has settled yet; `levels` is what a query is made of:
    one SELECT, or those on the sides of a union."""

    outputs: Mapping[str, frozenset[Stored]]
    keys: tuple[frozenset[str], ...] = ()
    months: frozenset[str] = frozenset()
    table: str = ""
    levels: tuple["Level", ...] = ()


@dataclass(slots=True)
class Level:
    """One SELECT. `equal` are pairs of columns that its conditions equate, `fixed` the columns held to one value, `told`
    those that each row tells by its other columns, `bounded` those held within several or a range, `grouped` those that
    GROUP BY keeps apart; `outer` is the level around it, whose columns it may name; `top`: it is the answer itself."""

    select: exp.Select
    sources: dict[str, Source]
    outer: "Level | None" = None
    conditions: list[exp.Expr] = field(default_factory=list)
    equal: list[tuple[Place, Place]] = field(default_factory=list)
    fixed: set[Place] = field(default_factory=set)
    told: set[Place] = field(default_factory=set)
    bounded: set[Place] = field(default_factory=set)
    grouped: set[Place] = field(default_factory=set)
    top: bool = False

    @property
    def aggregates(self) -> bool:
        return bool(self.select.args.get("group")) or any(True for _ in self.figures())

    def figures(self) -> Iterator[exp.AggFunc]:
        """The aggregates of this level itself: not those of queries inside it, and not windows over it."""
        for part in (*self.select.expressions, self.select.args.get("having"), self.select.args.get("order")):
            for node in within(part):
                if isinstance(node, exp.AggFunc) and not isinstance(node.parent, exp.Window):
                    yield node

    def place(self, column: exp.Column) -> Place | None:
        """Where a column of this level stands; None for one of the level around it, or of its own outputs."""
        name = column.name.lower()
        if column.table:
            alias = column.table.lower()
            return (alias, name) if alias in self.sources and name in self.sources[alias].outputs else None
        return next(((alias, name) for alias, source in self.sources.items() if name in source.outputs), None)

    def places(self, *parts: exp.Expr | None) -> set[Place]:
        """The columns of this level that expressions name."""
        columns = (node for part in parts for node in within(part) if isinstance(node, exp.Column))
        return {found for column in columns if (found := self.place(column))}

    def stored(self, part: exp.Expr | None, figured: bool = False) -> frozenset[Stored]:
        """What the values of an expression come from; what is only counted does not."""
        found: set[Stored] = set()
        waiting = [(part, figured)] if part is not None else []
        while waiting:
            node, inside = waiting.pop()
            if isinstance(node, exp.Column):
                at = self.place(node)
                found |= {_through(one, inside) for one in (self.sources[at[0]].outputs[at[1]] if at else ())}
            elif not isinstance(node, exp.Count | exp.Query):
                inside = inside or isinstance(node, exp.AggFunc)
                waiting.extend((child, inside) for child in node.iter_expressions())
        return frozenset(found)

    def closure(self, places: Iterable[Place]) -> set[Place]:
        """The places and all that are equated with one of them."""
        found = set(places)
        while True:
            more = {b for a, b in self.equal if a in found} | {a for a, b in self.equal if b in found}
            if more <= found:
                return found
            found |= more

    def reached(self, start: str) -> set[str]:
        """The sources of which each row of `start` meets at most one row."""
        reached = {start}
        while True:
            known = self.closure({*self.fixed, *((alias, name) for alias in reached for name in _outputs(self, alias))})
            more = {
                alias
                for alias, source in self.sources.items()
                if alias not in reached and any(all((alias, name) in known for name in key) for key in source.keys)
            }
            if not more:
                return reached
            reached |= more


def _outputs(level: Level, alias: str) -> Iterable[str]:
    return level.sources[alias].outputs


def _through(stored: Stored, figured: bool) -> Stored:
    return Stored(stored.table, stored.column, True) if figured else stored


def within(part: exp.Expr | None) -> Iterator[exp.Expr]:
    """Every node of an expression, without those of the queries inside it."""
    waiting = [part] if part is not None else []
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, exp.Query):
            waiting.extend(node.iter_expressions())


def bare(node: exp.Expr) -> exp.Expr:
    """Without brackets, names and conversions round it."""
    while isinstance(node, exp.Paren | exp.Alias | exp.Cast | exp.Ordered):
        node = node.this
    return node


def conjuncts(node: exp.Expr | None) -> Iterator[exp.Expr]:
    """The conditions that all hold."""
    waiting = [node] if node is not None else []
    while waiting:
        one = waiting.pop()
        if isinstance(one, exp.And):
            waiting += [one.expression, one.this]
        elif isinstance(one, exp.Paren | exp.Where | exp.Having):
            waiting.append(one.this)
        else:
            yield one
