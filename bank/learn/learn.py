"""From a database's address to a draft: shapes, a look at the data, joins, words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bank.catalogue import Catalogue
from bank.engine import ReadOnlyEngine
from bank.engines import open_engine
from bank.errors import BankError
from bank.learn.dictionary import Dictionary
from bank.learn.draft import Drafting, Entry
from bank.learn.facts import Looking
from bank.learn.links import Link, links
from bank.learn.survey import Surveyed, survey
from bank.shape import Shape

Progress = Callable[[str, int, int], None]
"""Told what is being done, and how many of how many tables are."""


class NothingToLearn(BankError):
    """The database has no tables that this login can see."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The draft as plain values, as a catalogue, and what a person should look at."""

    document: Entry
    catalogue: Catalogue
    questions: Sequence[str]
    personal: dict[str, str]  # TABLE.COLUMN → in what way


def learn(
    url: str,
    bank: str,
    dictionary: Dictionary | None = None,
    progress: Progress | None = None,
    time_limit: float = 20.0,
) -> Learnt:
    """Reads the database and drafts its catalogue. Raises `Unreachable` or `NothingToLearn`."""
    engine, dialect = open_engine(url, time_limit)
    try:
        return _learn(engine, dialect, bank, dictionary or Dictionary(), progress or _quiet)
    finally:
        engine.close()


def _learn(engine: ReadOnlyEngine, dialect: str, bank: str, dictionary: Dictionary, progress: Progress) -> Learnt:
    shapes = _wanted(engine.shapes())
    if not shapes:
        raise NothingToLearn
    looking, done = Looking(engine, dialect, shapes), 0

    def looked(name: str) -> None:
        nonlocal done
        done += 1
        progress(name, done, len(shapes))

    tables = [survey(facts, looking, dictionary, dialect == "sqlite") for facts in looking.facts(shapes, looked)]
    joins = links(tables, looking)
    _name_states(tables, joins)
    _hide_account_numbers(tables, joins)
    drafting = Drafting(bank, tables, joins, dictionary)
    document = drafting.document()
    personal = {f"{table.name}.{column}": why for table in tables for column, why in table.personal.items()}
    return Learnt(document, Catalogue.model_validate(document), drafting.questions(), personal)


def _wanted(shapes: Sequence[Shape]) -> list[Shape]:
    """The tables; views only where there are no tables, since they show the same things twice."""
    tables = [shape for shape in shapes if not shape.view and shape.types]
    return tables or [shape for shape in shapes if shape.types]


def _name_states(tables: Sequence[Surveyed], joins: Sequence[Link]) -> None:
    """The month ends of things that no table lists by themselves are about those things: "account balance" → account."""
    nouns = {table.noun for table in tables}
    listed = {(link.many, here) for link in joins for here, _ in link.on}
    for table in tables:
        stem, noun = table.words[table.key][:-1], table.noun.split()
        inside = set(stem) < set(noun) and noun[-len(stem) :] != stem
        if table.period and stem and inside and " ".join(stem) not in nouns and (table.name, table.key) not in listed:
            table.noun = " ".join(stem)
            nouns.add(table.noun)


def _hide_account_numbers(tables: Sequence[Surveyed], joins: Sequence[Link]) -> None:
    """Numbers of accounts that no join needs are personal, as those of cards are."""
    needed = {(link.many, here) for link in joins for here, _ in link.on} | {
        (link.one, there) for link in joins for _, there in link.on
    }
    for table in tables:
        for name, words in table.words.items():
            numbers = words[-2:] == ["account", "number"] or (
                words[-1] == "account" and table.sorts[name].kind in {"id", "text", "category"}
            )
            if numbers and name != table.key and (table.name, name) not in needed:
                table.personal.setdefault(name, "account numbers")


def _quiet(name: str, done: int, of: int) -> None:
    """Nobody watches."""
