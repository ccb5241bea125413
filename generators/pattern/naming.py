"""Words that name something of the bank: nouns, columns and measures, values, terms, and the numbers they are compared with."""

from generators.pattern.asking import aggregate_word, means_measures
from generators.pattern.cursor import Cursor, amount, of_type, role, tables_of, when
from generators.pattern.doubt import Lost
from generators.pattern.intent import Operator
from generators.pattern.meanings import Attribute, Figure, Item, Named, Role, Several, Stored, Thing
from generators.pattern.sketch import Asked, Compared, Dated, Grouped, Phrase, Ranked, Termed, Utmost, Valued
from generators.pattern.tokens import stems

NAMES = (Attribute, Figure, Several)
_FIGURES = {"amount", "percent", "count", "number"}


def noun(cursor: Cursor) -> bool:
    """A noun: counted, listed, grouped with its column, or the context of a figure."""
    tables = tables_of(cursor.item)
    if not tables:
        return False
    table = _countable(cursor, tables)
    following = cursor.ahead(1)
    if _belongs(cursor, following, table) and not _happens(cursor, following):
        cursor.narrow = table
        cursor.take()
        return column(cursor)
    item = cursor.item
    cursor.take()
    if role(following, Role.HOW_MANY) and not of_type(following, Figure) and "count" not in cursor.announced:
        cursor.announced["count"] = following
        cursor.take()
    _place(cursor, item, table)
    return True


def column(cursor: Cursor) -> bool:
    """A column or measure: compared, dated, with a value, ranked by, aggregated, or the thing that is asked for."""
    item = cursor.item
    if not of_type(item, *NAMES):
        return False
    narrow, cursor.narrow = cursor.narrow, ""
    cursor.take()
    if _compared(cursor, item, narrow) or _dated(cursor, item, narrow) or _with_value(cursor, item):
        cursor.link = ""
        return True
    if "extreme" in cursor.announced:
        _utmost(cursor, item, narrow)
    elif cursor.by_rank:
        _rank_by(cursor, item, narrow)
    elif "aggregate" in cursor.announced or of_type(item, Figure) or _all_of_kind(cursor, item, {"amount"}) or means_measures(cursor, item):
        _figure(cursor, item, narrow)
    elif "count" in cursor.announced:
        cursor.use("count")
        cursor.sketch.figures.append(Asked(item, "count", narrow=narrow, distinct=True))
    elif _all_of_kind(cursor, item, {"date"}):
        cursor.sketch.dates.append((item, narrow))
    elif not cursor.sketch.phrases and not cursor.sketch.figures and not cursor.sketch.head:
        cursor.sketch.head = Grouped(item, narrow=narrow)
    else:
        cursor.sketch.columns.append((item, narrow))
    cursor.link = ""
    return True


def stored(cursor: Cursor) -> bool:
    """One value or several of the same column, perhaps with all that is worse, perhaps with the column's name behind."""
    if not of_type(cursor.item, Stored) or (of_type(cursor.item, Thing, *NAMES, Named) and not _value_fits(cursor)):
        return False
    if (len(cursor.item.stem) == 1 or cursor.item.stem.isdigit()) and not _names_column_of(cursor, cursor.ahead(1), cursor.item):
        return False
    valued = Valued([cursor.item])
    cursor.take()
    _more_values(cursor, valued)
    if of_type(cursor.item, *NAMES) and _names_column_of(cursor, cursor.item, valued.items[0]):
        valued.column = cursor.item
        cursor.take()
    _onward(cursor, valued)
    table = _noun_within(cursor, valued.items[-1], columns_of(valued.items[-1]))
    if table:
        valued.negated = cursor.use("negate") is not None
        cursor.pending.append(valued)
        _place(cursor, valued.items[-1], table)
        return True
    if cursor.link == "hasnt" and not cursor.waits_for_a_noun():
        cursor.announced["negate"] = valued.items[0]
    cursor.attach(valued)
    if not cursor.pending:
        cursor.link = ""
    return True


