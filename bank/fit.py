"""Whether a catalogue fits its bank: every name it uses is there, and its SQL would be let through the door."""

from collections.abc import Iterator

from bank.catalogue import Catalogue, Measure
from bank.errors import Refused
from bank.guard import Guard
from bank.schema import Live, Schema, same


def faults(catalogue: Catalogue, live: Live) -> list[str]:
    """What does not fit, one sentence each."""
    return [*_missing(catalogue, live), *_loose_ends(catalogue), *_bad_sql(catalogue)]


def _missing(catalogue: Catalogue, live: Live) -> list[str]:
    """What the catalogue names and the database does not have, whatever the case of the letters."""
    renamed: dict[str, set[str]] = {}
    for name, table in catalogue.tables.items():
        for found in same(name, live):
            renamed[name] = {column for column in table.columns if same(column, live[found])}
    return catalogue.misfits(renamed)


def _loose_ends(catalogue: Catalogue) -> Iterator[str]:
    """Names that one part of the catalogue uses and no other part explains."""
    columns = {f"{name}.{column}" for name, table in catalogue.tables.items() for column in table.columns}
    for join in catalogue.joins:
        for side, names in ((join.many, join.on), (join.one, join.on.values())):
            missing = sorted(f"{side}.{name}" for name in names if f"{side}.{name}" not in columns)
            yield from (f"The join of {join.many} to {join.one} names {name}, which is not listed." for name in missing)
    for name, measure in catalogue.measures.items():
        parts = [part for part in (measure.of, measure.over) if part]
        missing = [part for part in parts if part not in catalogue.measures]
        yield from (f"The measure {name} names the measure {part}, which is not listed." for part in missing)
    yield from (
        f"{what} is {place}, which is not listed." for what, place in _places(catalogue) if place not in columns
    )
    known = columns | catalogue.measures.keys()
    for word, meanings in catalogue.ambiguous.items():
        missing = [meaning for meaning in meanings if meaning not in known]
        yield from (f"The ambiguous word {word} names {meaning}, which is not listed." for meaning in missing)


def _places(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Columns that parts of the catalogue name as TABLE.COLUMN, or of a table they name."""
    for name, measure in catalogue.measures.items():
        if measure.date:
            yield f"The date of the measure {name}", measure.date
    for name, term in catalogue.terms.items():
        yield from ((f"The date of the term {name}", f"{one.table}.{one.date}") for one in term.readings if one.date)
    if rates := catalogue.currencies:
        for part in (rates.source, rates.target, rates.month, rates.rate):
            yield "A column of the exchange rates", f"{rates.table}.{part}"


def _bad_sql(catalogue: Catalogue) -> Iterator[str]:
    own = {name: set(table.columns) for name, table in catalogue.tables.items()}
    guard = Guard(Schema.of(catalogue, own), "sqlite")  # the dialect that catalogues are written in
    for what, sql in _queries(catalogue):
        try:
            guard.check(sql)
        except Refused as refusal:
            yield f"{what}: {refusal}"


def _queries(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for name, measure in catalogue.measures.items():
        if not (measure.of or measure.over):
            yield f"The measure {name}", _measured(measure)
    for name, term in catalogue.terms.items():
        for reading in term.readings:
            yield f"The term {name}", f'SELECT 1 FROM "{reading.table}" WHERE {reading.where}'


def _measured(measure: Measure) -> str:
    query = f'SELECT {measure.value or 1} FROM "{measure.table}"'
    return f"{query} WHERE {measure.where}" if measure.where else query
