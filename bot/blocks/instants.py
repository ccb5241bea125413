"""Instants and lengths of time in words, on the bank's clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def instant_words(instant: datetime, zone: ZoneInfo) -> str:
    """Day and time on the bank's clock: "Mon 5 Jan 08:00"."""
    local = instant.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def length_words(length: timedelta) -> str:
    """How long something lasted: "3 h 20 min", "2 days 4 h"; minutes no longer matter after a day."""
    minutes = round(length.total_seconds() / 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if minutes == 1440 or not days:
        hours += 24 * days
        said = [f"{hours} h"] if hours else []
        return " ".join(said + ([f"{rest} min"] if rest or not hours else []))
    return f"{days} {'day' if days == 1 else 'days'}" + (f" {hours} h" if hours else "")
