"""Names and values as they are said for short: firms without their legal form, "withdrawals" for the only kind there is."""

from collections.abc import Iterator, Mapping

from bank.catalogue import Catalogue
from bank.values import Values
from generators.pattern.meanings import Stored
from generators.pattern.tokens import stems

_FEW_FIRMS = 4  # as many as there are buttons
_LEGAL_FORMS = frozenset(
    "inc incorporated plc llc ltd limited corp corporation co company gmbh ag sa srl bv nv kg oy ab group holding holdings".split()
)


def short_names(
    catalogue: Catalogue, values: Values, known: Mapping[tuple[str, ...], object]
) -> Iterator[tuple[str, Stored]]:
    """Names of firms as they are called: without their legal form ("Willowbank Mills"), or by their first two words.

    Where a few firms are called so, each is a meaning, and the banker is asked which.
    """
    short: dict[str, dict[Stored, None]] = {}
    for value in values.known:
        if catalogue.tables[value.table].columns[value.column].kind != "name":
            continue
        words = value.said.split()
        bare = len(words)
        while bare > 1 and words[bare - 1].strip(".,").casefold() in _LEGAL_FORMS:
            bare -= 1
        found = Stored(value.table, value.column, value.value)
        for length in {bare, 2} - {1, len(words)}:
            if length < len(words):
                short.setdefault(" ".join(words[:length]), {})[found] = None
    for said, firms in short.items():
        if len(firms) <= _FEW_FIRMS and stems(said) not in known:
            yield from ((said, found) for found in firms)


_EVENTS = frozenset(
    "withdrawal refund transfer fee interest purchase repayment drawdown remittance chargeback dividend reversal".split()
)


def short_values(values: Values, known: Mapping[tuple[str, ...], object]) -> Iterator[tuple[str, Stored]]:
    """ "withdrawals", where "Cash Withdrawal" is the only one that a column has."""
    found: dict[tuple[str, str, str], dict[Stored, None]] = {}
    for value in values.known:
        words = stems(value.said)
        if len(words) > 1 and words[-1] in _EVENTS:
            stored = Stored(value.table, value.column, value.value)
            found.setdefault((value.table, value.column, words[-1]), {})[stored] = None
    for (_, _, word), each in found.items():
        if len(each) == 1 and (word,) not in known:
            yield word, next(iter(each))
