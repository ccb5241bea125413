"""The life of a question in the ledger: received, claimed, waiting, done or withdrawn."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningUpdate

from tracking.database import Database
from tracking.prepared import Prepared
from tracking.records import Asked, Entry, Result, Step
from tracking.schema import meaning, number_of, questions

_q = questions.c


_NEWER = {"revision": _q.revision + 1}
_this = _q.id == bindparam("question")
_theirs = and_(_this, _q.worker == bindparam("holder"), _q.state == "claimed")
_RECEIVED = {"state", "session", "meaning", "approach_asked", *Asked.__slots__} - {"approach"}
_HELD = Prepared(update(questions).where(_theirs), ("question", "holder", "lease_until"), (_q.id,))
_PLACED = Prepared(update(questions).where(_this), ("question", "message_channel", "message_ts"), (_q.id,))
_MEANT = {"meaning": func.coalesce(bindparam("meant", type_=BigInteger), _q.meaning)}
_ENDED = {"question", "holder", "state", "finished_at", "worker", "lease_until", "meant", *Result.__slots__}
_FINISH = Prepared(update(questions).where(_theirs).values(_NEWER | _MEANT), _ENDED, (_q.id,))
_RECEIVE = {
    name: Prepared(dialect.insert(questions).on_conflict_do_nothing(), _RECEIVED, (_q.id,))
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def _claiming(*narrowed: ColumnElement[bool]) -> Prepared:
    """Takes the next free question of those narrowed; on PostgreSQL it passes over those being taken by others.

    Next is the oldest of whom the fewest are being worked on: nobody waits behind all that somebody else has asked.
    """
    free = or_(_q.state == "received", and_(_q.state == "claimed", _q.lease_until < bindparam("now")))
    others = questions.alias("others")
    worked_on = (others.c.person == _q.person, others.c.state == "claimed", others.c.lease_until >= bindparam("now"))
    in_hand = select(func.count()).select_from(others).where(*worked_on).scalar_subquery()
    following = select(_q.id).where(free, *narrowed).order_by(in_hand, _q.asked_at, _q.id).limit(1)
    chosen = following.with_for_update(skip_locked=True, of=questions).scalar_subquery()
    taken = {"state": "claimed", "attempts": _q.attempts + 1}
    names = ("now", "worker", "lease_until", "question")
    return Prepared(update(questions).where(_q.id == chosen).values(taken), names, _q)


_CLAIM, _CLAIM_ONE = _claiming(), _claiming(_this)


class Questions(Database):
    """Each step is one transaction; a step that no longer applies returns False or None and changes nothing."""

    def receive(self, asked: Asked) -> bool:
        """True if the question is new. Once this returns, the question will be answered whatever crashes."""
        values = {name: getattr(asked, name) for name in asked.__slots__} | {"state": "received"}
        values["approach_asked"] = values.pop("approach")
        values |= {"session": number_of(asked.channel, asked.thread), "meaning": meaning(asked.text)}
        with self.single() as connection:
            return _RECEIVE[self.dialect].first(connection, values) is not None

    def claim(self, worker: str, lease: timedelta, now: datetime, question_id: str | None = None) -> Entry | None:
        """The next question that nobody works on, now held by `worker` (a name no other worker bears).

        A power cut may undo a claim: whoever claims the question then looks for what the first may have posted.
        """
        given = {"now": now, "worker": worker, "lease_until": now + lease}
        with self.single(hurried=True) as connection:
            if question_id is None:
                row = _CLAIM.first(connection, given)
            else:
                row = _CLAIM_ONE.first(connection, given | {"question": question_id})
        return None if row is None else entry_of(row)

    def renew(self, question_id: str, worker: str, lease: timedelta, now: datetime) -> bool:
        """False if somebody else took the question over in the meantime."""
        held = {"question": question_id, "holder": worker, "lease_until": now + lease}
        with self.single(hurried=True) as connection:
            return _HELD.first(connection, held) is not None

    def placed(self, question_id: str, channel: str, ts: str) -> None:
        """Remembers which message will carry the answer."""
        where = {"question": question_id, "message_channel": channel, "message_ts": ts}
        with self.single(hurried=True) as connection:
            _PLACED.first(connection, where)

    def finish(self, question_id: str, worker: str, result: Result, at: datetime) -> bool:
        """False if the question was taken over by another worker or forgotten: then nothing is changed.

        A power cut may undo the last few: those are answered again, in the message that stands there. What was built on
        an end (a vote, a run in MLflow) is never undone without it, nor it without that.
        """
        state = "waiting" if result.outcome == "clarify" else "done"
        values = {name: getattr(result, name) for name in result.__slots__}
        values["choices"] = [list(choice) for choice in result.choices]
        values["asides"] = [list(aside) for aside in result.asides]
        values["steps"] = [[step.name, step.began, step.seconds, step.note] for step in result.steps]
        values |= {"state": state, "finished_at": at, "worker": "", "lease_until": None}
        values["meant"] = meaning("", result.sql) if result.sql else None
        values |= {"question": question_id, "holder": worker}
        with self.single(hurried=True) as connection:
            return _FINISH.first(connection, values) is not None

    def choose(self, question_id: str, key: str, person: str) -> bool:
        """The asker picks one of the readings offered: the question is received again. Only they may, and only once."""
        with self.writing() as connection:
            asked_back = (_q.id == question_id, _q.person == person, _q.state == "waiting")
            row = connection.execute(select(_q.chosen, _q.choices).where(*asked_back).with_for_update()).first()
            if row is None or key not in {offered for _, offered in row.choices}:
                return False
            again = {"state": "received", "chosen": [*row.chosen, key], "attempts": 0}
            connection.execute(update(questions).where(_q.id == question_id).values(again))
            return True

    def edit(self, question_id: str, text: str) -> bool:
        """Other words for a question nobody works on yet. One that was asked back is asked anew."""
        anew = {"text": text, "meaning": meaning(text), "state": "received", "chosen": [], "attempts": 0}
        untouched = and_(_q.id == question_id, _q.state.in_(("received", "waiting")))
        return self._change(update(questions).where(untouched).returning(_q.id), anew)

    def withdraw(self, question_id: str) -> bool:
        """The asker deleted a question that is not answered yet; a run it may have in MLflow goes too.

        Whoever works on it loses it: `renew` and `finish` return False, and nothing is shown.
        """
        unanswered = and_(_q.id == question_id, _q.state.in_(("received", "claimed", "waiting")))
        gone = {"state": "withdrawn", "worker": "", "lease_until": None}
        return self._change(update(questions).where(unanswered).values(_NEWER).returning(_q.id), gone)

    def unanswered(self) -> int:
        """How many questions have neither an answer nor a question back yet."""
        open_ones = select(func.count()).select_from(questions).where(_q.state.in_(("received", "claimed")))
        with self.reading() as connection:
            return connection.execute(open_ones).scalar_one()

    def entry(self, question_id: str) -> Entry | None:
        """The question as it stands; None also for one that was forgotten."""
        return self._first(_q.id == question_id)

    def by_message(self, channel: str, ts: str) -> Entry | None:
        """The question whose answer stands in that message."""
        return self._first(and_(_q.message_channel == channel, _q.message_ts == ts))

    def thread(self, channel: str, thread: str) -> tuple[Entry, ...]:
        """Every question of a thread, oldest first."""
        there = select(questions).where(_q.channel == channel, _q.thread == thread).order_by(_q.asked_at, _q.id)
        with self.reading() as connection:
            return tuple(entry_of(row) for row in connection.execute(there))

    def newest_of(self, person: str, channel: str) -> Entry | None:
        """What somebody asked last in a channel and got an answer to."""
        theirs = (_q.channel == channel, _q.person == person, _q.state == "done", _q.outcome == "answered")
        newest = select(questions).where(*theirs).order_by(_q.asked_at.desc()).limit(1)
        with self.reading() as connection:
            row = connection.execute(newest).first()
        return None if row is None else entry_of(row)

    def asked_by(self, person: str, most: int) -> tuple[Entry, ...]:
        """What somebody asked last, the newest first; nothing they took back before it was answered."""
        theirs = select(questions).where(_q.person == person, _q.state.not_in(("withdrawn", "forgotten")))
        with self.reading() as connection:
            found = connection.execute(theirs.order_by(_q.asked_at.desc(), _q.id).limit(most))
            return tuple(entry_of(row) for row in found)

    def lately(self, person: str, channel: str, since: datetime) -> tuple[Entry, ...]:
        """What somebody has asked in a channel since then, in whatever thread, oldest first."""
        asked = select(questions).where(_q.channel == channel, _q.person == person, _q.asked_at > since)
        with self.reading() as connection:
            return tuple(entry_of(row) for row in connection.execute(asked.order_by(_q.asked_at, _q.id)))

    def in_hand(self, person: str, channel: str, thread: str = "") -> tuple[Entry, ...]:
        """What somebody has asked there, or sees answered there, and still waits for; with a thread only what is in it."""
        there = [or_(_q.channel == channel, _q.message_channel == channel)]
        if thread:
            there.append(or_(_q.thread == thread, _q.message_ts == thread))
        waiting = select(questions).where(_q.person == person, _q.state.in_(("received", "claimed")), *there)
        with self.reading() as connection:
            return tuple(entry_of(row) for row in connection.execute(waiting.order_by(_q.asked_at, _q.id)))

    def spent(self, person: str, since: datetime) -> tuple[int, float]:
        """How many questions somebody has asked since then, and how many seconds the answers took; tests count too."""
        asked = select(func.count(), func.coalesce(func.sum(_q.seconds), 0.0))
        asked = asked.where(_q.asked_at >= since, _q.person == person, _q.state != "withdrawn")
        with self.reading() as connection:
            number, seconds = connection.execute(asked).one()
        return int(number), float(seconds)

    def model_usage(self, person: str, since: datetime) -> tuple[int, float]:
        """Tokens, and their cost, of the model calls for somebody's questions since then; tests count too."""
        tokens, cost = func.sum(_q.prompt_tokens + _q.completion_tokens), func.sum(_q.cost)
        used = select(func.coalesce(tokens, 0), func.coalesce(cost, 0.0))
        with self.reading() as connection:
            row = connection.execute(used.where(_q.asked_at >= since, _q.person == person)).one()
        return int(row[0]), float(row[1])

    def _first(self, which: ColumnElement[bool]) -> Entry | None:
        with self.reading() as connection:
            row = connection.execute(select(questions).where(which, _q.state != "forgotten")).first()
        return None if row is None else entry_of(row)

    def _change(self, statement: ReturningUpdate[Any], values: dict[str, Any]) -> bool:
        """Whether there was a row to change; `values` name columns."""
        with self.single() as connection:
            return connection.execute(statement, values).first() is not None


