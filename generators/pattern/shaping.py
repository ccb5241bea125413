"""Words that shape the whole answer: yes or no, side by side, the change between two, a running total, a ratio."""

from collections.abc import Sequence

from bank.catalogue import Catalogue
from generators.pattern.asking import group
from generators.pattern.cursor import NOTHING, Cursor, amount, of_type, role, tables_of, when
from generators.pattern.doubt import Lost
from generators.pattern.meanings import Attribute, Figure, Item, Named, Role, Several, Stored, Thing, Word
from generators.pattern.ranking import end_of
from generators.pattern.sketch import Aged, Asked, Grouped, Ranked
from generators.pattern.tokens import stems


def arranged(items: Sequence[Item]) -> list[Item]:
    """The items that say something; a count that is asked for behind its things ("…: how many?") stands before them."""
    said = [item for item in items if not _says_nothing(item)]
    while said and said[-1].stem in {",", "?"}:
        said.pop()
    end = len(said)
    while end and role(said[end - 1], Role.BE):
        end -= 1
    counts = [item for item in said if role(item, Role.HOW_MANY)]
    if end > 1 and counts == [said[end - 1]] and not role(said[end - 2], Role.GROUP):
        return [said[end - 1], *(item for item in said[: end - 1] if item is not said[end - 2] or item.stem != ",")]
    return said


# What a bank calls those it deals with: the first of these that it has is meant by "who owes us the most".
_PARTIES = "customer client borrower obligor debtor lessee merchant member policyholder counterparty investor".split()


def whom(items: list[Item], catalogue: Catalogue) -> list[Item]:
    """ "Who has the most deposits?" asks for a customer."""
    behind = items[1] if len(items) > 1 and items[0].stem == "who" else None
    if not behind or not (role(behind, Role.HAVE) or of_type(behind, Figure)):
        return items
    if behind.stem.split()[0] in {"manage", "managing", "look"}:
        raise Lost(items[0].text, behind.text)  # that is done by whom the catalogue does not know
    nouns = {
        table: {stem for noun in (entry.noun, *entry.synonyms) for stem in stems(noun)[-1:]}
        for table, entry in catalogue.tables.items()
        if entry.countable
    }
    found = next((called for party in _PARTIES if (called := [t for t in nouns if party in nouns[t]])), [])
    named = {known.table for item in items for known in item.meanings if isinstance(known, Thing)}
    if found and found[0] in named:
        return items  # "who has more customers, Rosa Valdes or Liam Carrick"
    if len(found) != 1:
        raise Lost(items[0].text)
    return [items[0], Item(items[0].text, "who", (Thing(found[0]),)), *items[1:]]


def asks_yes_or_no(items: Sequence[Item]) -> bool:
    """ "Are there …", "Do we have any …", "Is … on the watch list?": nothing but yes or no is asked for."""
    first = items[0].stem if items else ""
    return first in {"is", "are", "was", "were", "do", *stems("does"), "did", "has", "have"}


def asks_one_amount(items: Sequence[Item]) -> bool:
    """ "How much do our customers owe?", "what do they owe in total": one figure of all of them."""
    first, second = (items[at].stem if at < len(items) else "" for at in (0, 1))
    return first in {"how much", "what"} and second in {"do", "did", *stems("does")}


def _says_nothing(item: Item) -> bool:
    return bool(role(item, Role.EMPTY)) and len(item.meanings) == 1


def versus(cursor: Cursor) -> bool:
    """ "compare A and B", "A vs B"."""
    if not role(cursor.item, Role.VERSUS):
        return False
    cursor.sketch.versus = cursor.sketch.versus or cursor.item
    cursor.take()
    return True


def change(cursor: Cursor) -> bool:
    """ "growth of", "how did … change": between two periods."""
    if not role(cursor.item, Role.CHANGE) or of_type(cursor.item, Figure, Attribute, Several, Named):
        return False
    of = {found.table for found in cursor.item.meanings if isinstance(found, Stored)}
    beside = (cursor.ahead(1), cursor.ahead(-1), cursor.ahead(-2) if role(cursor.ahead(-1), Role.BE) else NOTHING)
    if any(of & set(tables_of(near)) for near in beside):
        return False  # "declined payments", "payments that were declined"
    cursor.sketch.change = cursor.sketch.change or cursor.item
    cursor.take()
    return True


