"""Values of the data and terms of the bank, alone, with their column, or with the noun they are said of."""

import re

from bank.catalogue import Reading
from generators.pattern.comparing import compares_ahead
from generators.pattern.cursor import Cursor, of_type, role, tables_of, when
from generators.pattern.doubt import Lost
from generators.pattern.meanings import Item, Named, Role, Stored, Thing
from generators.pattern.placing import place
from generators.pattern.sketch import Eitherwise, Termed, Valued
from generators.pattern.telling import NAMES, all_of_kind, columns_of, names_column_of
from generators.pattern.tokens import stems

# Columns whose values are what a thing is: "SMEs" are customers, but "ATMs" are not transactions.
_SORTS = frozenset("type kind category segment class operation purpose sex gender product".split())


def stored(cursor: Cursor) -> bool:
    """One value or several of the same column, perhaps with all that is worse, perhaps with the column's name behind."""
    if not of_type(cursor.item, Stored) or (of_type(cursor.item, Thing, *NAMES, Named) and not _value_fits(cursor)):
        return False
    if (len(cursor.item.stem) == 1 or cursor.item.stem.isdigit()) and not names_column_of(
        cursor, cursor.ahead(1), cursor.item
    ):
        return False
    valued = Valued([cursor.item], behind=bool(cursor.sketch.phrases), currency=cursor.ahead(-1).stem == "in")
    cursor.take()
    _more_values(cursor, valued)
    if of_type(cursor.item, *NAMES) and names_column_of(cursor, cursor.item, valued.items[0]):
        valued.column = cursor.item
        cursor.take()
    _onward(cursor, valued)
    nouns = (_noun_within(cursor, item, columns_of(item)) for item in reversed(valued.items))
    table = next((noun for noun in nouns if noun), "") or _things_of_value(cursor, valued)
    if table:
        cursor.both |= cursor.link == "has" and valued.together  # "a term loan and a bridge loan"
        joined = len(valued.items) > 1 and not valued.apart and role(cursor.ahead(-2), Role.AND)
        if joined and "count" in cursor.announced:
            raise Lost(*(item.text for item in valued.items))  # "the number of women and men": of both, or of each?
        valued.negated = cursor.use("negate") is not None
        cursor.pending.append(valued)
        place(cursor, valued.items[-1], table)
        return True
    if cursor.link == "hasnt" and not cursor.waits_for_a_noun():
        cursor.announced["negate"] = valued.items[0]
    cursor.attach(valued)
    if not cursor.pending:
        cursor.link = ""
    return True


def term(cursor: Cursor) -> bool:
    """A term of the bank, unless it is said as a figure ("total past due")."""
    item = cursor.item
    if not of_type(item, Named) or (
        of_type(item, *NAMES) and ("aggregate" in cursor.announced or compares_ahead(cursor, 1))
    ):
        return False
    dated = any(
        reading.date
        for found in item.meanings
        if isinstance(found, Named)
        for reading in cursor.catalogue.terms[found.term].readings
    )
    if not dated and all_of_kind(cursor, item, {"date"}) and when(cursor.ahead(cursor.skip(1, Role.PREPOSITION))):
        return False  # "matured last year" is a date, "matured" a state
    cursor.take()
    terms = [found.term for found in item.meanings if isinstance(found, Named)]
    readings = [reading for name in terms for reading in cursor.catalogue.terms[name].readings]
    table = _noun_within(cursor, item, {(reading.table, "") for reading in readings})
    if table:
        cursor.pending.append(Termed(item, cursor.use("negate") is not None))
        place(cursor, item, table)
        return True
    if cursor.link == "hasnt" and not cursor.waits_for_a_noun():
        cursor.announced["negate"] = item
        cursor.link = ""
    _negates_what_is_had(cursor, item, readings)
    first = Termed(item, behind=bool(cursor.sketch.phrases))
    others = _opposites(cursor, item)
    if others:
        apart = bool(cursor.sketch.versus or cursor.sketch.minus)
        cursor.attach(Eitherwise([first, *(Termed(other) for other in others)], apart=apart))
        return True
    cursor.attach(first)
    return True


def _negates_what_is_had(cursor: Cursor, item: Item, readings: list[Reading]) -> None:
    """ "customers with loans but not past due": whether they have one that is not, or none that is, cannot be told."""
    phrases, negated = cursor.sketch.phrases, cursor.announced.get("negate")
    if not negated or not phrases or phrases[-1].link != "has" or cursor.waits_for_a_noun():
        return
    at = cursor.items.index(negated)
    joined = at > 0 and role(cursor.items[at - 1], Role.AND)
    own = phrases[-1].of.table if phrases[-1].of else ""
    if joined and not all(reading.table == own for reading in readings):
        raise Lost(negated.text, item.text)


