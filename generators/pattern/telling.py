"""What an item can be, seen through the catalogue: a figure, a date, an ordered category, a value of a column."""

from generators.pattern.cursor import Cursor, of_type
from generators.pattern.meanings import Attribute, Figure, Item, Named, Several, Stored, Thing

NAMES = (Attribute, Figure, Several)
_FIGURES = {"amount", "percent", "count", "number"}


def columns_of(item: Item) -> set[tuple[str, str]]:
    """The columns in which this is a value."""
    return {(found.table, found.column) for found in item.meanings if isinstance(found, Stored)}


def named_columns(cursor_catalogue_ambiguous: dict[str, tuple[str, ...]], item: Item) -> set[tuple[str, str]]:
    """The columns that a name can mean."""
    found = {(known.table, known.column) for known in item.meanings if isinstance(known, Attribute)}
    for known in item.meanings:
        if isinstance(known, Several):
            options = (option.partition(".") for option in cursor_catalogue_ambiguous[known.word])
            found |= {(table, column) for table, dot, column in options if dot}
    return found


def names_column_of(cursor: Cursor, name: Item, value: Item) -> bool:
    return bool(named_columns(cursor.catalogue.ambiguous, name) & columns_of(value))


def kind(cursor: Cursor, found: Attribute) -> str:
    return cursor.catalogue.tables[found.table].columns[found.column].kind


def all_of_kind(cursor: Cursor, item: Item, kinds: set[str]) -> bool:
    columns = [found for found in item.meanings if isinstance(found, Attribute)]
    return bool(columns) and all(kind(cursor, found) in kinds for found in columns)


def is_figure_column(cursor: Cursor, item: Item) -> bool:
    return any(isinstance(found, Attribute) and kind(cursor, found) in _FIGURES for found in item.meanings)


def is_category(cursor: Cursor, item: Item) -> bool:
    return all_of_kind(cursor, item, {"category", "name"})


def all_ranked(cursor: Cursor, item: Item) -> bool:
    columns = named_columns(cursor.catalogue.ambiguous, item)
    return bool(columns) and all(cursor.catalogue.tables[table].columns[column].rank for table, column in columns)


def leads_to_a_noun(cursor: Cursor, at: int) -> bool:
    """Whether a noun follows, perhaps behind its adjectives."""
    while of_type(cursor.ahead(at), Named, Stored) and not of_type(cursor.ahead(at), Thing):
        at += 1
    following = cursor.ahead(at)
    return of_type(following, Thing) or (of_type(following, Attribute) and not is_figure_column(cursor, following))
