"""One period as bankers name it: "March 2026", "Q1", "last 90 days", "FY2026", counted from the bank's clock."""

from collections.abc import Sequence
from datetime import date, timedelta

from bank.values import month_end
from generators.pattern.periods import Clock, Period, shifted
from generators.pattern.tokens import Token

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
UNITS = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
# "may" and "march" are also verbs: alone they are months only after one of these.
BEFORE_A_MONTH = {
    "in",
    "since",
    "for",
    "of",
    "before",
    "until",
    "by",
    "to",
    "from",
    "between",
    "and",
    "after",
    "during",
    "at",
    "end",
}


def stem_at(tokens: Sequence[Token], at: int) -> str:
    """What is compared of a token; empty beyond the end."""
    return tokens[at].stem if 0 <= at < len(tokens) else ""


def _number(tokens: Sequence[Token], at: int, low: int, high: int) -> int | None:
    """A plain whole number in the range, not an amount of money or a percentage."""
    if not 0 <= at < len(tokens):
        return None
    token = tokens[at]
    plain = token.number is not None and not token.currency and not token.percent and token.text.isalnum()
    return int(token.number) if plain and token.number is not None and low <= token.number <= high else None


def _month_number(word: str) -> int | None:
    if word in MONTHS:
        return MONTHS.index(word) + 1
    short = word[:3]
    if word in {short, "sept"}:
        return next(
            (number for number, name in enumerate(MONTHS, 1) if name.startswith(short) and len(short) == 3), None
        )
    return None


