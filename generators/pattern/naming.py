"""Words that name something of the bank: nouns, and columns and measures with what is said of them."""

from generators.pattern.asking import means_measures
from generators.pattern.comparing import asks_which_is_more, compares_here
from generators.pattern.cursor import Cursor, amount, of_type, role, tables_of, when
from generators.pattern.doubt import Lost
from generators.pattern.meanings import Attribute, Figure, Item, Named, Role, Several, Thing
from generators.pattern.placing import place
from generators.pattern.ranking import figure, rank_by, utmost
from generators.pattern.sketch import Asked, Compared, Dated, Grouped, Owned
from generators.pattern.telling import NAMES, all_of_kind, kind, leads_to_a_noun
from generators.pattern.valuing import with_value


def noun(cursor: Cursor) -> bool:
    """A noun: counted, listed, grouped with its column, or the context of a figure."""
    tables = tables_of(cursor.item)
    if not tables:
        return False
    table = _countable(cursor, tables)
    following = cursor.ahead(1)
    if belongs(cursor, following, table) and not _happens(cursor, following):
        cursor.narrow = table
        cursor.take()
        return column(cursor)
    if _only_says_whose(cursor):
        cursor.take()
        return True
    item = cursor.item
    cursor.take()
    _numbered_thing(cursor, item, table)
    counts = (
        role(following, Role.HOW_MANY) and not of_type(following, Figure) and "numbers" not in following.text.casefold()
    )
    if counts and "count" not in cursor.announced:
        cursor.announced["count"] = following
        cursor.take()
    place(cursor, item, table)
    return True


def _only_says_whose(cursor: Cursor) -> bool:
    """ "officers whose customers owe more than 500 million": the figure of all of them, so that it is the officer's."""
    whose = cursor.ahead(-1).stem == "whose" and bool(cursor.sketch.phrases or cursor.sketch.head)
    return whose and cursor.item.plural and of_type(cursor.ahead(cursor.skip(1, Role.HAVE)), Figure, Several)


def column(cursor: Cursor) -> bool:
    """A column or measure: compared, dated, with a value, ranked by, aggregated, or the thing that is asked for."""
    item = cursor.item
    if not of_type(item, *NAMES) or _only_joins(cursor, item):
        return False
    narrow, cursor.narrow = cursor.narrow, ""
    cursor.take()
    if (
        asks_which_is_more(cursor, item, narrow)
        or compares_here(cursor, item, narrow)
        or _dated(cursor, item, narrow)
        or with_value(cursor, item)
    ):
        cursor.link = ""
        return True
    if cursor.link == "hasnt":
        _not_owned(cursor, item, narrow)
        return True
    if (
        cursor.link == "has"
        and _says_which(cursor)
        and "aggregate" not in cursor.announced
        and _is_figure(cursor, item)
    ):
        cursor.attach(Owned(item, narrow))
        cursor.link = ""
        return True
    if "extreme" in cursor.announced:
        utmost(cursor, item, narrow)
    elif cursor.by_rank:
        rank_by(cursor, item, narrow)
    elif "aggregate" in cursor.announced or (_is_figure(cursor, item) and not _listed(cursor, item)):
        figure(cursor, item, narrow)
    else:
        _shown(cursor, item, narrow)
    cursor.link = ""
    return True


def _says_which(cursor: Cursor) -> bool:
    """ "how many customers have deposits", "loan balance of customers with deposits": not a further figure."""
    sketch = cursor.sketch
    counted = any(asked.aggregate == "count" for asked in sketch.figures)
    return bool(counted or sketch.share or (sketch.figures and sketch.phrases and sketch.phrases[-1].link == "of"))


def _only_joins(cursor: Cursor, item: Item) -> bool:
    """ "customers who took out a loan" have one; "taken out in 2025" is a date."""
    return bool(role(item, Role.HAVE)) and not when(cursor.ahead(cursor.skip(1, Role.PREPOSITION)))


