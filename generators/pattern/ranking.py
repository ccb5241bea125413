"""Figures that are asked for, and by which of them the answer is ranked."""

from generators.pattern.asking import aggregate_word, ranks_ahead
from generators.pattern.cursor import Cursor, of_type, role
from generators.pattern.doubt import Lost
from generators.pattern.meanings import Attribute, Figure, Item, Role, Several, Stored, Thing, Word
from generators.pattern.sketch import Asked, Grouped, Ranked, Utmost
from generators.pattern.telling import all_of_kind, all_ranked
from generators.pattern.tokens import stems


def figure(cursor: Cursor, item: Item, narrow: str) -> None:
    if cursor.use("count"):
        # "number of loan balances" is no count of anything that is known.
        raise Lost(item.text)
    stored = {found.table for found in item.meanings if isinstance(found, Stored)}
    stored = {found.table for found in item.meanings if isinstance(found, Stored)}
    named = {found.table for found in item.meanings if isinstance(found, Attribute)}
    if stored and named and not stored & named and not of_type(item, Figure):
        raise Lost(item.text)  # "loan payments": what a loan costs a month, or transactions of that purpose
    if _said_again(cursor, item):
        return
    also, cursor.also = cursor.also, []
    if also and item.stem.split()[0] in {"average", "total"}:
        raise Lost(item.text)  # "minimum and average salary": whether of the salary or of its average cannot be told
    cursor.sketch.figures.extend(Asked(item, aggregate_word(word), narrow=narrow) for word in also)
    subject = cursor.subject()
    if cursor.sketch.one_amount and subject and not cursor.sketch.figures and "extreme" not in cursor.announced:
        subject.link = "of"
    how = aggregate_word(cursor.use("aggregate"))
    cursor.sketch.figures.append(Asked(item, how, narrow=narrow, mean=how == "average"))
    cursor.sketch.conditions.extend(cursor.pending)
    cursor.pending = []


def _said_again(cursor: Cursor, item: Item) -> bool:
    """ "secured loan balance and unsecured loan balance": one figure, of both side by side."""
    sketch = cursor.sketch
    same = len(sketch.figures) == 1 and sketch.figures[0].item.stem == item.stem and not sketch.twice
    announced = {"aggregate", "extreme", "negate", "or"} & cursor.announced.keys()
    if not same or announced or cursor.also or sketch.ratio or sketch.minus or sketch.share or cursor.by_rank:
        return False
    if sketch.figures[0].aggregate or not (
        sketch.conditions or cursor.pending or any(one.conditions for one in sketch.phrases)
    ):
        return False
    if subject := cursor.subject():
        subject.link = "of"  # "Mining customers' exposure compared with …"
    sketch.twice = item
    sketch.versus = sketch.versus or item
    home = next((one.conditions for one in sketch.phrases if one.conditions), sketch.conditions)
    home.extend(cursor.pending)
    cursor.pending = []
    return True


def rank_by_figure(cursor: Cursor, extreme: Item | None) -> None:
    """The figure that was just asked for says the order."""
    sketch = cursor.sketch
    word = role(extreme, Role.EXTREME) if extreme else None
    which = {"latest": "most", "earliest": "least"}.get(word.argument, word.argument) if word else "most"
    if not word and sketch.common:
        which, sketch.common = sketch.common, ""
        cursor.limit = cursor.limit or int(bool(sketch.head and not sketch.head.item.plural))
    if sketch.ranked and sketch.ranked.told:
        raise Lost(sketch.figures[-1].item.text, why="I can rank by one figure only.")
    if sketch.ranked and not extreme:
        sketch.ranked.figure = len(sketch.figures) - 1
    else:
        limit = cursor.limit or (sketch.ranked.limit if sketch.ranked else 0)
        sketch.ranked = Ranked(which, limit, figure=len(sketch.figures) - 1, place=cursor.place)
    sketch.ranked.told = True
    cursor.by_rank, cursor.limit, cursor.place = False, 0, 0


def rank_one(cursor: Cursor, extreme: Item | None, head: Item | None) -> None:
    """The figure that was just asked for says the order; of a singular only the first is meant, with its equals."""
    sketch = cursor.sketch
    limit = cursor.limit or cursor.place or (sketch.ranked.limit if sketch.ranked else 0)
    rank_by_figure(cursor, extreme)
    if sketch.ranked and head and not limit and not head.plural:
        sketch.ranked.limit, sketch.ranked.ties = 1, True


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
    if ranked.item:
        raise Lost(ranked.item.text, item.text)  # "the most crimes per inhabitant"
    ranked.item, ranked.narrow = item, narrow
    sketch.ranked = ranked
    cursor.by_rank = False


