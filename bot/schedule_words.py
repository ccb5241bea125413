""" "every Monday at 9", "on the first business day of the month": from words to a recurrence, and what is left of the words."""

import re

from tracking.recurrence import FIRST, LAST, NEWEST_DAY, WEEKDAYS, Recurrence


class UnclearTime(Exception):
    """The words name a time that can be meant in two ways, or none that there is; says so in a sentence."""


_DAY = rf"(?:{'|'.join(f'{day}s?|{day[:3]}' for day in WEEKDAYS)})"
_MONTH = r"(?:(?:of|in) (?:the|each|every) month|(?:each|every) month|monthly)"
_WHICH = {"first": FIRST, "1st": FIRST, "last": LAST}
_FORMS = (
    (
        "business month",
        re.compile(rf"\b(?:on |at )?the (first|1st|last) (?:business|working|banking) ?day(?: {_MONTH})?"),
    ),
    ("day of month", re.compile(rf"\b(?:on |at )?the (\d{{1,2}})(?:st|nd|rd|th)?(?: day)? {_MONTH}")),
    ("ends of month", re.compile(rf"\b(?:on |at )?the (first|1st|last)(?: day)? {_MONTH}")),
    (
        "weekdays",
        re.compile(
            rf"\b(?:(?:every|each|on) )({_DAY}(?:(?:,| and|, and) (?:every )?{_DAY})*)\b(?: each week| every week| weekly)?"
        ),
    ),
    (
        "business day",
        re.compile(r"\b(?:every|each) (?:business|working|banking|week) ?day\b|\bon (?:business|working|week) ?days\b"),
    ),
    ("hour", re.compile(r"\b(?:every hour|hourly)\b")),
    ("day", re.compile(r"\b(?:every|each) (?:single )?(?:day|morning)\b|\bdaily\b")),
    ("week", re.compile(r"\b(?:every|each) week\b|\bweekly\b|\bonce a week\b")),
    ("month", re.compile(r"\b(?:every|each) month\b|\bmonthly\b|\bonce a month\b")),
)
_TIME = re.compile(r"\bat (noon|midnight|(\d{1,2})(?:[:.](\d{2}))?(?: ?(am|pm|a\.m\.|p\.m\.|h|o'clock))?)(?![\d%])")
_EARLIEST_BARE = 7  # "at 5" may be meant either way, "at 9" is in the morning


def recurrence_in(words: str) -> tuple[Recurrence, str] | None:
    """The recurrence that lower-case words name, and the words without it; None where they name none.

    Raises `UnclearTime`.
    """
    for form, pattern in _FORMS:
        if found := pattern.search(words):
            rest = words[: found.start()] + " " + words[found.end() :]
            at, rest = _time_in(rest)
            return _recurrence(form, found.group(1) if pattern.groups else "", at), " ".join(rest.split())
    return None


def _recurrence(form: str, named: str, at: str) -> Recurrence:
    if form == "business month":
        return Recurrence("month", at, day=_WHICH[named])
    if form == "ends of month":  # the bank is closed on some of these days
        return Recurrence("month", at, day=_WHICH[named])
    if form == "day of month":
        if not 1 <= int(named) <= NEWEST_DAY:
            raise UnclearTime(
                f"Not every month has a day {named}. Say a day up to {NEWEST_DAY}, or “the last business day”."
            )
        return Recurrence("month", at, day=named)
    if form == "weekdays":
        days = tuple(day for day in WEEKDAYS if re.search(rf"\b{day[:3]}", named))
        return Recurrence("week", at, weekdays=days)
    if form == "week":
        return Recurrence("week", at, weekdays=("monday",))
    if form == "month":
        return Recurrence("month", at, day=FIRST)
    return Recurrence({"business day": "business day", "hour": "hour"}.get(form, "day"), at)  # type: ignore[arg-type]


def _time_in(words: str) -> tuple[str, str]:
    """HH:MM; nine in the morning where no time is said."""
    found = _TIME.search(words)
    if found is None:
        return "09:00", words
    rest = words[: found.start()] + " " + words[found.end() :]
    if found[1] in ("noon", "midnight"):
        return ("12:00" if found[1] == "noon" else "00:00"), rest
    return clock(int(found[2]), int(found[3] or 0), (found[4] or "").replace(".", ""), bool(found[3])), rest


def clock(hour: int, minute: int = 0, half: str = "", exact: bool = False) -> str:
    """HH:MM of what was said; raises `UnclearTime`."""
    if half in ("am", "pm") and not 1 <= hour <= 12:
        raise UnclearTime(f"There is no {hour} {half}.")
    if half == "pm":
        hour = hour % 12 + 12
    elif half == "am":
        hour %= 12
    elif not exact and hour < _EARLIEST_BARE and half != "h":
        raise UnclearTime(
            f"At {hour} in the morning or in the afternoon? Say “at {hour} am”, “at {hour} pm” or “at {hour:02}:00”."
        )
    if hour > 23 or minute > 59:
        raise UnclearTime(f"There is no time {hour}:{minute:02}.")
    return f"{hour:02}:{minute:02}"
