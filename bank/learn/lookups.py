"""Tables that only hold the words for codes, and calendars: words for what points at them, not things to be counted."""

from collections.abc import Sequence

from bank.learn.links import Link
from bank.learn.survey import ID_WORDS, Surveyed

_LARGEST = 500  # rows
_SORTS = set(
    "type status category class segment grade reason code method frequency purpose stage tier mode kind subtype".split()
)
_CALENDAR = {"calendar", "date", "day", "month", "time", "period"}


class Lookups:
    """Which tables are lookups, and whether their words come through a join or stand as codes in the column."""

    def __init__(self, tables: Sequence[Surveyed], joins: Sequence[Link]) -> None:
        self._by_name = {table.name: table for table in tables}
        self._joins = joins
        self._many: dict[tuple[str, str], int] = {}
        for link in joins:
            self._many[(link.many, link.one)] = self._many.get((link.many, link.one), 0) + 1

    def only_words(self, table: Surveyed) -> bool:
        """A small table of codes with their descriptions, that others point at and that is no thing of the bank."""
        pointed = any(link.one == table.name for link in self._joins)
        points = any(link.many == table.name for link in self._joins)
        sort = table.noun.split()[-1] in _SORTS or (table.words[table.key][-1] == "code" and "code" in table.noun)
        small = table.facts.rows <= _LARGEST and table.facts.whole and len(table.words) <= 6
        return pointed and not points and sort and small and bool(self.description(table))

    def is_calendar(self, table: Surveyed) -> bool:
        """A table of days or months, which is left out where a date can be read from the key itself."""
        return table.noun.split()[-1] in _CALENDAR and table.sorts[table.key].kind in {"date", "month"}

    def description(self, table: Surveyed) -> str:
        """The column with the words."""
        texts = [name for name in table.kinds("name", "category", "text") if name != table.key]
        named = [
            name
            for name in texts
            if table.words[name][-1] in {"description", "name", "text", "label", "title", "meaning"}
        ]
        small = len(table.words) <= 6 and table.facts.whole
        return (
            named[0]
            if small and named and len(table.column(named[0]).different) == len(table.column(named[0]).cells)
            else ""
        )

    def noun(self, table: Surveyed) -> str:
        return f"{table.noun} entry" if self.only_words(table) else table.noun

    def label(self, table: Surveyed, name: str) -> tuple[str, list[str]] | None:
        """The description of a lookup is what the code is called: "loan status", "status"."""
        if not self.only_words(table):
            return self._pointing(table, name)
        words = [word for word in table.noun.split() if word not in {"code", "lookup"}] or table.noun.split()
        said = " ".join(words)
        if name != self.description(table):
            rest = [word for word in table.words[name] if word not in words]
            return " ".join([*words, *rest]), []
        return said, [words[-1]] if len(words) > 1 else []

    def _pointing(self, table: Surveyed, name: str) -> tuple[str, list[str]] | None:
        """A column that points at another table must not take the name of its thing."""
        link = next((link for link in self._joins if link.many == table.name and dict(link.on).get(name)), None)
        if link is None or name == table.key or table.sorts[name].kind in {"date", "month"} or self.codes(table, name):
            return None
        words = table.words[name]
        if words[-1] not in ID_WORDS:
            words = [*words, "number"]
        return " ".join(words), []

    def words(self, table: Surveyed, name: str) -> bool:
        return self.leads_to_words(table, name) or bool(self.codes(table, name))

    def leads_to_words(self, table: Surveyed, name: str) -> bool:
        """Whether the column is a key of another table, which has the words."""
        return any(link.many == table.name and name in dict(link.on) for link in self._joins) and not self.codes(
            table, name
        )

    def codes(self, table: Surveyed, name: str) -> dict[str, str]:
        """The meanings of a code, where its table has several such codes of one lookup, so that no join could tell them apart."""
        for link in self._joins:
            if link.many == table.name and name in dict(link.on) and not self.keeps(link):
                one = self._by_name[link.one]
                text = self.description(one)
                pairs = zip(one.column(one.key).cells, one.column(text).cells, strict=True)
                return {str(code): str(words) for code, words in pairs}
        return {}

    def keeps(self, link: Link) -> bool:
        """Whether a join is written: not where one table points at one lookup from several columns."""
        return self._many[(link.many, link.one)] == 1 or not self.only_words(self._by_name[link.one])
