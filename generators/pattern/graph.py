"""Ways through the catalogue's joins: to the one row that a row belongs to, or between two things in any direction."""

from collections import deque
from copy import copy
from dataclasses import dataclass

from bank.catalogue import Catalogue, Join


@dataclass(frozen=True, slots=True)
class Step:
    """From one table to the next; `up` if each row leads to at most one row there."""

    join: Join
    up: bool

    @property
    def source(self) -> str:
        return self.join.many if self.up else self.join.one

    @property
    def target(self) -> str:
        return self.join.one if self.up else self.join.many


class Tangled(Exception):
    """There are two equally short ways between these tables, and their answers may differ."""

    def __init__(self, source: str, target: str, ways: tuple[tuple[Step, ...], ...]) -> None:
        super().__init__(self.__doc__)
        self.source, self.target, self.ways = source, target, ways


class Graph:
    """The joins of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._up: dict[str, list[Step]] = {table: [] for table in catalogue.tables}
        self._any: dict[str, list[Step]] = {table: [] for table in catalogue.tables}
        for join in catalogue.joins:
            if join.many in self._up and join.one in self._up:
                self._up[join.many].append(Step(join, True))
                self._any[join.many].append(Step(join, True))
                self._any[join.one].append(Step(join, False))
        self._found: dict[tuple[str, str, bool], tuple[Step, ...] | None] = {}

    def up(self, source: str, target: str) -> tuple[Step, ...] | None:
        """The steps from a row to the one row it belongs to; None if there is no such way. Raises `Tangled`."""
        return self._way(source, target, True)

    def between(self, source: str, target: str) -> tuple[Step, ...] | None:
        """The shortest way in any direction; None if there is none. Raises `Tangled`."""
        return self._way(source, target, False)

    def reaches(self, source: str, target: str) -> bool:
        """Whether each row of `source` belongs to at most one row of `target`."""
        try:
            return self.up(source, target) is not None
        except Tangled:
            return True

    def distance(self, source: str, target: str) -> int:
        """How many steps up; a large number if there is no such way."""
        try:
            way = self.up(source, target)
        except Tangled as tangled:
            return 50 if tangled else 0
        return 100 if way is None else len(way)

    def below(self, targets: list[str]) -> list[str]:
        """The tables whose rows belong to one row of each target, the nearest first; ties are kept together by distance."""
        found = [table for table in self._up if all(self.reaches(table, target) for target in targets)]
        return sorted(found, key=lambda table: sum(self.distance(table, target) for target in targets))

    def going(self, tangled: Tangled, way: int) -> "Graph":
        """The same graph, where one of the equal ways has been chosen."""
        chosen = copy(self)
        chosen._found = dict(self._found)
        for only_up in (True, False):
            chosen._found[tangled.source, tangled.target, only_up] = tangled.ways[way]
        return chosen

    def _way(self, source: str, target: str, only_up: bool) -> tuple[Step, ...] | None:
        key = (source, target, only_up)
        if key not in self._found:
            self._found[key] = self._search(source, target, self._up if only_up else self._any)
        return self._found[key]

    def _search(self, source: str, target: str, steps: dict[str, list[Step]]) -> tuple[Step, ...] | None:
        waiting: deque[tuple[Step, ...]] = deque([()])
        arrived: list[tuple[Step, ...]] = []
        while waiting:
            way = waiting.popleft()
            if arrived and len(way) > len(arrived[0]):
                break
            here = way[-1].target if way else source
            if here == target:
                arrived.append(way)
                continue
            passed = {source, *(step.target for step in way)}
            # What two things have in common (a district) does not make one have the other: down first, or only up.
            rising = bool(way) and way[0].up
            waiting.extend(
                (*way, step) for step in steps.get(here, ()) if step.target not in passed and (step.up or not rising)
            )
        if len(arrived) > 1:
            raise Tangled(source, target, tuple(arrived))
        return arrived[0] if arrived else None
