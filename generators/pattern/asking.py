"""Words that say what is asked: how many, the total, the top five, by what, which percentage."""

from generators.pattern.cursor import Cursor, amount, of_type, role, tables_of
from generators.pattern.doubt import Lost
from generators.pattern.meanings import Attribute, Figure, Item, Named, Pick, Role, Several, Stored, Thing, Word
from generators.pattern.sketch import Asked, Grouped, Ranked, Vague

_GROUPABLE = (Thing, Attribute, Several)


def top(cursor: Cursor) -> bool:
    """ "top 5", "bottom three"; "5 largest" and "largest 5" are taken with their superlative."""
    word = role(cursor.item, Role.TOP)
    number = amount(cursor.ahead(1))
    if word and cursor.item.stem == "first" and not number:
        tables = [cursor.catalogue.tables[table] for table in tables_of(cursor.ahead(1))]
        if tables and any(table.date for table in tables) and not cursor.ahead(1).plural:
            cursor.sketch.ranked = Ranked("earliest", 1, ties=True, item=cursor.item, main=True)
            cursor.take()
            return True
    if not word or (not number and not of_type(cursor.ahead(1), *_GROUPABLE, Named, Stored)):
        return False
    one = (
        not number and of_type(cursor.ahead(1), Thing) and not cursor.ahead(1).plural
    )  # "the top customer of each officer"
    cursor.sketch.ranked = Ranked(word.argument, int(number.number) if number else int(one), ties=one)
    cursor.take(2 if number else 1)
    return True


def extreme(cursor: Cursor) -> bool:
    """ "highest", "largest 5", "5 largest": what it is the highest of comes next."""
    number = amount(cursor.item)
    word = role(cursor.item, Role.PLACE)
    place = int(word.argument) if word else 0
    here = cursor.ahead(1) if number or place else cursor.item
    if not role(here, Role.EXTREME) or of_type(here, Figure, Attribute, Thing, Stored, Named):
        return False
    cursor.take(1 if number or place else 0)
    cursor.place = place
    first = cursor.announced.get("extreme")
    if first and role(cursor.ahead(-1), Role.AND) and not number and not place:
        return _both_ends(cursor, first)
    cursor.announce("extreme")
    cursor.take()
    behind = amount(cursor.item)
    if behind and not number and not behind.currency and not behind.percent:
        number = behind
        cursor.take()
    if number and cursor.limit:
        return False
    cursor.limit = int(number.number) if number else cursor.limit
    return True


def _both_ends(cursor: Cursor, first: Item) -> bool:
    """ "smallest and largest deposit balance": minimum and maximum."""
    ends = {"most": "maximum", "least": "minimum"}
    words = [role(item, Role.EXTREME) for item in (first, cursor.item)]
    named = [ends[word.argument] for word in words if word and word.argument in ends]
    if len(named) < 2:
        return False
    cursor.use("extreme")
    cursor.take()
    said = [Item(word, word, (Word(Role.AGGREGATE, word),)) for word in named]
    between = cursor.use("aggregate")  # "lowest, average and highest"
    cursor.also = [said[0], *([between] if between else [])]
    cursor.announced["aggregate"] = said[1]
    return True


def common(cursor: Cursor) -> bool:
    """ "most common loan products"."""
    word = role(cursor.item, Role.COMMON)
    if not word:
        return False
    cursor.sketch.common = word.argument
    cursor.take()
    return True


def vague(cursor: Cursor) -> bool:
    """ "high loan balances": high is not a number, so the banker will be asked."""
    word = role(cursor.item, Role.VAGUE)
    following = cursor.ahead(1)
    if not word or not of_type(following, Figure) or of_type(cursor.item, Named):
        return False
    cursor.attach(Vague(following, word.argument))
    if cursor.pending and isinstance(cursor.pending[-1], Vague):
        cursor.home().append(cursor.pending.pop())
    cursor.take(2)
    cursor.link = ""
    return True