def _not_owned(cursor: Cursor, item: Item, narrow: str) -> None:
    """ "customers without deposits": nothing of theirs counts towards it."""
    follows = amount(cursor.item) or role(cursor.item, Role.COMPARE) or role(cursor.item, Role.BETWEEN)
    if not _is_figure(cursor, item) or not cursor.sketch.phrases or follows or cursor.pending:
        raise Lost(item.text)
    cursor.home().append(Owned(item, narrow, negated=True))
    cursor.link = ""


def _is_figure(cursor: Cursor, item: Item) -> bool:
    return of_type(item, Figure) or all_of_kind(cursor, item, {"amount"}) or means_measures(cursor, item)


def _listed(cursor: Cursor, item: Item) -> bool:
    """ "loan number, amount and status": a list of columns of one table, in which an amount is not summed."""
    head = cursor.sketch.head
    joined = role(cursor.ahead(-2), Role.AND)
    if not head or not joined or cursor.sketch.figures or of_type(item, Figure, Several):
        return False
    tables = {found.table for found in head.item.meanings if isinstance(found, Attribute)}
    return any(isinstance(found, Attribute) and found.table in tables for found in item.meanings)


def _shown(cursor: Cursor, item: Item, narrow: str) -> None:
    """A column that is counted by its values, listed, or by whose months is grouped."""
    if "count" in cursor.announced and all_of_kind(cursor, item, {"count"}):
        cursor.use("count")  # "number of villages": a number that is stored
        cursor.sketch.figures.append(Asked(item, "sum", narrow=narrow))
    elif "count" in cursor.announced:
        cursor.use("count")
        cursor.sketch.figures.append(Asked(item, "count", narrow=narrow, distinct=True))
    elif all_of_kind(cursor, item, {"date"}):
        cursor.sketch.dates.append((item, narrow))
    elif not cursor.sketch.phrases and not cursor.sketch.figures and not cursor.sketch.head:
        cursor.sketch.head = Grouped(item, narrow=narrow)
    else:
        cursor.sketch.columns.append((item, narrow))


def belongs(cursor: Cursor, following: Item, table: str) -> bool:
    """Whether noun and column are one name ("loan status", "customer count" is not)."""
    return any(isinstance(found, Attribute) and found.table == table for found in following.meanings) and not of_type(
        following, Thing, Named
    )


def _happens(cursor: Cursor, following: Item) -> bool:
    """ "loans maturing": a date behind a plural or a counted noun is what happens to the things, not their name."""
    named = following.text.casefold().endswith("date")
    return all_of_kind(cursor, following, {"date"}) and (cursor.item.plural or "count" in cursor.announced or not named)


def _dated(cursor: Cursor, item: Item, narrow: str) -> bool:
    """ "maturing in March 2027", "opened since 2024"."""
    distance = cursor.skip(0, Role.BE, Role.PREPOSITION)
    found = when(cursor.ahead(distance))
    dates = [known for known in item.meanings if isinstance(known, Attribute) and kind(cursor, known) == "date"]
    if not found or not dates:
        return False
    if cursor.link == "hasnt":
        raise Lost(item.text)  # "without a review in 2025": none at all, or another day?
    cursor.take(distance + 1)
    cursor.attach(Dated(item, found.period, narrow))
    if cursor.pending and isinstance(cursor.pending[-1], Dated):
        cursor.home().append(cursor.pending.pop())
    return True


def _numbered_thing(cursor: Cursor, item: Item, table: str) -> None:
    """ "status of loan 4959": the one with this number."""
    number, entry = amount(cursor.item), cursor.catalogue.tables[table]
    plain = number and cursor.item.text.isdigit() and not item.plural and entry.columns[entry.key].kind == "id"
    if not plain or number is None or entry.snapshot or leads_to_a_noun(cursor, 1):
        return
    key = Item(cursor.catalogue.label(table, entry.key), "", (Attribute(table, entry.key),))
    cursor.pending.append(Compared(key, "=", (float(number.number),), narrow=table))
    cursor.take()


def _countable(cursor: Cursor, tables: list[str]) -> str:
    countable = [table for table in tables if cursor.catalogue.tables[table].countable]
    if len(tables) > 1 and len(countable) != 1:
        raise Lost(cursor.item.text)
    return (countable or tables)[0]
