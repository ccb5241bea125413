"""Reads the items of a question from left to right into a sketch; each rule takes what it understands, and what no rule takes is lost."""

from collections.abc import Callable, Sequence

from bank.catalogue import Catalogue
from generators.pattern.asking import (
    aggregate,
    aggregate_word,
    common,
    extreme,
    further,
    group,
    how_many,
    share,
    spread,
    top,
    vague,
)
from generators.pattern.comparing import numbered
from generators.pattern.cursor import Cursor, of_type, role
from generators.pattern.doubt import Lost
from generators.pattern.ending import nothing_is_left
from generators.pattern.joining import link
from generators.pattern.meanings import Attribute, Figure, Item, Pick, Role, Several, Stored, Thing, When
from generators.pattern.naming import column, noun
from generators.pattern.shaping import (
    age,
    arranged,
    asks_one_amount,
    asks_yes_or_no,
    both,
    change,
    direction,
    main_amount,
    minus,
    new,
    older,
    only,
    over_a_period,
    ratio,
    running,
    small_number,
    split,
    step,
    versus,
    whom,
    wise,
)
from generators.pattern.sketch import Grouped, Sketch, Termed
from generators.pattern.telling import NAMES
from generators.pattern.valuing import beside_last, stored, term

Rule = Callable[[Cursor], bool]


def sketch(items: Sequence[Item], catalogue: Catalogue) -> Sketch:
    """The sketch of a question; raises `Lost` with the words that no rule takes."""
    unknown = [item.text for item in items if not item.meanings]
    if unknown:
        raise Lost(*unknown)
    cursor = Cursor(whom(arranged(items), catalogue), catalogue)
    cursor.sketch.yes_no = asks_yes_or_no(items)
    cursor.sketch.one_amount = asks_one_amount(items)
    while cursor.at < len(cursor.items):
        before = cursor.began = cursor.at
        if not any(rule(cursor) for rule in RULES) or cursor.at == before:
            raise Lost(cursor.item.text)
    nothing_is_left(cursor, items)
    return cursor.sketch


def _period(cursor: Cursor) -> bool:
    found = next((meaning for meaning in cursor.item.meanings if isinstance(meaning, When)), None)
    if not found:
        return False
    before = cursor.ahead(-1)
    said = before if not role(before, Role.PREPOSITION) else cursor.ahead(-2)
    last = cursor.home()[-1:]
    if last and isinstance(last[0], Termed) and last[0].item is said:
        last[0].adjacent = True
    last_noun = cursor.sketch.phrases[-1] if cursor.sketch.phrases else None
    if last_noun and last_noun.link in {"has", "hasnt"} and last_noun.item is said and not last_noun.period:
        entry = cursor.catalogue.tables[last_noun.table]
        if entry.date and not entry.snapshot:
            last_noun.period = found.period
            cursor.take()
            return True
    cursor.sketch.periods.append(found.period)
    cursor.sketch.stock = before.stem in {"as of", "as at", "at"} or found.period.start == found.period.end
    cursor.take()
    return True


def _every(cursor: Cursor) -> bool:
    word = role(cursor.item, Role.EVERY)
    means = "aggregate" in cursor.announced and bool(
        role(cursor.ahead(1), Role.HOW_MANY) or of_type(cursor.ahead(1), Figure)
    )
    stored = of_type(cursor.item, Stored) and not _ends(cursor) and not means
    if not word or of_type(cursor.item, *NAMES) or stored:
        return False
    if "aggregate" in cursor.announced and aggregate_word(cursor.announced["aggregate"]) == "average":
        return _mean_over(cursor, word.argument)
    if cursor.sketch.figures and cursor.sketch.figures[-1].mean and cursor.sketch.figures[-1].aggregate == "count":
        cursor.sketch.figures[-1].mean = False  # "average number of transactions per month"
        cursor.sketch.mean_unit = word.argument
    cursor.sketch.groups.append(Grouped(cursor.item, unit=word.argument))
    cursor.take()
    further(cursor)
    return True


