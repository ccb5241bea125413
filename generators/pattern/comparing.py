"""Numbers with what they compare: "over 1 million", "more than 3 loans", "multiple products"."""

from generators.pattern.asking import aggregate_word
from generators.pattern.cursor import Cursor, amount, of_type, role, when
from generators.pattern.doubt import Lost
from generators.pattern.intent import Operator
from generators.pattern.meanings import Attribute, Figure, Item, Role, Several, Stored, Thing
from generators.pattern.sketch import Asked, Compared, Faced, Grouped, Sketch
from generators.pattern.telling import all_of_kind, is_category, is_figure_column, leads_to_a_noun

_MONEY = 1000  # smaller numbers before a currency count things: "more than 3 EUR loans"


def numbered(cursor: Cursor) -> bool:
    """A number with what it compares: "over 1 million", "more than 3 loans", "multiple products"."""
    found = _comparison(cursor, 0)
    if not found:
        return False
    operator, numbers, currency, taken, plain = _with_currency(cursor, found)
    distance = cursor.skip(taken, Role.PREPOSITION) if not plain else taken
    following = cursor.ahead(distance)
    if of_type(following, Figure, Several) or (is_figure_column(cursor, following) and not of_type(following, Thing)):
        cursor.take(distance + 1)
        attach_compared(cursor, Compared(following, operator, numbers, currency))
        return True
    if (
        distance == taken
        and is_category(cursor, following)
        and not of_type(following, Thing)
        and not currency
        and operator != "between"
    ):
        cursor.take(distance + 1)
        _attach_distinct(cursor, Compared(following, operator, numbers, aggregate="distinct"))
        return True
    if leads_to_a_noun(cursor, taken) and not currency and operator != "between" and numbers[0] == int(numbers[0]):
        cursor.take(taken)
        cursor.quantity, cursor.adds = (operator, int(numbers[0])), cursor.joined()
        cursor.link = "has" if cursor.link != "hasnt" else cursor.link
        return True
    shares = [number for at in range(taken) if (number := amount(cursor.ahead(at))) and number.percent]
    if cursor.sketch.phrases and not plain and not shares:
        compared = Compared(None, operator, numbers, currency)
        if _is_of_groups(cursor, compared):
            cursor.sketch.having.append((0, compared))
        else:
            attach_compared(cursor, compared)
        cursor.take(taken)
        return True
    return False


def _is_of_groups(cursor: Cursor, compared: Compared) -> bool:
    """ "number of loans by branch, more than 20": a small number behind what is counted by; of branches, not of loans."""
    sketch = cursor.sketch
    before = cursor.ahead(-2 if cursor.ahead(-1).stem == "," else -1)
    counts = len(sketch.figures) == 1 and sketch.figures[0].aggregate == "count"
    small = not compared.currency and max(compared.numbers) < _MONEY
    alone = not cursor.announced and not cursor.pending and cursor.link != "hasnt"
    return bool(counts and small and alone and sketch.groups and sketch.groups[-1].item is before)


def compares_here(cursor: Cursor, item: Item, narrow: str) -> bool:
    """ "balance is over 1 million"."""
    distance, found = 0, _comparison(cursor, 0)
    small = (Role.BE, Role.HAVE, Role.PREPOSITION, Role.RELATIVE)
    while (not found or found[4]) and any(role(cursor.ahead(distance), known) for known in small):
        distance += 1
        found = _comparison(cursor, distance)
    if not found and (_against_another(cursor, item, narrow) or _faces_another(cursor, item, narrow)):
        return True
    bare = amount(cursor.ahead(distance))
    if not found and bare and distance and not when(cursor.ahead(distance)) and is_figure_column(cursor, item):
        found = ("=", (float(bare.number),), bare.currency, distance + 1, False)  # "a duration of 60 months"
    if not found or not (of_type(item, Figure, Several) or is_figure_column(cursor, item)):
        return False
    operator, numbers, currency, taken, plain = _with_currency(cursor, found)
    if plain and leads_to_a_noun(cursor, taken):
        return False
    cursor.take(taken + bool(role(cursor.ahead(taken), Role.UNIT)))
    attach_compared(
        cursor, Compared(item, operator, numbers, currency, aggregate_word(cursor.use("aggregate")), narrow)
    )
    return True


def count_groups(sketch: Sketch, item: Item | None) -> None:
    """ "how many industries have a balance over …": the industries are found first, and then counted."""
    asked = sketch.figures[0] if len(sketch.figures) == 1 else None
    if (
        asked
        and asked.distinct
        and not sketch.phrases
        and not sketch.groups
        and item
        and of_type(item, Figure, Several, Thing)
    ):
        sketch.head, sketch.counted = Grouped(asked.item, narrow=asked.narrow), asked.item
        sketch.figures = []


def asks_which_is_more(cursor: Cursor, item: Item, narrow: str) -> bool:
    """ "Is our loan balance higher than our deposits?": two figures, and yes or no."""
    distance = cursor.skip(0, Role.BE)
    word, other, sketch = role(cursor.ahead(distance), Role.COMPARE), cursor.ahead(distance + 1), cursor.sketch
    begins = sketch.yes_no and not (
        sketch.phrases or sketch.figures or sketch.head or sketch.conditions or sketch.tested
    )
    if not word or not begins or not of_type(item, Figure, Several) or not of_type(other, Figure, Several):
        return False
    if cursor.pending or cursor.announced:
        return False
    sketch.figures += [Asked(item, narrow=narrow), Asked(other)]
    sketch.tested = word.argument
    cursor.take(distance + 2)
    return True