def _opposites(cursor: Cursor, item: Item) -> list[Item]:
    """The terms joined to this one that speak of the same columns ("active and matured loans"): no thing is both."""
    found: list[Item] = []
    while True:
        distance = cursor.skip(0, Role.AND, Role.OR, Role.VERSUS)
        if cursor.sketch.versus:
            distance = cursor.skip(distance, Role.PREPOSITION, Role.HAVE)
        following = cursor.ahead(distance)
        joints = [cursor.ahead(place) for place in range(distance)]
        versus = any(role(joint, Role.VERSUS) for joint in joints)
        if not joints or not of_type(following, Named) or of_type(following, Thing):
            return found
        told = versus or cursor.sketch.versus or cursor.sketch.minus or any(role(joint, Role.OR) for joint in joints)
        one, other = _told_by(cursor, item), _told_by(cursor, following)
        common = {table for table, _ in one} & {table for table, _ in other}
        if not told and not one & other:
            return found
        if not told and any(_of(table, one) != _of(table, other) for table in common):
            raise Lost(item.text, following.text)
        if versus:
            cursor.sketch.versus = cursor.sketch.versus or joints[0]
        found.append(following)
        cursor.take(distance + 1)


def _told_by(cursor: Cursor, item: Item) -> set[tuple[str, str]]:
    """The columns by which a term is told."""
    readings = [
        reading
        for found in item.meanings
        if isinstance(found, Named)
        for reading in cursor.catalogue.terms[found.term].readings
    ]
    return {
        (reading.table, column)
        for reading in readings
        for column in cursor.catalogue.tables[reading.table].columns
        if re.search(rf"\b{re.escape(column)}\b", reading.where, re.IGNORECASE)
    }


def _of(table: str, places: set[tuple[str, str]]) -> set[str]:
    return {column for named, column in places if named == table}


def with_value(cursor: Cursor, item: Item) -> bool:
    """ "risk rating of SUBSTANDARD", "currency is EUR"."""
    distance = cursor.skip(0, Role.BE, Role.PREPOSITION, Role.NOT)
    if role(cursor.ahead(distance), Role.COMPARE) and cursor.ahead(distance).stem in {"=", "equal to", "equal"}:
        distance += 1
    against = role(cursor.ahead(distance), Role.AGAINST)
    beyond = against.argument if against and against.argument in {"worse", "better"} else ""
    distance += bool(beyond)
    value = cursor.ahead(distance)
    if not of_type(value, Stored) or not names_column_of(cursor, item, value):
        return False
    if any(role(cursor.ahead(number), Role.NOT) for number in range(distance)):
        cursor.announced["negate"] = item
    cursor.take(distance + 1)
    valued = Valued([value], item, onward=beyond, strictly=bool(beyond))
    _more_values(cursor, valued)
    if not beyond:
        _onward(cursor, valued)
    valued.negated = (cursor.use("negate") is not None) != (cursor.link == "hasnt")  # "without a rating of PASS"
    joint = cursor.use("or")
    if joint and not joint.stem.startswith("nor"):
        cursor.either(valued)
    else:
        valued.negated |= joint is not None
        cursor.home().append(valued)
    return True


def _more_values(cursor: Cursor, valued: Valued) -> None:
    while True:
        joints = [Role.OR, Role.AND, Role.VERSUS] + ([Role.PREPOSITION, Role.HAVE] if cursor.sketch.versus else [])
        distance = cursor.skip(0, *joints)
        if distance and role(cursor.ahead(0), Role.OR):
            distance = cursor.skip(distance, Role.PREPOSITION)  # "in Leeds or in York"
        if distance and role(cursor.ahead(0), Role.VERSUS):
            distance = cursor.skip(distance, Role.PREPOSITION)  # "higher in Germany than in France"
        following = cursor.ahead(distance)
        if not distance or not of_type(following, Stored) or not _same_column(following, valued.items[0]):
            break
        if any(role(cursor.ahead(place), Role.VERSUS) for place in range(distance)):
            cursor.sketch.versus = cursor.sketch.versus or cursor.item
        valued.together = all(_adds(cursor.ahead(place)) for place in range(distance)) and (
            valued.together or len(valued.items) == 1
        )
        valued.items.append(following)
        cursor.take(distance + 1)
    following = cursor.ahead(1)
    joined = role(cursor.item, Role.AND) or role(cursor.item, Role.OR)
    if joined and of_type(following, Stored) and not of_type(following, Thing, *NAMES, Named):
        tables = {table for table, _ in columns_of(following)} & {table for table, _ in columns_of(valued.items[0])}
        if tables and cursor.item.stem != ",":
            raise Lost(valued.items[0].text, following.text, why="They are values of different columns.")
    valued.apart = len(valued.items) > 1 and bool(cursor.sketch.versus or cursor.sketch.minus)


