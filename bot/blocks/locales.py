"""How numbers and dates are written where a person lives: by the Unicode CLDR, through Babel."""

from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import Context, Decimal, localcontext
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import NumberPattern, parse_pattern

SLACKS_OWN = {"es-LA": "es-419"}  # names of Slack's that the CLDR does not have


def known(locale: str) -> bool:
    """Whether there is such a locale, as Slack writes it: en-GB."""
    return _locale(locale) is not None


def as_number(written: str, locale: str) -> str:
    """A number as `1,234.50`, in the locale's own signs; one with an exponent stays as it is."""
    there = _locale(locale)
    if there is None or "e" in written.lower():
        return written
    with _every_digit(written):
        return str(_pattern(locale, _places(written)).apply(Decimal(written.replace(",", "")), there))


def as_percent(written: str, locale: str) -> str:
    """`12.50` as a percentage."""
    there = _locale(locale)
    if there is None or "e" in written.lower():
        return f"{written} %"
    with _every_digit(written):
        exact = Decimal(written.replace(",", "")) / 100
        return str(_pattern(locale, _places(written), percent=True).apply(exact, there))


def as_date(day: date, locale: str) -> str:
    """ISO without a locale. The time only where there is one."""
    there = _locale(locale)
    timed = isinstance(day, datetime) and bool(day.hour or day.minute or day.second)
    if there is None:
        return day.strftime("%Y-%m-%d %H:%M" if timed else "%Y-%m-%d")
    written = format_date(day, "medium", there)
    return f"{written} {format_time(day, 'short', locale=there)}" if timed and isinstance(day, datetime) else written


def as_month(first: date, locale: str) -> str:
    """`2025-06` without a locale."""
    there = _locale(locale)
    return first.strftime("%Y-%m") if there is None else str(format_skeleton("yMMM", first, locale=there))


def _every_digit(written: str) -> AbstractContextManager[Context]:
    """Room for all the digits: the usual 28 would round a longer number, or refuse it."""
    return localcontext(prec=len(written) + 10)


def _places(written: str) -> int:
    return len(written.partition(".")[2])


@lru_cache(maxsize=200)
def _locale(locale: str) -> Locale | None:
    try:
        return Locale.parse(SLACKS_OWN.get(locale, locale), sep="-") if locale else None
    except (ValueError, UnknownLocaleError):
        return None


@lru_cache(maxsize=1000)
def _pattern(locale: str, places: int, percent: bool = False) -> NumberPattern:
    """The locale's own grouping, with a fixed number of decimals."""
    there = _locale(locale) or Locale("en")
    given = (there.percent_formats if percent else there.decimal_formats)[None].pattern
    before, _, after = given.partition(".") if "." in given else given.rpartition("0")
    whole = before if "." in given else f"{before}0"
    return parse_pattern(f"{whole}{'.' + '0' * places if places else ''}{after.lstrip('#0')}")