def _noun_within(cursor: Cursor, item: Item, places: set[tuple[str, str]]) -> str:
    """The thing that a value or term names along with itself ("gold cards", "bad loans")."""
    words = item.stem.split()
    tables = {table for table, _ in places}
    found = [table for table in tables if stems(cursor.catalogue.tables[table].noun)[-1:] == tuple(words[-1:])]
    named = len(found) == 1 and len(words) > 1 and cursor.catalogue.tables[found[0]].countable
    return found[0] if named and not of_type(cursor.item, Thing) else ""


def term(cursor: Cursor) -> bool:
    """A term of the bank, unless it is said as a figure ("total past due")."""
    item = cursor.item
    if not of_type(item, Named) or (of_type(item, *NAMES) and ("aggregate" in cursor.announced or _compares(cursor, 1))):
        return False
    cursor.take()
    terms = [found.term for found in item.meanings if isinstance(found, Named)]
    readings = [reading for name in terms for reading in cursor.catalogue.terms[name].readings]
    table = _noun_within(cursor, item, {(reading.table, "") for reading in readings})
    if table:
        cursor.pending.append(Termed(item, cursor.use("negate") is not None))
        _place(cursor, item, table)
        return True
    if cursor.link == "hasnt" and not cursor.waits_for_a_noun():
        cursor.announced["negate"] = item
        cursor.link = ""
    cursor.attach(Termed(item))
    return True


def numbered(cursor: Cursor) -> bool:
    """A number with what it compares: "over 1 million", "more than 3 loans", "multiple products"."""
    found = _comparison(cursor, 0)
    if not found:
        return False
    operator, numbers, currency, taken, plain = found
    distance = cursor.skip(taken, Role.PREPOSITION) if not plain else taken
    following = cursor.ahead(distance)
    if of_type(following, Figure, Several) or (_is_figure_column(cursor, following) and not of_type(following, Thing)):
        cursor.take(distance + 1)
        _attach_compared(cursor, Compared(following, operator, numbers, currency))
        return True
    if _is_category(cursor, following) and not of_type(following, Thing) and not currency and operator != "between":
        cursor.take(distance + 1)
        _attach_compared(cursor, Compared(following, operator, numbers, aggregate="distinct"))
        return True
    if _counts(cursor, taken) and not currency and operator != "between" and numbers[0] == int(numbers[0]):
        cursor.take(taken)
        cursor.quantity = (operator, int(numbers[0]))
        cursor.link = "has" if cursor.link != "hasnt" else cursor.link
        return True
    if cursor.sketch.phrases and not plain:
        cursor.take(taken)
        _attach_compared(cursor, Compared(None, operator, numbers, currency))
        return True
    return False


def _countable(cursor: Cursor, tables: list[str]) -> str:
    countable = [table for table in tables if cursor.catalogue.tables[table].countable]
    if len(tables) > 1 and len(countable) != 1:
        raise Lost(cursor.item.text)
    return (countable or tables)[0]


def _belongs(cursor: Cursor, following: Item, table: str) -> bool:
    """Whether noun and column are one name ("loan status", "customer count" is not)."""
    return any(isinstance(found, Attribute) and found.table == table for found in following.meanings) and not of_type(
        following, Thing, Named
    )


def _happens(cursor: Cursor, following: Item) -> bool:
    """ "loans maturing": a date behind a plural or a counted noun is what happens to the things, not their name."""
    return _all_of_kind(cursor, following, {"date"}) and (cursor.item.plural or "count" in cursor.announced)


def _place(cursor: Cursor, item: Item, table: str) -> None:
    sketch = cursor.sketch
    phrase = Phrase(table, item, cursor.link or "of", part=cursor.part)
    parent = next((known for known in reversed(sketch.phrases) if known.link not in {"has", "hasnt"}), None)
    if cursor.quantity:
        phrase.operator, phrase.number = cursor.quantity
        cursor.quantity = None
    if phrase.link in {"has", "hasnt"} and parent and parent.table != table:
        phrase.of = parent
    elif not sketch.phrases and not sketch.figures:
        phrase.link = "subject"
    else:
        phrase.link = "of"
    phrase.conditions, cursor.pending = cursor.pending, []
    known = next((old for old in sketch.phrases if old.table == table and phrase.link == "of"), None)
    if known:
        known.conditions.extend(phrase.conditions)
    else:
        sketch.phrases.append(phrase)
    _what_of_it(cursor, item, table, phrase)
    cursor.link = ""


