"""Each word of a question must have had an effect on its intent; one that had none was not understood."""

from generators.pattern.doubt import Lost
from generators.pattern.intent import ByPeriod, During, Intent, Where, asked_in
from generators.pattern.meanings import Attribute, Item
from generators.pattern.resolving import Resolving
from generators.pattern.sketch import Sketch


def all_was_used(sketch: Sketch, intent: Intent, names: Resolving) -> None:
    """Raises `Lost` with the words that changed nothing."""
    unused = [item.text for item in sketch.picked if item.stem not in names.used]
    unused += [item.text for item, _ in sketch.dates if not _all_did(item, names)]
    unused += [item.text for item in sketch.based if not _is_said(item, intent)]
    unused += _idle(sketch, intent)
    if unused:
        raise Lost(*unused)


def _all_did(item: Item, names: Resolving) -> bool:
    """ "the smallest loan ever granted": every loan was."""
    own = [found for found in item.meanings if isinstance(found, Attribute) and found.table in names.things]
    dates = [names.catalogue.tables[found.table].date == found.column for found in own]
    return bool(dates) and all(dates) and not item.stem.endswith("date")


def _idle(sketch: Sketch, intent: Intent) -> list[str]:
    by_period = any(isinstance(group, ByPeriod) for group in intent.groups)
    shared = intent.percent or any(figure.share for figure in intent.figures)
    compares = sketch.versus is not None and sketch.versus.stem.startswith("compar")
    sides = bool(intent.slices) or len(intent.figures) > 1 or (bool(intent.groups) and compares)
    additive = all(figure.aggregate in {"count", "sum"} and not figure.parts for figure in intent.figures)
    adds_up = by_period and additive and len(intent.figures) == 1 and not intent.every_month
    stepped = by_period and len(intent.figures) == 1
    idle = (
        (
            sketch.new,
            not by_period and not any(isinstance(one, During) and one.event for one in asked_in(intent.conditions)),
        ),
        (sketch.distinct, bool(intent.figures)),
        (sketch.share, not shared),
        (sketch.versus, not sides),
        (sketch.change, not intent.change or (not intent.slices and not stepped)),
        (sketch.running, not adds_up),
        (sketch.ratio, True),
        (sketch.minus, not intent.change),
    )
    words = [item.text for item, unused in idle if item and unused]
    words += [sketch.spread] if sketch.spread and not intent.percent else []
    words += ["top"] if sketch.ranked and not intent.order else []
    words += ["trend"] if sketch.trend and not by_period else []
    return words


def _is_said(item: Item, intent: Intent) -> bool:
    """Whether a condition is about the column that the question says it is based on."""
    asked = asked_in([*intent.conditions, *(part for figure in intent.figures for part in figure.share)])
    said = " ".join(one.where for one in asked if isinstance(one, Where))
    return any(getattr(found, "column", "") and getattr(found, "column", "") in said for found in item.meanings)
