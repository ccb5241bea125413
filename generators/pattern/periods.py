"""Periods of time as bankers name them: "March 2026", "Q1", "last 90 days", "since 2024", counted from the bank's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bank.values import month_end
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


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both included; an open side is None. `unit` is the finest unit that was named."""

    start: date | None
    end: date | None
    unit: str

    @property
    def words(self) -> str:
        """The period in explicit dates, for the reading."""
        if self.start and self.end:
            if self.start == self.end:
                return f"on {said(self.start)}"
            return f"from {said(self.start)} to {said(self.end)}"
        return f"since {said(self.start)}" if self.start else f"until {said(self.end)}" if self.end else ""


def said(day: date | None) -> str:
    """30 Sep 2026."""
    return f"{day.day} {day:%b %Y}" if day else ""


def find(tokens: Sequence[Token], at: int, today: date) -> tuple[int, Period] | None:
    """The longest period that begins at a token: how many tokens it takes, and the period."""
    words = [token.stem for token in tokens[at : at + 10]]
    head = words[0]
    rest = _find(tokens, at + 1, today)
    if head in {"since", "after", "before", "until", "till"} and rest:
        return rest[0] + 1, _open(head, rest[1])
    if head in {"between", "from"} and rest:
        joint = at + 1 + rest[0]
        if joint + 1 < len(tokens) and tokens[joint].stem in {"and", "to", "until", "till"}:
            last = _find(tokens, joint + 1, today)
            if last:
                return rest[0] + last[0] + 2, Period(rest[1].start, last[1].end, last[1].unit)
    return _find(tokens, at, today)