def entry_of(row: Row[Any]) -> Entry:
    """The row of a question as a plain value."""
    return Entry(
        asked=_asked(row),
        state=row.state,
        chosen=tuple(row.chosen),
        message_channel=row.message_channel,
        message_ts=row.message_ts,
        result=None if row.outcome is None else _result(row),
        finished_at=row.finished_at,
        attempts=row.attempts,
        run_id=row.run_id,
        revision=row.revision,
        in_doubt=row.in_doubt,
    )


def _asked(row: Row[Any]) -> Asked:
    return Asked(
        id=row.id,
        text=row.text,
        person=row.person,
        person_name=row.person_name,
        channel=row.channel,
        thread=row.thread,
        asked_at=row.asked_at,
        source=row.source,
        approach=row.approach_asked,
        private=row.private,
        test=row.test,
        reply_to=row.reply_to,
    )


def _result(row: Row[Any]) -> Result:
    return Result(
        outcome=row.outcome,
        approach=row.approach,
        reading=row.reading,
        sql=row.sql,
        message=row.message,
        error=row.error,
        seconds=row.seconds,
        result_count=row.result_count,
        preview=row.preview,
        choices=tuple((label, key) for label, key in row.choices),
        model=row.model,
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        role=row.role,
        model_calls=row.model_calls,
        cost=row.cost,
        prompt_version=row.prompt_version,
        steps=tuple(Step(*step) for step in row.steps),
        in_full=row.in_full,
        asides=tuple(tuple(aside) for aside in row.asides),
    )