def step(cursor: Cursor) -> bool:
    """ "month over month": the change from each to the next."""
    word = role(cursor.item, Role.STEP)
    if not word or cursor.sketch.step:
        return False
    cursor.sketch.step = word.argument
    cursor.sketch.change = cursor.sketch.change or cursor.item
    cursor.take()
    return True


def running(cursor: Cursor) -> bool:
    """ "running total of", "cumulative"."""
    if not role(cursor.item, Role.RUNNING):
        return False
    cursor.sketch.running = cursor.item
    cursor.take()
    return True


def ratio(cursor: Cursor) -> bool:
    """ "ratio of A to B", "A divided by B", "A as a percentage of B"."""
    word = role(cursor.item, Role.RATIO)
    if not word or cursor.sketch.ratio:
        return False
    cursor.sketch.ratio, cursor.sketch.shared = cursor.item, word.argument == "percent"
    cursor.take()
    return True


def minus(cursor: Cursor) -> bool:
    """ "A minus B", "difference between A and B"."""
    if not role(cursor.item, Role.MINUS) or cursor.sketch.minus:
        return False
    cursor.sketch.minus = cursor.item
    cursor.take()
    return True


def only(cursor: Cursor) -> bool:
    """ "customers with only fixed-rate loans": all of them are; elsewhere "only" says nothing."""
    if not role(cursor.item, Role.ONLY):
        return False
    cursor.every = cursor.link == "has" or bool(role(cursor.ahead(1), Role.HAVE))
    cursor.take()
    return True


def both(cursor: Cursor) -> bool:
    """ "customers with both a term loan and a bridge loan"; "both loans and facilities" says nothing more."""
    if not role(cursor.item, Role.BOTH):
        return False
    if when(cursor.ahead(1)) or when(cursor.ahead(cursor.skip(1, Role.PREPOSITION))):
        raise Lost(cursor.item.text)  # "in both June and September"
    cursor.both = cursor.link == "has"
    last = cursor.sketch.phrases[-1] if cursor.sketch.phrases else None
    if last and last.link == "has" and of_type(cursor.ahead(cursor.skip(1, Role.PREPOSITION)), Stored):
        last.both = True  # "with loans in both EUR and USD"
    cursor.take()
    return True


def older(cursor: Cursor) -> bool:
    """ "older than 10 years", "aged over 60"."""
    word, number = role(cursor.item, Role.OLDER), amount(cursor.ahead(1))
    if not word or not number or number.number != int(number.number) or number.currency or number.percent:
        return False
    unit = role(cursor.ahead(2), Role.UNIT)
    item = cursor.item
    cursor.take(3 if unit else 2)
    if cursor.item.stem == "old":
        cursor.take()
    cursor.home().append(Aged(item, word.argument, int(number.number), unit.argument if unit else "year"))  # type: ignore[arg-type]
    cursor.link = ""
    return True


def age(cursor: Cursor) -> bool:
    """ "average age of customers": in whole years."""
    if not role(cursor.item, Role.AGE) or of_type(cursor.item, Attribute):
        return False
    item, how = cursor.item, cursor.use("aggregate") or cursor.use("extreme")
    ahead = cursor.skip(1, Role.BE)
    if not how and role(cursor.ahead(ahead), Role.EXTREME):
        how = cursor.items.pop(cursor.at + ahead)  # "how old is the oldest customer"
    if not how:
        return False
    word = role(how, Role.AGGREGATE) or role(how, Role.EXTREME)
    assert word is not None  # noqa: S101 - that is what was announced
    named = {"most": "maximum", "least": "minimum", "latest": "minimum", "earliest": "maximum"}
    cursor.sketch.figures.append(Asked(item, named.get(word.argument, word.argument), age=True))
    cursor.take()
    return True


def over_a_period(cursor: Cursor) -> bool:
    """ "over the last six months": "over" compares nothing here."""
    if cursor.item.stem != "over" or not when(cursor.ahead(1)):
        return False
    cursor.take()
    return True


def small_number(cursor: Cursor) -> bool:
    """ "two officers with the most customers", "3 industries with …": how many are to be shown."""
    number, following = amount(cursor.item), cursor.ahead(1)
    fits = number and not number.currency and not number.percent and number.number == int(number.number)
    if cursor.sketch.phrases or cursor.sketch.head or cursor.sketch.figures or not fits or number is None:
        return False
    if not following.plural or of_type(following, Stored, Thing, Figure) or not of_type(following, Attribute, Several):
        return False
    cursor.limit = int(number.number)
    cursor.take()
    return True