def _adds(joint: Item) -> bool:
    return bool(role(joint, Role.AND)) and joint.stem != ","


def beside_last(cursor: Cursor, distance: int) -> bool:
    """ "how many are in Retail and how many in Wholesale": the value behind stands beside the one before."""
    distance = cursor.skip(distance, Role.PREPOSITION, Role.BE)
    following, home = cursor.ahead(distance), cursor.home()
    last = home[-1] if home else None
    fits = isinstance(last, Valued) and not (last.negated or last.onward) and of_type(following, Stored)
    if (
        not fits
        or not isinstance(last, Valued)
        or not _same_column(following, last.items[0])
        or of_type(following, Thing)
    ):
        return False
    cursor.sketch.versus = cursor.sketch.versus or cursor.item
    last.items.append(following)
    last.apart = True
    cursor.take(distance + 1)
    return True


def _onward(cursor: Cursor, valued: Valued) -> None:
    for onward, known in (("worse", Role.WORSE), ("better", Role.BETTER)):
        if role(cursor.item, known):
            valued.onward = onward
            cursor.take()
            if (
                not valued.column
                and of_type(cursor.item, *NAMES)
                and names_column_of(cursor, cursor.item, valued.items[0])
            ):
                valued.column = cursor.item
                cursor.take()


def _noun_within(cursor: Cursor, item: Item, places: set[tuple[str, str]]) -> str:
    """The thing that a value or term names along with itself ("gold cards", "bad loans")."""
    words = item.stem.split()
    tables = {table for table, _ in places}
    found = [table for table in tables if stems(cursor.catalogue.tables[table].noun)[-1:] == tuple(words[-1:])]
    named = len(found) == 1 and len(words) > 1 and cursor.catalogue.tables[found[0]].countable
    return found[0] if named and not of_type(cursor.item, Thing) else ""


def _things_of_value(cursor: Cursor, valued: Valued) -> str:
    """ "how many SMEs", "number of cash withdrawals": a plural value is its things, where only one kind of thing has it."""
    last = valued.items[-1]
    asked = bool({"count", "aggregate"} & cursor.announced.keys()) and last.plural
    asked |= "extreme" in cursor.announced and len(valued.items) == 1  # "the largest cash withdrawal"
    follows = (Role.HAVE, Role.WITHOUT, Role.RELATIVE)
    listed = not cursor.announced and any(role(cursor.item, known) for known in follows)  # "women with a loan"
    listed |= not cursor.announced and last.plural and not cursor.sketch.figures and _goes_on_as_a_thing(cursor)
    if not (asked or listed) or cursor.sketch.phrases or cursor.waits_for_a_noun():
        return ""
    tables = {table for table, _ in columns_of(last)}
    table = next(iter(tables))
    labels = {word for place in columns_of(last) for word in stems(cursor.catalogue.label(*place))}
    typed = len(tables) == 1 and cursor.catalogue.tables[table].countable and labels & _SORTS
    return table if typed else ""


def _goes_on_as_a_thing(cursor: Cursor) -> bool:
    """ "hotels in Porto", "cash withdrawals by month", "mortgages": what follows, if anything, is said of things."""
    follows = (Role.GROUP, Role.EVERY, Role.PREPOSITION)
    begins = not (cursor.sketch.head or cursor.sketch.groups or cursor.sketch.conditions or cursor.pending)
    said = any(role(cursor.item, known) for known in follows) or when(cursor.item) or not cursor.item.meanings
    return bool(said) and begins


def _same_column(one: Item, other: Item) -> bool:
    return bool(columns_of(one) & columns_of(other))


def _value_fits(cursor: Cursor) -> bool:
    """A word that is a value and something else ("monthly") is a value where its column's name or noun stands next to it."""
    tables = {table for table, _ in columns_of(cursor.item)}
    return bool(tables & set(tables_of(cursor.ahead(1))))
