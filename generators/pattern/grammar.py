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
from generators.pattern.meanings import Attribute, Figure, Item, Pick, Role, Several, Stored, Thing, When
from generators.pattern.naming import column, noun
from generators.pattern.ranking import rank_by_figure
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
    on_average,
    only,
    over_a_period,
    ratio,
    running,
    small_number,
    split,
    step,
    versus,
    wise,
)
from generators.pattern.sketch import Asked, Grouped, Ranked, Sketch, Termed
from generators.pattern.telling import NAMES
from generators.pattern.valuing import beside_last, stored, term

Rule = Callable[[Cursor], bool]


def sketch(items: Sequence[Item], catalogue: Catalogue) -> Sketch:
    """The sketch of a question; raises `Lost` with the words that no rule takes."""
    unknown = [item.text for item in items if not item.meanings]
    if unknown:
        raise Lost(*unknown)
    cursor = Cursor(arranged(items), catalogue)
    cursor.sketch.yes_no = asks_yes_or_no(items)
    cursor.sketch.one_amount = asks_one_amount(items)
    while cursor.at < len(cursor.items):
        before = cursor.at
        if not any(rule(cursor) for rule in RULES) or cursor.at == before:
            raise Lost(cursor.item.text)
    _nothing_is_left(cursor)
    now = [item.text for item in items if item.stem in _NOW and len(item.meanings) == 1]
    if now and cursor.sketch.periods:
        raise Lost(*now)  # "active on 30 June and past due now": two times, of which one would be dropped
    return cursor.sketch


_NOW = {
    "now",
    "today",
    "currently",
    "presently",
    "right now",
    "at present",
    "at the moment",
    "as of now",
    "as of today",
}


def _nothing_is_left(cursor: Cursor) -> None:
    """Words that announced something which never came were not understood."""
    on_average(cursor)
    _said_behind(cursor)
    waiting = [item.text for item in cursor.announced.values()]
    if cursor.pending:
        if waiting or cursor.by_rank:
            raise Lost(*waiting)
        cursor.home().extend(cursor.pending)
    if (
        waiting
        or cursor.link == "hasnt"
        or cursor.quantity
        or cursor.by_rank
        or cursor.limit
        or cursor.every
        or cursor.also
    ):
        raise Lost(*(waiting or [cursor.items[-1].text]))


def _said_behind(cursor: Cursor) -> None:
    """ "the month in which the balance was highest", "loans granted in 1996, total": said behind what it is of."""
    sketch, subject = cursor.sketch, cursor.subject()
    if "extreme" in cursor.announced and sketch.dates and subject and not sketch.figures and not sketch.ranked:
        extreme = cursor.use("extreme")  # "which branch was opened last"
        last = role(extreme, Role.EXTREME) if extreme else None
        one, (item, narrow) = not subject.item.plural, sketch.dates.pop()
        sketch.ranked = Ranked(last.argument if last else "latest", int(one), ties=one, item=item, narrow=narrow)
    if "extreme" in cursor.announced and sketch.head and len(sketch.figures) == 1 and not sketch.ranked:
        rank_by_figure(cursor, cursor.use("extreme"))
        if sketch.ranked and not sketch.ranked.limit and not sketch.head.item.plural:
            sketch.ranked.limit, sketch.ranked.ties = 1, True
    if (
        "extreme" in cursor.announced
        and subject
        and len(sketch.figures) == 1
        and not sketch.ranked
        and not sketch.groups
    ):
        limit = cursor.limit or (not subject.item.plural)  # "which five customers owe us the most"
        rank_by_figure(cursor, cursor.use("extreme"))
        if sketch.ranked and not sketch.ranked.limit and limit:
            sketch.ranked.limit, sketch.ranked.ties = 1, True
    word = cursor.announced.get("aggregate")
    if word and subject and not sketch.figures and not sketch.ranked and cursor.items[-1] is word:
        cursor.use("aggregate")
        sketch.figures.append(Asked(subject.item, aggregate_word(word), subject.table, plainly=word.stem == "total"))
        subject.link = "counted"


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
    cursor.sketch.based.append(cursor.ahead(1))
    cursor.take(2)
    return True