def _what_of_it(cursor: Cursor, item: Item, table: str, phrase: Phrase) -> None:
    """A noun may be counted, aggregated by its main amount, or the largest of its kind."""
    sketch = cursor.sketch
    before = cursor.use("aggregate")
    if cursor.use("count"):
        if before and aggregate_word(before) != "sum":
            raise Lost(before.text)
        _as_figure(cursor, Asked(item, "count", table))
    elif before:
        _as_figure(cursor, Asked(item, aggregate_word(before), table, plainly=before.stem == "total"))
    elif "extreme" in cursor.announced:
        _largest(cursor, item, table, phrase)
        return
    elif cursor.by_rank:
        raise Lost(item.text)
    else:
        _joined_to_a_count(cursor, item, table)
        return
    if phrase.link == "subject":
        phrase.link = "counted"


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
    extreme = cursor.use("extreme")
    if extreme or cursor.by_rank:
        _ranked(cursor, extreme)


def _ranked(cursor: Cursor, extreme: Item | None) -> None:
    """The figure that was just asked for says the order."""
    sketch = cursor.sketch
    word = role(extreme, Role.EXTREME) if extreme else None
    which = {"latest": "most", "earliest": "least"}.get(word.argument, word.argument) if word else "most"
    if sketch.ranked and not extreme:
        sketch.ranked.figure = len(sketch.figures) - 1
    else:
        limit = cursor.limit or (sketch.ranked.limit if sketch.ranked else 0)
        sketch.ranked = Ranked(which, limit, figure=len(sketch.figures) - 1)
    cursor.by_rank, cursor.limit = False, 0


def _largest(cursor: Cursor, item: Item, table: str, phrase: Phrase) -> None:
    """ "most loans" counts them; "largest loans" lists them by their main amount; "newest" by their date."""
    extreme = cursor.use("extreme")
    assert extreme is not None  # noqa: S101 - the caller has looked
    word = role(extreme, Role.EXTREME)
    which = word.argument if word else "most"
    if extreme.stem.split()[-1] in {"most", "fewest", "least"}:
        phrase.link, phrase.of = "of", None
        singular = not (cursor.sketch.head or cursor.sketch.phrases[0]).item.plural
        limit = cursor.limit
        cursor.sketch.figures.append(Asked(item, "count", table))
        _ranked(cursor, extreme)
        ranked = cursor.sketch.ranked
        if ranked and not limit and singular:
            ranked.limit, ranked.ties = 1, True
        return
    if any(phrase.table != table for phrase in cursor.sketch.phrases):
        raise Lost(extreme.text)
    phrase.link = "subject"
    limit = cursor.limit or (0 if item.plural else 1)
    ties = not cursor.limit and not item.plural
    if which in {"latest", "earliest"}:
        cursor.sketch.ranked = Ranked(which, limit, ties, item=extreme, main=True)
    else:
        cursor.sketch.figures.append(Asked(item, "main", table))
        cursor.sketch.ranked = Ranked(which, limit, ties, figure=len(cursor.sketch.figures) - 1)
    cursor.limit = 0


def _figure(cursor: Cursor, item: Item, narrow: str) -> None:
    if cursor.use("count"):
        # "number of loan balances" is no count of anything that is known.
        raise Lost(item.text)
    how = aggregate_word(cursor.use("aggregate"))
    cursor.sketch.figures.append(Asked(item, how, narrow=narrow))
    cursor.sketch.conditions.extend(cursor.pending)
    cursor.pending = []


