"""By what an answer is ordered, how many rows of it are shown, and within which groups they are ranked."""

from generators.pattern.doubt import Lost
from generators.pattern.intent import Figure, Group, Limit, Order
from generators.pattern.resolving import Resolving
from generators.pattern.sketch import Phrase, Ranked


def order_of(
    ranked: Ranked | None,
    figures: list[Figure],
    groups: list[Group],
    within: int,
    subject: Phrase | None,
    names: Resolving,
) -> Order | None:
    """The order that was asked for; None where none was."""
    if not ranked:
        return None
    descending = ranked.which in {"most", "latest"}
    if figures and not ranked.item:
        if not groups:
            raise Lost("top" if descending else "bottom")
        if within and not (ranked.limit or ranked.place):
            raise Lost("top" if descending else "bottom", why="Say how many of each: the top 3, for example.")
        # Equals of the last one are never left out: which of them came first would be chance.
        return Order(
            ranked.figure, None, descending, ranked.limit, bool(ranked.limit), ranked.place, within, ranked.changed
        )
    if figures or not subject:
        raise Lost(ranked.item.text if ranked.item else "top")
    return _of_list(ranked, descending, subject.table, names)


def _of_list(ranked: Ranked, descending: bool, table: str, names: Resolving) -> Order:
    catalogue, said = names.catalogue, ranked.item.text if ranked.item else ""
    entry = catalogue.tables[table]
    if ranked.main and ranked.which in {"latest", "earliest"}:
        date = entry.born or entry.date
        if not date or entry.columns[date].personal:
            raise Lost(said)
        place = (table, date)
    elif ranked.item and not ranked.main:
        place = names.column(ranked.item, table, ranked.narrow)
    else:
        raise Lost(said or "top", why="I do not know by what they are to be ranked.")
    about = catalogue.tables[place[0]].columns[place[1]]
    label = catalogue.label(*place)
    if about.kind == "id":
        options = [("most", f"the highest {label}"), ("least", f"the lowest {label}")]
        descending = names.chosen.among(f"top by {label}", options, f"Which {label} comes first?") == "most"
    elif about.kind not in {"amount", "percent", "count", "number", "date", "month"}:
        raise Lost(said)
    if not names.graph.reaches(table, place[0]):
        raise Lost(said)
    # Of the last ten bookings of a busy day, the last that were entered; of things that begin on a day, all of that day.
    booked = place == (table, entry.date) and not entry.born
    value = Limit(place[0], place[1], about.kind, "=", (), label)
    return Order(0, value, descending, ranked.limit, ranked.ties or not booked, ranked.place)