def _current(cursor: Cursor) -> bool:
    """ "current loan balance" is that of the newest month end, as any balance is."""
    if cursor.item.stem != "current" or not of_type(cursor.ahead(1), Figure, Several):
        return False
    cursor.take()
    return True


def _link(cursor: Cursor) -> bool:
    """Small words: what they join is decided by what follows."""
    does = next((does for known, does in _SMALL.items() if role(cursor.item, known)), None)
    if not does:
        return False
    does(cursor)
    cursor.take()
    return True


def _all(cursor: Cursor) -> None:
    """ "all customers" is worth a word only after a figure: one total, or one for each? "All their loans" are every one."""
    cursor.every = cursor.link == "has" and bool(cursor.sketch.phrases)
    before = cursor.sketch.figures
    if before and before[-1].item.plural and not cursor.sketch.groups and before[-1].aggregate != "average":
        cursor.sketch.whole = cursor.item


def _have(cursor: Cursor) -> None:
    """ "customers with": the next noun is had; without a noun before, "with" says nothing yet."""
    sketch = cursor.sketch
    if role(cursor.ahead(1), Role.AND) or role(cursor.ahead(1), Role.ASK) or not cursor.ahead(1).meanings:
        return  # "how many customers do we have, and what is …": nothing is had
    counts = len(sketch.figures) == 1 and sketch.figures[0].distinct
    cursor.link = "has" if sketch.phrases or sketch.head or counts else cursor.link
    if cursor.item.stem not in {"with", "having", "holding", "owning", "carrying", "using"}:
        _part_begins(cursor)  # "of customers with a loan" says which customers, "have a loan" what share of them


def _without(cursor: Cursor) -> None:
    cursor.link = "hasnt"


def _nothing(cursor: Cursor) -> None:
    """ "show", "of", "that": the question would mean the same without them, given the words around."""


def _asks_anew(cursor: Cursor) -> None:
    """ "and what is …": what comes now belongs to nothing before it."""
    if cursor.sketch.phrases or cursor.sketch.figures:
        cursor.link = ""


def _part_begins(cursor: Cursor) -> None:
    """After the verb of a share question comes the part ("… of customers ARE high risk"), not after "that are"."""
    before = cursor.items[cursor.at - 1] if cursor.at else None
    known = cursor.sketch.phrases or cursor.sketch.figures
    if cursor.sketch.share and known and not (before and role(before, Role.RELATIVE)):
        cursor.part = True


def _and(cursor: Cursor) -> None:
    """ "with loans and deposits": the next noun belongs like the last one."""
    phrases = cursor.sketch.phrases
    if phrases and phrases[-1].link in {"has", "hasnt"} and not cursor.link:
        cursor.link = phrases[-1].link


def _or(cursor: Cursor) -> None:
    """ "have neither a loan nor a deposit account": none of the second either."""
    phrases = cursor.sketch.phrases
    if cursor.item.stem == "nor" and phrases and phrases[-1].link == "hasnt" and cursor.link != "hasnt":
        cursor.link = "hasnt"
    else:
        cursor.announce("or")


_SMALL: dict[Role, Callable[[Cursor], None]] = {
    Role.WITHOUT: _without,
    Role.NOT: lambda cursor: cursor.announce("negate"),
    Role.OR: _or,
    Role.HAVE: _have,
    Role.BE: _part_begins,
    Role.AND: _and,
    Role.ALL: _all,
    Role.ASK: _asks_anew,
    Role.RELATIVE: _nothing,
    Role.PREPOSITION: _nothing,
}
RULES: tuple[Rule, ...] = (
    over_a_period,
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
    _link,
)