def _rank_by(cursor: Cursor, item: Item, narrow: str) -> None:
    sketch = cursor.sketch
    own = {phrase.table for phrase in sketch.phrases} & {found.table for found in item.meanings if isinstance(found, Attribute)}
    summed = _all_of_kind(cursor, item, {"amount"}) and not own
    if of_type(item, Figure, Several) or "aggregate" in cursor.announced or summed:
        _figure(cursor, item, narrow)
        _ranked(cursor, cursor.use("extreme"))
        return
    ranked = sketch.ranked or Ranked("most")
    ranked.item, ranked.narrow = item, narrow
    sketch.ranked = ranked
    cursor.by_rank = False


def _utmost(cursor: Cursor, item: Item, narrow: str) -> None:
    """ "highest risk rating" is a condition, "highest loan balance" ranks or is a maximum, "latest maturity date" ranks."""
    extreme = cursor.announced["extreme"]
    word = role(extreme, Role.EXTREME)
    which = word.argument if word else "most"
    if _all_ranked(cursor, item):
        cursor.use("extreme")
        cursor.attach(Utmost(item, which, narrow))
        return
    has_head = cursor.sketch.head or any(phrase.link == "subject" for phrase in cursor.sketch.phrases)
    if not has_head and "aggregate" not in cursor.announced and not cursor.limit and not cursor.by_rank:
        cursor.use("extreme")
        how = "maximum" if which in {"most", "latest"} else "minimum"
        cursor.sketch.figures.append(Asked(item, how, narrow=narrow))
        cursor.sketch.conditions.extend(cursor.pending)
        cursor.pending = []
        return
    if of_type(item, Figure, Several) or "aggregate" in cursor.announced:
        _figure(cursor, item, narrow)
        singular = not item.plural
        limit = cursor.limit or (cursor.sketch.ranked.limit if cursor.sketch.ranked else 0)
        _ranked(cursor, cursor.use("extreme"))
        ranked = cursor.sketch.ranked
        if ranked and not limit and singular:
            ranked.limit, ranked.ties = 1, True
        return
    cursor.use("extreme")
    limit = cursor.limit or (0 if item.plural else 1)
    cursor.sketch.ranked = Ranked(which, limit, ties=not cursor.limit, item=item, narrow=narrow)
    cursor.limit, cursor.by_rank = 0, False


def _compared(cursor: Cursor, item: Item, narrow: str) -> bool:
    """ "balance is over 1 million"."""
    distance = cursor.skip(0, Role.BE, Role.HAVE, Role.PREPOSITION, Role.RELATIVE)
    found = _comparison(cursor, distance)
    if not found or not (of_type(item, Figure, Several) or _is_figure_column(cursor, item)):
        return False
    operator, numbers, currency, taken, plain = found
    if plain and _counts(cursor, taken):
        return False
    cursor.take(taken)
    _attach_compared(cursor, Compared(item, operator, numbers, currency, aggregate_word(cursor.use("aggregate")), narrow))
    return True


def _attach_compared(cursor: Cursor, compared: Compared) -> None:
    compared.conditions, cursor.pending = cursor.pending, []
    compared.negated = cursor.use("negate") is not None
    if cursor.use("or") or cursor.link == "hasnt":
        raise Lost(compared.item.text if compared.item else "or")
    cursor.home().append(compared)
    cursor.link = ""


def _dated(cursor: Cursor, item: Item, narrow: str) -> bool:
    """ "maturing in March 2027", "opened since 2024"."""
    distance = cursor.skip(0, Role.BE, Role.PREPOSITION)
    found = when(cursor.ahead(distance))
    dates = [known for known in item.meanings if isinstance(known, Attribute) and _kind(cursor, known) == "date"]
    if not found or not dates:
        return False
    cursor.take(distance + 1)
    cursor.attach(Dated(item, found.period, narrow))
    if cursor.pending and isinstance(cursor.pending[-1], Dated):
        cursor.home().append(cursor.pending.pop())
    return True