def share(cursor: Cursor) -> bool:
    """ "what percentage of"."""
    shares = "shares" in cursor.item.text.casefold().split()  # of loans, not of a total
    if not role(cursor.item, Role.SHARE) or cursor.sketch.share or shares:
        return False
    sketch = cursor.sketch
    sketch.share = cursor.item
    if sketch.conditions and not sketch.figures and not sketch.phrases:
        sketch.part, sketch.conditions = sketch.conditions, []  # "Germany's share of the loan balance"
    cursor.take()
    return True


def spread(cursor: Cursor) -> bool:
    """ "distribution of", "concentration of": each one's percentage of the total."""
    if not role(cursor.item, Role.SPREAD):
        return False
    behind, sketch = cursor.ahead(1), cursor.sketch
    narrowed = sketch.conditions or cursor.pending or any(phrase.conditions for phrase in sketch.phrases)
    if cursor.item.stem.endswith("total") and of_type(behind, Thing, Figure, Several) and narrowed:
        # "non-performing loans by branch as a percentage of total loans": of all loans, not of those that are shown.
        raise Lost(cursor.item.text, behind.text)
    amounts = cursor.item.stem.split()[0] in {"concentration", "composition", "mix"}
    cursor.sketch.spread = "amount" if amounts else "count"
    over = cursor.item.stem.endswith(("across", "over", "by")) and of_type(cursor.ahead(1), *_GROUPABLE)
    cursor.take()
    if over:
        _groups(cursor, per=False)
    return True


def how_many(cursor: Cursor) -> bool:
    """ "how many", "number of": the noun that follows is counted; "by count" counts what is listed."""
    if not role(cursor.item, Role.HOW_MANY) or of_type(cursor.item, Figure):
        return False
    if "numbers" in cursor.item.text.casefold().split():
        return False  # "phone numbers" are not counted
    if cursor.by_rank and not _leads_to_noun(cursor, 1):
        cursor.by_rank = False
        cursor.sketch.common = cursor.sketch.common or "most"
        cursor.take()
        return True
    subject = cursor.subject()
    if subject and not cursor.sketch.figures and not cursor.sketch.ranked and not _leads_to_noun(cursor, 1):
        cursor.sketch.figures.append(Asked(subject.item, "count", subject.table))  # "customers: how many in France?"
        subject.link = "counted"
        cursor.take()
        return True
    cursor.announce("count")
    if any(word in cursor.item.stem.split() for word in ("different", "distinct", "unique")):
        cursor.sketch.distinct = None
    cursor.link = ""
    cursor.take()
    return True


def aggregate(cursor: Cursor) -> bool:
    """ "total", "average": what follows is aggregated so."""
    word = role(cursor.item, Role.AGGREGATE)
    if not word or of_type(cursor.item, Figure, Attribute, Several):
        return False
    if word.argument in {"minimum", "maximum"} and amount(cursor.ahead(1)):
        return False
    if "aggregate" in cursor.announced and role(cursor.ahead(-1), Role.AND):
        cursor.also.append(cursor.announced.pop("aggregate"))  # "minimum, maximum and average balance"
    cursor.announce("aggregate")
    cursor.link = ""
    cursor.take()
    return True


def aggregate_word(item: Item | None) -> str:
    """Which aggregate a word announced."""
    word = role(item, Role.AGGREGATE) if item else None
    return word.argument if word else ""


def group(cursor: Cursor) -> bool:
    """ "by branch and currency", "per customer", "by balance" (which ranks)."""
    by = role(cursor.item, Role.GROUP) or role(cursor.item, Role.SPLIT)
    if not by or of_type(cursor.item, Attribute, Figure):
        return False
    if _is_each_of_a_list(cursor):
        cursor.take()
        return True
    _is_no_rule_for_all(cursor)
    start = cursor.skip(1, Role.ALL, Role.DISTINCT)
    first = cursor.ahead(start)
    if _of_head(cursor, first):
        cursor.take(start)  # "name and city of every branch"
        return True
    return _by_unit(cursor, start) or _by_figure(cursor, start) or _by_name(cursor, start)


