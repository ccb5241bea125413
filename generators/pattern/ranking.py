"""Figures that are asked for, and by which of them the answer is ranked."""

from generators.pattern.asking import aggregate_word
from generators.pattern.cursor import Cursor, of_type, role
from generators.pattern.doubt import Lost
from generators.pattern.meanings import Attribute, Figure, Item, Role, Several
from generators.pattern.sketch import Asked, Ranked, Utmost
from generators.pattern.telling import all_of_kind, all_ranked


def figure(cursor: Cursor, item: Item, narrow: str) -> None:
    if cursor.use("count"):
        # "number of loan balances" is no count of anything that is known.
        raise Lost(item.text)
    also, cursor.also = cursor.also, []
    cursor.sketch.figures.extend(Asked(item, aggregate_word(word), narrow=narrow) for word in also)
    how = aggregate_word(cursor.use("aggregate"))
    cursor.sketch.figures.append(Asked(item, how, narrow=narrow, mean=how == "average"))
    cursor.sketch.conditions.extend(cursor.pending)
    cursor.pending = []


def rank_by_figure(cursor: Cursor, extreme: Item | None) -> None:
    """The figure that was just asked for says the order."""
    sketch = cursor.sketch
    word = role(extreme, Role.EXTREME) if extreme else None
    which = {"latest": "most", "earliest": "least"}.get(word.argument, word.argument) if word else "most"
    if sketch.ranked and not extreme:
        sketch.ranked.figure = len(sketch.figures) - 1
    else:
        limit = cursor.limit or (sketch.ranked.limit if sketch.ranked else 0)
        sketch.ranked = Ranked(which, limit, figure=len(sketch.figures) - 1, place=cursor.place)
    cursor.by_rank, cursor.limit, cursor.place = False, 0, 0


def rank_by(cursor: Cursor, item: Item, narrow: str) -> None:
    sketch = cursor.sketch
    own = {phrase.table for phrase in sketch.phrases} & {
        found.table for found in item.meanings if isinstance(found, Attribute)
    }
    summed = all_of_kind(cursor, item, {"amount"}) and not own
    if of_type(item, Figure, Several) or "aggregate" in cursor.announced or summed:
        figure(cursor, item, narrow)
        rank_by_figure(cursor, cursor.use("extreme"))
        return
    ranked = sketch.ranked or Ranked("most")
    ranked.item, ranked.narrow = item, narrow
    sketch.ranked = ranked
    cursor.by_rank = False


def utmost(cursor: Cursor, item: Item, narrow: str) -> None:
    """ "highest risk rating" is a condition, "highest loan balance" ranks or is a maximum, "latest maturity date" ranks."""
    extreme = cursor.announced["extreme"]
    word = role(extreme, Role.EXTREME)
    which = word.argument if word else "most"
    measures = [found.measure for found in item.meanings if isinstance(found, Figure)]
    stocks = [cursor.catalogue.measures[name].table for name in measures]
    if which == "latest" and stocks and all(table and cursor.catalogue.tables[table].snapshot for table in stocks):
        cursor.use("extreme")  # the latest loan balance is that of the newest month end
        figure(cursor, item, narrow)
        return
    if all_ranked(cursor, item):
        cursor.use("extreme")
        cursor.attach(Utmost(item, which, narrow))
        return
    has_head = cursor.sketch.head or any(phrase.link == "subject" for phrase in cursor.sketch.phrases)
    if not has_head and "aggregate" not in cursor.announced and not cursor.limit and not cursor.by_rank:
        cursor.use("extreme")
        if cursor.place or (which in {"latest", "earliest"} and not all_of_kind(cursor, item, {"date"})):
            raise Lost(extreme.text)  # the latest balance is not the highest
        how = "maximum" if which in {"most", "latest"} else "minimum"
        cursor.sketch.figures.append(Asked(item, how, narrow=narrow))
        cursor.sketch.conditions.extend(cursor.pending)
        cursor.pending = []
        return
    if of_type(item, Figure, Several) or "aggregate" in cursor.announced:
        figure(cursor, item, narrow)
        head = cursor.sketch.head or cursor.subject()
        singular = not (head.item if head else item).plural
        limit = cursor.limit or (cursor.sketch.ranked.limit if cursor.sketch.ranked else 0)
        rank_by_figure(cursor, cursor.use("extreme"))
        ranked = cursor.sketch.ranked
        if ranked and not limit and singular:
            ranked.limit, ranked.ties = 1, True
        return
    cursor.use("extreme")
    limit = cursor.limit or (0 if item.plural else 1)
    cursor.sketch.ranked = Ranked(which, limit, ties=not cursor.limit, item=item, narrow=narrow, place=cursor.place)
    cursor.limit, cursor.by_rank, cursor.place = 0, False, 0
