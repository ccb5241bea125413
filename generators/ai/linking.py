"""Schema linking: of all the bank's tables, columns, values and words only those that a question could mean.

Without a model: the longest phrases of the catalogue and of the value index that stand in the question, then columns
whose labels share rare words with it, then the tables that join those found.
"""

import math
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from bank.catalogue import Catalogue, Measure
from bank.values import Value, Values
from generators.ai.phrases import IDLE, Target, one_measure, phrases, words

MOST_TABLES = 6  # that are chosen for what is in the question; those that join them come on top
MOST_COLUMNS = 80
_READINGS = 20  # of the bank's values, by whoever may see them, whose index is kept
_NAMED = 2.0  # what speaks for a column whose very name or value stands in the question
_LONGEST = 7  # words of a phrase


_ByWord = dict[str, list[tuple[tuple[str, ...], Value]]]


@dataclass(frozen=True, slots=True)
class Linked:
    """What a question could mean. `tables` maps each table to its columns; `asked` are the measures that it names, by
    words that name nothing longer; `values` the values it names."""

    tables: Mapping[str, tuple[str, ...]]
    measures: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()


class Linker:
    """Over one bank. Safe to use from several threads at once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._indexed: dict[int, tuple[Values, _ByWord]] = {}
        self._phrases: dict[tuple[str, ...], list[Target]] = defaultdict(list)
        for phrase, target in phrases(catalogue):
            if key := words(phrase):
                self._phrases[key].append(target)
        self._labels = {
            (table, column): frozenset(words(" ".join((catalogue.label(table, column), *entry.synonyms)))) - IDLE
            for table, held in catalogue.tables.items()
            for column, entry in held.columns.items()
        }
        spread = Counter(word for label in self._labels.values() for word in label)
        self._weight = {word: math.log(1 + len(self._labels) / count) for word, count in spread.items()}
        self._neighbours = _neighbours(catalogue)

    def link(self, known: Values, *texts: str) -> Linked:
        """`known` are the values its asker may know; `texts` are the question, then what it follows on: only the first
        names the measures that are asked for."""
        found, asked, values, rest = self._named(texts, self._by_word(known))
        scores = self._scored(found, values, rest)
        tables = self._joined(_best(scores))
        measures = tuple(dict.fromkeys([*asked, *(one.name for one in found if one.kind == "measure")]))
        terms = tuple(dict.fromkeys(one.name for one in found if one.kind == "term"))
        ambiguous = tuple(dict.fromkeys(one.name for one in found if one.kind == "ambiguous"))
        columns = self._columns(tables, found, values, measures, terms, scores)
        kept = tuple(value for value in values if value.table in tables)
        return Linked(columns, measures, asked, terms, ambiguous, kept)

    def _named(
        self, texts: Iterable[str], index: _ByWord
    ) -> tuple[list[Target], tuple[str, ...], list[Value], set[str]]:
        found: list[Target] = []
        values: list[Value] = []
        asked: list[str] = []
        rest: set[str] = set()
        for number, text in enumerate(texts):
            said = words(text)
            at = 0
            while at < len(said):
                length, targets, stored = self._longest(said, at, index)
                found += targets
                values += stored
                if number == 0:
                    asked += one_measure(targets)
                rest |= {said[at]} - IDLE if not length else set()
                at += length or 1
        return found, tuple(dict.fromkeys(asked)), list(dict.fromkeys(values))[:20], rest

    def _longest(self, said: tuple[str, ...], at: int, index: _ByWord) -> tuple[int, list[Target], list[Value]]:
        stored = [(len(key), value) for key, value in index.get(said[at], ()) if said[at : at + len(key)] == key]
        longest = max((length for length, _ in stored), default=0)
        for length in range(min(_LONGEST, len(said) - at), 0, -1):
            if targets := self._phrases.get(said[at : at + length]):
                if length == 1 and said[at] in IDLE:
                    break
                values = [value for size, value in stored if size == longest] if longest >= length else []
                return max(length, longest), targets, values
        return longest, [], [value for size, value in stored if size == longest]

    def _by_word(self, known: Values) -> _ByWord:
        """The values by their first word, made once for each reading of the bank."""
        held = self._indexed.get(id(known))
        if held is None or held[0] is not known:
            index: _ByWord = defaultdict(list)
            for value in known.known:
                key = words(value.said)
                if key and not (len(key) == 1 and (key[0] in IDLE or len(key[0]) < 2)):
                    index[key[0]].append((key, value))
            if len(self._indexed) >= _READINGS:
                self._indexed.clear()
            self._indexed[id(known)] = held = (known, index)
        return held[1]

    def _scored(self, found: Iterable[Target], values: Iterable[Value], rest: set[str]) -> dict[tuple[str, str], float]:
        """How much speaks for each (table, column); the column is empty for a table itself."""
        scores: dict[tuple[str, str], float] = defaultdict(float)
        for target in found:
            for table, column in self._meant(target):
                scores[table, column] += 3 if target.kind in ("table", "measure") else 2
        for value in values:
            scores[value.table, value.column] += 2
        if rest:
            for place, label in self._labels.items():
                if common := label & rest:
                    whole = sum(self._weight[word] for word in label)
                    scores[place] += sum(self._weight[word] for word in common) / max(whole, 1.0)
        return scores

    def _meant(self, target: Target) -> Iterator[tuple[str, str]]:
        catalogue = self._catalogue
        if target.kind in ("table", "column"):
            yield (target.table, target.name if target.kind == "column" else "")
        elif target.kind == "measure":
            yield from ((part.table, "") for part in parts_of(catalogue, target.name))
        elif target.kind == "term":
            yield from ((reading.table, "") for reading in catalogue.terms[target.name].readings)
        else:
            for meaning in catalogue.ambiguous[target.name]:
                table, _, column = meaning.partition(".")
                if column:
                    yield (table, column)
                else:
                    yield from ((part.table, "") for part in parts_of(catalogue, meaning))

    def _joined(self, tables: list[str]) -> list[str]:
        """The tables, and those by which they are joined to the first of them."""
        joined = dict.fromkeys(tables)
        for table in tables[1:]:
            joined |= dict.fromkeys(_path(self._neighbours, tables[0], table))
        rates = self._catalogue.currencies
        if rates and any(self._catalogue.tables[table].currency for table in joined):
            joined[rates.table] = None
        return list(joined) or list(self._catalogue.tables)[:MOST_TABLES]

    def _columns(
        self,
        tables: list[str],
        found: Iterable[Target],
        values: Iterable[Value],
        measures: Iterable[str],
        terms: Iterable[str],
        scores: Mapping[tuple[str, str], float],
    ) -> dict[str, tuple[str, ...]]:
        """What is needed comes first, then the columns that more speaks for than for others, then the rest of a table."""
        needed = {table: self._frame(table, tables) for table in tables}
        for table, text in self._formulas(measures, terms):
            if table in needed:
                needed[table] |= _columns_in(text)
        for table, column in scores:
            if table in needed and column and scores[table, column] >= _NAMED:
                needed[table].add(column)
        room = MOST_COLUMNS - sum(map(len, needed.values()))
        others = [(score, table, column) for (table, column), score in scores.items() if column and table in needed]
        ranked = [(table, column) for _, table, column in sorted(others, key=lambda one: -one[0])]
        ranked += [(table, column) for table in tables for column in self._catalogue.tables[table].listing]
        ranked += [(table, column) for table in tables[:2] for column in self._catalogue.tables[table].columns]
        for table, column in ranked:
            if room > 0 and column not in needed[table]:
                needed[table].add(column)
                room -= 1
        return {
            table: tuple(column for column in self._catalogue.tables[table].columns if column in needed[table])
            for table in tables
        }

    def _frame(self, name: str, tables: Collection[str]) -> set[str]:
        """The columns without which a table cannot be used rightly."""
        table = self._catalogue.tables[name]
        frame = {table.key, table.name, table.currency, table.date}
        frame |= {table.snapshot.column} if table.snapshot else set()
        frame |= {table.share.column} if table.share else set()
        if (rates := self._catalogue.currencies) and rates.table == name:
            frame |= {rates.source, rates.target, rates.month, rates.rate}
        for join in self._catalogue.joins:
            if join.many in tables and join.one in tables:
                frame |= set(join.on) if join.many == name else set()
                frame |= set(join.on.values()) if join.one == name else set()
        return frame - {""}

    def _formulas(self, measures: Iterable[str], terms: Iterable[str]) -> Iterator[tuple[str, str]]:
        for name in measures:
            for part in parts_of(self._catalogue, name):
                yield from ((part.table, text) for text in (part.value, part.where) if text)
        for name in terms:
            yield from ((reading.table, reading.where) for reading in self._catalogue.terms[name].readings)


def parts_of(catalogue: Catalogue, name: str) -> Iterator[Measure]:
    """The measure itself, or the two of which it is the ratio."""
    measure = catalogue.measures[name]
    if measure.over:
        yield from parts_of(catalogue, measure.of)
        yield from parts_of(catalogue, measure.over)
    else:
        yield measure


def _best(scores: Mapping[tuple[str, str], float]) -> list[str]:
    """The tables that most speaks for, the best first."""
    by_table: dict[str, list[float]] = defaultdict(list)
    for (table, _), score in scores.items():
        by_table[table].append(score)
    whole = {table: max(each) + 0.25 * (sum(each) - max(each)) for table, each in by_table.items()}
    ranked = sorted(whole, key=lambda table: -whole[table])
    named = {table for table, each in by_table.items() if max(each) >= _NAMED}
    return [table for table in ranked if table in named or whole[table] >= 0.35 * whole[ranked[0]]][:MOST_TABLES]


def _neighbours(catalogue: Catalogue) -> dict[str, list[str]]:
    neighbours: dict[str, list[str]] = defaultdict(list)
    for join in catalogue.joins:
        neighbours[join.many].append(join.one)
        neighbours[join.one].append(join.many)
    return neighbours


def _path(neighbours: Mapping[str, list[str]], start: str, end: str) -> list[str]:
    """The shortest way of joins from one table to another, its ends included; empty where there is none."""
    came: dict[str, str] = {start: ""}
    waiting = deque([start])
    while waiting and end not in came:
        table = waiting.popleft()
        for other in neighbours.get(table, ()):
            if other not in came:
                came[other] = table
                waiting.append(other)
    way, at = [], end if end in came else ""
    while at:
        way.append(at)
        at = came[at]
    return way


def _columns_in(text: str) -> set[str]:
    return {column.name for column in sqlglot.parse_one(text, read="sqlite").find_all(exp.Column)}
