"""How an alarm lives: ok → breached → acknowledged → ok again; what it says is decided here, by pure functions.

Whatever is watched goes the same way: Teller's own success rate, a database that answers, a figure of the bank.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

Phase = Literal["ok", "breached", "acknowledged"]
Say = Literal["nothing", "open", "reopen", "update", "again", "close"]
"""open, again: a new message, which people are told of · reopen, update, close: the message changes in place."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Trouble lies beyond `limit`; it is over at `calm` or better: the gap keeps a wavering figure from opening and
    closing all day. Below `fewest` cases nothing changes.

    `worse`: by how much an acknowledged figure must worsen before it is said again. `quiet`: new messages are at least
    this far apart. `gap`: time between two looks from which it counts as not watched.
    """

    limit: float
    calm: float
    above: bool  # whether trouble is above the limit, or below it
    fewest: int = 1
    worse: float = 0.0
    quiet: timedelta = timedelta(hours=1)
    gap: timedelta = timedelta(minutes=30)

    def crossed(self, value: float) -> bool:
        """Whether a value is trouble; the limit itself is still good."""
        return value > self.limit if self.above else value < self.limit

    def calmed(self, value: float) -> bool:
        """Whether a value is well again."""
        return value <= self.calm if self.above else value >= self.calm

    def worst(self, one: float, other: float) -> float:
        """The more troubling of two values."""
        return max(one, other) if self.above else min(one, other)

    def worsened(self, value: float, than: float) -> bool:
        """Whether it is worse by more than `worse`."""
        return value - than > self.worse if self.above else than - value > self.worse


@dataclass(frozen=True, slots=True)
class Seen:
    """One look: the value, of how many cases; None where it could not be found out."""

    value: float | None
    cases: int = 1


@dataclass(frozen=True, slots=True)
class Alarm:
    """All that is known of an alarm. `episode` counts its messages: the current one is the last."""

    phase: Phase = "ok"
    episode: int = 0
    since: datetime | None = None  # when this trouble began, or the last one did
    ended_at: datetime | None = None
    spoken_at: datetime | None = None  # the last new message
    unsaid: bool = False  # trouble that is to be a new message as soon as it may be
    times: int = 0  # how often it opened within the current message
    value: float | None = None
    worst: float | None = None
    seen_at: datetime | None = None
    unwatched: float = 0.0  # seconds of this trouble in which nobody looked
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_value: float | None = None
    snoozed_by: str = ""
    snoozed_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is trouble now."""
        return self.phase != "ok"

    def as_json(self) -> dict[str, Any]:
        """Times as ISO."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Alarm":
        """What `as_json` gave."""
        times = {name: datetime.fromisoformat(kept[name]) for name in _TIMES if kept.get(name)}
        return cls(**{**kept, **times})


NEW = Alarm()
_TIMES = ("since", "ended_at", "spoken_at", "seen_at", "acknowledged_at", "snoozed_until")


def step(alarm: Alarm, seen: Seen, limits: Limits, now: datetime) -> tuple[Alarm, Say]:
    """What one look makes of an alarm, and what is to be said. Too few cases prove nothing: they change nothing."""
    if seen.value is None:
        return alarm, "nothing"
    looked = _looked(alarm, limits, now)
    if seen.cases < limits.fewest:
        return looked, "update" if looked.is_open else "nothing"
    looked = replace(looked, value=seen.value)
    if not alarm.is_open:
        return _begun(looked, seen.value, limits, now) if limits.crossed(seen.value) else (looked, "nothing")
    if limits.calmed(seen.value):
        return replace(looked, phase="ok", ended_at=now, unsaid=False, snoozed_until=_later(looked, now)), "close"
    return _lasting(looked, seen.value, limits, now)


def acknowledge(alarm: Alarm, person: str, now: datetime) -> Alarm:
    """Somebody takes care of it: it is said again only if it gets worse. One that is over stays as it is."""
    if not alarm.is_open:
        return alarm
    return replace(
        alarm,
        phase="acknowledged",
        unsaid=False,
        acknowledged_by=person,
        acknowledged_at=now,
        acknowledged_value=alarm.value,
    )


def snooze(alarm: Alarm, person: str, until: datetime) -> Alarm:
    """Nothing new is said of it until then, nor of trouble that begins before then; what lasts is said again after it."""
    return replace(alarm, snoozed_by=person, snoozed_until=until, unsaid=alarm.phase == "breached")


def _looked(alarm: Alarm, limits: Limits, now: datetime) -> Alarm:
    away = now - alarm.seen_at if alarm.seen_at else timedelta()
    unwatched = alarm.unwatched + (away.total_seconds() if alarm.is_open and away > limits.gap else 0.0)
    return replace(alarm, seen_at=now, unwatched=unwatched)


def _begun(alarm: Alarm, value: float, limits: Limits, now: datetime) -> tuple[Alarm, Say]:
    fresh = replace(
        alarm,
        phase="breached",
        since=now,
        ended_at=None,
        worst=value,
        unwatched=0.0,
        acknowledged_by="",
        acknowledged_at=None,
        acknowledged_value=None,
    )
    if _may_speak(fresh, limits, now):
        return _spoken(fresh, now), "open"
    return replace(fresh, unsaid=True, times=alarm.times + 1), "reopen"


def _lasting(alarm: Alarm, value: float, limits: Limits, now: datetime) -> tuple[Alarm, Say]:
    alarm = replace(alarm, worst=limits.worst(value, value if alarm.worst is None else alarm.worst))
    before = alarm.acknowledged_value
    if alarm.phase == "acknowledged" and before is not None and limits.worsened(value, before):
        alarm = replace(alarm, phase="breached", unsaid=True)
    if alarm.unsaid and limits.crossed(value) and _may_speak(alarm, limits, now):
        return _spoken(alarm, now), "again"
    return alarm, "update"


def _spoken(alarm: Alarm, now: datetime) -> Alarm:
    return replace(
        alarm, episode=alarm.episode + 1, spoken_at=now, unsaid=False, times=1, snoozed_until=None, snoozed_by=""
    )


def _may_speak(alarm: Alarm, limits: Limits, now: datetime) -> bool:
    if alarm.snoozed_until is not None and now < alarm.snoozed_until:
        return False
    return alarm.spoken_at is None or now - alarm.spoken_at >= limits.quiet


def _later(alarm: Alarm, now: datetime) -> datetime | None:
    """A snooze that is still to come, or none."""
    return alarm.snoozed_until if alarm.snoozed_until is not None and now < alarm.snoozed_until else None
