"""Every alarm there is: bot and jobs both change them, so each change is made on what was read, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, select, update

from tracking.alarm import NEW, Alarm, Say
from tracking.ledger import Ledger
from tracking.schema import alarms


@dataclass(frozen=True, slots=True)
class Kept:
    """An alarm as it is kept: what it says (`face`, JSON), what of that is still owed, and where its message stands.

    `shown` is what the message shows at present, so that nothing is sent that changes nothing.
    """

    name: str
    version: int = 0
    alarm: Alarm = NEW
    owed: Say = "nothing"
    face: dict[str, Any] | None = None
    channel: str = ""
    ts: str = ""
    shown: str = ""


class Alarms:
    """Rows by name. `keep` fails where somebody else was quicker: then what they made of it is to be looked at first."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, name: str) -> Kept:
        """A new one where there is none."""
        with self._ledger.reading() as connection:
            row = connection.execute(select(alarms).where(alarms.c.name == name)).first()
        if row is None:
            return Kept(name)
        return Kept(**{**row._mapping, "alarm": Alarm.from_json(row.alarm)})

    def keep(self, kept: Kept) -> Kept | None:
        """Writes what was made of a row that was read; None if it is no longer what it was."""
        values = {name: getattr(kept, name) for name in ("owed", "face", "channel", "ts", "shown")}
        values |= {"alarm": kept.alarm.as_json(), "version": kept.version + 1}
        with self._ledger.writing() as connection:
            if kept.version:
                here = (alarms.c.name == kept.name, alarms.c.version == kept.version)
                change = update(alarms).where(*here).values(values)
                done = connection.execute(change.returning(alarms.c.name)).first()
            else:
                row = self._ledger.insert(alarms).values(name=kept.name, **values).on_conflict_do_nothing()
                done = connection.execute(row.returning(alarms.c.name)).first()
        return replace(kept, version=kept.version + 1) if done is not None else None

    def change(self, name: str, how: Callable[[Kept], Kept]) -> Kept:
        """Changes the row by a function of what it holds, as often as it takes until nobody was quicker."""
        while True:
            before = self.get(name)
            after = how(before)
            if after == before:
                return before
            if (kept := self.keep(after)) is not None:
                return kept

    def forget(self, name: str) -> None:
        """What is no longer watched has no alarm."""
        with self._ledger.writing() as connection:
            connection.execute(delete(alarms).where(alarms.c.name == name))
