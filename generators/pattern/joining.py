"""Small words: what they join is decided by what follows."""

from collections.abc import Callable

from generators.pattern.cursor import Cursor, of_type, role
from generators.pattern.meanings import Figure, Named, Role, Stored
from generators.pattern.sketch import Owned


def link(cursor: Cursor) -> bool:
    """Small words: what they join is decided by what follows."""
    if role(cursor.item, Role.BETWEEN) and not of_type(cursor.ahead(1), Stored):
        return False
    does = next((does for known, does in _SMALL.items() if role(cursor.item, known)), None)
    if not does:
        return False
    does(cursor)
    cursor.take()
    return True


def _all(cursor: Cursor) -> None:
    """ "all customers" is worth a word only after a figure: one total, or one for each? "All their loans" are every one."""
    cursor.every = cursor.link == "has" and bool(cursor.sketch.phrases)
    _all_are(cursor)
    before = cursor.sketch.figures
    if before and before[-1].item.plural and not cursor.sketch.groups and before[-1].aggregate != "average":
        cursor.sketch.whole = cursor.item


def _all_are(cursor: Cursor) -> None:
    """ "customers whose loans are all secured": they have some, and none that is not."""
    last, subject = (cursor.sketch.phrases[-1] if cursor.sketch.phrases else None), cursor.subject()
    said_of_it = role(cursor.ahead(-1), Role.BE) and of_type(cursor.ahead(1), Named, Stored)
    if said_of_it and last and subject and last is not subject and not last.conditions:
        last.link, last.of, last.every = "has", subject, True


def _have(cursor: Cursor) -> None:
    """ "customers with": the next noun is had; without a noun before, "with" says nothing yet."""
    sketch = cursor.sketch
    if role(cursor.ahead(1), Role.AND) or role(cursor.ahead(1), Role.ASK) or not cursor.ahead(1).meanings:
        return  # "how many customers do we have, and what is …": nothing is had
    counts = len(sketch.figures) == 1 and sketch.figures[0].distinct
    cursor.link = "has" if sketch.phrases or sketch.head or counts else cursor.link
    if cursor.item.stem not in {"with", "having", "holding", "owning", "carrying", "using"}:
        _part_begins(cursor)  # "of customers with a loan" says which customers, "have a loan" what share of them


def _beside(cursor: Cursor) -> None:
    """ "the split of clients between men and women"."""
    cursor.sketch.versus = cursor.sketch.versus or cursor.item


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
    phrases, said = cursor.sketch.phrases, cursor.home()[-1:]
    if phrases and phrases[-1].link in {"has", "hasnt"} and not cursor.link:
        cursor.link = phrases[-1].link
    elif said and isinstance(said[0], Owned) and of_type(cursor.ahead(1), Figure) and not cursor.link:
        cursor.link = "hasnt" if said[0].negated else "has"  # "with deposits and exposure"


def _or(cursor: Cursor) -> None:
    """ "have neither a loan nor a deposit account": none of the second either."""
    phrases = cursor.sketch.phrases
    if cursor.item.stem == "nor" and phrases and phrases[-1].link == "hasnt" and cursor.link != "hasnt":
        cursor.link = "hasnt"
    else:
        cursor.announce("or")


_SMALL: dict[Role, Callable[[Cursor], None]] = {
    Role.WITHOUT: _without,
    Role.BETWEEN: _beside,
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
