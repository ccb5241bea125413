"""One table as learn sees it: words, kinds, what is personal, the key, and whether its rows repeat for each period."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bank.catalogue import Stored
from bank.learn.dictionary import Dictionary
from bank.learn.facts import Column, Facts, Looking
from bank.learn.kinds import Sort, sort_of
from bank.learn.personal import is_about_people, why_personal
from bank.learn.words import common_prefix, noun_prefix, pieces, table_words, written_out

ID_WORDS = {"id", "key", "number", "code", "identifier", "uuid", "reference", "guid"}
_PERIODS = {
    "snapshot",
    "reporting",
    "report",
    "period",
    "valuation",
    "position",
    "asof",
    "as",
    "month",
    "cob",
    "business",
}
_VERSIONS = {
    ("valid", "to"),
    ("valid", "until"),
    ("effective", "to"),
    ("end", "effective"),
    ("is", "current"),
    ("current", "flag"),
    ("expiry", "record"),
}
_TECHNICAL = {
    "etl",
    "dw",
    "dwh",
    "batch",
    "load",
    "loaded",
    "inserted",
    "hash",
    "checksum",
    "audit",
    "modified",
    "updated",
    "update",
    "rowversion",
    "ingested",
}


@dataclass
class Surveyed:
    """A table with what was found out about it; joins are found between these."""

    facts: Facts
    noun: str
    words: Mapping[str, list[str]]
    sorts: dict[str, Sort]
    personal: dict[str, str]  # column → in what way
    people: bool = False
    key: str = ""
    identified: bool = True  # whether the key tells the things apart
    period: str = ""  # the column of a snapshot's periods
    stored: Stored = "native"
    versions: bool = False
    questions: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.facts.shape.name

    def column(self, name: str) -> Column:
        return self.facts.columns[name]

    def kinds(self, *kinds: str) -> Iterator[str]:
        """The columns of these kinds that are not personal, in order."""
        yield from (name for name, sort in self.sorts.items() if sort.kind in kinds and name not in self.personal)

    def is_technical(self, column: str) -> bool:
        return bool(_TECHNICAL & set(self.words[column])) and column != self.key


def survey(facts: Facts, looking: Looking, dictionary: Dictionary, sqlite: bool) -> Surveyed:
    """Everything that one table says by itself."""
    shape = facts.shape
    skip = common_prefix(list(shape.types))
    noun = " ".join(table_words(shape.name))
    cut = {name: pieces(name)[skip:] or [name.lower()] for name in shape.types}
    short = noun_prefix(list(cut.values()), noun)
    words = {name: written_out([*noun.split(), *said[1:]] if said[0] == short else said) for name, said in cut.items()}
    people = is_about_people(list(words.values()))
    personal = {
        name: why
        for name in shape.types
        if (why := why_personal(words[name], facts.columns[name], noun, people))
        or (why := dictionary.why_personal(shape.name, name))
    }
    sorts = {name: sort_of(column, words[name], sqlite) for name, column in facts.columns.items()}
    sorts = {name: dictionary.sorted(shape.name, name, sort, facts.columns[name]) for name, sort in sorts.items()}
    found = Surveyed(facts, noun, words, sorts, personal, people)
    _find_key(found, looking)
    return found


def _find_key(found: Surveyed, looking: Looking) -> None:
    declared = found.facts.shape.key
    candidates = sorted(_candidates(found), key=lambda name: _fit(found, name))
    periods = list(_periods(found))
    if len(declared) == 1:
        found.key = declared[0]
        _seek_versions(found, candidates, looking)
        _seek_snapshot(found, [name for name in candidates if name not in declared], periods, looking, sure=True)
        return
    if declared:
        _from_several(found, declared, candidates, periods)
        return
    for name in candidates[:6]:
        if looking.is_unique(found.facts, name):
            found.key = name
            _seek_snapshot(found, [other for other in candidates if other != name], periods, looking, sure=True)
            return
    if not _seek_snapshot(found, candidates, periods, looking, sure=False):
        found.key = candidates[0] if candidates else next(iter(found.facts.columns))
        found.identified = False


def _candidates(found: Surveyed) -> Iterator[str]:
    for name, words in found.words.items():
        if (
            found.sorts[name].kind in {"date", "month", "amount", "percent", "flag", "text"}
            and words[-1] not in ID_WORDS
        ):
            continue
        if words[-1] in ID_WORDS or found.sorts[name].kind == "id" or name in {"ISIN", "isin"}:
            yield name


def _fit(found: Surveyed, name: str) -> tuple[int, int]:
    """How well a column's name says that it is the key: "loan id" of loans, "id", then others in their order."""
    *stem, last = found.words[name]
    noun = found.noun.split()
    rank = 0 if stem == noun and last in ID_WORDS else 1 if not stem and last in ID_WORDS else 2
    rank = 2 if rank > 1 and stem and stem[-1:] == noun[-1:] else rank + (rank > 1)
    return rank, list(found.words).index(name)


def _periods(found: Surveyed) -> Iterator[str]:
    """Columns whose values repeat so often that they may say of which month end or day a row is."""
    for name, sort in found.sorts.items():
        values = len(found.column(name).different)
        often = values and len(found.column(name).cells) >= 3 * values and values <= 500
        few = found.column(name).empty == 0 and (often or not found.facts.whole)
        if sort.kind in {"month", "date"} and few:
            yield name


def _seek_snapshot(
    found: Surveyed, candidates: Sequence[str], periods: Sequence[str], looking: Looking, sure: bool
) -> bool:
    """Whether the same things come again for each period. `sure`: rows have a key of their own, so only a telling name counts."""
    for period in periods[:3]:
        if sure and not _PERIODS & set(found.words[period]):
            continue
        near = [name for name in candidates[:4] if not sure or _fit(found, name)[0] < 3]
        for name in near:
            if looking.is_unique(found.facts, name, period) and not looking.is_unique(found.facts, name):
                _is_snapshot(found, name, period)
                return True
    return False


def _is_snapshot(found: Surveyed, key: str, period: str) -> None:
    found.key, found.period = key, period
    stored = found.sorts[period].stored
    found.stored = stored
    found.questions.append(
        f"{found.name} seems to repeat each {found.noun} for every {' '.join(found.words[period])} ({period}): is it a snapshot? "
        "If not, take `snapshot` out."
    )


def _from_several(found: Surveyed, declared: Sequence[str], candidates: Sequence[str], periods: Sequence[str]) -> None:
    """A primary key of several columns: of things for each period, or a row that ties things together."""
    period = next((name for name in declared if found.sorts[name].kind in {"month", "date"}), "")
    others = [name for name in declared if name != period]
    if not others:
        found.key, found.identified = declared[0], False
        return
    others.sort(key=lambda name: _fit(found, name))
    found.key, found.identified = others[0], len(others) == 1
    if period and (period in periods or not found.facts.rows):
        _is_snapshot(found, others[0], period)


def _seek_versions(found: Surveyed, candidates: Sequence[str], looking: Looking) -> None:
    """Rows that are versions of a thing (valid from, valid to) must not be counted as things."""
    said = [tuple(words) for words in found.words.values()]
    if not any(
        version == words[: len(version)] or version == words[-len(version) :] for words in said for version in _VERSIONS
    ):
        return
    own = [name for name in candidates if name != found.key and set(found.words[name][:-1]) <= set(found.noun.split())]
    if any(not looking.is_unique(found.facts, name) for name in own[:2]):
        found.versions, found.identified = True, False
        found.questions.append(
            f"{found.name} seems to keep old versions of each {found.noun}: a view of the current rows would let them be counted."
        )
