"""Puts a noun into the sketch: as what is asked about, as what it has, or as the context of a figure."""

from dataclasses import replace

from generators.pattern.asking import aggregate_word, ranks_ahead
from generators.pattern.comparing import count_groups
from generators.pattern.cursor import Cursor, of_type, role
from generators.pattern.doubt import Lost
from generators.pattern.meanings import Figure, Item, Role, Several, Thing
from generators.pattern.ranking import rank_by_figure, rank_one
from generators.pattern.sketch import Asked, Compared, Eitherwise, Phrase, Ranked, Raw, Termed, Valued
from generators.pattern.telling import columns_of


def place(cursor: Cursor, item: Item, table: str) -> None:
    sketch = cursor.sketch
    phrase = _linked(cursor, Phrase(table, item, cursor.link or "of", part=cursor.part))
    if cursor.pending and "count" in cursor.announced and sketch.figures:
        # "the balance and the number of EUR loans": whether the balance is of EUR loans too cannot be told.
        raise Lost(item.text)
    phrase.conditions, cursor.pending = cursor.pending, []
    phrase.every, cursor.every = cursor.every and phrase.link == "has", False
    phrase.both, cursor.both = cursor.both and phrase.link == "has", False
    known = next((old for old in sketch.phrases if old.table == table and phrase.link == "of"), None)
    if known:
        _say_of(cursor, known, phrase.conditions)
    else:
        sketch.phrases.append(phrase)
    _what_of_it(cursor, item, table, phrase)
    cursor.link = ""


def _say_of(cursor: Cursor, known: Phrase, said: list[Raw]) -> None:
    """More is said of a noun that was there before: "fixed loans versus floating loans" stand side by side."""
    before, now = (known.conditions[-1] if known.conditions else None), (said[0] if len(said) == 1 else None)
    sides: Raw | None = None
    if isinstance(before, Termed) and isinstance(now, Termed):
        sides = Eitherwise([before, now], apart=True)
    elif isinstance(before, Valued) and isinstance(now, Valued) and not (before.negated or now.negated):
        same = columns_of(before.items[0]) & columns_of(now.items[0])
        sides = replace(before, items=[*before.items, *now.items], apart=True) if same else None
    has = any(phrase.link in {"has", "hasnt"} for phrase in cursor.sketch.phrases)
    if cursor.sketch.versus and sides and not has:
        known.conditions[-1] = sides
    else:
        known.conditions.extend(said)


def _linked(cursor: Cursor, phrase: Phrase) -> Phrase:
    """How the noun belongs to the ones before, and how many of it."""
    sketch, quantity = cursor.sketch, cursor.quantity
    parent = next((known for known in reversed(sketch.phrases) if known.link not in {"has", "hasnt"}), None)
    plain = phrase.link == "has" and not cursor.by_rank and not cursor.announced
    counted = quantity or (plain and (">=", 1))
    if counted and phrase.link == "has" and not parent:
        count_groups(sketch, phrase.item)
    more = sketch.having and quantity and cursor.adds
    if sketch.head and not sketch.head.unit and counted and (more or not (parent or sketch.figures)):
        # "which regions have more than 100 loans": counted for each value of the column that is asked for.
        sketch.having.append((len(sketch.figures), Compared(None, counted[0], (float(counted[1]),))))
        sketch.figures.append(Asked(phrase.item, "count", phrase.table))
        phrase.link, cursor.quantity = "counted", None
        return phrase
    if phrase.link in {"has", "hasnt"} and parent and parent.table != phrase.table:
        phrase.of = parent
        phrase.operator, phrase.number = quantity or (phrase.operator, phrase.number)
    elif phrase.link == "hasnt" or (quantity and (quantity[0] != "=" or cursor.limit)):
        raise Lost(phrase.item.text)
    else:
        cursor.limit = quantity[1] if quantity else cursor.limit  # "the 5 customers with the highest balance"
        phrase.link = "of" if sketch.phrases or sketch.figures else "subject"
    cursor.quantity = None
    return phrase


