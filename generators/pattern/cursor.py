"""Where the reading of a question stands: the items, the place, and what earlier words have announced for later ones."""

from collections.abc import Sequence

from bank.catalogue import Catalogue
from generators.pattern.doubt import Lost
from generators.pattern.intent import Operator
from generators.pattern.meanings import Amount, Attribute, Figure, Item, Named, Role, Several, Stored, Thing, When, Word
from generators.pattern.sketch import Eitherwise, Phrase, Raw, Sketch

NOTHING = Item("", "")


class Cursor:
    """Reads items one after the other into a sketch."""

    def __init__(self, items: Sequence[Item], catalogue: Catalogue) -> None:
        self.items, self.catalogue = list(items), catalogue
        self.at = 0
        self.sketch = Sketch()
        self.pending: list[Raw] = []  # conditions that wait for their noun
        self.link = ""  # how the next noun belongs to the ones before
        self.narrow = ""  # the table whose noun stood just before a column
        self.announced: dict[str, Item] = {}  # words whose effect is still to come: aggregate, count, extreme, negate …
        self.quantity: tuple[Operator, int] | None = None
        self.adds = False  # "and" stands before the quantity
        self.limit = 0
        self.by_rank = False
        self.part = False
        self.place = 0  # "second largest"
        self.also: list[Item] = []  # further aggregates of the figure that comes next
        self.both = False
        self.began = 0  # the place of the first item that the rule at work takes
        self.every = False  # "only" or "all their" stands before the next noun

    @property
    def item(self) -> Item:
        return self.ahead(0)

    def ahead(self, distance: int) -> Item:
        place = self.at + distance
        return self.items[place] if 0 <= place < len(self.items) else NOTHING

    def take(self, count: int = 1) -> None:
        self.at += count

    def announce(self, what: str) -> None:
        """Keeps a word until another uses it; a second one of the same kind would lose the first."""
        if what in self.announced:
            raise Lost(self.announced[what].text)
        self.announced[what] = self.item

    def use(self, what: str) -> Item | None:
        return self.announced.pop(what, None)

    def skip(self, start: int, *roles: Role) -> int:
        """The distance of the next item that has none of these roles."""
        while any(role(self.ahead(start), known) for known in roles) and not _compares(self.ahead(start), roles):
            start += 1
        return start

    def attach(self, raw: Raw) -> None:
        """A condition finds its noun: the one before, unless it waits for the one behind it."""
        raw.negated = self.use("negate") is not None
        joint = self.use("or")
        if joint and joint.stem.startswith("nor"):
            raw.negated = True  # "neither secured nor fixed": neither of the two
        elif joint:
            self.either(raw)
            return
        if self.waits_for_a_noun():
            self.pending.append(raw)
        else:
            self.home().append(raw)

    def home(self) -> list[Raw]:
        """Where a condition behind its noun belongs."""
        sketch = self.sketch
        if self.part and not (sketch.phrases and sketch.phrases[-1].part):
            return sketch.part
        return sketch.phrases[-1].conditions if sketch.phrases else sketch.conditions

    def waits_for_a_noun(self) -> bool:
        """Whether the words ahead lead to a noun or figure that this condition stands before."""
        distance = 0
        while self.ahead(distance).meanings:
            here = self.ahead(distance)
            if of_type(here, Thing) or (of_type(here, Figure, Several, Attribute) and not of_type(here, Stored, Named)):
                return True
            if not of_type(here, Stored, Named):
                return False
            distance += 1
        return False

    def either(self, raw: Raw) -> None:
        """The condition before, or this one."""
        for place in (self.pending, self.home()):
            if place:
                before = place[-1]
                if not isinstance(before, type(raw)) and any(isinstance(known, type(raw)) for known in place[:-1]):
                    raise Lost("or")  # "in EUR over 5 million or in GBP over 3 million": two pairs, or one choice?
                if before.negated or raw.negated:
                    raise Lost(self.ahead(-1).text)  # "not A or B": whether not B either cannot be told
                if isinstance(before, Eitherwise):
                    before.parts.append(raw)
                else:
                    place[-1] = Eitherwise([before, raw])
                return
        raise Lost(self.item.text)

    def joined(self) -> bool:
        """Whether "and" stands before what the rule at work takes."""
        return self.began > 0 and role(self.items[self.began - 1], Role.AND) is not None

    def subject(self) -> Phrase | None:
        return next((phrase for phrase in self.sketch.phrases if phrase.link == "subject"), None)


def _compares(item: Item, skipped: Sequence[Role]) -> bool:
    """Whether a small word ("under") could also compare, so that it must not be passed over."""
    return any(role(item, known) and known not in skipped for known in (Role.COMPARE, Role.BETWEEN, Role.OLDER))


def role(item: Item, wanted: Role) -> Word | None:
    """The English word in this role, if the item can be it."""
    return next((found for found in item.meanings if isinstance(found, Word) and found.role == wanted), None)


def of_type(item: Item, *types: type) -> bool:
    """Whether the item can mean something of these types."""
    return any(isinstance(found, types) for found in item.meanings)


def amount(item: Item) -> Amount | None:
    """The number that was typed."""
    return next((found for found in item.meanings if isinstance(found, Amount)), None)


def when(item: Item) -> When | None:
    """The period that was named."""
    return next((found for found in item.meanings if isinstance(found, When)), None)


def tables_of(item: Item) -> list[str]:
    """The tables whose noun this is."""
    return [found.table for found in item.meanings if isinstance(found, Thing)]
