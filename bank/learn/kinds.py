"""The kind of a column, and how it is stored, from its name, its SQL type and its values."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bank.catalogue import Stored
from bank.learn.facts import FEW, Column
from bank.table import Kind

CURRENCIES = frozenset(
    """AED ARS AUD BGN BRL CAD CHF CLP CNH CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW KWD KZT MAD MXN
    MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD UYU VND ZAR""".split()
)
_AMOUNTS = set(
    """amount balance principal limit exposure premium payment fee fees value cost price salary income revenue turnover proceeds
    charge charges deposit debit credit outstanding collateral reserve reserves commission penalty tax instalment installment
    residual equity capital cash debt provision loss losses profit rent wage assets liabilities interest deductible
    payout claim investment contribution budget wealth overdraft paid due available funded drawn undrawn disbursed withdrawn repayment
    recovery worth nav total sum arrears advance principal excess coverage""".split()
)
_PERCENTS = {
    "percent",
    "percentage",
    "ratio",
    "yield",
    "rate",
    "utilization",
    "utilisation",
    "probability",
    "margin",
    "spread",
    "share",
    "weight",
    "apr",
    "ltv",
    "loan to value",
}
_COUNTS = {
    "count",
    "quantity",
    "units",
    "members",
    "employees",
    "inhabitants",
    "population",
    "headcount",
    "items",
    "visits",
    "logins",
    "children",
    "dependents",
}
_NUMBERS = {
    "term",
    "tenor",
    "tenure",
    "days",
    "months",
    "years",
    "duration",
    "age",
    "score",
    "length",
    "size",
    "weight",
    "points",
    "rank",
    "sequence",
    "version",
    "mileage",
    "power",
}
_TEXTS = {
    "comment",
    "comments",
    "note",
    "notes",
    "memo",
    "remark",
    "remarks",
    "narrative",
    "message",
    "text",
    "details",
    "url",
    "hash",
    "json",
    "payload",
    "guid",
}
_IDS = {"id", "key", "number", "identifier", "uuid", "reference", "iban", "isin", "cusip", "serial", "vin", "plate"}
_DATES = {"date", "day", "since", "timestamp", "datetime", "birthday", "at", "on", "time"}
_FLAGS = {"flag", "is", "has", "indicator", "yn"}
TRUE = ("Y", "1", "T", "YES", "TRUE", "J")
_FALSE = ("N", "0", "F", "NO", "FALSE")


@dataclass(frozen=True, slots=True)
class Sort:
    """What a column is. `why` is a question to put to a person; `cast`: numbers that are stored as text."""

    kind: Kind
    stored: Stored = "native"
    additive: bool = True
    why: str = ""
    cast: bool = False


def sort_of(column: Column, words: Sequence[str], sqlite: bool) -> Sort:
    """The first of the rules below that holds."""
    for rule in _RULES:
        found = rule(column, words, sqlite)
        if found:
            return found
    return _texts(column, words)


def type_of(column: Column) -> str:
    """date, flag, int, decimal or text: by the SQL type where it says, else by the values."""
    kind = column.type
    if "bool" in kind:
        return "flag"
    if re.search(r"date|time", kind) and not isinstance(next(iter(column.cells), None), int | float):
        return "date"
    types = {type(cell) for cell in column.cells[:2000]}
    if types and types <= {int}:
        return "int"
    if types and types <= {int, float, Decimal}:
        return "decimal"
    if types and types <= {date, datetime}:
        return "date"
    if types:
        return "text"
    if re.search(r"\b(small|big|tiny|huge)?int", kind):
        return "int"
    return "decimal" if re.search(r"dec|num|real|double|float|money", kind) else "text"


def _flag(column: Column, words: Sequence[str], sqlite: bool) -> Sort | None:
    if type_of(column) == "flag":
        return Sort("flag")
    values = {str(cell).strip().upper() for cell in column.different} if len(column.different) <= 4 else set()
    yes_no = 0 < len(values) <= 2 and values <= {*TRUE, *_FALSE} and bool(values & {*TRUE}) <= 1
    named = bool(_FLAGS & {words[0], words[-1]})
    if yes_no and (
        named or (len(values) == 2 and values not in ({"0", "1"}, {"T", "F"}, {"F", "J"}) and _paired(values))
    ):
        return Sort("flag")
    return None


def _paired(values: set[str]) -> bool:
    return values in ({"Y", "N"}, {"YES", "NO"}, {"TRUE", "FALSE"}, {"J", "N"})


def _moment(column: Column, words: Sequence[str], sqlite: bool) -> Sort | None:
    kind, texts = type_of(column), column.texts[:2000]
    if kind == "date":
        text = isinstance(next(iter(column.cells), None), str)
        return Sort("date", "iso" if text or (sqlite and not column.cells) else "native")
    for stored, form in _FORMS.items():
        if texts and all(form.fullmatch(text) and _valid(text, stored) for text in texts):
            if kind == "text" and stored in {"iso", "yyyy-mm"}:
                return Sort(_KIND_OF[stored], stored)
            if _says_when(words, stored, kind):
                return Sort(_KIND_OF[stored], stored)
    odd = texts and all(re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", text) for text in texts)
    if odd:
        return Sort("text", why="its dates are not written year first, so periods cannot be compared with it")
    return None


_FORMS: dict[Stored, re.Pattern[str]] = {
    "iso": re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}.*)?"),
    "yyyymmdd": re.compile(r"(?:19|20)\d{6}"),
    "yyyymm": re.compile(r"(?:19|20)\d{4}"),
    "yyyy-mm": re.compile(r"\d{4}-\d{2}"),
}
_KIND_OF: dict[Stored, Kind] = {"iso": "date", "yyyymmdd": "date", "yyyymm": "month", "yyyy-mm": "month"}


def _says_when(words: Sequence[str], stored: Stored, kind: str) -> bool:
    """Whether digits that could be a date are one by their name."""
    if stored == "yyyymm":
        return bool({"month", "period", "date", "yyyymm"} & set(words))
    return bool({"date", "day", "since", "booked", "posted"} & set(words))


def _valid(text: str, stored: Stored) -> bool:
    digits = re.sub(r"\D", "", text)[:8].ljust(8, "0")
    month, day = int(digits[4:6]), int(digits[6:8])
    return 1 <= month <= 12 and (stored in {"yyyymm", "yyyy-mm"} or 1 <= day <= 31)


def _number(column: Column, words: Sequence[str], sqlite: bool) -> Sort | None:
    kind = type_of(column)
    cast = kind == "text" and bool(column.cells) and all(_NUMERIC.fullmatch(text) for text in column.texts[:2000])
    named = _figure(column, words)
    if cast and named and "code" not in words:
        return Sort(named.kind, additive=named.additive, cast=True)
    if kind not in {"int", "decimal"}:
        return None
    if words[-1] in _IDS or words[-1] in {"code", "zip"} or words[-2:] == ["postal", "code"]:
        return None if kind == "decimal" and words[-1] not in _IDS else _identified(column, words)
    if named:
        return named
    if kind == "int" and len(column.different) <= 20 and len(column.cells) > 100 and words[-1] in _CATEGORIES:
        return Sort("category")
    return Sort("number", additive=False)


_NUMERIC = re.compile(r"-?\d{1,15}(?:\.\d+)?")


def _figure(column: Column, words: Sequence[str]) -> Sort | None:
    last, said = words[-1], set(words)
    if (words[0] == "number" and len(words) > 1) or last in _COUNTS:
        return Sort("count")
    if last in {"rate", "price"} and said & {"exchange", "conversion"}:
        return Sort("number", additive=False)
    if last in _PERCENTS or said & {"percent", "percentage", "ratio"}:
        return _percent(column)
    if last in _NUMBERS or said & {"days", "months", "years", "age", "score"}:
        return Sort("number", additive=False)
    if said & _AMOUNTS or last in CURRENCIES or last.upper() in CURRENCIES:
        return Sort("amount", additive=_additive(words))
    return None


def _additive(words: Sequence[str]) -> bool:
    return not set(words) & {"average", "mean", "price", "minimum", "maximum", "per", "rate"}


def _percent(column: Column) -> Sort:
    """12.5 % is 12.5 everywhere here; a rate that is stored as 0.125 is a plain number."""
    largest = max((abs(float(text)) for text in column.texts if _NUMERIC.fullmatch(text)), default=100.0)
    if 0 < largest <= 1 and any("." in text for text in column.texts):
        return Sort("number", additive=False, why="it holds fractions of one (0.05 for 5 %), shown as they are")
    return Sort("percent", additive=False)


def _identified(column: Column, words: Sequence[str]) -> Sort:
    few = len(column.different) <= 50 and len(column.cells) >= 4 * len(column.different)
    return Sort("category" if few and words[-1] in {"code", "reference"} else "id")


def _texts(column: Column, words: Sequence[str]) -> Sort:
    different, filled = len(column.different), len(column.cells)
    longest = max(map(len, column.texts), default=0)
    if words[-1] in _TEXTS or longest > 120:
        return Sort("text")
    if words[-1] in _IDS and not (different <= 20 and filled >= 10 * different):
        return Sort("id")
    if words[-1] in {"name", "title"}:
        return Sort("category" if filled >= 3 * different and different <= FEW and len(words) > 1 else "name")
    repeated = different <= FEW and filled >= 2 * different
    if words[-1] in _CATEGORIES and (different <= FEW or repeated):
        return Sort("category")
    if repeated or (different <= 12 and longest <= 40):
        return Sort("category")
    if filled >= 3 * different and different <= 5000:
        return Sort("category")
    return Sort("text")


_CATEGORIES = set(
    """type status code class category segment grade rating region country city channel purpose gender sex product state currency
    frequency reason method brand group level tier stage sector industry language method mode scheme network town county department line
    description district area strategy colour color""".split()
)
_RULES: tuple[Callable[[Column, Sequence[str], bool], Sort | None], ...] = (_flag, _moment, _number)