def _what_of_it(cursor: Cursor, item: Item, table: str, phrase: Phrase) -> None:
    """A noun may be counted, aggregated by its main amount, or the largest of its kind."""
    before = cursor.use("aggregate")
    if cursor.use("count"):
        how = aggregate_word(before)
        if how not in {"", "sum", "average"}:
            raise Lost(before.text if before else "")
        _as_figure(cursor, Asked(item, "count", table, mean=how == "average"))
    elif before:
        also, cursor.also = cursor.also, []
        sketch = cursor.sketch
        sketch.figures += [Asked(item, aggregate_word(word), table, plainly=False) for word in also]
        how = aggregate_word(before)
        _as_figure(cursor, Asked(item, how, table, plainly=before.stem == "total", mean=how == "average"))
    elif "extreme" in cursor.announced and not ranks_ahead(cursor):
        _largest(cursor, item, table, phrase)
        return
    elif cursor.by_rank:
        raise Lost(item.text)
    elif _is_in_a_list_of_figures(cursor, item, phrase):
        _as_figure(cursor, Asked(item, "count", table))
    else:
        _joined_to_a_count(cursor, item, table)
        return
    if phrase.link in {"subject", "of"}:
        phrase.link = "counted"


def _is_in_a_list_of_figures(cursor: Cursor, item: Item, phrase: Phrase) -> bool:
    """ "for each branch: customers, loan balance": the customers are counted beside it."""
    colon = role(cursor.ahead(-2), Role.COLON) or (cursor.ahead(-2).stem == "," and cursor.sketch.figures)
    goes_on = cursor.item.stem in {",", "and"} and of_type(cursor.ahead(1), Figure, Thing, Several)
    listed = bool(colon) and (goes_on or not cursor.item.meanings)
    return (
        bool(cursor.sketch.groups)
        and listed
        and item.plural
        and not phrase.conditions
        and phrase.link in {"subject", "of"}
    )


def _joined_to_a_count(cursor: Cursor, item: Item, table: str) -> None:
    """ "how many loans and facilities": the second noun is counted like the first."""
    before = cursor.items[cursor.at - 2] if cursor.at >= 2 else None
    if not before or not role(before, Role.AND) or cursor.sketch.phrases[-1].link != "of":
        return
    figures = cursor.sketch.figures
    if not figures or figures[-1].aggregate != "count" or figures[-1].distinct or len(cursor.sketch.phrases) != 2:
        raise Lost(item.text)
    cursor.sketch.figures.append(Asked(item, "count", table))


def _as_figure(cursor: Cursor, figure: Asked) -> None:
    sketch = cursor.sketch
    sketch.figures.append(figure)
    extreme, head = cursor.use("extreme"), sketch.head or cursor.subject()
    if extreme and not figure.mean:
        rank_one(cursor, extreme, head.item if head else None)  # "the branch with the greatest number of customers"
    elif extreme or cursor.by_rank:
        rank_by_figure(cursor, extreme)


def _largest(cursor: Cursor, item: Item, table: str, phrase: Phrase) -> None:
    """ "most loans" counts them; "largest loans" lists them by their main amount; "newest" by their date."""
    extreme = cursor.use("extreme")
    if cursor.sketch.figures:
        raise Lost(extreme.text if extreme else item.text)  # "average rate of the 100 largest loans"
    assert extreme is not None  # noqa: S101 - the caller has looked
    word = role(extreme, Role.EXTREME)
    which = word.argument if word else "most"
    if extreme.stem.split()[-1] in {"most", "fewest", "least"}:
        phrase.link, phrase.of = "of", None
        cursor.sketch.figures.append(Asked(item, "count", table))
        rank_one(cursor, extreme, (cursor.sketch.head or cursor.sketch.phrases[0]).item)
        return
    if any(phrase.table != table for phrase in cursor.sketch.phrases):
        raise Lost(extreme.text)
    phrase.link = "subject"
    limit = cursor.limit or (0 if item.plural else 1)
    ties = not cursor.limit and not item.plural
    if which in {"latest", "earliest"}:
        cursor.sketch.ranked = Ranked(which, limit, ties, item=extreme, main=True, place=cursor.place)
    else:
        cursor.sketch.figures.append(Asked(item, "main", table))
        figure = len(cursor.sketch.figures) - 1
        cursor.sketch.ranked = Ranked(which, limit, ties, figure=figure, place=cursor.place)
    cursor.limit, cursor.place = 0, 0