def shifted(day: date, unit: str, count: int) -> tuple[date, date]:
    """First and last day of the month, quarter, year or week that lies `count` of them after the one with `day` in it."""
    if unit == "week":
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=count)
        return monday, monday + timedelta(days=6)
    if unit == "day":
        return day + timedelta(days=count), day + timedelta(days=count)
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = (day.year * 12 + day.month - 1) // size * size + count * size
    last = first + size - 1
    return date(first // 12, first % 12 + 1, 1), month_end(last // 12, last % 12 + 1)


def _open(word: str, period: Period) -> Period:
    """ "since March" holds March, "after March" does not; "until March" holds it, "before March" does not."""
    if word == "since":
        return Period(period.start, None, period.unit)
    if word == "after":
        return Period(period.end + timedelta(days=1) if period.end else None, None, period.unit)
    if word == "before":
        return Period(None, period.start - timedelta(days=1) if period.start else None, period.unit)
    return Period(None, period.end, period.unit)


def _find(tokens: Sequence[Token], at: int, today: date) -> tuple[int, Period] | None:
    if at >= len(tokens):
        return None
    if _word(tokens, at) == "end" and _word(tokens, at + 1) == "of":
        inner = _find(tokens, at + 2, today)
        return (inner[0] + 2, Period(inner[1].end, inner[1].end, "day")) if inner else None
    for form in (_day, _month, _quarter, _relative, _rolling, _to_date, _year):
        found = form(tokens, at, today)
        if found:
            return found
    return None


def _word(tokens: Sequence[Token], at: int) -> str:
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


def _day(tokens: Sequence[Token], at: int, today: date) -> tuple[int, Period] | None:
    """2026-09-30, "30 September 2026", "September 30, 2026"."""
    if tokens[at].day:
        return 1, Period(tokens[at].day, tokens[at].day, "day")
    comma = 1 if _word(tokens, at + 2) == "," else 0
    for day_at, month_at, year_at, taken in ((at, at + 1, at + 2, 3), (at + 1, at, at + 2 + comma, 3 + comma)):
        number, month = _day_number(tokens, day_at), _month_number(_word(tokens, month_at))
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
    ordinal = _word(tokens, at)
    return plain or (int(ordinal[:-2]) if ordinal[:-2].isdigit() and ordinal[-2:] in {"st", "nd", "rd", "th"} else None)


def _month(tokens: Sequence[Token], at: int, today: date) -> tuple[int, Period] | None:
    """ "March 2026", or "March": the last one that has begun."""
    month = _month_number(_word(tokens, at))
    if not month:
        return None
    skip = 1 if _word(tokens, at + 1) in {",", "of"} and _number(tokens, at + 2, 1900, 2100) else 0
    year = _number(tokens, at + 1 + skip, 1900, 2100)
    if year:
        return 2 + skip, Period(date(year, month, 1), month_end(year, month), "month")
    if _word(tokens, at) in {"may", "march", "mar"} and _word(tokens, at - 1) not in BEFORE_A_MONTH:
        return None
    year = today.year if month <= today.month else today.year - 1
    return 1, Period(date(year, month, 1), month_end(year, month), "month")


def _quarter(tokens: Sequence[Token], at: int, today: date) -> tuple[int, Period] | None:
    """ "Q1 2026", "first quarter of 2026", "Q1": the last one that has begun."""
    word, taken = _word(tokens, at), 1
    number = int(word[1]) if len(word) == 2 and word[0] == "q" and word[1] in "1234" else None
    if not number and _word(tokens, at + 1) == "quarter" and word in ORDINALS:
        number, taken = ORDINALS[word], 2
    if not number:
        return None
    taken += _word(tokens, at + taken) == "of"
    year = _number(tokens, at + taken, 1900, 2100)
    if year is None and _word(tokens, at + taken - 1) == "of":
        taken -= 1
    taken += year is not None
    year = year or (today.year if number * 3 - 2 <= today.month else today.year - 1)
    return taken, Period(date(year, number * 3 - 2, 1), month_end(year, number * 3), "quarter")


def _relative(tokens: Sequence[Token], at: int, today: date) -> tuple[int, Period] | None:
    """ "this month", "last quarter", "previous year", "next month"."""
    count = {"this": 0, "current": 0, "last": -1, "previous": -1, "prior": -1, "past": -1, "next": 1, "coming": 1}
    word, unit = _word(tokens, at), UNITS.get(_word(tokens, at + 1))
    if word in {"yesterday", "tomorrow"}:
        there = today + timedelta(days=1 if word == "tomorrow" else -1)
        return 1, Period(there, there, "day")
    if word not in count or unit in {None, "day"} or unit is None:
        return None
    start, end = shifted(today, unit, count[word])
    return 2, Period(start, end, unit)


def _rolling(tokens: Sequence[Token], at: int, today: date) -> tuple[int, Period] | None:
    """ "last 90 days", "past 12 months", "next 30 days": days to the day, months and longer as whole ones."""
    word, number, unit = _word(tokens, at), _number(tokens, at + 1, 1, 1000), UNITS.get(_word(tokens, at + 2))
    if not number or not unit or word not in {"last", "past", "previous", "next", "coming"}:
        return None
    forward = word in {"next", "coming"}
    if unit in {"day", "week"}:
        days = number * (7 if unit == "week" else 1)
        if forward:
            return 3, Period(today + timedelta(days=1), today + timedelta(days=days), "day")
        return 3, Period(today - timedelta(days=days - 1), today, "day")
    if forward:
        return 3, Period(shifted(today, unit, 1)[0], shifted(today, unit, number)[1], unit)
    # At a month end the running month is whole and counts; otherwise the last whole ones do.
    whole = 0 if shifted(today, unit, 0)[1] == today else -1
    return 3, Period(shifted(today, unit, whole - number + 1)[0], shifted(today, unit, whole)[1], unit)


def _to_date(tokens: Sequence[Token], at: int, today: date) -> tuple[int, Period] | None:
    """ "YTD", "year to date", "month to date"."""
    short = {"ytd": "year", "qtd": "quarter", "mtd": "month"}.get(_word(tokens, at))
    long = UNITS.get(_word(tokens, at)) if (_word(tokens, at + 1), _word(tokens, at + 2)) == ("to", "date") else None
    unit = short or long
    if unit not in {"year", "quarter", "month"} or unit is None:
        return None
    return (1 if short else 3), Period(shifted(today, unit, 0)[0], today, "day")


def _year(tokens: Sequence[Token], at: int, today: date) -> tuple[int, Period] | None:
    year = _number(tokens, at, 1900, 2100)
    if year is None or len(tokens[at].text) != 4:
        return None
    return 1, Period(date(year, 1, 1), date(year, 12, 31), "year")
