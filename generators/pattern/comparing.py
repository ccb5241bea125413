"""Numbers with what they compare: "over 1 million", "more than 3 loans", "multiple products"."""

from generators.pattern.asking import aggregate_word
from generators.pattern.cursor import Cursor, amount, of_type, role
from generators.pattern.doubt import Lost
from generators.pattern.intent import Operator
from generators.pattern.meanings import Figure, Item, Role, Several, Thing
from generators.pattern.sketch import Compared
from generators.pattern.telling import is_category, is_figure_column, leads_to_a_noun


def numbered(cursor: Cursor) -> bool:
    """A number with what it compares: "over 1 million", "more than 3 loans", "multiple products"."""
    found = _comparison(cursor, 0)
    if not found:
        return False
    operator, numbers, currency, taken, plain = found
    distance = cursor.skip(taken, Role.PREPOSITION) if not plain else taken
    following = cursor.ahead(distance)
    if of_type(following, Figure, Several) or (is_figure_column(cursor, following) and not of_type(following, Thing)):
        cursor.take(distance + 1)
        attach_compared(cursor, Compared(following, operator, numbers, currency))
        return True
    if is_category(cursor, following) and not of_type(following, Thing) and not currency and operator != "between":
        cursor.take(distance + 1)
        _attach_distinct(cursor, Compared(following, operator, numbers, aggregate="distinct"))
        return True
    if leads_to_a_noun(cursor, taken) and not currency and operator != "between" and numbers[0] == int(numbers[0]):
        cursor.take(taken)
        cursor.quantity = (operator, int(numbers[0]))
        cursor.link = "has" if cursor.link != "hasnt" else cursor.link
        return True
    if cursor.sketch.phrases and not plain:
        cursor.take(taken)
        attach_compared(cursor, Compared(None, operator, numbers, currency))
        return True
    return False


def compares_here(cursor: Cursor, item: Item, narrow: str) -> bool:
    """ "balance is over 1 million"."""
    distance = cursor.skip(0, Role.BE, Role.HAVE, Role.PREPOSITION, Role.RELATIVE)
    found = _comparison(cursor, distance)
    if not found or not (of_type(item, Figure, Several) or is_figure_column(cursor, item)):
        return False
    operator, numbers, currency, taken, plain = found
    if plain and leads_to_a_noun(cursor, taken):
        return False
    cursor.take(taken)
    attach_compared(
        cursor, Compared(item, operator, numbers, currency, aggregate_word(cursor.use("aggregate")), narrow)
    )
    return True


def attach_compared(cursor: Cursor, compared: Compared) -> None:
    compared.conditions, cursor.pending = cursor.pending, []
    compared.negated = cursor.use("negate") is not None
    if cursor.use("or") or cursor.link == "hasnt":
        raise Lost(compared.item.text if compared.item else "or")
    cursor.home().append(compared)
    cursor.link = ""


def _attach_distinct(cursor: Cursor, compared: Compared) -> None:
    """ "customers with loans in more than one currency": it is the customer who has several."""
    last = cursor.sketch.phrases[-1] if cursor.sketch.phrases else None
    if not last or cursor.pending or "negate" in cursor.announced or "or" in cursor.announced:
        raise Lost(compared.item.text if compared.item else "")
    if last.link in {"has", "hasnt"} and (last.conditions or last.link == "hasnt" or last.number != 1):
        raise Lost(compared.item.text if compared.item else "")
    (last.of or last).conditions.append(compared)
    cursor.link = ""


def _comparison(cursor: Cursor, at: int) -> tuple[Operator, tuple[float, ...], str, int, bool] | None:
    """Operator, numbers, currency, items taken, and whether it was a bare number or "multiple" (which can only count)."""
    item = cursor.ahead(at)
    if role(item, Role.MULTIPLE):
        return ">", (1.0,), "", at + 1, True
    if role(item, Role.BETWEEN):
        return _between(cursor, at)
    word, number = role(item, Role.COMPARE), amount(cursor.ahead(at + 1))
    if word and number:
        joined = word.argument
        return joined, (float(number.number),), number.currency, at + 2, False  # type: ignore[return-value]
    bare = amount(item)
    if not bare:
        return None
    behind = role(cursor.ahead(at + 1), Role.COMPARE)
    if behind and cursor.ahead(at + 1).stem in {"or more", "or less"}:
        return behind.argument, (float(bare.number),), bare.currency, at + 2, False  # type: ignore[return-value]
    return ("=", (float(bare.number),), bare.currency, at + 1, True) if at == 0 else None


def _between(cursor: Cursor, at: int) -> tuple[Operator, tuple[float, ...], str, int, bool] | None:
    low, joint, high = (amount(cursor.ahead(at + 1)), cursor.ahead(at + 2), amount(cursor.ahead(at + 3)))
    if not low or not high or not (role(joint, Role.AND) or role(joint, Role.PREPOSITION)):
        return None
    # "between 1 and 2 million" begins at one million.
    scale = high.scale if low.scale == 1 and low.number < 1000 else 1
    return "between", (float(low.number * scale), float(high.number)), low.currency or high.currency, at + 4, False


def compares_ahead(cursor: Cursor, at: int) -> bool:
    distance = cursor.skip(at, Role.BE, Role.PREPOSITION)
    return bool(role(cursor.ahead(distance), Role.COMPARE) or role(cursor.ahead(distance), Role.BETWEEN))