def _is_each_of_a_list(cursor: Cursor) -> bool:
    """ "show every loan that matures in 2027": all of them are listed."""
    sketch, behind = cursor.sketch, cursor.ahead(2)
    begins = not (sketch.figures or sketch.phrases or sketch.head or sketch.groups or cursor.announced)
    said = any(role(behind, known) for known in (Role.RELATIVE, Role.HAVE, Role.WITHOUT, Role.PREPOSITION))
    noun = cursor.ahead(1)
    return cursor.item.stem in {"every", "each"} and begins and said and of_type(noun, Thing) and not noun.plural


def _is_no_rule_for_all(cursor: Cursor) -> None:
    """ "where every customer is …", "with a loan in each currency": said of all of them, which is no grouping."""
    phrases, words = cursor.sketch.phrases, set(cursor.item.stem.split())
    if not words & {"every", "each"}:
        return
    if role(cursor.ahead(-1), Role.RELATIVE) or (phrases and phrases[-1].link in {"has", "hasnt"}):
        raise Lost(cursor.item.text)


def _of_head(cursor: Cursor, first: Item) -> bool:
    """Whether columns of this very thing stand before: then every one of them is listed, not grouped by."""
    sketch = cursor.sketch
    if not sketch.head or sketch.figures or sketch.phrases or cursor.announced:
        return False
    heads = {found.table for found in sketch.head.item.meanings if isinstance(found, Attribute)}
    return bool(heads & set(tables_of(first)))


def _by_unit(cursor: Cursor, start: int) -> bool:
    """ "by maturity year"."""
    first, after = cursor.ahead(start), cursor.ahead(start + 1)
    unit = role(after, Role.UNIT)
    if not unit or not _is_date(cursor, first):
        return False
    cursor.sketch.dates.append((first, ""))
    cursor.sketch.groups.append(Grouped(after, unit=unit.argument))
    cursor.sketch.by_dates = True
    cursor.take(start + 2)
    further(cursor)
    return True


def _by_figure(cursor: Cursor, start: int) -> bool:
    """ "by loan balance", "by highest balance": the figure that follows says the order."""
    first = cursor.ahead(start)
    figures = of_type(first, Figure) or _is_amount(cursor, first) or means_measures(cursor, first)
    figures = figures or _is_amount_of(cursor, first, cursor.ahead(start + 1))
    known = (Role.HOW_MANY, Role.AGGREGATE, Role.EXTREME, Role.CHANGE)
    if not figures and not any(role(first, known_role) for known_role in known):
        return False
    cursor.take(start)
    cursor.by_rank = True
    return True


def _by_name(cursor: Cursor, start: int) -> bool:
    first = cursor.ahead(start)
    if of_type(first, Pick) and not of_type(first, *_GROUPABLE, Figure):
        cursor.take()
        return True
    if not of_type(first, *_GROUPABLE):
        return False if of_type(first, Stored, Named) and cursor.item.stem == "by" else _as_preposition(cursor)
    counted = {figure.table for figure in cursor.sketch.figures}
    if cursor.item.stem.startswith("across") and set(tables_of(first)) & counted:
        return _as_preposition(cursor)
    per = cursor.item.stem in {"per", "for each", "for every", "each", "every"}
    cursor.take(start)
    _groups(cursor, per)
    return True


def _as_preposition(cursor: Cursor) -> bool:
    """ "across all active loans" groups by nothing: it says which loans."""
    if not cursor.item.stem.startswith("across"):
        return False
    cursor.take()
    return True