def utmost(cursor: Cursor, item: Item, narrow: str) -> None:
    """ "highest risk rating" is a condition, "highest loan balance" ranks or is a maximum, "latest maturity date" ranks."""
    extreme = cursor.announced["extreme"]
    word = role(extreme, Role.EXTREME)
    which = word.argument if word else "most"
    if all_of_kind(cursor, item, {"category", "name"}) and ranks_ahead(cursor) and not cursor.sketch.head:
        _ranks_values(cursor, item, narrow)
    elif which == "latest" and _is_stock(cursor, item):
        cursor.use("extreme")  # the latest loan balance is that of the newest month end
        figure(cursor, item, narrow)
    elif all_ranked(cursor, item):
        cursor.use("extreme")
        cursor.attach(Utmost(item, which, narrow))
    elif which in {"best", "worst"}:
        _told_end(cursor, extreme, item, which)
        utmost(cursor, item, narrow)
    elif all_of_kind(cursor, item, {"date"}) and of_type(cursor.item, Thing) and not cursor.sketch.phrases:
        _ranks_things(cursor, item, which, narrow, cursor.item.plural)  # "the most recently originated loan"
    elif _is_alone(cursor):
        _end_of_all(cursor, item, which, narrow)
    elif of_type(item, Figure, Several) or "aggregate" in cursor.announced:
        _ranks_figures(cursor, item, narrow)
    else:
        _ranks_things(cursor, item, which, narrow, item.plural)


_ILL = frozenset(
    """default past due npl performing loss charge write overdraft overdrawn arrear delinquency delinquent risk unemployment crime
    bad impaired overdue penalty churn fraud dispute""".split()
)
_WELL = frozenset("profit income revenue salary return coverage margin surplus".split())


def end_of(cursor: Cursor, item: Item, which: str) -> str:
    """Whether the worst of a figure is its most or its least; empty where its name does not tell."""
    names = [
        cursor.catalogue.label(found.table, found.column) for found in item.meanings if isinstance(found, Attribute)
    ]
    measures = [found.measure for found in item.meanings if isinstance(found, Figure)]
    names += [f"{measure} {cursor.catalogue.measures[measure].says}" for measure in measures]
    tellings = [set(stems(name.replace("-", " "))) for name in names]
    if tellings and all(words & _ILL and not words & _WELL for words in tellings):
        return "most" if which == "worst" else "least"
    if tellings and all(words & _WELL and not words & _ILL for words in tellings):
        return "least" if which == "worst" else "most"
    amounts = measures and all(cursor.catalogue.measures[name].kind == "amount" for name in measures)
    if which == "best" and amounts and not any(words & _ILL for words in tellings):
        return "most"  # "the best branches by deposits"
    return ""


def _told_end(cursor: Cursor, extreme: Item, item: Item, which: str) -> None:
    """ "the worst NPL ratio" is the highest."""
    end = end_of(cursor, item, which)
    if not end:
        raise Lost(extreme.text)
    cursor.announced["extreme"] = Item(extreme.text, extreme.stem, (Word(Role.EXTREME, end),), extreme.plural)


def _ranks_values(cursor: Cursor, item: Item, narrow: str) -> None:
    """ "the third largest industry by loan balance": the figure behind says the order."""
    cursor.sketch.head = Grouped(item, narrow=narrow)
    if not cursor.limit and not cursor.place and not item.plural:
        cursor.limit = 1


def _is_stock(cursor: Cursor, item: Item) -> bool:
    measures = [found.measure for found in item.meanings if isinstance(found, Figure)]
    tables = [cursor.catalogue.measures[name].table for name in measures]
    return bool(tables) and all(table and cursor.catalogue.tables[table].snapshot for table in tables)


def _is_alone(cursor: Cursor) -> bool:
    """Whether nothing is there that could be ranked: then the highest is one figure."""
    sketch = cursor.sketch
    has_head = sketch.head or any(phrase.link == "subject" for phrase in sketch.phrases)
    return not has_head and "aggregate" not in cursor.announced and not cursor.limit and not cursor.by_rank


def _end_of_all(cursor: Cursor, item: Item, which: str, narrow: str) -> None:
    """ "highest loan balance": the maximum. The latest balance is not the highest."""
    extreme = cursor.use("extreme")
    if cursor.place or (which in {"latest", "earliest"} and not all_of_kind(cursor, item, {"date"})):
        raise Lost(extreme.text if extreme else item.text)
    how = "maximum" if which in {"most", "latest"} else "minimum"
    cursor.sketch.figures.append(Asked(item, how, narrow=narrow))
    cursor.sketch.conditions.extend(cursor.pending)
    cursor.pending = []


def _ranks_figures(cursor: Cursor, item: Item, narrow: str) -> None:
    """ "branch with the highest deposits": its figure is shown and says the order."""
    figure(cursor, item, narrow)
    head = cursor.sketch.head or cursor.subject()
    rank_one(cursor, cursor.use("extreme"), head.item if head else item)


def _ranks_things(cursor: Cursor, item: Item, which: str, narrow: str, plural: bool) -> None:
    """ "loan with the latest maturity date": a column of the thing says the order."""
    cursor.use("extreme")
    limit = cursor.limit or (0 if plural else 1)
    cursor.sketch.ranked = Ranked(which, limit, ties=not cursor.limit, item=item, narrow=narrow, place=cursor.place)
    cursor.limit, cursor.by_rank, cursor.place = 0, False, 0