def _with_value(cursor: Cursor, item: Item) -> bool:
    """ "risk rating of SUBSTANDARD", "currency is EUR"."""
    distance = cursor.skip(0, Role.BE, Role.PREPOSITION, Role.NOT)
    if role(cursor.ahead(distance), Role.COMPARE) and cursor.ahead(distance).stem in {"=", "equal to", "equal"}:
        distance += 1
    value = cursor.ahead(distance)
    if not of_type(value, Stored) or not _names_column_of(cursor, item, value):
        return False
    if any(role(cursor.ahead(number), Role.NOT) for number in range(distance)):
        cursor.announced["negate"] = item
    cursor.take(distance + 1)
    valued = Valued([value], item)
    _more_values(cursor, valued)
    _onward(cursor, valued)
    negated = cursor.use("negate") is not None
    cursor.use("or")
    valued.negated = negated
    cursor.home().append(valued)
    return True


def _more_values(cursor: Cursor, valued: Valued) -> None:
    while True:
        distance = cursor.skip(0, Role.OR, Role.AND)
        following = cursor.ahead(distance)
        if not distance or not of_type(following, Stored) or not _same_column(following, valued.items[0]):
            return
        valued.items.append(following)
        cursor.take(distance + 1)


def _onward(cursor: Cursor, valued: Valued) -> None:
    for onward, known in (("worse", Role.WORSE), ("better", Role.BETTER)):
        if role(cursor.item, known):
            valued.onward = onward
            cursor.take()
            if not valued.column and of_type(cursor.item, *NAMES) and _names_column_of(cursor, cursor.item, valued.items[0]):
                valued.column = cursor.item
                cursor.take()


def _same_column(one: Item, other: Item) -> bool:
    return bool(columns_of(one) & columns_of(other))


def columns_of(item: Item) -> set[tuple[str, str]]:
    """The columns in which this is a value."""
    return {(found.table, found.column) for found in item.meanings if isinstance(found, Stored)}


def named_columns(cursor_catalogue_ambiguous: dict[str, tuple[str, ...]], item: Item) -> set[tuple[str, str]]:
    """The columns that a name can mean."""
    found = {(known.table, known.column) for known in item.meanings if isinstance(known, Attribute)}
    for known in item.meanings:
        if isinstance(known, Several):
            options = (option.partition(".") for option in cursor_catalogue_ambiguous[known.word])
            found |= {(table, column) for table, dot, column in options if dot}
    return found


def _names_column_of(cursor: Cursor, name: Item, value: Item) -> bool:
    return bool(named_columns(cursor.catalogue.ambiguous, name) & columns_of(value))


def _value_fits(cursor: Cursor) -> bool:
    """A word that is a value and something else ("monthly") is a value where its column's name or noun stands next to it."""
    tables = {table for table, _ in columns_of(cursor.item)}
    return bool(tables & set(tables_of(cursor.ahead(1))))


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


def _compares(cursor: Cursor, at: int) -> bool:
    distance = cursor.skip(at, Role.BE, Role.PREPOSITION)
    return bool(role(cursor.ahead(distance), Role.COMPARE) or role(cursor.ahead(distance), Role.BETWEEN))


def _counts(cursor: Cursor, at: int) -> bool:
    """Whether a noun follows, perhaps behind its adjectives."""
    while of_type(cursor.ahead(at), Named, Stored) and not of_type(cursor.ahead(at), Thing):
        at += 1
    following = cursor.ahead(at)
    return of_type(following, Thing) or (of_type(following, Attribute) and not _is_figure_column(cursor, following))


def _kind(cursor: Cursor, found: Attribute) -> str:
    return cursor.catalogue.tables[found.table].columns[found.column].kind


def _all_of_kind(cursor: Cursor, item: Item, kinds: set[str]) -> bool:
    columns = [found for found in item.meanings if isinstance(found, Attribute)]
    return bool(columns) and all(_kind(cursor, found) in kinds for found in columns)


def _is_figure_column(cursor: Cursor, item: Item) -> bool:
    return any(isinstance(found, Attribute) and _kind(cursor, found) in _FIGURES for found in item.meanings)


def _is_category(cursor: Cursor, item: Item) -> bool:
    return _all_of_kind(cursor, item, {"category", "name"})


def _all_ranked(cursor: Cursor, item: Item) -> bool:
    columns = named_columns(cursor.catalogue.ambiguous, item)
    return bool(columns) and all(cursor.catalogue.tables[table].columns[column].rank for table, column in columns)


