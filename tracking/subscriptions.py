"""Standing orders: what somebody wants to be sent again and again, and what they want to be told of when it happens."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, delete, func, select, update

from tracking.database import Database
from tracking.recurrence import Recurrence
from tracking.schema import observations, subscriptions

Standing = Literal["active", "paused", "deleted"]
SOURCE = "subscription"  # of a question that nobody typed
MOST = 50  # of one person

_s, _o = subscriptions.c, observations.c


class TooMany(Exception):
    """You have as many subscriptions as one person may have. Delete one first: /ask subscriptions."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """`frozen` is the question with its SQL and reading as it was answered; with a `condition` it is a metric alert."""

    person: str
    question: str
    frozen: Mapping[str, Any]
    recurrence: Recurrence
    created_at: datetime
    person_name: str = ""
    channel: str = ""  # empty: the person's direct messages
    only_changed: bool = False
    only_filled: bool = False
    condition: Mapping[str, Any] | None = None
    state: Standing = "active"
    shown: str = ""
    last_at: datetime | None = None
    last: str = ""
    failures: int = 0
    resumed_at: datetime | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(6))


class Subscriptions(Database):
    """Every change is asked for with its owner: nobody touches what is somebody else's."""

    def subscribe(self, wanted: Subscription) -> str:
        """Keeps it, once for each id; its id. Raises `TooMany`."""
        values = {name: getattr(wanted, name) for name in wanted.__slots__}
        values |= {"recurrence": wanted.recurrence.as_json(), "resumed_at": wanted.created_at}
        with self.writing() as connection:
            own = select(func.count()).where(_s.person == wanted.person, _s.state != "deleted", _s.id != wanted.id)
            if connection.execute(own).scalar_one() >= MOST:
                raise TooMany((TooMany.__doc__ or "").strip())
            connection.execute(self.insert(subscriptions).values(values).on_conflict_do_nothing())
        return wanted.id

    def subscription(self, subscription_id: str) -> Subscription | None:
        """None for one that was deleted."""
        which = select(subscriptions).where(_s.id == subscription_id, _s.state != "deleted")
        with self.reading() as connection:
            row = connection.execute(which).first()
        return None if row is None else _subscription(row)

    def subscriptions_of(self, person: str) -> list[Subscription]:
        """Active and paused ones, the oldest first."""
        return self._all(_s.person == person, _s.state != "deleted")

    def standing(self) -> list[Subscription]:
        """Everybody's active ones."""
        return self._all(_s.state == "active")

    def pause(self, subscription_id: str, person: str) -> bool:
        """False if it is not theirs, or not active."""
        return self._alter(subscription_id, person, {"active"}, state="paused")

    def resume(self, subscription_id: str, person: str, at: datetime) -> bool:
        """What came due meanwhile is not made up for."""
        return self._alter(subscription_id, person, {"paused"}, state="active", resumed_at=at, failures=0)

    def reschedule(
        self,
        subscription_id: str,
        person: str,
        recurrence: Recurrence,
        only_changed: bool,
        only_filled: bool,
        at: datetime,
    ) -> bool:
        """It comes at other times from then on; what came due before is not made up for. False if it is not theirs."""
        values = {"recurrence": recurrence.as_json(), "resumed_at": at}
        values |= {"only_changed": only_changed, "only_filled": only_filled}
        return self._alter(subscription_id, person, {"active", "paused"}, **values)

    def unsubscribe(self, subscription_id: str, person: str) -> bool:
        """Its words and figures go with it; an empty stone keeps what is under way from being sent."""
        gone: dict[str, Any] = {"state": "deleted", "question": "", "frozen": {}, "shown": "", "last": ""}
        if not self._alter(subscription_id, person, {"active", "paused"}, **gone):
            return False
        with self.writing() as connection:
            connection.execute(delete(observations).where(_o.subscription == subscription_id))
        return True

    def went(self, subscription_id: str, at: datetime, last: str, shown: str | None = None) -> None:
        """It was sent, or there was nothing to send; `shown` tells the figures that were sent."""
        values: dict[str, Any] = {"last_at": at, "last": last, "failures": 0}
        self._write_down(subscription_id, values if shown is None else values | {"shown": shown})

    def failed(self, subscription_id: str, at: datetime, why: str, most: int) -> int:
        """One more failure in a row; after the last of `most` it is paused. How many that makes."""
        with self.writing() as connection:
            counted = update(subscriptions).where(_s.id == subscription_id, _s.state == "active")
            counted = counted.values(last_at=at, last=why, failures=_s.failures + 1)
            failures = connection.execute(counted.returning(_s.failures)).scalar() or 0
            if failures >= most:
                connection.execute(update(subscriptions).where(_s.id == subscription_id).values(state="paused"))
        return failures

    def observe(
        self, subscription_id: str, at: datetime, dimension: str, seen: Mapping[int, float], sight: str
    ) -> None:
        """Keeps what was seen; the same look again changes nothing."""
        rows = [
            {
                "subscription": subscription_id,
                "at": at,
                "dimension": dimension,
                "row": row,
                "value": value,
                "sight": sight,
            }
            for row, value in seen.items()
        ]
        if rows:
            with self.writing() as connection:
                connection.execute(self.insert(observations).values(rows).on_conflict_do_nothing())

    def observed(
        self, subscription_id: str, dimension: str, until: datetime, sight: str
    ) -> tuple[datetime | None, dict[int, float]]:
        """The last look at or before that moment, by the same rights: when, and what was seen."""
        these = (_o.subscription == subscription_id, _o.dimension == dimension, _o.sight == sight)
        with self.reading() as connection:
            at = connection.execute(select(func.max(_o.at)).where(*these, _o.at <= until)).scalar()
            if at is None:
                return None, {}
            rows = connection.execute(select(_o.row, _o.value).where(*these, _o.at == at)).all()
        return at, {row.row: row.value for row in rows}

    def prune_observations(self, subscription_id: str, before: datetime) -> None:
        """Forgets what was seen for it before that moment."""
        with self.writing() as connection:
            connection.execute(delete(observations).where(_o.subscription == subscription_id, _o.at < before))

    def _all(self, *which: Any) -> list[Subscription]:
        with self.reading() as connection:
            rows = connection.execute(select(subscriptions).where(*which).order_by(_s.created_at, _s.id))
            return [_subscription(row) for row in rows]

    def _alter(self, subscription_id: str, person: str, states: set[str], **values: Any) -> bool:
        theirs = (_s.id == subscription_id, _s.person == person, _s.state.in_(states))
        with self.writing() as connection:
            return (
                connection.execute(update(subscriptions).where(*theirs).values(values).returning(_s.id)).first()
                is not None
            )

    def _write_down(self, subscription_id: str, values: Mapping[str, Any]) -> None:
        with self.writing() as connection:
            connection.execute(
                update(subscriptions).where(_s.id == subscription_id, _s.state != "deleted").values(values)
            )


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(**{**row._mapping, "recurrence": Recurrence.from_json(row.recurrence)})