def _fiscal(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    """ "this fiscal year", "FY2026", "fiscal year 2026": named by the calendar year in which it ends."""
    count = {"this": 0, "current": 0, "last": -1, "previous": -1, "next": 1}.get(stem_at(tokens, at))
    start = at + (count is not None)
    words = stem_at(tokens, start), stem_at(tokens, start + 1)
    running = clock.today.year + (clock.fiscal_start > 1 and clock.today.month >= clock.fiscal_start)
    if words in {("fiscal", "year"), ("financial", "year"), ("business", "year")} or words[0] == "fy":
        taken = start - at + (1 if words[0] == "fy" else 2)
        year = _number(tokens, at + taken, 1900, 2100) if count is None else running + count
        if year is None:
            short = _number(tokens, at + taken, 0, 99)
            year = short + 2000 if short is not None else None
        taken += count is None
    elif count is None and words[0][:2] == "fy" and words[0][2:].isdigit() and len(words[0]) in {4, 6}:
        taken, year = 1, int(words[0][2:]) + (2000 if len(words[0]) == 4 else 0)
    else:
        return None
    if year is None:
        return None
    first = date(year - (clock.fiscal_start > 1), clock.fiscal_start, 1)
    return taken, Period(first, month_end(first.year, first.month + 11), "year")


def _day(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    """2026-09-30, "30 September 2026", "September 30, 2026"."""
    if tokens[at].day:
        return 1, Period(tokens[at].day, tokens[at].day, "day")
    named = {"yesterday": -1, "tomorrow": 1}.get(stem_at(tokens, at))
    joints = {"and", "vs", "versus", "with", "to", "against", "than"}
    if stem_at(tokens, at) in {"now", "today"} and joints & {stem_at(tokens, at + 1), stem_at(tokens, at - 1)}:
        named = 0  # "now and a year ago"; elsewhere "now" says nothing
    if named is not None:
        there = clock.today + timedelta(days=named)
        return 1, Period(there, there, "day")
    comma = 1 if stem_at(tokens, at + 2) == "," else 0
    of = 1 if stem_at(tokens, at + 1) == "of" else 0
    for day_at, month_at, year_at, taken in (
        (at, at + 1 + of, at + 2 + of, 3 + of),
        (at + 1, at, at + 2 + comma, 3 + comma),
    ):
        number, month = _day_number(tokens, day_at), _month_number(stem_at(tokens, month_at))
        year = _number(tokens, year_at, 1900, 2100)
        if number and month and year:
            try:
                found = date(year, month, number)
            except ValueError:
                return None
            return taken, Period(found, found, "day")
    return None


def _day_number(tokens: Sequence[Token], at: int) -> int | None:
    plain = _number(tokens, at, 1, 31)
    ordinal = stem_at(tokens, at)
    return plain or (int(ordinal[:-2]) if ordinal[:-2].isdigit() and ordinal[-2:] in {"st", "nd", "rd", "th"} else None)


def _month(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    """ "March 2026", "2026-03", or "March": the last one that has begun."""
    numbered = stem_at(tokens, at).split("-")
    if len(numbered) == 2 and all(part.isdigit() for part in numbered) and 1 <= int(numbered[1]) <= 12:
        return 1, Period(date(int(numbered[0]), int(numbered[1]), 1), month_end(*map(int, numbered)), "month")
    month = _month_number(stem_at(tokens, at))
    if not month:
        return None
    skip = 1 if stem_at(tokens, at + 1) in {",", "of"} and _number(tokens, at + 2, 1900, 2100) else 0
    year = _number(tokens, at + 1 + skip, 1900, 2100)
    if year:
        return 2 + skip, Period(date(year, month, 1), month_end(year, month), "month")
    if stem_at(tokens, at) in {"may", "march", "mar"} and stem_at(tokens, at - 1) not in BEFORE_A_MONTH:
        return None
    year = clock.today.year if month <= clock.today.month else clock.today.year - 1
    return 1, Period(date(year, month, 1), month_end(year, month), "month", year_implied=True)


def _quarter(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    """ "Q1 2026", "first quarter of 2026", "Q1": the last one that has begun."""
    return _part_of_year(tokens, at, clock, "q", "quarter", 3)


def _half(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    """ "H1 2026", "first half of 2026"."""
    return _part_of_year(tokens, at, clock, "h", "half", 6)


def _part_of_year(
    tokens: Sequence[Token], at: int, clock: Clock, letter: str, unit: str, months: int
) -> tuple[int, Period] | None:
    word, taken = stem_at(tokens, at), 1
    number = int(word[1]) if len(word) == 2 and word[0] == letter and word[1].isdigit() else None
    if not number and stem_at(tokens, at + 1) == unit and word in ORDINALS:
        number, taken = ORDINALS[word], 2
    named = stem_at(tokens, at + 2) in {"of", "in"} and _number(tokens, at + 3, 1900, 2100)
    if not number and word == "last" and stem_at(tokens, at + 1) == unit and named:
        number, taken = 12 // months, 2  # "the last quarter of 1998"
    if not number or number > 12 // months:
        return None
    last = number * months
    for skipped in (1 if stem_at(tokens, at + taken) in {"of", "in"} else 0, 0):
        year = _number(tokens, at + taken + skipped, 1900, 2100)
        if year:
            taken += skipped + 1
            return taken, Period(date(year, last - months + 1, 1), month_end(year, last), unit)
    year = clock.today.year if last - months + 1 <= clock.today.month else clock.today.year - 1
    return taken, Period(date(year, last - months + 1, 1), month_end(year, last), unit, year_implied=True)


def _ago(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    """ "a year ago", "3 months ago": the month or day that lies so far back."""
    count = 1 if stem_at(tokens, at) in {"a", "an", "one"} else _number(tokens, at, 1, 1000)
    unit = UNITS.get(stem_at(tokens, at + 1))
    if not count or not unit or stem_at(tokens, at + 2) != "ago":
        return None
    if unit in {"day", "week"}:
        there = clock.today - timedelta(days=count * (7 if unit == "week" else 1))
        return 3, Period(there, there, "day")
    start, end = shifted(clock.today, "month", -count * {"month": 1, "quarter": 3, "year": 12}[unit])
    return 3, Period(start, end, "month")


def _relative(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    """ "this month", "last quarter", "previous year", "next month"."""
    count = {"this": 0, "current": 0, "last": -1, "previous": -1, "prior": -1, "next": 1, "coming": 1}
    word, unit = stem_at(tokens, at), UNITS.get(stem_at(tokens, at + 1))
    if word not in count or unit in {None, "day"} or unit is None:
        return None
    start, end = shifted(clock.today, unit, count[word])
    return 2, Period(start, end, unit)


def _rolling(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    """ "last 90 days", "past year", "next 30 days": days to the day; months and longer as whole months."""
    word, number, unit = stem_at(tokens, at), _number(tokens, at + 1, 1, 1000), UNITS.get(stem_at(tokens, at + 2))
    taken = 3
    if word == "past" and not number:
        number, unit, taken = 1, UNITS.get(stem_at(tokens, at + 1)), 2
    if not number or not unit or word not in {"last", "past", "previous", "next", "coming"}:
        return None
    forward = word in {"next", "coming"}
    if unit in {"day", "week"}:
        days = number * (7 if unit == "week" else 1)
        if forward:
            return taken, Period(clock.today + timedelta(days=1), clock.today + timedelta(days=days), "day")
        return taken, Period(clock.today - timedelta(days=days - 1), clock.today, "day")
    if unit == "year":
        number, unit = number * 12, "month"
    if forward:
        return taken, Period(shifted(clock.today, unit, 1)[0], shifted(clock.today, unit, number)[1], unit)
    # At a month end the running month is whole and counts; otherwise the last whole ones do.
    whole = 0 if shifted(clock.today, unit, 0)[1] == clock.today else -1
    first, last = shifted(clock.today, unit, whole - number + 1), shifted(clock.today, unit, whole)
    return taken, Period(first[0], last[1], unit)


def _to_date(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    """ "YTD", "year to date", "this year so far"."""
    short = {"ytd": "year", "qtd": "quarter", "mtd": "month"}.get(stem_at(tokens, at))
    long = (
        UNITS.get(stem_at(tokens, at)) if (stem_at(tokens, at + 1), stem_at(tokens, at + 2)) == ("to", "date") else None
    )
    this = stem_at(tokens, at) == "this" and (stem_at(tokens, at + 2), stem_at(tokens, at + 3)) == ("so", "far")
    far = UNITS.get(stem_at(tokens, at + 1)) if this else None
    unit = short or long or far
    if unit not in {"year", "quarter", "month"} or unit is None:
        return None
    return 1 if short else 4 if far else 3, Period(shifted(clock.today, unit, 0)[0], clock.today, "day")


def _year(tokens: Sequence[Token], at: int, clock: Clock) -> tuple[int, Period] | None:
    decade = tokens[at].text
    if len(decade) == 5 and decade[:4].isdigit() and decade.endswith("0s"):
        return 1, Period(date(int(decade[:4]), 1, 1), date(int(decade[:4]) + 9, 12, 31), "year")
    year = _number(tokens, at, 1900, 2100)
    if year is None or len(tokens[at].text) != 4:
        return None
    return 1, Period(date(year, 1, 1), date(year, 12, 31), "year")


FORMS = (_fiscal, _day, _month, _quarter, _half, _ago, _to_date, _relative, _rolling, _year)
"""Tried in this order; each gives how many tokens it takes, and the period, or None."""