def _faces_another(cursor: Cursor, item: Item, narrow: str) -> bool:
    """ "whose regulator rating is worse than their line officer rating": two columns of the same thing."""
    distance = cursor.skip(0, Role.BE, Role.RELATIVE, Role.NOT)
    denied = any(role(cursor.ahead(at), Role.NOT) for at in range(distance))
    against, than = role(cursor.ahead(distance), Role.AGAINST), role(cursor.ahead(distance), Role.COMPARE)
    other = cursor.ahead(distance + 1)
    known = (Attribute, Several)
    if not (against or than) or not cursor.sketch.phrases or not of_type(item, *known) or not of_type(other, *known):
        return False
    word = against or than
    assert word is not None  # noqa: S101 - one of them is there
    cursor.take(distance + 2)
    faced = Faced(item, word.argument, other, narrow, negated=denied != (cursor.use("negate") is not None))
    if cursor.use("or") or cursor.link == "hasnt" or cursor.pending:
        raise Lost(item.text, other.text)
    cursor.home().append(faced)
    return True


def _against_another(cursor: Cursor, item: Item, narrow: str) -> bool:
    """ "whose deposits are larger than their loan balance": against another figure of the same thing."""
    distance = cursor.skip(0, Role.BE, Role.RELATIVE)
    word, other = role(cursor.ahead(distance), Role.COMPARE), cursor.ahead(distance + 1)
    if (
        not word
        or not cursor.sketch.phrases
        or not of_type(item, Figure, Several)
        or not of_type(other, Figure, Several, Thing)
    ):
        return False
    cursor.take(distance + 2)
    compared = Compared(item, word.argument, (), narrow=narrow, against=other)  # type: ignore[arg-type]
    attach_compared(cursor, compared)
    return True


def attach_compared(cursor: Cursor, compared: Compared) -> None:
    sketch = cursor.sketch
    compared.joined = cursor.joined()
    count_groups(sketch, compared.item)
    first = bool(sketch.head) and not sketch.phrases and not sketch.figures
    of_groups = first or bool(sketch.having and compared.joined and not cursor.pending)
    if of_groups and compared.item and _is_total(cursor, compared.item):
        # "which industries have an exposure of more than 1 billion": of each value of the column that is asked for.
        sketch.having.append((len(sketch.figures), compared))
        sketch.figures.append(Asked(compared.item, compared.aggregate, narrow=compared.narrow))
        sketch.conditions.extend(cursor.pending)
        cursor.pending = []
        if "negate" in cursor.announced or "or" in cursor.announced or cursor.link == "hasnt":
            raise Lost(compared.item.text)
        cursor.link = ""
        return
    compared.conditions, cursor.pending = cursor.pending, []
    compared.negated = cursor.use("negate") is not None
    if cursor.use("or") or cursor.link == "hasnt":
        raise Lost(compared.item.text if compared.item else "or")
    cursor.home().append(compared)
    cursor.link = ""


def _is_total(cursor: Cursor, item: Item) -> bool:
    """ "regions where we lent over 10 million": the amounts of other things, all together."""
    head = cursor.sketch.head
    own = {found.table for found in (head.item.meanings if head else ()) if isinstance(found, Attribute)}
    others = {found.table for found in item.meanings if isinstance(found, Attribute)} - own
    return of_type(item, Figure, Several) or (bool(others) and all_of_kind(cursor, item, {"amount"}))


def _attach_distinct(cursor: Cursor, compared: Compared) -> None:
    """ "customers with loans in more than one currency": it is the customer who has several."""
    last = cursor.sketch.phrases[-1] if cursor.sketch.phrases else None
    if not last or cursor.pending or "negate" in cursor.announced or "or" in cursor.announced:
        raise Lost(compared.item.text if compared.item else "")
    if last.link in {"has", "hasnt"} and (last.conditions or last.link == "hasnt" or last.number != 1):
        raise Lost(compared.item.text if compared.item else "")
    own = {found.table for found in (compared.item.meanings if compared.item else ()) if isinstance(found, Attribute)}
    compared.narrow = last.table if last.of and last.table in own else ""
    (last.of or last).conditions.append(compared)
    cursor.link = ""


def _with_currency(
    cursor: Cursor, found: tuple[Operator, tuple[float, ...], str, int, bool]
) -> tuple[Operator, tuple[float, ...], str, int, bool]:
    """ "over 1 million EUR", "more than 5 million dollars": the currency of the number, not of things behind it."""
    operator, numbers, currency, taken, plain = found
    behind = cursor.ahead(taken)
    codes = {value.value for value in behind.meanings if isinstance(value, Stored) and _is_currency(cursor, value)}
    named = role(behind, Role.CURRENCY)
    codes |= {named.argument} if named and not codes else set()
    things = of_type(cursor.ahead(taken + 1), Thing) or numbers[0] < _MONEY
    if currency or plain or len(codes) != 1 or things:
        return found
    return operator, numbers, codes.pop(), taken + 1, plain


def _is_currency(cursor: Cursor, value: Stored) -> bool:
    return cursor.catalogue.tables[value.table].currency == value.column


def _comparison(cursor: Cursor, at: int) -> tuple[Operator, tuple[float, ...], str, int, bool] | None:
    """Operator, numbers, currency, items taken, and whether it was a bare number or "multiple" (which can only count)."""
    item = cursor.ahead(at)
    if role(item, Role.MULTIPLE):
        return ">", (1.0,), "", at + 1, True
    if role(item, Role.BETWEEN) or (item.stem == "from" and amount(cursor.ahead(at + 1))):
        return _between(cursor, at)
    word, number = role(item, Role.COMPARE), amount(cursor.ahead(at + 1))
    if word and number:
        joined = word.argument
        return joined, (float(number.number),), number.currency, at + 2, False  # type: ignore[return-value]
    bare = amount(item)
    if not bare or when(item):
        return None  # a year is no number
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