def on_average(cursor: Cursor) -> None:
    """ "How many accounts does a customer have on average?": accounts per customer."""
    sketch, subject = cursor.sketch, cursor.subject()
    word = role(cursor.announced["aggregate"], Role.AGGREGATE) if "aggregate" in cursor.announced else None
    per = bool(sketch.groups) and sketch.groups[0].per
    if word and word.argument == "average" and per and subject and not sketch.figures and not sketch.ranked:
        cursor.use("aggregate")  # "loans per officer on average"
        sketch.figures.append(Asked(subject.item, "count", subject.table, mean=True))
        subject.link = "counted"
        return
    if word and word.argument == "average" and per and len(sketch.figures) == 1 and not sketch.figures[0].aggregate:
        cursor.use("aggregate")  # "deposits per branch on average"
        sketch.figures[0].aggregate, sketch.figures[0].mean = "average", True
        return
    others = [phrase for phrase in sketch.phrases if phrase.link == "of" and not phrase.conditions]
    counts = [asked for asked in sketch.figures if asked.aggregate == "count" and not asked.distinct]
    if not word or word.argument != "average" or len(sketch.figures) != 1 or not counts or sketch.groups:
        return
    if len(others) != 1 or others[0].item.plural:
        return
    cursor.use("aggregate")
    counts[0].mean = True
    sketch.phrases.remove(others[0])
    sketch.groups.append(Grouped(others[0].item, table=others[0].table, per=True))


def new(cursor: Cursor) -> bool:
    """ "new customers in 2025": those that began in it."""
    if not role(cursor.item, Role.NEW) or not of_type(cursor.ahead(1), Thing, Named, Stored):
        return False
    cursor.sketch.new = cursor.item
    cursor.take()
    return True


def wise(cursor: Cursor) -> bool:
    """ "branch-wise", "industry wise": grouped by it."""
    item = cursor.item
    if not role(cursor.ahead(1), Role.WISE) or not of_type(item, Thing, Attribute, Several):
        return False
    tables = [found.table for found in item.meanings if isinstance(found, Thing)]
    cursor.sketch.groups.append(Grouped(item, table=tables[0] if tables else ""))
    cursor.take(2)
    return True


def direction(cursor: Cursor) -> bool:
    """ "highest first", "ascending": of what it is ranked by."""
    word = role(cursor.item, Role.DIRECTION)
    sketch = cursor.sketch
    if not word or (not sketch.ranked and not (sketch.figures and sketch.groups)):
        return False
    which = word.argument
    if which in {"worst", "best"}:
        which = end_of(cursor, sketch.figures[-1].item, which) if sketch.figures else ""
    if not which:
        return False
    sketch.ranked = sketch.ranked or Ranked("most", figure=len(sketch.figures) - 1)
    sketch.ranked.which = which
    cursor.take()
    return True


def main_amount(cursor: Cursor) -> bool:
    """ "transactions and their total amount": the main amount of what was counted or listed."""
    word = role(cursor.item, Role.MAIN)
    ahead = cursor.skip(1, Role.PREPOSITION)
    alone = not {"aggregate", "extreme"} & cursor.announced.keys() and not cursor.sketch.phrases
    if word and alone and ahead > 1 and of_type(cursor.ahead(ahead), Thing):
        said = Item(cursor.item.text, "amount of", (Word(Role.AGGREGATE, "sum"),))
        cursor.announced["aggregate"] = said  # "volume of loans"
        cursor.take(ahead)
        return True
    phrase = cursor.sketch.phrases[0] if len(cursor.sketch.phrases) == 1 else None
    if not word or not phrase or of_type(cursor.item, Attribute, Figure, Several):
        return False
    how = cursor.use("aggregate")
    announced = role(how, Role.AGGREGATE) if how else None
    mean = announced is not None and announced.argument == "average"
    aggregate = announced.argument if announced else "sum"
    cursor.sketch.figures.append(Asked(phrase.item, aggregate, phrase.table, plainly=False, mean=mean))
    phrase.link = "counted" if phrase.link == "subject" else phrase.link
    cursor.take()
    return True


def split(cursor: Cursor) -> bool:
    """ "split by secured and unsecured": these side by side; "split by branch" groups like any other "by"."""
    if not role(cursor.item, Role.SPLIT):
        return False
    following = cursor.ahead(1)
    if of_type(following, Named, Stored) and not of_type(following, Thing, Attribute):
        cursor.sketch.versus = cursor.item
        cursor.take()
        return True
    return group(cursor)