def _groups(cursor: Cursor, per: bool) -> None:
    sketch = cursor.sketch
    first = not (sketch.figures or sketch.phrases or sketch.head or sketch.groups)
    while True:
        item = cursor.item
        following = cursor.ahead(1)
        tables = tables_of(item)
        narrow = next((table for table in tables if _of_table(following, table)), "")
        if narrow:
            cursor.sketch.groups.append(Grouped(following, narrow=narrow, per=per))
            cursor.take(2)
        else:
            cursor.sketch.groups.append(Grouped(item, table=tables[0] if tables else "", per=per))
            cursor.take()
        if first and cursor.item.stem == ",":
            return  # "for each product, the officer with …"
        joined = cursor.skip(0, Role.AND, Role.GROUP) if role(cursor.item, Role.AND) else 0
        unit = role(cursor.ahead(joined), Role.UNIT) if joined else None
        if unit:
            cursor.sketch.groups.append(Grouped(cursor.ahead(joined), unit=unit.argument))
            cursor.take(joined + 1)
            return
        if not joined or not of_type(cursor.ahead(joined), *_GROUPABLE) or _is_amount(cursor, cursor.ahead(joined)):
            return
        cursor.take(joined)


def further(cursor: Cursor) -> None:
    """ "by month and channel": what else it is grouped by."""
    joined = cursor.skip(0, Role.AND, Role.GROUP) if role(cursor.item, Role.AND) else 0
    if joined and of_type(cursor.ahead(joined), *_GROUPABLE) and not _is_amount(cursor, cursor.ahead(joined)):
        cursor.take(joined)
        _groups(cursor, per=False)


def _of_table(item: Item, table: str) -> bool:
    return any(isinstance(found, Attribute) and found.table == table for found in item.meanings)


def _is_date(cursor: Cursor, item: Item) -> bool:
    columns = [found for found in item.meanings if isinstance(found, Attribute)]
    return any(cursor.catalogue.tables[found.table].columns[found.column].kind == "date" for found in columns)


def _is_amount(cursor: Cursor, item: Item) -> bool:
    """Whether the item can only be columns of figures, by which one ranks rather than groups."""
    columns = [found for found in item.meanings if isinstance(found, Attribute)]
    if not columns or of_type(item, Thing, Several) or not cursor.sketch.ranked:
        return False
    kinds = {cursor.catalogue.tables[found.table].columns[found.column].kind for found in columns}
    return kinds <= {"amount", "percent", "count", "number", "date", "id"}


def _is_amount_of(cursor: Cursor, thing: Item, following: Item) -> bool:
    """ "top 10 merchants by payment amount": the amount of another thing."""
    columns = [
        found for found in following.meanings if isinstance(found, Attribute) and found.table in tables_of(thing)
    ]
    kinds = {cursor.catalogue.tables[found.table].columns[found.column].kind for found in columns}
    return bool(cursor.sketch.ranked) and bool(kinds) and kinds <= {"amount", "percent", "count", "number"}


def means_measures(cursor: Cursor, item: Item) -> bool:
    """Whether an ambiguous word stands for measures."""
    words = [found.word for found in item.meanings if isinstance(found, Several)]
    return any(option in cursor.catalogue.measures for word in words for option in cursor.catalogue.ambiguous[word])


def ranks_ahead(cursor: Cursor) -> bool:
    """Whether "by" follows with the figure that says the order ("largest loans by balance")."""
    if not role(cursor.item, Role.GROUP) and not role(cursor.item, Role.BASED):
        return False
    first = cursor.ahead(cursor.skip(1, Role.ALL, Role.DISTINCT))
    known = any(role(first, known) for known in (Role.HOW_MANY, Role.AGGREGATE, Role.EXTREME))
    columns = [found for found in first.meanings if isinstance(found, Attribute)]
    kinds = {cursor.catalogue.tables[found.table].columns[found.column].kind for found in columns}
    figures = bool(kinds) and kinds <= {"amount", "percent", "count", "number", "date"} and not of_type(first, Thing)
    return known or of_type(first, Figure) or figures or means_measures(cursor, first)


def _leads_to_noun(cursor: Cursor, distance: int) -> bool:
    while of_type(cursor.ahead(distance), Named, Stored, Pick) and not of_type(cursor.ahead(distance), Thing):
        distance += 1
    return of_type(cursor.ahead(distance), Thing, Attribute, Several)
