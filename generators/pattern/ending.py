"""What a question comes to once its last word was read: what was said behind, and that nothing was announced in vain."""

from collections.abc import Sequence

from generators.pattern.asking import aggregate_word
from generators.pattern.cursor import NOTHING, Cursor, of_type, role
from generators.pattern.doubt import Lost
from generators.pattern.meanings import Attribute, Figure, Item, Role, Several, Thing
from generators.pattern.ranking import rank_one
from generators.pattern.shaping import on_average
from generators.pattern.sketch import Asked, Phrase, Ranked

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


def nothing_is_left(cursor: Cursor, items: Sequence[Item]) -> None:
    """Words that announced something which never came were not understood."""
    on_average(cursor)
    _said_behind(cursor, items[-1])
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
        or cursor.both
    ):
        raise Lost(*(waiting or [cursor.items[-1].text]))
    _one_time_only(cursor, items)


def _one_time_only(cursor: Cursor, items: Sequence[Item]) -> None:
    """ "active on 30 June and past due now": two times, of which one would be dropped."""
    now = [item.text for item in items if item.stem in _NOW and len(item.meanings) == 1]
    if now and cursor.sketch.periods:
        raise Lost(*now)


def _said_behind(cursor: Cursor, very_last: Item) -> None:
    """ "the month in which the balance was highest", "loans granted in 1996, total": said behind what it is of."""
    sketch, subject = cursor.sketch, cursor.subject()
    last = cursor.items[-1] if cursor.items else NOTHING
    ends = role(last, Role.HAVE) or role(last, Role.PREPOSITION) or very_last.stem.endswith(" in")
    if subject and sketch.head and ends:
        subject.link = "of"  # "which purposes do our loans have"
    if "extreme" in cursor.announced and not sketch.ranked:
        _ranked_behind(cursor, subject)
    word = cursor.announced.get("aggregate")
    if word and subject and not sketch.figures and not sketch.ranked and last is word:
        cursor.use("aggregate")
        sketch.figures.append(Asked(subject.item, aggregate_word(word), subject.table, plainly=word.stem == "total"))
        subject.link = "counted"
    if sketch.ranked and sketch.change and not sketch.step:
        _ranked_by_change(cursor, sketch.ranked)


def _ranked_behind(cursor: Cursor, subject: Phrase | None) -> None:
    sketch = cursor.sketch
    if sketch.dates and subject and not sketch.figures:
        extreme = cursor.use("extreme")  # "which branch was opened last"
        word = role(extreme, Role.EXTREME) if extreme else None
        one, (item, narrow) = not subject.item.plural, sketch.dates.pop()
        sketch.ranked = Ranked(word.argument if word else "latest", int(one), ties=one, item=item, narrow=narrow)
    elif sketch.head and len(sketch.figures) == 1:
        rank_one(cursor, cursor.use("extreme"), sketch.head.item)
    elif subject and len(sketch.figures) == 1 and not sketch.groups:
        rank_one(cursor, cursor.use("extreme"), subject.item)  # "which five customers owe us the most"


_LESS = frozenset("decrease decreased decline declined fell fall fallen dropped drop".split())


def _ranked_by_change(cursor: Cursor, ranked: Ranked) -> None:
    """ "grew the most", "the largest increase", "top 5 by growth": the change says the order, where the words stand together."""
    said = [(role(item, Role.CHANGE), item) for item in cursor.items]
    ends = (Role.EXTREME, Role.TOP, Role.GROUP, Role.DIRECTION)
    for place, (word, item) in enumerate(said):
        before = place - 1
        while before > 0 and of_type(cursor.items[before], Figure, Attribute, Several, Thing):
            before -= 1  # "by loan balance growth"
        beside = [cursor.items[at] for at in (before, place + 1) if 0 <= at < len(said)]
        if word and any(role(near, known) for near in beside for known in ends):
            ranked.changed, ranked.told = True, True
            if item.stem.split()[0] in _LESS:
                ranked.which = {"most": "least", "least": "most"}.get(ranked.which, ranked.which)
            return
    raise Lost(
        cursor.sketch.change.text if cursor.sketch.change else ""
    )  # of the largest ones, or by how much they grew?