def _mean_over(cursor: Cursor, unit: str) -> bool:
    """ "average monthly balance", "average monthly number of transactions": what follows, averaged over the months."""
    following = cursor.ahead(cursor.skip(1, Role.HOW_MANY))
    if cursor.sketch.figures or cursor.sketch.mean_unit or not of_type(following, Figure, Several, Thing, Attribute):
        return False
    cursor.use("aggregate")
    cursor.sketch.mean_unit = unit
    cursor.sketch.groups.append(Grouped(cursor.item, unit=unit))
    cursor.take()
    return True


def _which_unit(cursor: Cursor) -> bool:
    """ "in which month was the balance highest"."""
    word = role(cursor.item, Role.UNIT)
    sketch = cursor.sketch
    if not word or sketch.head or sketch.phrases or sketch.figures:
        return False
    sketch.head = Grouped(cursor.item, unit=word.argument)
    cursor.take()
    return True


def _again(cursor: Cursor) -> bool:
    """ "… and how many in Wholesale": the same count, beside the first."""
    figures = cursor.sketch.figures
    asks = role(cursor.item, Role.HOW_MANY) and role(cursor.ahead(-1), Role.AND)
    return bool(asks) and len(figures) == 1 and figures[0].aggregate == "count" and beside_last(cursor, 1)


def _ends(cursor: Cursor) -> bool:
    """Whether nothing of the bank follows: "monthly statements" are a value, "balance monthly" is a grouping."""
    return not of_type(cursor.ahead(1), Thing, Attribute, Several)


def _trend(cursor: Cursor) -> bool:
    if not role(cursor.item, Role.TREND):
        return False
    cursor.sketch.trend = True
    cursor.take()
    return True


def _distinct(cursor: Cursor) -> bool:
    if not role(cursor.item, Role.DISTINCT):
        return False
    cursor.sketch.distinct = cursor.item
    cursor.take()
    return True


def _colon(cursor: Cursor) -> bool:
    """ "loans granted in 1996: total lent": before it stands what the figure behind it is of."""
    if not role(cursor.item, Role.COLON):
        return False
    subject = cursor.subject()
    if subject and not cursor.sketch.figures and not cursor.sketch.ranked:
        subject.link = "of"
    cursor.take()
    return True


def _pick(cursor: Cursor) -> bool:
    if not of_type(cursor.item, Pick):
        return False
    cursor.sketch.picked.append(cursor.item)
    cursor.take()
    return True


def _based(cursor: Cursor) -> bool:
    if not role(cursor.item, Role.BASED) or not of_type(cursor.ahead(1), *NAMES):
        return False
    if ("extreme" in cursor.announced or cursor.sketch.ranked) and of_type(cursor.ahead(1), Figure, Several):
        cursor.by_rank = True  # "the best branches in terms of deposits"
        cursor.take()
        return True
    cursor.sketch.based.append(cursor.ahead(1))
    cursor.take(2)
    return True


def _in_currency(cursor: Cursor) -> bool:
    """ "the amount in crowns", where all amounts are in crowns."""
    word = role(cursor.item, Role.CURRENCY)
    only = not cursor.catalogue.currencies and not of_type(cursor.item, Stored)
    if not word or not only or word.argument != cursor.catalogue.reporting_currency:
        return False
    cursor.take()
    return True


def _current(cursor: Cursor) -> bool:
    """ "current loan balance" is that of the newest month end, as any balance is."""
    if cursor.item.stem != "current" or not of_type(cursor.ahead(1), Figure, Several):
        return False
    cursor.take()
    return True


RULES: tuple[Rule, ...] = (
    over_a_period,
    _in_currency,
    _current,
    versus,
    step,
    change,
    running,
    ratio,
    minus,
    split,
    _again,
    wise,
    direction,
    main_amount,
    only,
    both,
    older,
    age,
    small_number,
    top,
    share,
    spread,
    _every,
    _which_unit,
    _trend,
    group,
    how_many,
    aggregate,
    common,
    _distinct,
    _colon,
    new,
    extreme,
    vague,
    numbered,
    _period,
    stored,
    term,
    noun,
    column,
    _based,
    _pick,
    link,
)
