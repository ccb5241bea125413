"""From which columns of the bank a result's values come, and whether a masked one is put to a use it is not fit for.

Not a wall: what may not be seen is kept out by `bank/view.py`, which replaces every table. This keeps *wrong numbers*
out: a sum of bands, a filter on a column that shows nothing.
"""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from bank.catalogue import Catalogue
from bank.masks import Mask
from bank.refusals import MaskedUse
from bank.scope import Names, Source

Stored = tuple[str, str]
"""A (table, column) of the catalogue."""


class Lineage:
    """Over a query whose names are resolved."""

    def __init__(self, names: Names, masks: Mapping[Stored, Mask], catalogue: Catalogue) -> None:
        self._names = names
        self._masks = masks
        self._catalogue = catalogue

    def check_uses(self, tree: exp.Expr) -> None:
        """Raises `MaskedUse` where a masked value is filtered by or computed with."""
        for column in tree.find_all(exp.Column):
            mask = self._mask(column)
            if mask and not self._fits(column, mask[1]):
                raise self._refusal(*mask)
        for sides in self._names.merged:
            found = [self._of_source(source, name) for source, name in sides]
            wrong = next(
                (one for one in found if one and not all(other and other[1].how == "hash" for other in found)), None
            )
            if wrong:
                raise self._refusal(*wrong)

    def _refusal(self, stored: Stored, mask: Mask) -> MaskedUse:
        return MaskedUse(mask.says(self._catalogue.label(*stored)))

    def stored(self, expression: exp.Expr) -> set[Stored]:
        """The columns of the bank whose values stand in an expression's value; one that is only counted does not."""
        found: set[Stored] = set()
        waiting: list[exp.Expr] = [expression]
        while waiting:
            node = waiting.pop()
            if isinstance(node, exp.Column):
                found |= self._stored(node)
            elif not isinstance(node, exp.Count):
                waiting.extend(node.iter_expressions())
        return found

    def _stored(self, column: exp.Column) -> set[Stored]:
        source, name = self._names.origins.get(id(column), (None, ""))
        if source is None:
            return set()
        if source.table:
            return {(source.table.name, source.table.columns[name.lower()][0])}
        return {stored for expression in _defining(source, name) for stored in self.stored(expression)}

    def _mask(self, column: exp.Column) -> tuple[Stored, Mask] | None:
        source, name = self._names.origins.get(id(column), (None, ""))
        return self._of_source(source, name) if source else None

    def _of_source(self, source: Source, name: str) -> tuple[Stored, Mask] | None:
        if source.table:
            stored = (source.table.name, source.table.columns[name.lower()][0])
            return (stored, self._masks[stored]) if stored in self._masks else None
        bare = (_bare(expression) for expression in _defining(source, name))
        return next((mask for column in bare if isinstance(column, exp.Column) and (mask := self._mask(column))), None)

    def _fits(self, column: exp.Column, mask: Mask) -> bool:
        node: exp.Expr = column
        while isinstance(node.parent, exp.Paren | exp.Alias):
            node = node.parent
        place = node.parent
        if isinstance(place, exp.Select):
            return node.arg_key == "expressions" and _is_table(place)
        if isinstance(place, exp.Group | exp.Ordered):
            return True
        if mask.how == "hash" and isinstance(place, exp.EQ):
            return self._both_pseudonyms(place)
        return _counted(place, mask)

    def _both_pseudonyms(self, equal: exp.EQ) -> bool:
        sides = [_bare(side) for side in (equal.this, equal.expression)]
        masks = [self._mask(side) for side in sides if isinstance(side, exp.Column)]
        return len(masks) == 2 and all(mask and mask[1].how == "hash" for mask in masks)


def _is_table(select: exp.Expr) -> bool:
    """Whether a SELECT stands as a result or in FROM, not as a value to compare with."""
    node = select
    while isinstance(node.parent, exp.Subquery | exp.SetOperation):
        node = node.parent
    return node.parent is None or isinstance(node.parent, exp.From | exp.Join | exp.CTE)


def _counted(place: exp.Expr | None, mask: Mask) -> bool:
    """How many values there are is the same for all masks but hide; how many different ones, only for pseudonyms."""
    if isinstance(place, exp.Distinct):
        return mask.how == "hash" and isinstance(place.parent, exp.Count)
    return isinstance(place, exp.Count) and mask.how != "hide"


def _defining(source: Source, name: str) -> Iterator[exp.Expr]:
    """The expressions that give an output of a CTE or subquery its values; a union has one on each side."""
    if source.query is not None:
        for place in source.places.get(name, ()):
            yield from _projected(source.query, place)


def _projected(query: exp.Expr, place: int) -> Iterator[exp.Expr]:
    if isinstance(query, exp.Subquery):
        yield from _projected(query.this, place)
    elif isinstance(query, exp.SetOperation):
        yield from _projected(query.this, place)
        yield from _projected(query.expression, place)
    elif place < len(query.expressions):
        yield query.expressions[place]


def _bare(expression: exp.Expr) -> exp.Expr:
    while isinstance(expression, exp.Paren | exp.Alias):
        expression = expression.this
    return expression


def outputs(query: exp.Expr) -> list[list[exp.Expr]]:
    """For each column of a query's result, the expressions that give it its values."""
    first = query
    while not isinstance(first, exp.Select):
        first = first.this
    return [list(_projected(query, place)) for place in range(len(first.expressions))]
