"""The draft of a catalogue: surveyed tables and their joins become entries, measures, terms and questions to a person."""

from collections.abc import Iterator, Sequence
from typing import Any

from bank.learn.codes import known_codes
from bank.learn.dictionary import Dictionary
from bank.learn.kinds import CURRENCIES, TRUE, type_of
from bank.learn.links import Link
from bank.learn.lookups import Lookups
from bank.learn.naming import Naming, described_codes, flag_word
from bank.learn.survey import Surveyed
from bank.learn.words import plural

Entry = dict[str, Any]
_MAIN_DATES = (
    "transaction booking posting posted trade value payment order origination originated disbursement disbursed granting granted opening "
    "opened open start inception effective issue issued contract purchase loss claim reported joined join since onboarding "
    "registration hire event"
).split()


class Drafting:
    """One database's draft."""

    def __init__(self, bank: str, tables: Sequence[Surveyed], joins: Sequence[Link], dictionary: Dictionary) -> None:
        self._bank, self._tables, self._joins, self._dictionary = bank, tables, joins, dictionary
        self._lookups = Lookups(tables, joins)
        self._naming = Naming([table for table in tables if not self._lookups.only_words(table)], dictionary)
        self._by_name = {table.name: table for table in tables}

    def document(self) -> Entry:
        """The catalogue as plain values, in the order in which it is written."""
        listed = [table for table in self._tables if not self._lookups.is_calendar(table)]
        named = {table.name for table in listed}
        tables = {table.name: self._table(table) for table in listed}
        joins = [
            self._join(link) for link in self._joins if {link.many, link.one} <= named and self._lookups.keeps(link)
        ]
        found: Entry = {"bank": self._bank, **self._rates(), "clock": "data", "tables": tables, "joins": joins}
        found |= {"measures": dict(self._measures(listed, tables)), "terms": self._terms(listed)}
        return {key: value for key, value in found.items() if value != {} and value != []} | {"joins": joins}

    def _rates(self) -> Entry:
        """A table of month-end rates from each currency to one other."""
        for table in self._tables:
            named = {" ".join(words): name for name, words in table.words.items()}
            source, target = (
                next((name for words, name in named.items() if side in words.split() and "currency" in words), "")
                for side in ("from", "to")
            )
            month = next((name for name, sort in table.sorts.items() if sort.kind == "month"), "")
            rate = next(
                (
                    name
                    for words, name in named.items()
                    if words.endswith("rate") and type_of(table.column(name)) != "text"
                ),
                "",
            )
            if source and target and month and rate and len(table.column(target).different) == 1:
                found = {"table": table.name, "source": source, "target": target, "month": month}
                found |= {"stored": table.sorts[month].stored, "rate": rate}
                return {"reporting_currency": str(table.column(target).cells[0]), "currencies": found}
        return {}

    def questions(self) -> list[str]:
        """What a person should look at, in sentences."""
        found = [question for table in self._tables for question in table.questions]
        for table in self._tables:
            found += self._doubts(table)
        return found + [link.note for link in self._joins if link.note]

    def _doubts(self, table: Surveyed) -> Iterator[str]:
        if not table.identified and not table.versions:
            yield f"What identifies a row of {table.name}? No column does alone, so its rows are not counted."
        for name, sort in table.sorts.items():
            if sort.why:
                yield f"{table.name}.{name}: {sort.why}."
            if sort.cast:
                yield f"{table.name}.{name} keeps numbers as text: they can be summed, not compared."
        described = described_codes(table)
        for name in () if self._lookups.only_words(table) else table.kinds("category"):
            values = {str(cell) for cell in table.column(name).different}
            short = values and len(values) <= 12 and max(map(len, values)) <= 2
            if (
                short
                and name not in described
                and not self._lookups.words(table, name)
                and not known_codes(table, name)
            ):
                yield f"What do {', '.join(sorted(values))} mean in {table.name}.{name}? Write them under `codes`."
        currencies = self._currency(table)
        if currencies and not self._rates() and len(table.column(currencies).different) > 1:
            yield f"Amounts of {table.name} are in several currencies ({currencies}): without month-end rates they are not converted."

    def _table(self, table: Surveyed) -> Entry:
        noun = self._lookups.noun(table)
        entry: Entry = {"noun": noun}
        if plural(noun) != f"{noun}s":
            entry["plural"] = plural(noun)
        synonyms = self._naming.noun_synonyms(table)
        entry["row"] = self._dictionary.of(table.name) or table.facts.shape.comment or self._row(table, noun)
        entry |= {"synonyms": synonyms} if synonyms else {}
        entry["key"] = table.key
        entry |= {"name": name} if (name := self._name(table)) else {}
        if not table.identified or self._lookups.only_words(table) or self._is_state(table):
            entry["countable"] = False
        if table.period:
            entry["snapshot"] = {"column": table.period, "stored": table.stored}
        entry |= {"currency": currency} if (currency := self._currency(table)) else {}
        entry |= {"date": date} if (date := self._date(table)) else {}
        entry |= {"listing": listing} if len(listing := self._listing(table)) > 1 else {}
        entry["columns"] = dict(self._columns(table))
        return entry

    def _is_state(self, table: Surveyed) -> bool:
        """The month ends of things that another table lists: there they are counted."""
        return bool(table.period) and any(
            link.many == table.name and dict(link.on).get(table.key) for link in self._joins
        )

    def _row(self, table: Surveyed, noun: str) -> str:
        return f"One {noun} for each {table.period}." if table.period else f"One {noun}."

    def _columns(self, table: Surveyed) -> Iterator[tuple[str, Entry]]:
        described = described_codes(table)
        used: set[str] = set()
        for name, sort in table.sorts.items():
            label, synonyms = self._lookups.label(table, name) or self._naming.column(
                table, name, described.get(name, "")
            )
            if label in used:
                label, synonyms = f"{label} ({name.lower()})", []
            used.add(label)
            entry: Entry = {"kind": "text" if sort.cast else sort.kind, "label": label}
            if synonyms and not table.is_technical(name):
                entry["synonyms"] = [word for word in synonyms if word not in used]
                used |= set(synonyms)
            entry |= {"stored": sort.stored} if sort.stored != "native" and sort.kind in {"date", "month"} else {}
            if name in table.personal:
                entry["personal"] = True
            else:
                entry |= self._values(table, name, described.get(name, ""))
            entry |= {"currency": fixed} if (fixed := _fixed(table, name)) and sort.kind == "amount" else {}
            if sort.kind in {"amount", "count"} and not self._adds_up(table, name):
                entry["additive"] = False
            yield name, {key: value for key, value in entry.items() if value not in ([], "")}

    def _values(self, table: Surveyed, name: str, described: str) -> Entry:
        """What is written of a category's values: the words of codes, and whether they are worth an index."""
        entry: Entry = {}
        named = name == table.key and self._name(table)  # a country's name stands beside its code
        codes = self._lookups.codes(table, name) or ({} if named else known_codes(table, name))
        if codes:
            entry["codes"] = codes
        if described:
            entry |= {"described_by": described, "indexed": False}
        elif self._lookups.leads_to_words(table, name) or table.is_technical(name):
            entry["indexed"] = False
        return entry if table.sorts[name].kind in {"category", "name"} else {}

    def _name(self, table: Surveyed) -> str:
        """The column by which the thing is called: its own name, else a number it goes by that is not its key."""
        noun = table.noun.split()
        named = [name for name in table.kinds("name", "category") if table.words[name][-1] in {"name", "title"}]
        own = [name for name in named if set(table.words[name][:-1]) <= set(noun) or table.words[name] == ["name"]]
        return own[0] if own else self._lookups.description(table) or self._number(table)

    def _number(self, table: Surveyed) -> str:
        """The number or code a thing goes by, each thing another one, where its key is only the database's own."""
        keys = table.column(table.key)
        if type_of(keys) != "int":
            return ""
        pointing = {here for link in self._joins if link.many == table.name for here, _ in link.on}
        for name in table.kinds("id", "category"):
            column, last = table.column(name), table.words[name][-1]
            pairs = set(zip(keys.cells, column.cells, strict=False)) if not keys.empty and not column.empty else set()
            each = len(pairs) == len(keys.different) == len(column.different) > 1
            if each and name != table.key and name not in pointing and last in {"number", "code", "reference"}:
                return name
        return ""

    def _currency(self, table: Surveyed) -> str:
        if all(_fixed(table, name) for name in table.kinds("amount")):
            return ""
        for name in table.kinds("category", "id", "text"):
            values = {str(cell).upper() for cell in table.column(name).different}
            if "currency" in table.words[name] and values and values <= CURRENCIES:
                return name
        return ""

    def _date(self, table: Surveyed) -> str:
        """The date that "in March" is about: the only one, or the one that says when the thing came about."""
        dates = [name for name in table.kinds("date") if not table.is_technical(name) and name != table.period]
        first = {table.words[name][0] for name in dates}
        if not dates:
            return ""
        bare = [name for name in dates if set(table.words[name]) <= {"date", *table.noun.split()}]
        ranked = sorted(
            (_MAIN_DATES.index(word), name) for name in dates for word in table.words[name] if word in _MAIN_DATES
        )
        if len(dates) == 1 and not first & {
            "birth",
            "maturity",
            "expiration",
            "expiry",
            "end",
            "review",
            "close",
            "closed",
            "last",
            "next",
        }:
            return dates[0]
        return bare[0] if bare else ranked[0][1] if ranked else ""

    def _listing(self, table: Surveyed) -> list[str]:
        named = self._name(table) or table.key
        described = described_codes(table)
        shown = [name for name in table.kinds("category") if name not in described and not table.is_technical(name)][:3]
        date = self._date(table)
        amounts = list(table.kinds("amount"))[:2]
        found = [named, *([table.key] if table.key != named else []), *shown, *([date] if date else []), *amounts]
        return [name for name in dict.fromkeys(found) if name not in table.personal]

    def _measures(self, listed: Sequence[Surveyed], tables: Entry) -> Iterator[tuple[str, Entry]]:
        """A total for each amount that adds up; an amount kept as text by a cast."""
        summed = [
            (table, name) for table in listed for name in table.kinds("amount", "count") if self._adds_up(table, name)
        ]
        names = [_called(tables[table.name]["columns"][name]) for table, name in summed]
        for (table, name), called in zip(summed, names, strict=True):
            label, *others = called
            own = [word for word in others if sum(word in other for other in names) == 1]
            single = sum(label in other for other in names) == 1
            title = f"total {label}" if single else f"total {label} of {plural(table.noun)}"
            value = f'CAST("{name}" AS DECIMAL(18, 4))' if table.sorts[name].cast else _quoted(name)
            entry: Entry = {"table": table.name, "value": value}
            entry |= {"kind": table.sorts[name].kind} if table.sorts[name].kind != "amount" else {}
            said = [*([label] if single else []), *own, *(f"total {word}" for word in own)]
            yield title, entry | {"says": label} | ({"synonyms": said} if said else {})

    def _adds_up(self, table: Surveyed, name: str) -> bool:
        return table.sorts[name].additive and not table.is_technical(name) and not self._runs(table, name)

    def _runs(self, table: Surveyed, name: str) -> bool:
        """A balance after each booking is no amount of the booking."""
        return (
            "balance" in table.words[name]
            and not table.period
            and self._date(table) != ""
            and "transaction" in table.noun
        )

    def _terms(self, listed: Sequence[Surveyed]) -> Entry:
        """A word for each flag: "active", wherever it is said of something."""
        found: dict[str, list[Entry]] = {}
        for table in listed:
            for name in table.kinds("flag"):
                word = flag_word(table.words[name])
                where = self._is_set(table, name)
                if where and word not in {plural(table.noun), table.noun} and len(word) > 2:
                    found.setdefault(word, []).append({"table": table.name, "where": where, "says": word})
        return {word: {"readings": readings} for word, readings in found.items()}

    def _is_set(self, table: Surveyed, name: str) -> str:
        column, quoted = table.column(name), _quoted(name)
        if "bool" in column.type and type_of(column) == "flag":
            return (
                f"{quoted} = TRUE"
                if not any(isinstance(cell, int) and not isinstance(cell, bool) for cell in column.cells)
                else f"{quoted} = 1"
            )
        true = sorted({str(cell) for cell in column.different if str(cell).upper() in TRUE})
        if len(true) != 1:
            return ""
        return f"{quoted} = {true[0]}" if type_of(column) == "int" else f"{quoted} = '{true[0]}'"

    def _join(self, link: Link) -> Entry:
        entry: Entry = {"many": link.many, "one": link.one, "on": dict(link.on)}
        return entry | ({"single": True} if link.single else {})


def _fixed(table: Surveyed, name: str) -> str:
    """The currency that a column has in its name: balance_usd."""
    last = table.words[name][-1].upper()
    return last if last in CURRENCIES else ""


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


def _called(column: Entry) -> list[str]:
    """The label and synonyms of a column, without a "total" in front."""
    return list(dict.fromkeys(word.removeprefix("total ") for word in (column["label"], *column.get("synonyms", []))))
